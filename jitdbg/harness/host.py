"""A program that loads an object or a library and starts it: ``python -m jitdbg.harness.host FILE CALL ARGUMENT…``.

What a compiler of somebody's own has made has no types to call it by, so that integers go as C's ``long``, floats as
``double``, strings and None as pointers. With an empty CALL it is ``main`` that is called, with the ARGUMENTs, and its
status is that of the process. Mistakes are one sentence, and exit with 2, as those of ``jitdbg run``.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jitdbg import invocation
from jitdbg.engine import Engine
from jitdbg.errors import JitdbgError, LoadError, SymbolError

_TYPES: dict[type, Any] = {bool: ctypes.c_long, int: ctypes.c_long, float: ctypes.c_double}
_MISTAKE = 2


def main(words: Sequence[str]) -> int:
    """Do what the command line says and give the exit status."""
    file, call, *arguments = words
    try:
        with Engine() as engine:
            return _start(engine, file, call, arguments)
    except JitdbgError as error:
        print(f"jitdbg: error: {error}", file=sys.stderr)
        return _MISTAKE


def _start(engine: Engine, file: str, call: str, arguments: Sequence[str]) -> int:
    request = invocation.parse(call) if call else invocation.Call("main", ())
    function = _address(engine, file, request.function)
    status = _call(function, request.arguments) if call else _call_main(function, [file, *arguments])
    ctypes.CDLL(None).fflush(None)
    return status


def _address(engine: Engine, file: str, name: str) -> int:
    """Load a file and find a function of it."""
    if file.endswith(".o"):
        return engine.load(Path(file)).address(name)
    try:
        found = getattr(ctypes.CDLL(file), name)
    except OSError as error:
        raise LoadError(f"{file} can't be loaded: {error}") from None
    except AttributeError:
        raise SymbolError(f"{file} has no function {name!r}: let the compiler export it") from None
    return ctypes.cast(found, ctypes.c_void_p).value or 0


def _call(function: int, arguments: Sequence[invocation.Literal]) -> int:
    types = [_TYPES.get(type(each), ctypes.c_char_p) for each in arguments]
    given = [each.encode() if isinstance(each, str) else each for each in arguments]
    ctypes.CFUNCTYPE(ctypes.c_long, *types)(function)(*given)
    return 0


def _call_main(function: int, words: Sequence[str]) -> int:
    vector = (ctypes.c_char_p * (len(words) + 1))(*map(os.fsencode, words), None)
    prototype = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
    return int(prototype(function)(len(words), ctypes.addressof(vector))) & 0xFF


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
