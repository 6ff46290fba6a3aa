"""What a loaded library exports, read from the program's memory as the loader does: no file is needed.

``PT_DYNAMIC`` leads to the symbols and to their GNU hash table (``DT_GNU_HASH``: a Bloom filter, buckets, and chains of
hashes whose last has its lowest bit set; glibc, elf/dl-lookup.c).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Optional

from jitdbg.elf import constants as c
from jitdbg.elf.hash import gnu_hash
from jitdbg.errors import DebuggerError

Read = Callable[[int, int], bytes]
"""Reads bytes of the program: address and size. Raises `DebuggerError`."""

_HEADER_SIZE = 64
_IDENTITY = b"\x7fELF\x02\x01"  # 64 bits, little-endian
_MACHINE = struct.Struct("<18xH")
_PROGRAM_HEADERS = struct.Struct("<32xQ14xHH4x")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_DYNAMIC = struct.Struct("<qQ")
_HASH_HEADER = struct.Struct("<IIII")
_SYMBOL = struct.Struct("<IBBHQQ")
_WORD = struct.Struct("<I")
_CHAIN_LIMIT = 1 << 20
_SEGMENTS_LIMIT = 1 << 12


def machine(read: Read, base: int) -> int:
    """Give the ``EM_`` number of the ELF file that is mapped at ``base``; 0 for one of 32 bits or what is none."""
    header = read(base, _HEADER_SIZE)
    return int(_MACHINE.unpack_from(header)[0]) if header.startswith(_IDENTITY) else 0


class Exports:
    """The exported symbols of the library at ``base``; lives as long as that is loaded."""

    def __init__(self, read: Read, base: int) -> None:
        self._read, self._base = read, base
        self._tags = self._dynamic()

    def find(self, name: str) -> Optional[int]:
        """Find the address of a symbol that others can bind to, of several versions the present one."""
        needed = (c.DT_SYMTAB, c.DT_STRTAB, c.DT_GNU_HASH)
        if any(tag not in self._tags for tag in needed):
            return None
        found = [index for index in self._candidates(name) if self._is_called(index, name)]
        present = [index for index in found if not self._is_hidden(index)]
        return self._base + int(self._symbol(present[0] if present else found[0])[4]) if found else None

    def _dynamic(self) -> dict[int, int]:
        header = self._read(self._base, _HEADER_SIZE)
        if not header.startswith(_IDENTITY):
            return {}
        offset, size, count = _PROGRAM_HEADERS.unpack_from(header)
        if size != _SEGMENT.size or count > _SEGMENTS_LIMIT:
            return {}
        table = self._read(self._base + offset, size * count)
        for kind, _, _, address, _, _, length, _ in _SEGMENT.iter_unpack(table):
            if kind == c.PT_DYNAMIC:
                data = self._read(self._base + address, length - length % _DYNAMIC.size)
                return dict(reversed(list(_DYNAMIC.iter_unpack(data))))
        return {}

    def _address(self, tag: int) -> int:
        """Give the address in a tag, to which glibc has added the base for most machines, and musl has not."""
        value = self._tags[tag]
        return value if value >= self._base else self._base + value

    def _candidates(self, name: str) -> list[int]:
        """List the symbols whose hash is the name's."""
        table = self._address(c.DT_GNU_HASH)
        buckets, first, bloom_words, _ = _HASH_HEADER.unpack(self._read(table, _HASH_HEADER.size))
        bucket_table = table + _HASH_HEADER.size + 8 * bloom_words
        chains = bucket_table + 4 * buckets
        wanted = gnu_hash(name.encode())
        index = self._word(bucket_table + 4 * (wanted % buckets)) if buckets else 0
        found = []
        for _ in range(_CHAIN_LIMIT if index >= first else 0):
            hashed = self._word(chains + 4 * (index - first))
            if hashed | 1 == wanted | 1:
                found.append(index)
            if hashed & 1:
                break
            index += 1
        return found

    def _is_called(self, index: int, name: str) -> bool:
        st_name, _, _, section, _, _ = self._symbol(index)
        encoded = name.encode() + b"\0"
        return section != c.SHN_UNDEF and self._read(self._address(c.DT_STRTAB) + st_name, len(encoded)) == encoded

    def _symbol(self, index: int) -> tuple[int, ...]:
        return _SYMBOL.unpack(self._read(self._address(c.DT_SYMTAB) + _SYMBOL.size * index, _SYMBOL.size))

    def _is_hidden(self, index: int) -> bool:
        if c.DT_VERSYM not in self._tags:
            return False
        version = self._read(self._address(c.DT_VERSYM) + 2 * index, 2)
        return bool(int.from_bytes(version, "little") & c.VERSYM_HIDDEN)

    def _word(self, address: int) -> int:
        return int(_WORD.unpack(self._read(address, 4))[0])


def find_export(read: Read, base: int, name: str) -> Optional[int]:
    """Find the address of a symbol in the library at ``base``; None too where its memory can't be read."""
    try:
        return Exports(read, base).find(name)
    except (DebuggerError, struct.error):
        return None
