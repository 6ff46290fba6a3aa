"""An image's first page, where there is no more of it: in a default core dump (core(5)), or read from a live process.

Build-id, note and program headers lie there for that reason; section headers, at a file's end, do not.
"""

from __future__ import annotations

import struct

from jitdbg.elf.formats import Buffer
from jitdbg.elf.reader import ElfFile

HEAD_SIZE = 4096
"""Bytes at an image's beginning that say what it is."""

_HEADER_SIZE, _E_SHOFF, _E_SHENTSIZE = 64, 40, 58


def read_head(page: Buffer, name: str) -> ElfFile:
    """Read an image's first page as a file without sections. Raises `ElfError` for what is none of 64 bits.

    Notes that lie further back can't be read: `ElfFile.notes` raises `ElfError` then.
    """
    data = bytearray(page)
    if len(data) >= _HEADER_SIZE:
        struct.pack_into("<Q", data, _E_SHOFF, 0)
        struct.pack_into("<HHH", data, _E_SHENTSIZE, 0, 0, 0)
    return ElfFile(bytes(data), name)
