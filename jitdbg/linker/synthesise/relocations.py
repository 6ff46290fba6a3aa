"""``.rela.dyn`` and ``.rela.plt``: what the loader fills in.

The relative ones come first, since ld.so does those (DT_RELACOUNT) in a tight loop, and IRELATIVE comes last: a
resolver may use what the others fill in.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from jitdbg.linker.model import Symbol

if TYPE_CHECKING:
    from jitdbg.linker.arch import Architecture
_RELA = struct.Struct("<QQQ")
_MASK = (1 << 64) - 1
SIZE = _RELA.size


class DynamicRelocations:
    """The loader's relocations while they are collected; ``thread_start`` is the address of the TLS template."""

    def __init__(self, arch: Architecture, thread_start: int) -> None:
        self._arch = arch
        self.thread_start = thread_start
        self._relative: list[tuple[Sequence[int], Sequence[int]]] = []
        self._others: list[tuple[int, int, int, int]] = []
        self._jumps: list[bytes] = []

    def add(self, place: int, r_type: int, symbol: Symbol | None, addend: int = 0) -> None:
        """Add one relocation; without a symbol the addend is an address or an offset in the image."""
        if r_type == self._arch.RELATIVE:
            self._relative.append(((place,), (addend,)))
        else:
            late = r_type == self._arch.IRELATIVE
            self._others.append((late, place, (symbol.dynamic if symbol else 0) << 32 | r_type, addend))

    def add_jump(self, place: int, r_type: int, symbol: Symbol | None, addend: int = 0) -> None:
        """Add the relocation for the entry of a stub; they stand in the order of the stubs."""
        self._jumps.append(_RELA.pack(place, (symbol.dynamic if symbol else 0) << 32 | r_type, addend & _MASK))

    def add_relative(self, places: Sequence[int], addresses: Sequence[int]) -> None:
        """Add a column of relative relocations: places and the addresses to store there."""
        self._relative.append((places, addresses))

    def relative_count(self) -> int:
        """Return how many are relative."""
        return sum(len(places) for places, _ in self._relative)

    def write(self) -> bytes:
        """Return the contents of ``.rela.dyn``."""
        count = self.relative_count()
        table = array("Q", bytes(count * SIZE))
        if count:
            table[0::3] = array("Q", chain.from_iterable(places for places, _ in self._relative))
            table[1::3] = array("Q", (self._arch.RELATIVE,)) * count
            table[2::3] = array("Q", [address & _MASK for _, addresses in self._relative for address in addresses])
        self._others.sort(key=lambda entry: entry[0])
        return table.tobytes() + b"".join(
            _RELA.pack(place, info, addend & _MASK) for _, place, info, addend in self._others
        )

    def write_jumps(self) -> bytes:
        """Return the contents of ``.rela.plt``."""
        return b"".join(self._jumps)
