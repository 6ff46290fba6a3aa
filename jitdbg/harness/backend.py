"""What a `Session` asks of a debugger's process: control and events. The facts come from its `adapter`.

Backends wait for events, never for time to pass: each wait has a deadline, a moment of `time.monotonic`. Where a
debugger lacks an ability, the method raises `Unsupported` with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from jitdbg import tools
from jitdbg.debugger.adapter import Adapter
from jitdbg.debugger.facts import Breakpoint, Stop
from jitdbg.errors import DebuggerError
from jitdbg.harness.transcript import Transcript

# How a stopped program goes on.
CONTINUE = "continue"
STEP_IN = "step in"
STEP_OVER = "step over"
STEP_OUT = "step out"
STEP_INSTRUCTION = "step instruction"
NEXT_INSTRUCTION = "next instruction"

CONNECT_SECONDS = 5
"""How long gdb tries to reach a debug server where nobody listens (yet)."""

NOT_RUNNING = "the program is not running: there is nothing to interrupt"


@dataclass(frozen=True)
class Program:
    """A program to start: an ELF file with its arguments, environment (None: ours) and working directory."""

    command: Sequence[str]
    environment: Mapping[str, str] | None = None
    directory: str | None = None

    def find(self) -> str:
        """Give the path of the file that is started. Raises `DebuggerError` where there is none."""
        path = tools.find_executable(self.command[0])
        if path is None:
            raise DebuggerError(f"{self.command[0]} is not an executable program")
        return path


@dataclass(frozen=True)
class Request:
    """A breakpoint to be set: at ``file``:``line``, at a ``function``, at an ``address``, or on what ``watch`` reads.

    The code need not exist yet. ``ignore`` hits are passed over first; ``access`` is "write", "read" or "read-write".
    """

    file: str = ""
    line: int = 0
    function: str = ""
    address: int | None = None
    watch: str = ""
    access: str = "write"
    condition: str = ""
    ignore: int = 0
    temporary: bool = field(default=False)


class Backend(Protocol):
    """A debugger's process, started when the backend is made, ended with all that it started by `close`."""

    @property
    def name(self) -> str:
        """What users call it: gdb, lldb, gdb-dap, lldb-dap."""

    @property
    def lacks(self) -> Mapping[str, str]:
        """Abilities (`jitdbg.harness.abilities`) that the debugger has not, each with the reason."""

    @property
    def adapter(self) -> Adapter:
        """The adapter inside the debugger; its methods raise `DebuggerError`."""

    @property
    def transcript(self) -> Transcript:
        """All that was said, in both directions, and what the program printed."""

    def load(self, program: Program, deadline: float) -> None:
        """Read a program's symbols, so that breakpoints can be set before it runs; `launch` starts this program."""

    def launch(self, program: Program, deadline: float, *, stop_at_entry: bool = False) -> None:
        """Start a program; it runs until `wait` says that it has stopped."""

    def attach(self, process: int, deadline: float) -> Stop:
        """Take over a running process, which stops."""

    def open_core(self, core: str, program: str, deadline: float) -> Stop:
        """Look at the core dump of ``program``."""

    def connect(self, address: str, program: str, deadline: float) -> Stop:
        """Debug what a debug server (gdbserver, lldb-server) at HOST:PORT has, whose program is stopped."""

    def set_breakpoint(self, request: Request, deadline: float) -> Breakpoint:
        """Set a breakpoint or watchpoint."""

    def delete_breakpoint(self, number: int, deadline: float) -> None:
        """Remove a breakpoint or watchpoint."""

    def resume(self, how: str, deadline: float, thread: int | None = None) -> None:
        """Let the program go on, in one of the ways named above; with ``thread``, it is that thread that steps."""

    def interrupt(self) -> None:
        """Stop the running program; `wait` tells when it has."""

    def wait(self, deadline: float) -> Stop:
        """Wait for the next stop, or the end. Raises `DeadlinePassed` or `DebuggerGone`."""

    def select(self, thread: int, frame: int) -> None:
        """Select a thread and one of its frames, for the debugger's own commands and those of ours."""

    def detach(self, deadline: float) -> None:
        """Let the program go on alone."""

    def close(self) -> None:
        """End the debugger and all processes that it or we started for it; never fails, and may be called twice."""
