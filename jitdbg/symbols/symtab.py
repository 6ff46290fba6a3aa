"""Function symbols of an image: .symtab, or .dynsym where the image is stripped.

Decoded with one struct format (``Elf64_Sym``), since pyelftools makes an object for each symbol: 200,000 of them take
seconds.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from jitdbg.locks import cached_property
from jitdbg.symbols.intervals import NOTHING, IntervalMap, flatten

_ELF64_SYM = struct.Struct("<IBBHQQ")
_SHF_EXECINSTR = 0x4
_STT_NOTYPE, _STT_FUNC, _STT_GNU_IFUNC = 0, 2, 10
_STB_LOCAL, _STB_WEAK = 0, 2


class Symbol(NamedTuple):
    """A function symbol: where it starts, relative to the image's base, and its name."""

    start: int
    name: str


class _Entry(NamedTuple):
    start: int
    end: int
    has_size: bool
    binding: int
    name: int


@dataclass(frozen=True)
class SymbolTable:
    """The symbols that name code; decoded at the first look-up.

    ``sections`` are the executable ones, (index, low, high).
    """

    symbols: bytes
    strings: bytes
    sections: tuple[tuple[int, int, int], ...]

    @classmethod
    def read(cls, elf: ELFFile) -> SymbolTable:
        """Read the symbol table of an open image; an image without one gives an empty table."""
        executable = tuple(
            (index, section["sh_addr"], section["sh_addr"] + section["sh_size"])
            for index, section in enumerate(elf.iter_sections())
            if section["sh_flags"] & _SHF_EXECINSTR
        )
        table = elf.get_section_by_name(".symtab") or elf.get_section_by_name(".dynsym")
        if not isinstance(table, SymbolTableSection) or elf.elfclass != 64:
            return cls(b"", b"", executable)
        return cls(table.data(), table.stringtable.data(), executable)

    def find(self, address: int) -> Symbol | None:
        """Return the symbol that covers an address relative to the image's base.

        One without a size reaches to the next symbol.
        """
        entries, cover = self._index
        found = cover.find(address)
        return None if found == NOTHING else Symbol(entries[found].start, self._text(entries[found].name))

    @cached_property
    def _index(self) -> tuple[list[_Entry], IntervalMap]:
        entries = sorted(_with_ends(self._decode()), key=self._precedence)
        return entries, flatten((entry.start, entry.end, index) for index, entry in enumerate(entries))

    def _decode(self) -> Iterator[_Entry]:
        limits = {index: high for index, _, high in self.sections}
        whole = len(self.symbols) // _ELF64_SYM.size * _ELF64_SYM.size
        for st_name, st_info, _, st_shndx, st_value, st_size in _ELF64_SYM.iter_unpack(self.symbols[:whole]):
            if st_info & 15 in (_STT_FUNC, _STT_NOTYPE, _STT_GNU_IFUNC) and st_shndx in limits and st_name:
                end = st_value + st_size if st_size else limits[st_shndx]
                yield _Entry(st_value, end, st_size != 0, st_info >> 4, st_name)

    def _precedence(self, entry: _Entry) -> tuple[bool, int, int, int, str]:
        """Order entries so that the better name comes later: sized, inner, public (``puts`` over ``_IO_puts``)."""
        name = self._text(entry.name)
        underscores = len(name) - len(name.lstrip("_"))
        binding = {_STB_LOCAL: 0, _STB_WEAK: 1}.get(entry.binding, 2)
        return (entry.has_size, entry.start - entry.end, -underscores, binding, name)

    def _text(self, offset: int) -> str:
        return self.strings[offset : self.strings.find(b"\0", offset)].decode(errors="surrogateescape")


def _with_ends(entries: Iterable[_Entry]) -> Iterator[_Entry]:
    """End each symbol that has no size where the next one starts."""
    ordered = sorted(entries)
    starts = sorted({entry.start for entry in ordered})
    following = dict(pairwise(starts))
    for entry in ordered:
        next_start = following.get(entry.start, entry.end)
        yield entry if entry.has_size else entry._replace(end=min(entry.end, next_start))
