"""The debuggers of a comparison, several versions of one among them, and how a session is opened with each.

lldb does not listen to the JIT interface unless it is told to (``plugin.jit-loader.gdb.enable``, whose default is for
macOS), and has to be before the program is there. A comparison that left that out would compare nothing.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jitdbg import tools
from jitdbg.errors import ToolMissingError, Unsupported
from jitdbg.harness.backend import Backend, Program
from jitdbg.harness.dap.backend import DapBackend
from jitdbg.harness.dap.dialects import Arguments, LldbDialect
from jitdbg.harness.debuggers import debugger_tool, open_backend

_LISTEN = "settings set plugin.jit-loader.gdb.enable on"
_DAP = {"gdb": "gdb-dap", "lldb": "lldb-dap"}
_FAMILY = {"gdb": "gdb", "gdb-dap": "gdb", "lldb": "lldb", "lldb-dap": "lldb-dap"}


@dataclass(frozen=True)
class Debugger:
    """A debugger by the harness's name, as ``path`` where it is not the one that is found without."""

    kind: str
    path: str = ""
    version: str = ""

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"{self.kind} {self.version}".strip()

    @property
    def dap(self) -> Debugger:
        """Its debug adapter: itself where it is one."""
        return Debugger(_DAP.get(self.kind, self.kind), self.path if self.kind == "gdb" else "", self.version)

    @contextlib.contextmanager
    def chosen(self) -> Iterator[None]:
        """Let our tools find this one."""
        variable = f"JITDBG_{_FAMILY[self.kind].upper().replace('-', '_')}"
        before = os.environ.get(variable)
        if self.path:
            os.environ[variable] = self.path
        try:
            yield
        finally:
            if self.path:
                os.environ.pop(variable) if before is None else os.environ.__setitem__(variable, before)

    def open(self, timeout: float) -> Backend:
        """Start it, listening to the JIT interface. Raises `ToolMissingError`, and `Unsupported` for want of DAP."""
        deadline = time.monotonic() + timeout
        with self.chosen():
            if self.kind == "lldb-dap":
                return DapBackend(_ListeningDialect, deadline)
            backend = open_backend(self.kind, deadline)
        if self.kind == "lldb":
            backend.adapter.execute(_LISTEN)
        return backend


class _ListeningDialect(LldbDialect):
    """lldb-dap, told to listen before there is a program."""

    def launch(self, program: Program) -> Arguments:
        return _listening(super().launch(program))

    def attach(self, process: int) -> Arguments:
        return _listening(super().attach(process))

    def core(self, core: str, program: str) -> Arguments:
        return _listening(super().core(core, program))

    def server(self, address: str, program: str) -> Arguments:
        return _listening(super().server(address, program))


def _listening(arguments: Arguments) -> Arguments:
    return {**arguments, "initCommands": [*arguments["initCommands"], _LISTEN]}


def find_debuggers(kinds: tuple[str, ...], further: tuple[Path, ...] = (), *, needed: bool = False) -> list[Debugger]:
    """Give those of ``kinds`` that are installed, with their versions, and further ones by their paths.

    Raises `ToolMissingError` for a path that leads to no debugger; where all are ``needed``, for one that is missing
    too, and `Unsupported` for want of DAP.
    """
    find = _named if needed else _installed
    return [*(found for kind in kinds if (found := find(kind))), *map(_further, further)]


def _named(kind: str) -> Debugger:
    return Debugger(kind, "", debugger_tool(kind).version or "")


def _installed(kind: str) -> Debugger | None:
    try:
        return _named(kind)
    except (ToolMissingError, Unsupported):
        return None


def _further(path: Path) -> Debugger:
    found = tools.find_executable(str(path.absolute()))
    kind = next((kind for kind in ("lldb-dap", "lldb", "gdb") if path.name.startswith(kind)), "")
    if found is None or not kind:
        raise ToolMissingError(
            f"{path} is no debugger: give the path of a program that is called gdb, lldb or lldb-dap"
        )
    version = tools.Tool(kind, found, kind).version
    if version is None:
        raise ToolMissingError(f"{path} tells no version: give a debugger that runs here")
    return Debugger(kind, found, version)
