"""Putting the dylibs' JITs in the place of llvmlite's, for programs that can't be edited."""

from __future__ import annotations

import functools
from typing import Any, Final

import llvmlite
import llvmlite.binding as llvm
from llvmlite.binding import executionengine, orcjit

from jitdbg.debuginfo.attach import Debug
from jitdbg.errors import JitdbgError
from jitdbg.llvmlite.legacy import REPLACEMENTS
from jitdbg.llvmlite.lljit import create_lljit_compiler, link_library
from jitdbg.llvmlite.mcjit import ExecutionEngine, create_mcjit_compiler
from jitdbg.llvmlite.origins import remember

_NEEDED: Final = {
    executionengine: ("create_mcjit_compiler", "ExecutionEngine"),
    orcjit: ("create_lljit_compiler", "JITLibraryBuilder"),
}
_ABSENT: Final = object()
_replaced: list[tuple[Any, str, Any]] = []


def install(*, debug: Debug = "source") -> None:
    """Let ``llvmlite.binding``'s JITs be those of this package, in the whole process, for engines made from now on.

    Call it before a program takes ``create_mcjit_compiler`` out of ``llvmlite.binding`` by name, and before it makes
    target machines. ``debug`` is that of `jitdbg.Engine`: "auto" makes IR that has no debug info its own source. A
    second call changes that alone. What llvmlite has removed and old programs call (`initialize`, the first
    pass managers) is there again. Raises `JitdbgError` for a llvmlite whose parts have other names.
    """
    uninstall()
    _check()
    remember()
    create_mcjit = functools.wraps(create_mcjit_compiler)(functools.partial(create_mcjit_compiler, debug=debug))
    create_lljit = functools.wraps(create_lljit_compiler)(functools.partial(create_lljit_compiler, debug=debug))
    for home in (llvm, executionengine):
        _replace(home, "create_mcjit_compiler", create_mcjit)
        _replace(home, "ExecutionEngine", ExecutionEngine)
    for home in (llvm, orcjit):
        _replace(home, "create_lljit_compiler", create_lljit)
    for name, replacement in REPLACEMENTS.items():
        _replace(llvm, name, replacement)
    builder: Any = orcjit.JITLibraryBuilder
    _replace(builder, "link", link_library(builder.link))


def uninstall() -> None:
    """Put llvmlite's own JITs back; engines that were made meanwhile stay what they are."""
    while _replaced:
        home, name, value = _replaced.pop()
        if value is _ABSENT:
            delattr(home, name)
        else:
            setattr(home, name, value)


def installed() -> bool:
    """Say whether `install` holds."""
    return bool(_replaced)


def _replace(home: Any, name: str, value: Any) -> None:
    _replaced.append((home, name, getattr(home, name, _ABSENT)))
    setattr(home, name, value)


def _check() -> None:
    for home, names in _NEEDED.items():
        if missing := [name for name in names if not hasattr(home, name)]:
            raise JitdbgError(
                f"llvmlite {llvmlite.__version__} is not known here: {home.__name__} has no {', '.join(missing)}: "
                "use a newer jitdbg, or llvmlite 0.50"
            )
