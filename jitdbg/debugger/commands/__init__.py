"""The commands for debuggers (``jit-list`` and its family), written once for all of them.

A command is a module that declares itself (`jitdbg.debugger.commands.declaration`) as ``COMMAND``: its words, what
computes its fact, what shows that. `registry` has them all; gdb's and lldb's scripts register what they find there.
"""
