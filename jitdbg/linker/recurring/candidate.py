"""An object as columns, and its shape."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from operator import add
from typing import TYPE_CHECKING

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c

if TYPE_CHECKING:
    from jitdbg.linker.options import Options

_TELLING_HEADER = 20
_UNDERSCORE = ord("_")


class StandBack(Exception):
    """The object has something that no pattern provides for."""


class Candidate:
    """An object that may have the shape of another, which is all of it but names, numbers and contents.

    ``outline`` is what can be compared at first sight: objects that have it in common have the same kinds of sections
    and symbols in the same places. ``sizes`` are those of the sections, ``symbols`` is the symbol table as words of
    4 bytes, ``strings`` has its names, and ``names`` are those of the global symbols. Raises StandBack for an object
    that is broken or not plain.
    """

    def __init__(self, elf: ElfFile, options: Options) -> None:
        self.elf, self.options, self._data = elf, options, elf.data
        columns = zip(*elf.section_rows, strict=True)
        self._names, self._types, self._flags, places, self._offsets, self.sizes, *others = columns
        links, self._infos, *_ = others
        self._ends = list(map(add, self._offsets, self.sizes))
        self._check_sizes()
        index = self._types.index(c.SHT_SYMTAB)
        self.symbol_row, self.string_row = index, links[index]
        self.symbols, self.first_global = self.contents(index).cast("I"), self._infos[index]
        self.strings = bytes(self.contents(self.string_row))
        self.names = self._read_names()
        self.outline: Hashable = (
            self.file_start,
            *(self._types, self._flags, places, *others),
            self.symbols[1::6].tobytes(),
            *(not options.modules, not options.ir, options.libraries),
        )

    @property
    def file_start(self) -> bytes:
        """What of the file header is the same in all objects of a shape: e_ident, e_type and e_machine."""
        return bytes(self._data[:_TELLING_HEADER])

    def contents(self, row: int) -> memoryview:
        """Return the contents of a section as they are in the file."""
        return self._data[self._offsets[row] : self._ends[row]]

    def _check_sizes(self) -> None:
        """Refuse sections that are not all in the file, or that overlap."""
        if c.SHT_NOBITS in self._types:
            rows = zip(self._types, self._offsets, self._ends, strict=True)
            self._ends = [end if sh_type != c.SHT_NOBITS else offset for sh_type, offset, end in rows]
        limit = len(self._data)
        if max(self._ends) > limit or sum(self._ends) - sum(self._offsets) > limit:
            raise StandBack

    def _read_names(self) -> list[bytes]:
        words, strings, find = self.symbols, self.strings, self.strings.index
        names = [strings[start : find(0, start)] for start in words[self.first_global * 6 :: 6]]
        # A name with a version decides what it is bound to.
        if len(set(names)) != len(names) or len(words) % 6 or strings[-1] or b"@" in strings:
            raise StandBack
        return names

    # What is compared once the outline is known

    def section_names(self) -> list[bytes]:
        """Return the names of the sections, each with the NUL behind it."""
        return [name.encode("utf-8", "surrogateescape") + b"\0" for name in self.elf.section_names]

    def has_section_names(self, names: Sequence[bytes]) -> bool:
        """Say whether the sections have these names."""
        strings = bytes(self.contents(self.elf.header.e_shstrndx))
        return strings.endswith(b"\0") and all(map(strings.startswith, names, self._names))

    def loaded_tables(self) -> list[int]:
        """Return which sections are the relocations of sections that are loaded."""
        flags, targets = self._flags, self._infos
        tables = [row for row, sh_type in enumerate(self._types) if sh_type == c.SHT_RELA]
        return [row for row in tables if flags[targets[row]] & c.SHF_ALLOC]

    def imports(self) -> list[int]:
        """Return which of the global symbols are undefined."""
        kinds = self.symbols[self.first_global * 6 + 1 :: 6].tolist()
        return [index for index, kind in enumerate(kinds) if kind >> 16 == c.SHN_UNDEF]

    def details(self, tables: Sequence[int], imports: Sequence[int]) -> tuple[object, ...]:
        """Return what decides something besides the outline.

        That is the different ``r_info`` of each of the tables, the names of imports, and names such as ``_init``: those
        that begin with an underscore, but for names of C++.
        """
        names = self.names
        infos = [frozenset(self.contents(table).cast("Q")[1::3]) for table in tables]
        return infos, [names[index] for index in imports], self.telling_names()

    def telling_names(self) -> list[bytes]:
        """Return the names of global symbols that may mean something to the linker."""
        return [name for name in self.names if name[0] == _UNDERSCORE and name[1:2] != b"Z"]
