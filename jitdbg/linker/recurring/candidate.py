"""An object as columns, and its shape."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c

if TYPE_CHECKING:
    from jitdbg.linker.options import Options

# The words of a section header that differ from object to object: sh_name, and both words of sh_offset and sh_size.
_VARIABLE = (0, 6, 7, 8, 9)


class StandBack(Exception):
    """The object has something that no pattern provides for."""


class Candidate:
    """An object that may have the shape of another: ``shape`` is all of it but names, numbers and contents.

    ``contents`` and ``sizes`` are those of the sections, ``symbols`` is the symbol table, ``names`` are the names of
    the global symbols. Raises StandBack for an object that is broken or not plain.
    """

    def __init__(self, elf: ElfFile, options: Options) -> None:
        self.elf, self.options = elf, options
        rows, nothing = elf.section_rows, elf.data[:0]
        self.sizes = [row[5] for row in rows]
        self.contents = [elf.data[r[4] : r[4] + r[5]] if r[1] != c.SHT_NOBITS else nothing for r in rows]
        self._check_sizes(rows)
        index = [row[1] for row in rows].index(c.SHT_SYMTAB)
        self.symbols, self.first_global = self.contents[index], rows[index][7]
        self.strings = bytes(self.contents[rows[index][6]])
        words = self.symbols.cast("I")
        self.names = self._read_names(words)
        kinds = words[1::6].tolist()
        self.shape: Hashable = (
            bytes(elf.data[:20]),
            tuple(elf.section_names),
            self._section_kinds(),
            tuple(kinds),
            self._telling_names(kinds),
            self._loaded_relocations(rows),
            *(not options.modules, not options.ir, options.libraries),
        )

    def _check_sizes(self, rows: Sequence[Sequence[int]]) -> None:
        """Refuse sections that are not all in the file, or that overlap."""
        limit, in_file = len(self.elf.data), [row for row in rows if row[1] != c.SHT_NOBITS]
        if sum([row[5] for row in in_file]) > limit or max([row[4] + row[5] for row in in_file]) > limit:
            raise StandBack

    def _read_names(self, words: memoryview) -> list[bytes]:
        strings, find = self.strings, self.strings.index
        names = [strings[start : find(0, start)] for start in words[self.first_global * 6 :: 6]]
        if len(set(names)) != len(names) or len(words) % 6 or strings[-1]:
            raise StandBack
        return names

    def _section_kinds(self) -> bytes:
        """Return the section header table without what differs from object to object."""
        start, count = self.elf.header.e_shoff, len(self.sizes)
        table, nothing = array("I"), array("I", bytes(count * 4))
        table.frombytes(self.elf.data[start : start + count * 64])
        for column in _VARIABLE:
            table[column::16] = nothing
        return table.tobytes()

    def _telling_names(self, kinds: list[int]) -> tuple[bytes, ...]:
        """Return the names that decide something: those of imports, and such as _init and memcpy@GLIBC_2.2.5."""
        of_globals = zip(self.names, kinds[self.first_global :], strict=True)
        return tuple([name for name, kind in of_globals if kind < 1 << 16 or name[:1] == b"_" or b"@" in name])

    def _loaded_relocations(self, rows: Sequence[Sequence[int]]) -> tuple[frozenset[int], ...]:
        """Return the different ``r_info`` of each table for a loaded section."""
        return tuple(
            [
                frozenset(contents.cast("Q")[1::3])
                for row, contents in zip(rows, self.contents, strict=True)
                if row[1] == c.SHT_RELA and rows[row[7]][2] & c.SHF_ALLOC
            ]
        )
