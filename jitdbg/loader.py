"""Path to dylib: the system's own loader, called directly.

``ctypes.CDLL`` never unloads and hides the handle; here are dlopen, dlsym, dlclose and dlinfo as they are. Calls let go
of the interpreter's lock, since constructors may call back into Python and since another thread may hold the loader's.
"""

from __future__ import annotations

import ctypes
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from jitdbg.elf import ElfFile
from jitdbg.errors import LoadError, MissingSymbolsError
from jitdbg.locks import inside_loader

_libc = ctypes.CDLL(None)
_dlopen, _dlsym, _dlclose, _dlerror, _dlinfo = (
    getattr(_libc, name) for name in ("dlopen", "dlsym", "dlclose", "dlerror", "dlinfo")
)
_dlopen.argtypes, _dlopen.restype = [ctypes.c_char_p, ctypes.c_int], ctypes.c_void_p
_dlsym.argtypes, _dlsym.restype = [ctypes.c_void_p, ctypes.c_char_p], ctypes.c_void_p
_dlclose.argtypes, _dlclose.restype = [ctypes.c_void_p], ctypes.c_int
_dlerror.argtypes, _dlerror.restype = [], ctypes.c_char_p
_dlinfo.argtypes, _dlinfo.restype = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p], ctypes.c_int

_RTLD_DI_LINKMAP = 2  # <dlfcn.h>
# What compilers call for arithmetic that the machine has not, as in __truncdfbf2: an operation and modes of operands.
_RUNTIME = re.compile(r"__[a-z]+?(?:[hbsdxt]f|[sdt]i)+[2-4]?")
_DEFAULT = None  # RTLD_DEFAULT: everything that is loaded for all


class _LinkMap(ctypes.Structure):
    """``struct link_map`` of <link.h>, its public part."""

    _fields_ = [("l_addr", ctypes.c_size_t), ("l_name", ctypes.c_char_p), ("l_ld", ctypes.c_size_t)]


_LinkMapPointer = ctypes.POINTER(_LinkMap)


class Loaded(NamedTuple):
    """An image in this process: ``handle`` is dlopen's, ``base`` the address that its `p_vaddr` 0 lies at."""

    path: str
    handle: int
    base: int


Uses = Mapping[str, Sequence[str]]


def load(path: str, find_uses: Callable[[], Uses] = dict, *, name: str = "") -> Loaded:
    """Load the image at ``path`` with all its symbols bound and none of them offered to others.

    ``find_uses`` is asked after a failure which functions refer to which undefined symbol, so that all missing ones are
    reported at once; the loader itself names one. Raises `MissingSymbolsError`, or `LoadError` with the loader's words.
    """
    with inside_loader:
        handle = _dlopen(os.fsencode(path), os.RTLD_NOW | os.RTLD_LOCAL)
    if handle is None:
        raise _refused(_last_error(), path, find_uses(), name)
    link_map = _LinkMapPointer()
    _dlinfo(handle, _RTLD_DI_LINKMAP, ctypes.byref(link_map))
    return Loaded(path, handle, link_map[0].l_addr)


def unload(dylib: Loaded) -> None:
    """Give the dylib back to the loader, which unmaps it when nobody else holds it."""
    with inside_loader:
        failed = _dlclose(dylib.handle)
    if failed:
        raise LoadError(f"{dylib.path} can't be unloaded: {_last_error()}")


def find_symbol(dylib: Loaded | None, name: str) -> int | None:
    """Give the address of ``name`` in ``dylib`` and what it depends on, or among all that is global (``None``)."""
    # Forks need not wait for this: it only reads, and its lock is open in a child (fork.c of glibc).
    address: int | None = _dlsym(dylib.handle if dylib else _DEFAULT, name.encode("utf-8", "surrogateescape"))
    return address


def addresses(dylib: Loaded, names: Iterable[str]) -> dict[str, int]:
    """Give the addresses of those of ``names`` that ``dylib`` has."""
    return {name: address for name in names if (address := find_symbol(dylib, name)) is not None}


def _last_error() -> str:
    words: bytes | None = _dlerror()
    return words.decode(errors="replace") if words else "the loader gave no reason"


def _refused(words: str, path: str, uses: Uses, name: str) -> LoadError:
    if not re.search(r"undefined symbol|symbol lookup error", words) or not (
        absent := _missing([symbol for symbol in uses if uses[symbol]], path)
    ):
        return LoadError(f"the system's loader refused {name or path}: {words}")
    listed = "; ".join(f"{symbol} (used in {', '.join(uses[symbol])})" for symbol in absent)
    return MissingSymbolsError(
        f"{name or path} refers to symbols that nobody defines: {listed}: {_advice(absent)}",
        {symbol: tuple(uses[symbol]) for symbol in absent},
    )


def _missing(names: Sequence[str], path: str) -> list[str]:
    """List those of ``names`` that nothing global in this process defines, nor a library that the image needs."""
    absent = [name for name in names if find_symbol(None, name) is None]
    libraries = _needed(path)
    try:
        return [name for name in absent if not any(find_symbol(library, name) for library in libraries)]
    finally:
        for library in libraries:
            unload(library)


def _needed(path: str) -> list[Loaded]:
    """Load what the image needs, as the loader had done until it met the symbol."""
    names = ElfFile(Path(path).read_bytes(), path).needed
    with inside_loader:
        handles = [(name, _dlopen(os.fsencode(name), os.RTLD_LAZY | os.RTLD_LOCAL)) for name in names]
    return [Loaded(name, handle, 0) for name, handle in handles if handle]


def _advice(absent: Sequence[str]) -> str:
    if all(map(_RUNTIME.fullmatch, absent)):
        return (
            "such routines are the compiler's own runtime, and this machine's libgcc_s lacks them: install a newer "
            "one, or do without that type or operation"
        )
    return (
        "define them with Engine.define, load the dylib that has them first, or load their library with "
        "ctypes.CDLL(…, ctypes.RTLD_GLOBAL), or LD_PRELOAD before the process starts"
    )
