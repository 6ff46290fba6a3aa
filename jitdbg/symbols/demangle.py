"""C++ linkage names as people write them, through the C++ runtime's own demangler (Itanium ABI, ``__cxa_demangle``)."""

from __future__ import annotations

import ctypes
from functools import cache, lru_cache
from typing import Any

_RUNTIMES = ("libstdc++.so.6", "libc++abi.so.1")
_libc = ctypes.CDLL(None)
_libc.free.argtypes = (ctypes.c_void_p,)
_libc.free.restype = None


@lru_cache(maxsize=65536)
def demangle(name: str) -> str | None:
    """Demangle a C++ linkage name; None for a name of another kind, or if no C++ runtime is installed."""
    function = _find_demangler() if name.startswith("_Z") else None
    if function is None:
        return None
    status = ctypes.c_int()
    text = function(name.encode(errors="surrogateescape"), None, None, ctypes.byref(status))
    if not text:
        return None
    try:
        return ctypes.string_at(text).decode(errors="replace")
    finally:
        _libc.free(text)


@cache
def _find_demangler() -> Any:
    for runtime in _RUNTIMES:
        try:
            function = ctypes.CDLL(runtime)["__cxa_demangle"]
        except OSError:
            continue
        function.argtypes = (ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
        function.restype = ctypes.c_void_p
        return function
    return None
