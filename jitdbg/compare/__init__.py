"""Dylibs against the GDB JIT interface: what debuggers can do with the same module loaded in either way, and the costs.

`jitdbg.compare.host` is the program that a debugger starts: it loads the module as one of the peers does (`peers`).
`features` has what is tried in it, `costs` what is measured, `facts` what comes of it.
"""
