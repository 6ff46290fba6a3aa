"""The debuggers that a session can be opened with, and their backends, which are imported when they are asked for."""

from __future__ import annotations

import importlib

from jitdbg import tools
from jitdbg.errors import DebuggerError, ToolError, Unsupported
from jitdbg.harness.backend import Backend
from jitdbg.tools import Tool

_BACKENDS = {
    "gdb": ("jitdbg.harness.gdb", "GdbBackend"),
    "lldb": ("jitdbg.harness.lldb", "LldbBackend"),
    "lldb-dap": ("jitdbg.harness.dap.backend", "open_lldb_dap"),
    "gdb-dap": ("jitdbg.harness.dap.backend", "open_gdb_dap"),
}
DEBUGGERS = tuple(_BACKENDS)
WITH_OWN_ADAPTER = ("gdb", "lldb")
"""Those that an adapter of ours is loaded into, which tells all there is; the others are asked what IDEs ask."""


def debugger_tool(debugger: str) -> Tool:
    """Find the program that a debugger is; raises `ToolMissingError`, or `Unsupported` for a gdb that has no DAP."""
    if debugger != "gdb-dap":
        return tools.tool(debugger)
    found = tools.tool("gdb")
    if found.version and not tools.has_dap(found):  # One that can't be run at all says so when it is started.
        raise Unsupported(
            debugger,
            f"{found.path} (version {found.version}) has no DAP: set JITDBG_GDB to a gdb 14 or newer",
        )
    return found


def why_left_out(debugger: str) -> str:
    """Say why tests are not run under a debugger unless it is asked for: its program is here and has no such side."""
    try:
        debugger_tool(debugger)
    except Unsupported as error:
        return error.reason
    except ToolError:
        pass  # That is for the tests to say.
    return ""


def open_backend(debugger: str, deadline: float) -> Backend:
    """Start a debugger by its name; raises `ToolMissingError` where it is not installed."""
    if debugger not in _BACKENDS:
        raise DebuggerError(f"there is no debugger {debugger!r}: it is one of {', '.join(DEBUGGERS)}")
    module, name = _BACKENDS[debugger]
    backend: Backend = getattr(importlib.import_module(module), name)(deadline)
    return backend
