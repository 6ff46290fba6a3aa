"""The .debug_aranges section: which unit covers which addresses (DWARF 5, section 6.1.2).

Read here, since pyelftools can't read its 64-bit format, and makes an object of each of the many entries.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_HEADER = struct.Struct("<IHIBB")  # length, version, unit, sizes of an address and of a segment selector
_HEADER_64 = struct.Struct("<IQHQBB")  # the same after a mark
_MARK_64 = b"\xff\xff\xff\xff"
_RANGE = struct.Struct("<QQ")


def read_aranges(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (offset of the unit in .debug_info, low, high).

    Sets with segments, or with addresses of other than 8 bytes, are passed over.
    """
    start = 0
    while start < len(data):
        is_64 = data.startswith(_MARK_64, start)
        header = _HEADER_64 if is_64 else _HEADER
        *_, length, _, unit, address_size, selector_size = header.unpack_from(data, start)
        end = start + length + (12 if is_64 else 4)
        if (address_size, selector_size) == (_RANGE.size // 2, 0):
            padding = -header.size % _RANGE.size
            for low, size in _RANGE.iter_unpack(data[start + header.size + padding : end]):
                if size:
                    yield unit, low, low + size
        start = end
