"""gdb's side of jitdbg; ``gdb`` is imported here and nowhere else. gdb 12 and up, Python 3.9 and up."""
