"""Calling what a dylib offers in words of a command line: a call expression such as ``fib(20)``, or ``main``.

An expression is parsed by Python's own parser and never evaluated: its arguments are literals.
"""

from __future__ import annotations

import ast
import ctypes
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jitdbg.dylib import Dylib
from jitdbg.errors import CallError, SignatureError
from jitdbg.signature import Signature, find_unknown

Literal = int | float | str | bytes | None

_HOW = "write a function's name and literals, as in 'fib(20)'"
_libc = ctypes.CDLL(None)
_MAIN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_MAIN_PARAMETERS = ("i32", "ptr", "ptr")


@dataclass(frozen=True)
class Call:
    """A call as it was written: a function's name and literal arguments."""

    function: str
    arguments: tuple[Literal, ...]


@dataclass(frozen=True)
class Outcome:
    """A call that was made, with the function's signature in IR's spelling; a ``void`` function's result is None."""

    function: str
    signature: str
    arguments: tuple[Literal, ...]
    result: Any


def parse(expression: str) -> Call:
    """Read a call expression: ``name(literal, …)``; a name that is no identifier is quoted. Raises `CallError`.

    Literals are integers, floats, strings and bytes (for pointers to characters), None (the null pointer), True and
    False.
    """
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise CallError(f"{expression!r} is no call: {_HOW}") from None
    if not isinstance(tree, ast.Call):
        raise CallError(f"{expression!r} is no call: {_HOW}")
    if tree.keywords:
        raise CallError(f"{expression!r} has a named argument, which functions of IR don't have: give it by position")
    return Call(_function(tree.func, expression), tuple(_literal(argument) for argument in tree.args))


def call(dylib: Dylib, request: Call) -> Outcome:
    """Call a function by its IR signature; what it printed is out when this returns.

    Raises `SymbolError`, `SignatureError` and `CallError` before anything is called.
    """
    handle = _handle(dylib, request.function)
    signature = handle.signature
    assert signature, "a handle without prototype has a signature"
    result = handle(*_converted(request, signature))
    _libc.fflush(None)
    return Outcome(request.function, str(signature), request.arguments, result)


def call_main(dylib: Dylib, arguments: Sequence[str]) -> Outcome:
    """Call ``main`` as the C library would, ``arguments`` being all of ``argv``; the result is the exit status.

    Raises `SignatureError` where ``main`` has a type that C does not allow.
    """
    signature = _signature_of_main(dylib)
    vector = (ctypes.c_char_p * (len(arguments) + 1))(*map(os.fsencode, arguments), None)
    # A main that takes less leaves the rest of the registers alone (psABI 3.2.3).
    result: int = dylib.function("main", _MAIN)(
        len(arguments), ctypes.addressof(vector), ctypes.c_void_p.in_dll(_libc, "environ")
    )
    _libc.fflush(None)
    return Outcome("main", str(signature), tuple(arguments), result & 0xFF)


def _function(node: ast.expr, expression: str) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Name | ast.Attribute):
        return ast.unparse(node)  # a dot is an ordinary character in names of IR
    raise CallError(f"{expression!r} calls something that is no name: {_HOW}")


def _literal(node: ast.expr) -> Literal:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError):
        value = ...
    if value is not None and not isinstance(value, int | float | str | bytes):
        raise CallError(f"{ast.unparse(node)!r} is no literal number, string or None: {_HOW}")
    return value


def _handle(dylib: Dylib, name: str) -> Any:
    """Give the function's handle; what is refused here is so in words for who writes an expression, not Python."""
    functions = dylib.functions()
    if not functions:
        return _untyped(dylib, name)
    if (signature := functions.get(name)) and (unknown := find_unknown(signature)):
        raise SignatureError(
            f"{name!r} is {signature} and {unknown}, which a call expression can't give: "
            "call it from a function of the source that takes plain numbers and pointers"
        )
    return dylib.function(name)


def _untyped(dylib: Dylib, name: str) -> Any:
    dylib.address(name)
    raise SignatureError(
        f"{dylib.name!r} was made of an object, which does not say what {name!r} takes: "
        "run the source it was compiled from, or give it a main"
    )


def _converted(request: Call, signature: Signature) -> list[Any]:
    if len(request.arguments) != len(signature.parameters):
        return list(request.arguments)  # the call itself says best what is wrong
    pairs = zip(request.arguments, signature.parameters, strict=True)
    return [_argument(request.function, index, *pair) for index, pair in enumerate(pairs, 1)]


def _argument(function: str, index: int, value: Literal, parameter: str) -> Any:
    """Give strings a buffer of their own, which the function may write to; refuse what ctypes would bend."""
    if isinstance(value, int | float) or (value is None and parameter == "ptr"):
        return value
    if value is None or parameter != "ptr":
        what = "None" if value is None else "a string"
        raise CallError(f"{function!r}: argument {index} is {what}, and the parameter is {parameter}: give a number")
    return ctypes.create_string_buffer(value.encode() if isinstance(value, str) else value)


def _signature_of_main(dylib: Dylib) -> Signature:
    signature = dylib.functions().get("main")
    if signature is None:  # made of an object: taken at its name
        return Signature("i32", _MAIN_PARAMETERS)
    parameters = signature.parameters
    if signature.result != "i32" or parameters != _MAIN_PARAMETERS[: len(parameters)]:
        raise SignatureError(f"main of {dylib.name!r} is {signature}: a main is i32 () or i32 (i32, ptr)")
    return signature
