"""ELF files: reading objects and images, writing small objects, and the notes that make images describe themselves.

Standard library and Python 3.9 only: debuggers load this package into their own Python.
"""

from jitdbg.elf.formats import find_other_format
from jitdbg.elf.head import HEAD_SIZE, read_head
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
    "HEAD_SIZE",
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
    "find_other_format",
    "read_head",
    "undefined",
    "undefined_uses",
]
