"""Debug info: of a compiler's own source (`DIBuilder`, `line_table`), or of IR as its own source (`attach`, `lines`).

The builder's names are loaded when they are first asked for (PEP 562): the engine needs `attach` alone, and
llvmlite.ir costs more to import than that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["DIBuilder", "DebugInfoError", "line_table"]

_HOMES = {
    "DIBuilder": "jitdbg.debuginfo.builder",
    "DebugInfoError": "jitdbg.errors",
    "line_table": "jitdbg.debuginfo.line_table",
}

if TYPE_CHECKING:
    from jitdbg.debuginfo.builder import DIBuilder
    from jitdbg.debuginfo.line_table import line_table
    from jitdbg.errors import DebugInfoError


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value
