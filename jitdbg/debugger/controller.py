"""What the commands that change a program ask of a debugger, beyond what the others do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Optional, Protocol

from jitdbg.debugger.adapter import CommandAdapter
from jitdbg.debugger.facts import Stop, Value

PROGRAM_ENDED = "the program ended while a function of it was called: start it again (run), with a breakpoint there"
"""What is said where a call ends the program: a constructor, say, or what was to be called, has called exit."""


@dataclass(frozen=True)
class Called:
    """What became of a call: its ``value``, or the ``stop`` that it is unfinished at, in the midst of the program."""

    value: Optional[Value] = None
    stop: Optional[Stop] = None


class Controller(CommandAdapter, Protocol):
    """A debugger that can call into its program, write to it and wait for it."""

    def call(self, expression: str, *, stops: bool = False, all_threads: bool = False) -> Called:
        """Evaluate an expression that calls functions of the program, in the selected thread and frame.

        It is of C; where the frame's code is C++, of that, which lldb takes everywhere.

        Breakpoints are passed over and a signal ends the call, which is then as if it had not been made and its value
        an error. With ``stops`` both stop the program where it is. Other threads wait meanwhile, except with
        ``all_threads`` and those that a debugger in non-stop mode lets run. Raises `DebuggerError` where the program
        ended in the call.
        """

    def call_function(self, address: int, arguments: str, *, stops: bool = False, all_threads: bool = False) -> Called:
        """Call the function at an address by the type that its debug info gives it, as `call` does.

        ``arguments`` are expressions, parted by commas; another number than the function takes is an error, and nothing
        is called. Raises `DebuggerError` where there is no debug info.
        """

    def write_memory(self, address: int, data: bytes) -> None:
        """Write to the program's memory; raises `DebuggerError` where that can't be."""

    def send_file(self, path: str, remote_path: str) -> None:
        """Copy a file of this machine to the one that a debug server runs on; raises `DebuggerError`."""

    def running_threads(self) -> frozenset[int]:
        """Give the ids of the threads that run while others are stopped (non-stop mode)."""

    def was_interrupted(self) -> bool:
        """Tell whether Ctrl-C came since the command began, where a debugger raises no KeyboardInterrupt at that."""

    def at_start(self, function: str, act: Callable[[], str]) -> None:
        """Do something once, when the program comes to a function, after what was to be done there before.

        The program goes on then, unless a breakpoint of the user's, or a call by ``act``, stops it there. What ``act``
        returns, or the `JitdbgError` that it raises, is printed.
        """
