"""After the end: what a core dump knows of the images that were loaded, and taking both to another machine.

``core`` reads the core, ``images`` says which images it had and what has become of their files, ``pack`` makes one file
of all that a debugger needs, ``bundle`` opens it elsewhere. No debugger is needed for any of it.
"""
