"""Function types of IR and how ctypes calls them.

Integers of 1, 8, 16, 32 and 64 bits, ``float``, ``double``, ``x86_fp80``, pointers of address space 0 and ``void``
have one counterpart each; everything else is passed in ways that the IR type alone does not tell (psABI 3.2.3), such
as a ``byval`` pointer, which stands for the structure itself, so that the caller has to give a ctypes prototype. IR
integers have no sign: arguments may lie in the signed or in the unsigned range of their width, results are signed.
"""

from __future__ import annotations

import ctypes
import functools
import re
import reprlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from jitdbg.errors import CallError, SignatureError

_CTYPES: dict[str, Any] = {
    "void": None,
    "i1": ctypes.c_bool,
    "i8": ctypes.c_int8,
    "i16": ctypes.c_int16,
    "i32": ctypes.c_int32,
    "i64": ctypes.c_int64,
    "float": ctypes.c_float,
    "double": ctypes.c_double,
    "x86_fp80": ctypes.c_longdouble,
    "ptr": ctypes.c_void_p,
}
# What a debugger takes for the same types.
_C_TYPES = {
    "void": "void",
    "i1": "unsigned char",
    "i8": "signed char",
    "i16": "short",
    "i32": "int",
    "i64": "long",
    "float": "float",
    "double": "double",
    "x86_fp80": "long double",
    "ptr": "void *",
}
_ZERO_EXTENDED = {"i8": ctypes.c_uint8, "i16": ctypes.c_uint16, "i32": ctypes.c_uint32}
_TRUTHS = (int, ctypes.c_bool)
_ARRAY = re.compile(r"\[\s*(\d+)\s+x\s+(.*\S)\s*\]")

Address = int


class Signature(NamedTuple):
    """A function's type in IR's own spelling; ``zero_extended`` holds the positions of ``zeroext`` parameters.

    ``convention`` is the calling convention's word (``ghccc``) where it is not that of C.
    """

    result: str
    parameters: tuple[str, ...]
    variadic: bool = False
    zero_extended: frozenset[int] = frozenset()
    convention: str = ""

    def __str__(self) -> str:
        dots = ("...",) if self.variadic else ()
        return f"{self.result} ({', '.join(self.parameters + dots)})"


def find_unknown(signature: Signature) -> str | None:
    """Say what it is in a signature that IR alone does not say how to call; None where it says all."""
    if signature.convention:
        return f"has the calling convention {signature.convention}"
    if signature.variadic:
        return "takes a variable number of arguments"
    spellings = (*signature.parameters, signature.result)
    unknown = next((each for each in spellings if each not in _CTYPES), None)
    return unknown and f"uses the type {unknown}"


def in_c(signature: Signature) -> str:
    """Spell the type of a pointer to such functions in C; only where `find_unknown` finds nothing."""
    parameters = [
        f"unsigned {_C_TYPES[each].removeprefix('signed ')}"
        if index in signature.zero_extended and each in _ZERO_EXTENDED
        else _C_TYPES[each]
        for index, each in enumerate(signature.parameters)
    ]
    return f"{_C_TYPES[signature.result]} (*)({', '.join(parameters) or 'void'})"


def variable_type(name: str, spelling: str) -> Any:
    """Give the ctypes type of a global variable of IR type ``spelling``; arrays of scalars work too."""
    if array := _ARRAY.fullmatch(spelling):
        return variable_type(name, array[2]) * int(array[1])
    if (kind := _CTYPES.get(spelling)) is None:
        raise SignatureError(
            f"global {name!r} has the type {spelling}, which has no single counterpart in ctypes: "
            f"use dylib.variable({name!r}, TYPE) with a ctypes type of your own"
        )
    return kind


def bind(name: str, signature: Signature, address: Address) -> Callable[..., Any]:
    """Make a callable of the function at ``address``; wrong arguments raise `CallError` before anything is called."""
    if signature.convention:
        raise SignatureError(
            f"{name!r} has the calling convention {signature.convention}, which ctypes can't call: "
            "call it from a function of the C convention, made in IR"
        )
    if (calling := _find_calling(signature)) is None:
        raise SignatureError(
            f"{name!r} is {signature} and {find_unknown(signature)}, which IR alone does not say how to call: "
            f"give a ctypes prototype, dylib.function({name!r}, ctypes.CFUNCTYPE(RESULT, ARGUMENTS…))"
        )
    call = _checked(name, calling.function_type(address), signature.parameters, calling.limits)
    return (lambda *arguments: bool(call(*arguments) & 1)) if signature.result == "i1" else call


def bind_prototype(name: str, prototype: Any, address: Address) -> Callable[..., Any]:
    """Make a callable of the function at ``address`` with a ctypes function type such as ``CFUNCTYPE(c_int)``.

    Raises `SignatureError` where ``prototype`` is none.
    """
    if not (isinstance(prototype, type) and hasattr(prototype, "_argtypes_")):
        raise SignatureError(
            f"{name!r} can't be called as {prototype!r}: give a ctypes function type, "
            "ctypes.CFUNCTYPE(RESULT, ARGUMENTS…)"
        )
    native = prototype(address)
    types = [kind.__name__ for kind in prototype._argtypes_]
    return _checked(name, native, types, ())


class _Calling(NamedTuple):
    """How functions of a type are called: the ctypes function type, and the limits of integers and pointers.

    A limit is a parameter's index, the lowest value and the highest.
    """

    function_type: Any
    limits: Sequence[tuple[int, int, int]]


@functools.lru_cache(maxsize=1 << 10)
def _find_calling(signature: Signature) -> _Calling | None:
    """Find out how functions of a signature are called; None where it has a type without counterpart."""
    if find_unknown(signature):
        return None
    parameters = [_parameter_type(signature, index) for index in range(len(signature.parameters))]
    result = ctypes.c_uint8 if signature.result == "i1" else _CTYPES[signature.result]
    limits = [(index, *limit) for index, each in enumerate(signature.parameters) if (limit := _find_limits(each))]
    return _Calling(ctypes.CFUNCTYPE(result, *parameters), limits)


def _parameter_type(signature: Signature, index: int) -> Any:
    spelling = signature.parameters[index]
    extended = _ZERO_EXTENDED.get(spelling) if index in signature.zero_extended else None
    return extended or _CTYPES[spelling]


def _find_limits(spelling: str) -> tuple[int, int] | None:
    """Give the range of an integer or pointer parameter, signed and unsigned readings together."""
    if not spelling.startswith(("i", "ptr")):
        return None
    bits = 64 if spelling == "ptr" else int(spelling[1:])
    return -(1 << (bits - 1)), (1 << bits) - 1


def _checked(
    name: str, native: Any, types: Sequence[str], limits: Sequence[tuple[int, int, int]]
) -> Callable[..., Any]:
    count = len(types)

    def call(*arguments: Any) -> Any:
        if len(arguments) != count:
            raise CallError(f"{name!r} takes {count} argument{'s' * (count != 1)}, {len(arguments)} given")
        for index, low, high in limits:
            value = arguments[index]
            if isinstance(value, int) and not low <= value <= high:
                raise CallError(f"{name!r}: argument {index + 1} is {value}, outside {low} to {high}")
            # ctypes would pass a pointer to wide characters, and whether an i1's value is empty.
            if isinstance(value, str) or (high == 1 and not isinstance(value, _TRUTHS)):
                raise CallError(f"{name!r}: argument {index + 1} is {value!r}, which can't be passed as {types[index]}")
        try:
            return native(*arguments)
        except ctypes.ArgumentError as error:
            raise CallError(f"{name!r}: {_explain(error, arguments, types)}") from None

    return call


def _explain(error: ctypes.ArgumentError, arguments: Sequence[Any], types: Sequence[str]) -> str:
    """Turn ctypes' ``argument 1: TypeError: wrong type`` into words that name the value and the type."""
    if not (found := re.match(r"argument (\d+)", str(error))):
        return str(error)
    index = int(found[1]) - 1
    return f"argument {index + 1} is {reprlib.repr(arguments[index])}, which can't be passed as {types[index]}"
