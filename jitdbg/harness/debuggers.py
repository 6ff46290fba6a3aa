"""The debuggers that a session can be opened with, and their backends, which are imported when they are asked for."""

from __future__ import annotations

import importlib

from jitdbg.errors import DebuggerError
from jitdbg.harness.backend import Backend

_BACKENDS = {"gdb": ("jitdbg.harness.gdb", "GdbBackend"), "lldb": ("jitdbg.harness.lldb", "LldbBackend")}
DEBUGGERS = tuple(_BACKENDS)


def open_backend(debugger: str, deadline: float) -> Backend:
    """Start a debugger by its name; raises `ToolMissingError` where it is not installed."""
    if debugger not in _BACKENDS:
        raise DebuggerError(f"there is no debugger {debugger!r}: it is one of {', '.join(DEBUGGERS)}")
    module, name = _BACKENDS[debugger]
    backend: Backend = getattr(importlib.import_module(module), name)(deadline)
    return backend
