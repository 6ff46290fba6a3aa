"""lldb's side of jitdbg; ``lldb`` is imported here and nowhere else. Python 3.9 and up."""
