"""What is common to all debuggers.

The Python inside gdb and lldb imports this package. It can be older or newer than the one that jitdbg is installed in
and has none of its dependencies, so here, and in what is imported from here (``jitdbg.errors``, ``jitdbg.irtext``,
``jitdbg.elf``), stand the standard library and the language of Python 3.9 alone. No debugger's own module is imported:
``gdb`` belongs to ``gdb_scripts``, ``lldb`` to ``lldb_scripts``.
"""
