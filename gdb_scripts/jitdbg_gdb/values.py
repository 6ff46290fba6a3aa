"""gdb's values as facts: scalars as numbers, aggregates by member, and whether there is anything to see at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Optional

import gdb

from jitdbg.debugger.facts import (
    AVAILABLE,
    CHILDREN_LIMIT,
    FAILED,
    NOT_IN_SCOPE,
    OPTIMIZED_OUT,
    Scalar,
    Value,
)

from .errors import NATIVE, words

# gdb refuses to read larger values as a whole (`max-value-size`); their elements can be read one by one.
_WHOLE = 65_536
_INTEGERS = (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_CHAR, gdb.TYPE_CODE_ENUM, gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_FLAGS)
_FLOATS = (gdb.TYPE_CODE_FLT, gdb.TYPE_CODE_DECFLOAT)
_REFERENCES = (gdb.TYPE_CODE_REF, getattr(gdb, "TYPE_CODE_RVALUE_REF", gdb.TYPE_CODE_REF))
_RECORDS = (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)
_NO_POINTEE = (gdb.TYPE_CODE_VOID, gdb.TYPE_CODE_FUNC, gdb.TYPE_CODE_METHOD)
_SCRATCH = "_jitdbg_value"

# What can't be read of an aggregate is an error of that child alone, so each is read when it is asked for.
Children = Iterator[tuple[str, Callable[[], Any]]]


def value_fact(name: str, value: gdb.Value, depth: int) -> Value:
    """Describe a value that gdb has, with children ``depth`` deep; what can't be read of it is said in the fact."""
    type_name = str(value.type)
    try:
        return _read(name, type_name, value, depth)
    except NATIVE as error:
        return failed(name, words(error), type_name)


def failed(name: str, error: str, type_name: str = "") -> Value:
    """Describe a value that gdb could not give."""
    unknown = error.startswith(("No symbol ", "No frame selected"))
    return Value(name, type_name, NOT_IN_SCOPE if unknown else FAILED, error=error)


def optimized_out(name: str, type_name: str) -> Value:
    """Describe a variable that exists in the source and nowhere in the program."""
    return Value(name, type_name, OPTIMIZED_OUT)


def _read(name: str, type_name: str, value: gdb.Value, depth: int) -> Value:
    kind = value.type.strip_typedefs()
    large = kind.sizeof > _WHOLE
    if not large and value.is_optimized_out and not _partly_there(value, kind):
        return optimized_out(name, type_name)
    count, children = _children(name, value, kind)
    shown = children if depth > 0 else ()
    return Value(
        name,
        type_name,
        AVAILABLE,
        scalar=_scalar(value, kind),
        text="" if large else _text(value),
        address=_address(value),
        children=tuple(_child(child, read, depth - 1) for child, read in shown),
        child_count=count,
    )


def _child(name: str, read: Callable[[], Any], depth: int) -> Value:
    try:
        return value_fact(name, read(), depth)
    except NATIVE as error:
        return failed(name, words(error))


def _partly_there(value: gdb.Value, kind: gdb.Type) -> bool:
    """Tell whether some member of an aggregate is left; gdb says "optimized out" of the whole for one lost bit."""
    if kind.code not in (*_RECORDS, gdb.TYPE_CODE_ARRAY):
        return False
    return any(not read().is_optimized_out for _, read in _children("", value, kind)[1])


def _scalar(value: gdb.Value, kind: gdb.Type) -> Optional[Scalar]:
    if kind.code == gdb.TYPE_CODE_BOOL:
        return bool(value)
    if kind.code in _INTEGERS:
        return int(value) if kind.sizeof <= 8 else _wide(value, kind)
    if kind.code in _FLOATS:
        return float(value)
    if kind.code in _REFERENCES:
        return _address(value.referenced_value())
    return None


def _wide(value: gdb.Value, kind: gdb.Type) -> int:
    """Give an integer of more than 64 bits, which gdb's Python shows and does not convert."""
    number, width = int(value.format_string(format="x"), 16), 8 * kind.sizeof
    return number - (1 << width) if kind.is_signed and number >> (width - 1) else number


def _text(value: gdb.Value) -> str:
    text = value.format_string(styling=False, pretty_structs=False, pretty_arrays=False)
    return " ".join(text.split("\n"))


def _address(value: gdb.Value) -> Optional[int]:
    return None if value.address is None else int(value.address)


# ------------------------------------------------------------------------------------------------------------ children


def _children(name: str, value: gdb.Value, kind: gdb.Type) -> tuple[int, Children]:
    """Count the children of a value and give the first of them, not read yet."""
    if kind.code in _RECORDS:
        fields = _own_fields(kind)
        return len(fields), _members(value, fields[:CHILDREN_LIMIT])
    if kind.code == gdb.TYPE_CODE_ARRAY:
        low, high = kind.range()
        return max(0, high - low + 1), _elements(value, low, min(high, low + CHILDREN_LIMIT - 1))
    if kind.code == gdb.TYPE_CODE_COMPLEX:
        return 2, _parts(value)
    if kind.code in _REFERENCES:
        target = value.referenced_value()
        return _children(name, target, target.type.strip_typedefs())
    if kind.code == gdb.TYPE_CODE_PTR:
        return _pointee(name, value, kind)
    return 0, iter(())


def _own_fields(kind: gdb.Type) -> list[gdb.Field]:
    """Give the fields that an object is made of, as lldb does: no static ones, no bases without any, no vtable."""
    return [field for field in kind.fields() if _is_own(field) and not (field.is_base_class and _is_empty(field.type))]


def _is_own(field: gdb.Field) -> bool:
    return hasattr(field, "bitpos") and not field.artificial


def _is_empty(base: gdb.Type) -> bool:
    return not _own_fields(base.strip_typedefs())


def _members(value: gdb.Value, fields: list[gdb.Field]) -> Children:
    return ((field.name or "", partial(value.__getitem__, field)) for field in fields)


def _elements(value: gdb.Value, low: int, high: int) -> Children:
    return ((f"[{index}]", partial(value.__getitem__, index)) for index in range(low, high + 1))


def _parts(value: gdb.Value) -> Children:
    """Give the parts of a complex number, which gdb's own functions take from expressions only."""
    gdb.set_convenience_variable(_SCRATCH, value)
    yield "real", partial(gdb.parse_and_eval, f"$_creal(${_SCRATCH})")
    yield "imag", partial(gdb.parse_and_eval, f"$_cimag(${_SCRATCH})")
    gdb.set_convenience_variable(_SCRATCH, None)


def _pointee(name: str, value: gdb.Value, kind: gdb.Type) -> tuple[int, Children]:
    """Look behind a pointer: a record's members, or the one thing that is there. Nothing where nothing can be read."""
    target = kind.target().strip_typedefs()
    if target.code in _NO_POINTEE or not _readable(value):
        return 0, iter(())
    pointee = value.dereference()
    if target.code in _RECORDS:
        return _children(name, pointee, target)
    return 1, iter([(f"*{name}", lambda: pointee)])


def _readable(pointer: gdb.Value) -> bool:
    try:
        gdb.selected_inferior().read_memory(int(pointer), 1)
    except NATIVE:
        return False
    return True
