"""``.dynsym``, ``.dynstr`` and ``.gnu.hash``: what the image offers, and what it wants.

The hash table has one bucket for about three symbols and a Bloom filter of 16 bits or so for each, which lets ld.so
pass over an image that does not have a name after one look. Symbols that are offered come last, sorted by bucket.
Source: glibc elf/dl-lookup.c (do_lookup_x); the format has no other specification.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from jitdbg.elf import constants as c
from jitdbg.elf.hash import gnu_hash
from jitdbg.linker.model import Symbol

_SYMBOL = struct.Struct("<IBBHQQ")
_BLOOM_SHIFT = 6
SYMBOL_SIZE = _SYMBOL.size


class DynamicStrings:
    """``.dynstr`` while it grows."""

    def __init__(self) -> None:
        self.data = bytearray(1)
        self._offsets: dict[bytes, int] = {}

    def add(self, text: bytes) -> int:
        """Return the offset of a string, adding it where it is new."""
        found = self._offsets.get(text)
        if found is None:
            found = self._offsets[text] = len(self.data)
            self.data += text + b"\0"
        return found


class DynamicSymbols:
    """The dynamic symbols in their final order: imports, then what is exported, by bucket of the hash table."""

    def __init__(self, imported: Sequence[Symbol], exported: Sequence[Symbol], strings: DynamicStrings) -> None:
        self.strings = strings
        self.imported = imported
        self._hashed = HashTable([symbol.name for symbol in exported])
        self.symbols = [*imported, *[exported[index] for index in self._hashed.order]]
        self._names = [strings.add(symbol.plain_name or symbol.name) for symbol in self.symbols]
        for index, symbol in enumerate(self.symbols, 1):
            symbol.dynamic = index

    @property
    def size(self) -> int:
        """The size of ``.dynsym`` in bytes."""
        return (len(self.symbols) + 1) * SYMBOL_SIZE

    def table(self, thread_start: int) -> bytes:
        """Return the contents of ``.dynsym``; only after the layout."""
        rows = [bytes(SYMBOL_SIZE)]
        for name, symbol in zip(self._names, self.symbols, strict=True):
            rows.append(_row(symbol, name, thread_start))
        return b"".join(rows)

    def hash_table(self) -> bytes:
        """Return the contents of ``.gnu.hash``."""
        return self._hashed.contents(len(self.imported) + 1)


class HashTable:
    """``.gnu.hash``; ``order`` is the order in which ``.dynsym`` has to have the names: their indices, by bucket."""

    def __init__(self, names: Sequence[bytes]) -> None:
        self._buckets = buckets = max(1, len(names) // 3)
        values = list(map(gnu_hash, names))
        self.order: Sequence[int] = range(len(names))
        if buckets > 1:
            self.order = sorted(self.order, key=[value % buckets for value in values].__getitem__)
        self._values = [values[index] for index in self.order]

    def contents(self, first: int) -> bytes:
        """Return the table; ``first`` is the index in ``.dynsym`` of the first name."""
        words = 1
        while words * 64 < len(self._values) * 12:
            words *= 2
        chain: list[int] = []
        bloom, buckets = [0] * words, [0] * self._buckets
        for index, value in enumerate(self._values):
            bloom[value // 64 % words] |= 1 << value % 64 | 1 << (value >> _BLOOM_SHIFT) % 64
            bucket = value % self._buckets
            if not buckets[bucket]:
                buckets[bucket] = first + index
                if chain:
                    chain[-1] |= 1
            chain.append(value & ~1)
        if chain:
            chain[-1] |= 1
        return struct.pack(
            f"<4I{words}Q{len(buckets) + len(chain)}I",
            *(len(buckets), first, words, _BLOOM_SHIFT),
            *bloom,
            *buckets,
            *chain,
        )


def _row(symbol: Symbol, name: int, thread_start: int) -> bytes:
    # STB_GNU_UNIQUE becomes global: ld.so never unloads an image with a unique symbol.
    binding = c.STB_WEAK if symbol.weak else c.STB_GLOBAL
    if symbol.imported:
        return _SYMBOL.pack(name, binding << 4 | symbol.type, symbol.other, c.SHN_UNDEF, 0, 0)
    value = symbol.address - (thread_start if symbol.type == c.STT_TLS else 0)
    shndx = symbol.section.output.index if symbol.section and symbol.section.output else c.SHN_ABS
    other = symbol.visibility | symbol.other
    return _SYMBOL.pack(name, binding << 4 | symbol.type, other, shndx, value & (1 << 64) - 1, symbol.size)
