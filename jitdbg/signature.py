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
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import llvmlite.binding as llvm

from jitdbg import irtext
from jitdbg.errors import CallError, SignatureError, SourceError

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
_ZERO_EXTENDED = {"i8": ctypes.c_uint8, "i16": ctypes.c_uint16, "i32": ctypes.c_uint32}
# Attributes that change where a parameter is passed; clang gives the first to structures of more than 16 bytes.
_PLACES = ("byval", "inreg", "nest", "swiftself", "swifterror", "swiftasync", "inalloca", "preallocated")
_ARRAY = re.compile(r"\[(\d+) x (.*)\]")
_LOCAL = (llvm.Linkage.internal, llvm.Linkage.private, llvm.Linkage.available_externally)
# Of LLVM's conventions that are not C's; fastcc and coldcc pass arguments as C does where ctypes can pass them.
_CONVENTION = re.compile(r"\b((?!(?:c|fast|cold)cc\b)\w+cc|cc\s*\d+)\s")
# What all of those have: looked for first, since an attempt at every word reads a text thirty times as slowly.
_PERHAPS_CONVENTION = re.compile(r"cc[\s\d]")

Address = int


@dataclass(frozen=True)
class Signature:
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


@functools.lru_cache(maxsize=1 << 10)
def parse(spelling: str, zero_extended: frozenset[int] = frozenset()) -> Signature:
    """Read a function type as LLVM prints it: ``i32 (i32, ptr, ...)``."""
    start = _opening_parenthesis(spelling)
    parameters = _split(spelling[start + 1 : -1])
    variadic = parameters[-1:] == ("...",)
    return Signature(spelling[:start].strip(), parameters[:-1] if variadic else parameters, variadic, zero_extended)


def signatures(module: llvm.ModuleRef, text: str) -> dict[str, Signature]:
    """Give the signatures of the functions that ``module`` defines and exports; ``text`` is its IR."""
    extended, placed = "zeroext" in text, any(word in text for word in _PLACES)
    exported = _exported(module.functions, text)
    found = [
        parse(str(function.global_value_type), _zero_extended(function) if extended else frozenset())
        for function in exported
    ]
    if placed:
        found = [_placed(known, function) for known, function in zip(found, exported, strict=True)]
    names = [symbol_name(function) for function in exported]
    return dict(zip(names, _with_conventions(names, found, text), strict=True))


def global_types(module: llvm.ModuleRef, text: str) -> dict[str, str]:
    """Give the value types of the global variables that ``module`` defines and exports, as IR spells them."""
    if "global" not in text and "constant" not in text:
        return {}
    return {symbol_name(each): str(each.global_value_type) for each in _exported(module.global_variables, text)}


def symbol_name(value: llvm.ValueRef) -> str:
    """Give the name of a value's symbol: a leading byte 1 tells LLVM to use the rest as it is. Raises `SourceError`."""
    try:
        return str(value.name).removeprefix("\x01")
    except UnicodeDecodeError as error:
        raise SourceError(f"the name {error.object!r} of a function or global is no UTF-8: rename it") from None


def _with_conventions(names: list[str], known: list[Signature], text: str) -> list[Signature]:
    """Add the calling conventions, which llvmlite does not tell, from the text's headers."""
    if not _PERHAPS_CONVENTION.search(text) or not _CONVENTION.search(text):
        return known
    code = irtext.blanked(text)
    conventions = {
        header.name.removeprefix("\x01"): found[1]
        for header in irtext.headers(text, code)
        if (found := _CONVENTION.search(code, header.keyword, code.index("@", header.keyword)))
    }
    return [
        replace(signature, convention=conventions.get(name, "")) for name, signature in zip(names, known, strict=True)
    ]


def _exported(values: Iterable[llvm.ValueRef], text: str) -> list[llvm.ValueRef]:
    """Leave out declarations and local symbols; LLVM is asked for what the text holds at all, since asking costs."""
    declarations = "declare" in text or "extern" in text
    local = any(word in text for word in ("internal", "private", "available_externally"))
    hidden = "hidden" in text
    return [
        value
        for value in values
        if not (declarations and value.is_declaration)
        and not (local and value.linkage in _LOCAL)
        and not (hidden and value.visibility == llvm.value.Visibility.hidden)
    ]


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
    types = [_parameter_type(name, signature, index) for index in range(len(signature.parameters))]
    result = _ctype(name, signature, signature.result)
    native = ctypes.CFUNCTYPE(ctypes.c_uint8 if signature.result == "i1" else result, *types)(address)
    call = _checked(name, native, signature.parameters, [_limits(parameter) for parameter in signature.parameters])
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
    return _checked(name, native, types, [None] * len(types))


def _opening_parenthesis(spelling: str) -> int:
    """Find the parenthesis that opens the parameter list: ``ptr addrspace(1) (i32)`` has two."""
    depth = 0
    for index in range(len(spelling) - 1, -1, -1):
        depth += (spelling[index] == ")") - (spelling[index] == "(")
        if depth == 0:
            return index
    raise SignatureError(f"{spelling!r} is no function type")


def _split(parameters: str) -> tuple[str, ...]:
    """Split at the commas that are in no bracket."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(parameters):
        depth += (character in "({[<") - (character in ")}]>")
        if character == "," and depth == 0:
            parts.append(parameters[start:index].strip())
            start = index + 1
    last = parameters[start:].strip()
    return (*parts, last) if last else tuple(parts)


def _zero_extended(function: llvm.ValueRef) -> frozenset[int]:
    return frozenset(i for i, argument in enumerate(function.arguments) if b"zeroext" in b" ".join(argument.attributes))


def _placed(known: Signature, function: llvm.ValueRef) -> Signature:
    """Say in a signature which parameters are not where their type alone would put them: ``ptr byval(%S)``."""
    words = (
        [word.decode() for word in argument.attributes if word.decode().startswith(_PLACES)]
        for argument in function.arguments
    )
    parameters = tuple(" ".join([kind, *more]) for kind, more in zip(known.parameters, words, strict=True))
    return replace(known, parameters=parameters)


def _parameter_type(name: str, signature: Signature, index: int) -> Any:
    spelling = signature.parameters[index]
    if index in signature.zero_extended and spelling in _ZERO_EXTENDED:
        return _ZERO_EXTENDED[spelling]
    return _ctype(name, signature, spelling)


def _ctype(name: str, signature: Signature, spelling: str) -> Any:
    if signature.variadic or spelling not in _CTYPES:
        what = "takes a variable number of arguments" if signature.variadic else f"uses the type {spelling}"
        raise SignatureError(
            f"{name!r} is {signature} and {what}, which IR alone does not say how to call: give a ctypes prototype, "
            f"dylib.function({name!r}, ctypes.CFUNCTYPE(RESULT, ARGUMENTS…))"
        )
    return _CTYPES[spelling]


def _limits(spelling: str) -> tuple[int, int] | None:
    """Give the range of an integer or pointer parameter, signed and unsigned readings together."""
    if not spelling.startswith(("i", "ptr")):
        return None
    bits = 64 if spelling == "ptr" else int(spelling[1:])
    return -(1 << (bits - 1)), (1 << bits) - 1


def _checked(
    name: str, native: Any, types: Sequence[str], limits: Sequence[tuple[int, int] | None]
) -> Callable[..., Any]:
    bounded = [(index, *limit) for index, limit in enumerate(limits) if limit is not None]
    count = len(types)

    def call(*arguments: Any) -> Any:
        if len(arguments) != count:
            raise CallError(f"{name!r} takes {count} argument{'s' * (count != 1)}, {len(arguments)} given")
        for index, low, high in bounded:
            value = arguments[index]
            if isinstance(value, int) and not low <= value <= high:
                raise CallError(f"{name!r}: argument {index + 1} is {value}, outside {low} to {high}")
            if isinstance(value, str):  # ctypes would pass a pointer to wide characters
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
