"""Copies of images in a process's own memory, from which a default core dump gives them back.

A memfd is gone with its process, and of its mapping a core keeps the first page (core(5), coredump_filter). Private
anonymous memory is kept whole. A copy begins at a page: magic, the build-id, the image's size and the copy's, and the
image compressed by zlib at level 1.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

MAGIC = b"jitdbg's image\0\1"
_HEADER = struct.Struct("<16s20sQQ")
_PAGE = 4096
# What hostile memory may claim to hold, in bytes.
_LIMIT = 1 << 31


class Copy(NamedTuple):
    """A copy that was found: where its image is compressed and how long that is; ``size`` is the image's."""

    build_id: bytes
    size: int
    offset: int
    length: int

    def unpack(self, memory: bytes) -> bytes | None:
        """Give the image from the memory in which the copy was found; None where it is damaged."""
        try:
            image = zlib.decompressobj().decompress(memory[self.offset : self.offset + self.length], self.size)
        except zlib.error:
            return None
        return image if len(image) == self.size else None


def keep_copy(image: bytes, build_id: bytes) -> mmap.mmap:
    """Copy an image into memory of this process, which holds it until the result is closed. Raises OSError."""
    packed = zlib.compress(image, 1)
    memory = mmap.mmap(-1, _HEADER.size + len(packed), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.write(_HEADER.pack(MAGIC, build_id, len(image), len(packed)))
    memory.write(packed)
    return memory


def find_copies(memory: bytes) -> Iterator[Copy]:
    """Find the copies in an area of memory that begins at a page: the kernel joins neighbouring areas."""
    position = memory.find(MAGIC)
    while position >= 0:
        if position % _PAGE == 0 and position + _HEADER.size <= len(memory):
            _, build_id, size, length = _HEADER.unpack_from(memory, position)
            if size <= _LIMIT and position + _HEADER.size + length <= len(memory):
                yield Copy(build_id, size, position + _HEADER.size, length)
        position = memory.find(MAGIC, position + 1)
