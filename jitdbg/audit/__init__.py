"""How much a debugger can see of a program: from its DWARF (`image`), and by stepping through it (`run`).

docs/audit.md says what each number means.
"""
