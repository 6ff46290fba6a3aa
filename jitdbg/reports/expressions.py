"""DWARF expressions in unwind tables (DWARF 5, section 2.5): those of PLT stubs and of signal trampolines.

Only what compilers, linkers and C libraries write there; anything else ends the walk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from jitdbg.symbols.leb128 import sleb128, uleb128

_MASK = (1 << 64) - 1
DW_OP_deref, DW_OP_const1u, DW_OP_const1s, DW_OP_dup, DW_OP_and, DW_OP_minus, DW_OP_plus = (
    0x06, 0x08, 0x09, 0x12, 0x1A, 0x1C, 0x22,
)  # fmt: skip
DW_OP_plus_uconst, DW_OP_shl, DW_OP_eq, DW_OP_ge, DW_OP_lit0, DW_OP_breg0 = 0x23, 0x24, 0x29, 0x2A, 0x30, 0x70


class UnknownOperation(Exception):
    """An operation that is not understood here, or an operand that is missing."""


_BINARY: dict[int, Callable[[int, int], int]] = {
    DW_OP_and: lambda left, right: left & right,
    DW_OP_minus: lambda left, right: left - right,
    DW_OP_plus: lambda left, right: left + right,
    DW_OP_shl: lambda left, right: left << min(right, 64),
    DW_OP_eq: lambda left, right: int(left == right),
    DW_OP_ge: lambda left, right: int(left >= right),
}


def evaluate(
    code: bytes, registers: Mapping[int, int], read_word: Callable[[int], int], stack: Sequence[int] = ()
) -> int:
    """Return what an expression leaves on top. Raises `UnknownOperation`, and what ``read_word`` raises."""
    values, position = list(stack), 0
    try:
        while position < len(code):
            operation, position = code[position], position + 1
            if operation in _BINARY:
                right, left = values.pop(), values.pop()
                values.append(_BINARY[operation](left, right) & _MASK)
            elif DW_OP_lit0 <= operation < DW_OP_lit0 + 32:
                values.append(operation - DW_OP_lit0)
            elif DW_OP_breg0 <= operation < DW_OP_breg0 + 32:
                offset, position = sleb128(code, position)
                values.append((registers[operation - DW_OP_breg0] + offset) & _MASK)
            elif operation == DW_OP_deref:
                values.append(read_word(values.pop()))
            elif operation == DW_OP_plus_uconst:
                offset, position = uleb128(code, position)
                values.append((values.pop() + offset) & _MASK)
            elif operation in (DW_OP_const1u, DW_OP_const1s):
                value, position = code[position], position + 1
                values.append(value if operation == DW_OP_const1u or value < 128 else (value - 256) & _MASK)
            elif operation == DW_OP_dup:
                values.append(values[-1])
            else:
                raise UnknownOperation(f"{operation:#x}")
        return values[-1]
    except (IndexError, KeyError) as error:
        raise UnknownOperation(str(error)) from None
