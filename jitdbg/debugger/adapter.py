"""What jitdbg asks of a debugger: the seam between everything that is ours and gdb's or lldb's own API.

``gdb_scripts`` and ``lldb_scripts`` each implement `Adapter` once, inside the debugger's own Python. The commands call
it there directly; the harness calls it from another process, through `jitdbg.debugger.wire`. Implementations translate
the debugger's exceptions to `DebuggerError` and let none of them through.

Every method answers about the program as it is stopped at that moment. ``frame`` is a level of the selected
thread, or of ``thread``; a call leaves the selected thread and frame as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Optional, Protocol

from jitdbg.debugger.facts import (
    Breakpoint,
    Check,
    Frame,
    Instruction,
    Module,
    Process,
    Register,
    Symbol,
    Thread,
    Value,
)
from jitdbg.debugger.images import Function

NO_PROGRAM = "there is no program: name one first (file PROGRAM)"
"""What is said where a debugger has neither a running program nor one that could be run."""

STILL_RUNNING = "thread {} is running: stop it (interrupt), or select one that is stopped"
"""What is said where a debugger lets some threads run while others are stopped, and one of those is selected."""


class Adapter(Protocol):
    """A debugger with one program; lives as long as the debugger's process."""

    @property
    def name(self) -> str:
        """``"gdb"`` or ``"lldb"``."""

    @property
    def version(self) -> str:
        """The debugger's version, digits and dots."""

    def process(self) -> Optional[Process]:
        """Describe the program's process, live or in a core; None without one."""

    def threads(self) -> Sequence[Thread]:
        """List the program's threads, in the order of their ids."""

    def selected_thread(self) -> Optional[int]:
        """Give the id of the thread that commands are about; None without a program."""

    def selected_frame(self) -> int:
        """Give the level of the frame that commands are about; raises `DebuggerError` without a program."""

    def frames(self, limit: int = 0, thread: Optional[int] = None) -> Sequence[Frame]:
        """Walk the stack, inlined functions included, innermost first; ``limit`` 0 is all of it."""

    def variables(self, scope: str, frame: int = 0, depth: int = 1, thread: Optional[int] = None) -> Sequence[Value]:
        """Read the variables of a frame that are in ``scope`` (arguments, locals, globals), children ``depth`` deep.

        A variable that an inner block shadows comes after it. Locals whose block the pc is not in are left out.
        """

    def evaluate(self, expression: str, frame: int = 0, depth: int = 1, thread: Optional[int] = None) -> Value:
        """Evaluate an expression of the frame's language; it may call functions of the program.

        What is wrong with the expression is in the value (`FAILED`, or `NOT_IN_SCOPE` for an unknown name).
        """

    def registers(self, frame: int = 0, thread: Optional[int] = None) -> Sequence[Register]:
        """Read the general-purpose, floating-point and vector registers as they are in a frame."""

    def memory(self, address: int, size: int) -> bytes:
        """Read memory; raises `DebuggerError` where some of it can't be read."""

    def instructions(self, address: int, count: int) -> Sequence[Instruction]:
        """Disassemble ``count`` instructions from ``address`` on."""

    def symbol(self, address: int) -> Symbol:
        """Say what is at an address, of code or data."""

    def module_at(self, address: int) -> Optional[Module]:
        """Describe the file that an address was loaded from; None for memory of nobody."""

    def modules(self) -> Sequence[Module]:
        """List the program and the libraries that it has loaded, in load order."""

    def breakpoints(self) -> Sequence[Breakpoint]:
        """List the user's breakpoints and watchpoints with what they are resolved to now."""

    def execute(self, command: str) -> str:
        """Run a command of the debugger's own and give what it prints; raises `DebuggerError` with its words."""


FindFunctions = Callable[[str], Sequence[Function]]
"""Which functions of the image in a file are meant, given its path."""

FindFrame = Callable[[Iterable[Frame]], Optional[int]]
"""The level of the frame that a stop is to be in, given the stack from the innermost frame outwards; None for none."""


class Following(Protocol):
    """Breakpoints that are set in libraries as they are loaded; lives until `remove`, or as long as the debugger."""

    def remove(self) -> None:
        """Delete the breakpoints that there are, and set no more."""


class Breaking(Following, Protocol):
    """The same for breakpoints that are the user's, who can delete them."""

    @property
    def is_set(self) -> bool:
        """Whether they are there, or were not needed yet: not once the user has deleted all of them."""


class CommandAdapter(Adapter, Protocol):
    """What commands ask beyond facts; they run inside the debugger, so that functions can be handed over."""

    def break_in_libraries(self, find: FindFunctions) -> Breaking:
        """Set a breakpoint at each function that ``find`` gives for a library, of those loaded and those to come.

        It is behind the prologue, where arguments can be trusted, if there is debug info. When the user has deleted all
        that there are, no more are set.
        """

    def pass_over(self, find: FindFunctions, find_frame: FindFrame) -> Following:
        """Let the user's own commands that step go on from a stop that ``find_frame`` has another frame for.

        Then, and in a step into what is called, the functions that ``find`` gives stop the program as they are entered.
        """

    def receive_file(self, remote_path: str, path: str) -> None:
        """Copy a file of the machine that a debug server runs on to this one; raises `DebuggerError`."""

    def checks(self) -> Sequence[Check]:
        """Tell which of the debugger's own abilities and settings are as JIT code and our commands need them."""
