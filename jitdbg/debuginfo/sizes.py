"""How large llvmlite's types are in memory."""

from __future__ import annotations

import llvmlite.ir as ir

from jitdbg.debuginfo.types import POINTER_BITS

_FLOATS = {ir.HalfType: 16, ir.FloatType: 32, ir.DoubleType: 64}


def find_size(type: ir.Type) -> int | None:
    """Give a type's size in bits; None for structures, whose padding the target decides, and what has no size."""
    if isinstance(type, ir.IntType):
        return int(type.width)
    if isinstance(type, ir.PointerType):
        return POINTER_BITS
    if isinstance(type, ir.ArrayType | ir.VectorType):
        element = find_size(type.element)
        if element is not None and isinstance(type, ir.ArrayType):
            element = _padded(type.element, element)
        return None if element is None else element * int(type.count)
    return _FLOATS.get(type.__class__)


def _padded(element: ir.Type, size: int) -> int:
    """Give what an array takes for an element of that size: at most the next power of two, and whole bytes."""
    return size if isinstance(element, ir.ArrayType) else max(1 << (size - 1).bit_length(), 8)
