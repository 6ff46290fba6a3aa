"""lldb's values as facts: scalars as numbers, aggregates by member, and whether there is anything to see at all.

Types are spelled as lldb does (``int[3]``, ``point``, ``unsigned int:3`` of a bit field); children are those of the
language, never those of lldb's formatters.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Optional

import lldb

from jitdbg.debugger.facts import (
    AVAILABLE,
    CHILDREN_LIMIT,
    FAILED,
    NOT_IN_SCOPE,
    OPTIMIZED_OUT,
    Scalar,
    Value,
)

from .errors import words

# The only signs of it: of the error, code and type are those of every other failure. `ValueObjectVariable.cpp` and
# `DWARFExpressionList.cpp` have the one for a location list without the pc, the other for an empty location; of
# `DWARFExpression.cpp` are those for a register, or an argument of the caller's, that nobody has kept.
_OPTIMIZED_OUT = re.compile(
    r"variable not available|optimized out|register \S+ is not available|evaluate DW_OP_entry_value", re.IGNORECASE
)
_UNKNOWN = re.compile(r"use of undeclared identifier|no variable named|no member named")
_NO_RESULT = 0x1001  # lldb's UserExpression::kNoResult: the expression is of type void.

_FLOATS = (
    lldb.eBasicTypeHalf,
    lldb.eBasicTypeFloat,
    lldb.eBasicTypeDouble,
    lldb.eBasicTypeLongDouble,
    getattr(lldb, "eBasicTypeFloat128", lldb.eBasicTypeLongDouble),  # older releases know it by no name
)
_NUMBERS = sum((lldb.eTypeIsInteger, lldb.eTypeIsEnumeration, lldb.eTypeIsPointer))
_POINTERS = lldb.eTypeClassPointer
_REFERENCES = lldb.eTypeClassReference
_COMPLEX = lldb.eTypeClassComplexFloat
_NO_POINTEE = lldb.eTypeClassFunction
_PARTS = {8: lldb.eBasicTypeFloat, 16: lldb.eBasicTypeDouble, 32: lldb.eBasicTypeLongDouble}
_WORD_BYTES = 8
UNKNOWN_STRIDES = "lldb can't read arrays of arrays of variable length: cast to a type of known lengths"


def value_fact(value: lldb.SBValue, depth: int, name: Optional[str] = None) -> Value:
    """Describe a value that lldb has, with children ``depth`` deep; what can't be read of it becomes part of it."""
    value = value.GetNonSyntheticValue()
    name = (value.GetName() or "") if name is None else name
    if value.GetError().Fail():
        return _without_value(value, name)
    kind = value.GetType().GetCanonicalType()
    if has_unknown_strides(kind):
        return failed(name, UNKNOWN_STRIDES, value.GetTypeName() or "")
    count = child_count(value, kind)
    children = itertools.islice(_children(value, kind, count), CHILDREN_LIMIT) if depth > 0 else ()
    address = value.GetLoadAddress()
    return Value(
        name,
        value.GetTypeName() or "",
        AVAILABLE,
        scalar=scalar(value, kind),
        text=_text(value),
        address=None if address == lldb.LLDB_INVALID_ADDRESS else address,
        children=tuple(value_fact(child, depth - 1, _member_name(child, name)) for child in children),
        child_count=count,
    )


def has_unknown_strides(kind: lldb.SBType) -> bool:
    """Tell whether a type is an array of arrays whose length varies: where its elements begin lldb gets wrong."""
    return bool(kind.IsArrayType()) and "[]" in (kind.GetArrayElementType().GetCanonicalType().GetName() or "")


def _without_value(value: lldb.SBValue, name: str) -> Value:
    error = value.GetError()
    type_name = value.GetTypeName() if value.GetType().IsValid() else ""
    if error.GetError() == _NO_RESULT:
        return Value(name, "void")
    return failed(name, words(error), type_name or "")


def failed(name: str, error: str, type_name: str = "") -> Value:
    """Describe a value that lldb could not give, from its words."""
    if _OPTIMIZED_OUT.search(error):
        return Value(name, type_name, OPTIMIZED_OUT)
    return Value(name, type_name, NOT_IN_SCOPE if _UNKNOWN.search(error) else FAILED, error=error)


def _member_name(child: lldb.SBValue, parent: str) -> str:
    """Name a child; what a pointer points at is called ``*POINTER``, by the name that we gave the pointer."""
    name = child.GetName() or ""
    return f"*{parent}" if name.startswith("*") else name


def scalar(value: lldb.SBValue, kind: lldb.SBType) -> Optional[Scalar]:
    """Give the number of a value that has one."""
    basic = kind.GetBasicType()
    if kind.GetTypeClass() == lldb.eTypeClassVector:
        return None
    if kind.GetTypeClass() == _REFERENCES:
        return int(value.GetValueAsUnsigned())
    if basic == lldb.eBasicTypeBool:
        return bool(value.GetValueAsUnsigned())
    if basic in _FLOATS:
        return _float(value, kind)
    if kind.GetTypeFlags() & _NUMBERS:
        return _integer(value, kind)
    return None


def _integer(value: lldb.SBValue, kind: lldb.SBType) -> int:
    integer = kind.GetEnumerationIntegerType() if kind.GetTypeFlags() & lldb.eTypeIsEnumeration else kind
    signed = bool(integer.GetTypeFlags() & lldb.eTypeIsSigned)
    if kind.GetByteSize() <= _WORD_BYTES:
        # Of what is computed, not stored (DW_OP_stack_value), lldb 22 gives more bits than the type has.
        bits = 8 * kind.GetByteSize()
        number = int(value.GetValueAsSigned() if signed else value.GetValueAsUnsigned()) & ((1 << bits) - 1)
        return number - (1 << bits) if signed and number >> (bits - 1) else number
    order = "big" if value.GetTarget().GetByteOrder() == lldb.eByteOrderBig else "little"
    return int.from_bytes(_bytes(value, kind), order, signed=signed)  # type: ignore[arg-type]


def _bytes(value: lldb.SBValue, kind: lldb.SBType) -> bytes:
    return bytes(value.GetData().ReadRawData(lldb.SBError(), 0, kind.GetByteSize()))


def _float(value: lldb.SBValue, kind: lldb.SBType) -> float:
    error, data = lldb.SBError(), value.GetData()
    if kind.GetBasicType() == lldb.eBasicTypeFloat:
        return float(data.GetFloat(error, 0))
    if kind.GetBasicType() == lldb.eBasicTypeDouble:
        return float(data.GetDouble(error, 0))
    return float(value.GetValue())  # Python has no number of this size: it gets lldb's digits.


def _text(value: lldb.SBValue) -> str:
    shown = " ".join(filter(None, (value.GetValue(), value.GetSummary())))
    return " ".join(shown.split("\n")) if shown else _description(value)


def _description(value: lldb.SBValue) -> str:
    """Give what lldb shows of an aggregate, without the type and the name that stand before it."""
    stream = lldb.SBStream()
    value.GetDescription(stream)
    text = " ".join((stream.GetData() or "").split())
    return text.partition(f"{value.GetName()} = ")[2] or text


# ------------------------------------------------------------------------------------------------------------ children


def child_count(value: lldb.SBValue, kind: lldb.SBType) -> int:
    """Count the children of a value; those behind a pointer only where there is something."""
    kinds = kind.GetTypeClass()
    if kinds == _COMPLEX:
        return 2
    if kinds == _POINTERS and not _points_at_something(value, kind):
        return 0
    return int(value.GetNumChildren())


def _children(value: lldb.SBValue, kind: lldb.SBType, count: int) -> Iterator[lldb.SBValue]:
    if kind.GetTypeClass() == _COMPLEX:
        return _parts(value, kind)
    return (value.GetChildAtIndex(index, lldb.eNoDynamicValues, False) for index in range(count))


def _parts(value: lldb.SBValue, kind: lldb.SBType) -> Iterator[lldb.SBValue]:
    """Give the parts of a complex number, which lldb takes for one."""
    part = value.GetTarget().GetBasicType(_PARTS.get(kind.GetByteSize(), lldb.eBasicTypeDouble))
    yield value.CreateChildAtOffset("real", 0, part)
    yield value.CreateChildAtOffset("imag", part.GetByteSize(), part)


def _points_at_something(value: lldb.SBValue, kind: lldb.SBType) -> bool:
    pointee = kind.GetPointeeType().GetCanonicalType()
    if pointee.GetBasicType() == lldb.eBasicTypeVoid or pointee.GetTypeClass() & _NO_POINTEE:
        return False
    error = lldb.SBError()
    return bool(value.GetProcess().ReadMemory(value.GetValueAsUnsigned(), 1, error)) and error.Success()
