"""Variable-length integers of DWARF (section 7.6)."""

from __future__ import annotations

_MOST_BITS = 140  # more are noise: no number has over 64, but producers may pad


def uleb128(data: bytes, position: int) -> tuple[int, int]:
    """Decode an unsigned number; return it and the position after it."""
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
        if shift > _MOST_BITS:
            raise ValueError(f"a number of more than {_MOST_BITS} bits before offset {position}")


def sleb128(data: bytes, position: int) -> tuple[int, int]:
    """Decode a signed number; return it and the position after it."""
    value, after = uleb128(data, position)
    bits = 7 * (after - position)
    return (value - (1 << bits) if value >> (bits - 1) else value), after


def skip_leb128(data: bytes, position: int) -> int:
    """Return the position after a number of either kind."""
    while data[position] >= 0x80:
        position += 1
    return position + 1
