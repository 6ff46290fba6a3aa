"""``.symtab`` and ``.strtab``: every named symbol, for debuggers, profilers and backtraces.

String tables of the objects are taken over whole, so that names keep their offsets; local symbols are moved a column at
a time. Source: gABI chapter 4 "Symbol Table" (local symbols first, ``sh_info`` is the first global one).
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence

from jitdbg.elf import constants as c
from jitdbg.linker.model import InputObject, Symbol

_SYMBOL = struct.Struct("<IBBHQQ")
_MASK = (1 << 64) - 1


def _rows(table: memoryview, kept: Sequence[int]) -> bytearray:
    """Return some rows of a symbol table; mostly all from one on."""
    first, last = kept[0], kept[-1]
    if last - first + 1 == len(kept):
        return bytearray(table[first * 24 : last * 24 + 24])
    rows = bytearray()
    start = previous = first
    for index in kept:
        if index > previous + 1:
            rows += table[start * 24 : previous * 24 + 24]
            start = index
        previous = index
    rows += table[start * 24 : previous * 24 + 24]
    return rows


class SymbolTable:
    """The tables while they are made; ``first_global`` is for ``sh_info``."""

    def __init__(self, thread_start: int) -> None:
        self._thread_start = thread_start
        self._strings: list[bytes] = []
        self._bases: dict[InputObject, int] = {}
        self._strings_size = 0
        self._locals: list[bytes | bytearray] = [bytes(_SYMBOL.size)]
        self._globals: list[bytes] = []

    def _add_strings(self, data: bytes) -> int:
        base = self._strings_size
        self._strings.append(data)
        self._strings_size += len(data)
        return base

    def add_object(self, item: InputObject) -> None:
        """Add the local symbols of an object, but for those of sections, which have no names.

        The rows are copied as they are, and then the columns are changed that differ in the image.
        """
        base = self._bases[item] = self._add_strings(item.strings)
        if item.elf.header.e_ident[7] == c.ELFOSABI_GNU:  # no object without the mark has IFUNCs
            self._add_resolvers(item)
        infos, shndxs, places = item.st_infos, item.st_shndxs, item.ordinary
        kept = [
            index
            for index in range(1, item.first_global)
            if infos[index] != c.STT_SECTION and (places[index] or shndxs[index] == c.SHN_ABS)
        ]
        if not kept:
            return
        raw, thread = item.symbol_table, self._thread_start
        table = _rows(raw, kept)
        view = memoryview(table)
        indices = [section.output.index if section and section.output else 0 for section in item.sections]
        view.cast("H")[3::12] = array("H", [indices[shndxs[i]] if places[i] else c.SHN_ABS for i in kept])
        addresses = item.addresses
        if thread:
            addresses = [a - thread if info == c.STT_TLS else a for a, info in zip(addresses, infos, strict=False)]
        view.cast("Q")[1::3] = array("Q", [addresses[i] & _MASK for i in kept])
        if base:
            view.cast("I")[0::6] = array("I", [start + base for start in view.cast("I")[0::6].tolist()])
        self._locals.append(table)

    def _add_resolvers(self, item: InputObject) -> None:
        for index in range(1, item.first_global):
            if item.st_infos[index] == c.STT_GNU_IFUNC:
                symbol = item.symbol(index)
                if symbol.section is not None and symbol.section.output is not None:
                    self._add_defined(symbol, symbol.strtab_name + self._bases[item])

    def add_globals(self, symbols: Sequence[Symbol]) -> None:
        """Add the global symbols; those that nobody outside can see become local."""
        for symbol in symbols:
            name = symbol.strtab_name + self._bases[symbol.object]
            if symbol.imported:
                binding = c.STB_WEAK if symbol.weak else c.STB_GLOBAL
                self._globals.append(_SYMBOL.pack(name, binding << 4 | symbol.type, symbol.other, c.SHN_UNDEF, 0, 0))
            elif (symbol.section is not None and symbol.section.output is not None) or symbol.shndx == c.SHN_ABS:
                self._add_defined(symbol, name)

    def _add_defined(self, symbol: Symbol, name: int) -> None:
        binding = (c.STB_WEAK if symbol.weak else c.STB_GLOBAL) if symbol.exported else c.STB_LOCAL
        value = symbol.address - (self._thread_start if symbol.type == c.STT_TLS else 0)
        shndx = symbol.section.output.index if symbol.section and symbol.section.output else c.SHN_ABS
        other = symbol.visibility | symbol.other
        row = _SYMBOL.pack(name, binding << 4 | symbol.type, other, shndx, value & _MASK, symbol.size)
        (self._globals if binding else self._locals).append(row)

    def add_own(self, name: str, shndx: int, address: int, size: int, st_type: int) -> None:
        """Add a local symbol of the linker's own."""
        start = self._add_strings(name.encode("utf-8", "surrogateescape") + b"\0")
        self._locals.append(_SYMBOL.pack(start, st_type, c.STV_HIDDEN, shndx, address, size))

    def contents(self) -> tuple[bytes, bytes, int]:
        """Return the symbols, their strings, and the index of the first global symbol."""
        before = b"".join(self._locals)
        return b"".join((before, *self._globals)), b"".join(self._strings), len(before) // _SYMBOL.size
