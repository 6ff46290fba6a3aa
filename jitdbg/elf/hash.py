"""The two hash functions of ELF: gABI chapter 5 "Hash Table", and GNU's for ``.gnu.hash`` (Bernstein's)."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1 << 14)
def gnu_hash(name: bytes) -> int:
    """Return the 32-bit hash of a symbol's name in ``.gnu.hash``."""
    value = 5381
    for byte in name:
        value = value * 33 + byte
    return value & 0xFFFFFFFF


@lru_cache(maxsize=1 << 10)
def sysv_hash(name: bytes) -> int:
    """Return the 28-bit hash of a symbol's name in ``.hash``, and of a version's name in ``.gnu.version_r``."""
    value = 0
    for byte in name:
        value = (value << 4) + byte
        value = (value ^ (value & 0xF0000000) >> 24) & 0x0FFFFFFF
    return value
