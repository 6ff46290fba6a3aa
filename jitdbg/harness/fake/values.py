"""Values of a modelled program: ctypes objects, which have a type, members and a place in memory.

A model gives Python's numbers and strings where that is enough, ctypes objects (records, unions, bit fields, arrays,
pointers) where it is not, and a `Value` where even that is not: one that is optimised out, a complex number.
An enumeration is a subclass of a ctypes integer with its constants in ``_names_``, as ``{7: "GREEN"}``.
"""

from __future__ import annotations

import ast
import ctypes
import dataclasses
import itertools
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jitdbg.debugger.facts import AVAILABLE, CHILDREN_LIMIT, FAILED, NOT_IN_SCOPE, Scalar, Value

_TYPES = {
    ctypes.c_bool: "bool",
    ctypes.c_char: "char",
    ctypes.c_byte: "signed char",
    ctypes.c_ubyte: "unsigned char",
    ctypes.c_short: "short",
    ctypes.c_ushort: "unsigned short",
    ctypes.c_int: "int",
    ctypes.c_uint: "unsigned int",
    ctypes.c_long: "long",
    ctypes.c_ulong: "unsigned long",
    ctypes.c_float: "float",
    ctypes.c_double: "double",
    ctypes.c_char_p: "char *",
    ctypes.c_void_p: "void *",
}
_OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Mod: operator.mod,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_C_TO_PYTHON = ((r"->", "."), (r"&&", " and "), (r"\|\|", " or "), (r"!(?!=)", " not "))


class Variables:
    """Variables of a frame or a module, as attributes: ``frame.locals.count = 3``, ``frame.globals.total += 1``."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        object.__setattr__(self, "held", {})
        for name, value in given.items():
            setattr(self, name, value)

    held: dict[str, Any]
    """The objects themselves, by name."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Set a variable; one that has a number keeps its type and its place when it is given another."""
        before = self.held.get(name)
        if isinstance(before, ctypes._SimpleCData) and isinstance(value, (bool, int, float)):
            before.value = value
        else:
            self.held[name] = dataclasses.replace(value, name=name) if isinstance(value, Value) else as_object(value)

    def __getattr__(self, name: str) -> Any:
        try:
            return as_python(self.held[name])
        except KeyError:
            raise AttributeError(name) from None

    def __delattr__(self, name: str) -> None:
        del self.held[name]


def as_object(value: Any) -> Any:
    """Give Python's numbers and strings a C type: int or long, double, bool, char *."""
    if isinstance(value, bool):
        return ctypes.c_bool(value)
    if isinstance(value, int):
        return ctypes.c_int(value) if -(1 << 31) <= value < 1 << 31 else ctypes.c_long(value)
    if isinstance(value, float):
        return ctypes.c_double(value)
    return ctypes.c_char_p(value.encode()) if isinstance(value, str) else value


def as_python(held: Any) -> Any:
    """Give the number that an object of a simple type holds; anything else as it is."""
    number = _scalar(held)
    return held if number is None or isinstance(held, ctypes._Pointer) else number


def value_fact(name: str, held: Any, depth: int, *, addressed: bool = True) -> Value:
    """Describe a value, with children ``depth`` deep; a bit field and a result have no address."""
    if isinstance(held, Value):
        return dataclasses.replace(held, name=name)
    count, children = _children(name, held)
    shown = itertools.islice(children, CHILDREN_LIMIT if depth > 0 else 0)
    return Value(
        name,
        _type_name(type(held)),
        scalar=_scalar(held),
        text=_text(held),
        address=ctypes.addressof(held) if addressed else None,
        children=tuple(value_fact(child, part, depth - 1, addressed=placed) for child, part, placed in shown),
        child_count=count,
    )


def _scalar(held: Any) -> Scalar | None:
    if isinstance(held, (ctypes._Pointer, ctypes.c_char_p, ctypes.c_void_p)):
        return ctypes.cast(held, ctypes.c_void_p).value or 0
    if isinstance(held, ctypes._SimpleCData):
        value: Scalar | bytes = held.value
        return value[0] if isinstance(value, bytes) else value
    return None


def _text(held: Any) -> str:
    number = _scalar(held)
    if isinstance(held, ctypes.c_char_p) and held.value is not None:
        return f'{number:#x} "{held.value.decode(errors="replace")}"'
    if number is None:
        parts = itertools.islice(_children("", held)[1], CHILDREN_LIMIT)
        return "{" + ", ".join(f"{name} = {_text(part)}" for name, part, _ in parts) + "}"
    if isinstance(held, (ctypes._Pointer, ctypes.c_char_p, ctypes.c_void_p)):
        return f"{number:#x}"
    return str(getattr(held, "_names_", {}).get(number, str(number).lower()))


def _type_name(kind: Any) -> str:
    if issubclass(kind, ctypes._Pointer):
        return f"{_type_name(kind._type_)} *"
    if issubclass(kind, ctypes.Array):
        return f"{_type_name(kind._type_)} [{kind._length_}]"
    return _TYPES.get(kind) or str(kind.__name__)


Children = Iterator[tuple[str, Any, bool]]


def _children(name: str, held: Any) -> tuple[int, Children]:
    """Count the children and give each with its name and whether it has an address."""
    if isinstance(held, (ctypes.Structure, ctypes.Union)):
        return len(held._fields_), _members(held)
    if isinstance(held, ctypes.Array):
        return len(held), ((f"[{index}]", as_object(held[index]), False) for index in range(len(held)))
    if isinstance(held, ctypes._Pointer) and held:
        pointee = held.contents
        if isinstance(pointee, (ctypes.Structure, ctypes.Union)):
            return _children(name, pointee)
        return 1, iter([(f"*{name}", pointee, True)])
    return 0, iter(())


def _members(record: Any) -> Children:
    unnamed = getattr(record, "_anonymous_", ())
    for name, kind, *bits in record._fields_:
        if bits:
            part = kind(getattr(record, name))
        else:
            part = kind.from_address(ctypes.addressof(record) + getattr(type(record), name).offset)
        yield "" if name in unnamed else name, part, not bits


# --------------------------------------------------------------------------------------------------------- expressions


def evaluate(expression: str, names: Mapping[str, Any], depth: int) -> Value:
    """Evaluate what C and Python write alike, with ``->``, ``&&``, ``||``, ``!`` and ``&name``.

    A name stands for an object, or for a function: something callable.
    """
    try:
        if address := re.fullmatch(r"\s*&\s*(\w+)\s*", expression):
            return value_fact(expression, ctypes.c_void_p(_address(names[address[1]])), depth, addressed=False)
        found = _value(ast.parse(_as_python_writes(expression), mode="eval").body, names)
    except KeyError as error:
        return Value(expression, "", NOT_IN_SCOPE, error=f"there is no {error.args[0]} here")
    except (SyntaxError, TypeError, ValueError, AttributeError, ArithmeticError, IndexError) as error:
        return Value(expression, "", FAILED, error=f"{expression} can't be evaluated: {error}")
    named = any(found is held for held in names.values())
    return value_fact(expression, as_object(found), depth, addressed=named)


def _as_python_writes(expression: str) -> str:
    for written, python in _C_TO_PYTHON:
        expression = re.sub(written, python, expression)
    return expression.strip()


def _address(held: Any) -> int:
    return int(held.address) if callable(held) else ctypes.addressof(held)


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """Give the object that an expression names, or else the number that it comes to."""
    match node:
        case ast.Name(name):
            return names[name]
        case ast.Constant(value):
            return value
        case ast.Attribute(record, name):
            return getattr(_record(_value(record, names)), name)
        case ast.Subscript(array, index):
            return _value(array, names)[_number(index, names)]
        case ast.Call(function, arguments):
            return _value(function, names)(*(_number(argument, names) for argument in arguments))
    return _number(node, names)


def _record(held: Any) -> Any:
    return held.contents if isinstance(held, ctypes._Pointer) else held


def _number(node: ast.expr, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.BoolOp(operation, operands):
            return (all if isinstance(operation, ast.And) else any)(_number(operand, names) for operand in operands)
        case ast.UnaryOp(ast.USub(), operand):
            return -_number(operand, names)
        case ast.UnaryOp(ast.Not(), operand):
            return not _number(operand, names)
        case ast.BinOp(left, ast.Div(), right):
            return _quotient(_number(left, names), _number(right, names))
        case ast.BinOp(left, operation, right) | ast.Compare(left, [operation], [right]):
            return _OPERATORS[type(operation)](_number(left, names), _number(right, names))
        case ast.Name() | ast.Constant() | ast.Attribute() | ast.Subscript() | ast.Call():
            return _available(as_python(_value(node, names)))
    raise SyntaxError(f"{ast.unparse(node)} is beyond what the fake can evaluate")


def _quotient(left: Any, right: Any) -> Any:
    both = isinstance(left, int) and isinstance(right, int)
    return int(left / right) if both else left / right


def _available(value: Any) -> Any:
    if isinstance(value, Value) and value.availability != AVAILABLE:
        raise ValueError(f"{value.name} is {value.availability}")
    return value
