"""ELF files: reading objects and images, writing small objects, and the notes that make images describe themselves.

Standard library and Python 3.9 only: debuggers load this package into their own Python.
"""

from jitdbg.elf.note import Description, Module, describe
from jitdbg.elf.reader import (
    ElfFile,
    Note,
    Relocations,
    Section,
    Segment,
    Symbol,
    Use,
    exported,
    undefined,
    undefined_uses,
)

__all__ = [
    "Description",
    "ElfFile",
    "Module",
    "Note",
    "Relocations",
    "Section",
    "Segment",
    "Symbol",
    "Use",
    "describe",
    "exported",
    "undefined",
    "undefined_uses",
]
