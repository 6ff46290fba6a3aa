"""``.symtab`` and ``.strtab``: every named symbol, for debuggers, profilers and backtraces.

String tables of the objects are taken over whole, so that names keep their offsets; local symbols are moved a column at
a time. Source: gABI chapter 4 "Symbol Table" (local symbols first, ``sh_info`` is the first global one).
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Sequence
from itertools import repeat
from operator import add

from jitdbg.elf import constants as c
from jitdbg.linker.model import InputObject, Symbol

_SYMBOL = struct.Struct("<IBBHQQ")
_MASK = (1 << 64) - 1


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
        """Add the local symbols of an object, but for those of sections, which have no names."""
        base = self._bases[item] = self._add_strings(item.strings)
        places: dict[int, tuple[int, int]] = {c.SHN_ABS: (c.SHN_ABS, 0)}
        for index, section in enumerate(item.sections):
            if section is not None and section.output is not None:
                places[index] = section.output.index, section.address
        rows = [row for row in item.rows[1 : item.first_global] if row[1] != c.STT_SECTION and row[3] in places]
        if not rows:
            return
        names, infos, others, shndxs, values, sizes = zip(*rows, strict=True)
        addresses = map(add, values, (places[shndx][1] for shndx in shndxs))
        if c.STT_TLS in infos:
            shifts = [self._thread_start if info == c.STT_TLS else 0 for info in infos]
            addresses = map(add, addresses, (-shift for shift in shifts))
        table = bytearray(len(rows) * _SYMBOL.size)
        columns = (
            map(add, names, repeat(base)) if base else names,
            infos,
            others,
            (places[shndx][0] for shndx in shndxs),
            (address & _MASK for address in addresses),
            sizes,
        )
        deque(map(_SYMBOL.pack_into, repeat(table), range(0, len(table), _SYMBOL.size), *columns), maxlen=0)
        self._locals.append(table)

    def add_globals(self, symbols: Sequence[Symbol]) -> None:
        """Add the global symbols; those that nobody outside can see become local."""
        for symbol in symbols:
            name = symbol.strtab_name + (self._bases[symbol.object] if symbol.object else 0)
            if symbol.imported:
                binding = c.STB_WEAK if symbol.weak else c.STB_GLOBAL
                self._globals.append(_SYMBOL.pack(name, binding << 4 | symbol.type, 0, c.SHN_UNDEF, 0, 0))
            elif (symbol.section is not None and symbol.section.output is not None) or symbol.shndx == c.SHN_ABS:
                self._add_defined(symbol, name)

    def _add_defined(self, symbol: Symbol, name: int) -> None:
        binding = (c.STB_WEAK if symbol.weak else c.STB_GLOBAL) if symbol.exported else c.STB_LOCAL
        value = symbol.address - (self._thread_start if symbol.type == c.STT_TLS else 0)
        shndx = symbol.section.output.index if symbol.section and symbol.section.output else c.SHN_ABS
        row = _SYMBOL.pack(name, binding << 4 | symbol.type, symbol.visibility, shndx, value & _MASK, symbol.size)
        (self._globals if binding else self._locals).append(row)

    def add_own(self, name: str, shndx: int, address: int, size: int, st_type: int) -> None:
        """Add a local symbol of the linker's own."""
        start = self._add_strings(name.encode("utf-8", "surrogateescape") + b"\0")
        self._locals.append(_SYMBOL.pack(start, st_type, c.STV_HIDDEN, shndx, address, size))

    def contents(self) -> tuple[bytes, bytes, int]:
        """Return the symbols, their strings, and the index of the first global symbol."""
        before = b"".join(self._locals)
        return b"".join((before, *self._globals)), b"".join(self._strings), len(before) // _SYMBOL.size
