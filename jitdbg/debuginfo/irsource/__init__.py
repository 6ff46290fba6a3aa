"""IR as its own source: what makes variables of arguments and results. The lines are in `jitdbg.debuginfo.lines`."""
