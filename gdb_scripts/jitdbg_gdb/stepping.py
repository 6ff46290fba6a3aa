"""Letting ``step``, ``next`` and ``finish`` pass over frames that are not worth a stop, the interpreter's.

gdb can skip functions, and all that they call with them, JIT code too. So a step has breakpoints at the functions that
it is to stop in; and where one has ended in a frame that is not worth it, the program goes on. A step's beginning is
told by hooks (gdb manual, "User-defined Command Hooks"), however it is asked for: MI and the debug adapter make the
same command. Its end is told by the hook after it where gdb waits for it, as in a script, and by the prompt that comes
next where somebody types. A program that drives gdb hears of each stop before we do, and would take one that is passed
over for the end of its step: for that, steps go into JIT code, and no further.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Optional

import gdb

from jitdbg.debugger.adapter import FindFrame, FindFunctions
from jitdbg.debugger.facts import Frame
from jitdbg.errors import DebuggerError

from .code import frame_fact
from .errors import NATIVE
from .libraries import LibraryBreakpoints
from .quiet import is_driven
from .stopping import HeldBack

_STEPS = ("step", "next", "finish")
_ENTERS, _RETURNS = "step", "finish"
_HOOK = "define {hook}\npython __import__({module!r}, fromlist=['']).{function}({command!r})\nend"

_current: Optional[Stepping] = None


class Stepping:
    """What a step passes over and where it stops; lives until `remove`."""

    def __init__(self, find: FindFunctions, find_frame: FindFrame) -> None:
        global _current  # noqa: PLW0603 - what gdb's hooks find: gdb knows them by their text alone
        _define_hooks()
        # What a hook would miss later, with nobody to tell.
        self._return_to, self._prompt = gdb.FinishBreakpoint, gdb.events.before_prompt
        self._find_frame = find_frame
        self._entries = LibraryBreakpoints(find, hidden=True)
        self._returns: Optional[gdb.Breakpoint] = None
        self._steps = self._is_to_go_on = False
        self._words = HeldBack()
        gdb.events.stop.connect(self._stopped)
        gdb.events.exited.connect(self._exited)
        self._prompt.connect(self.end)
        _current = self

    def remove(self) -> None:
        """Let steps be gdb's own again."""
        global _current  # noqa: PLW0603
        _current = None
        gdb.events.stop.disconnect(self._stopped)
        gdb.events.exited.disconnect(self._exited)
        self._prompt.disconnect(self.end)
        self._words.end()
        self._disarm()
        self._entries.remove()

    def begin(self, command: str) -> None:
        """Have a step that begins stop in the functions that are entered."""
        self._steps, self._is_to_go_on = True, False
        if command != _RETURNS:  # Which tells of a value, too.
            self._words.begin()
        if command == _ENTERS:
            self._entries.enabled = True
        gdb.post_event(self._check_begun)

    def end(self) -> None:
        """Go on from where a step has ended, if that is not worth a stop."""
        if self._is_to_go_on:
            self._is_to_go_on = False
            self._go_on()

    def _stopped(self, event: gdb.StopEvent) -> None:
        is_step = self._steps and not isinstance(event, (gdb.BreakpointEvent, gdb.SignalEvent)) and not is_driven()
        self._steps = False
        self._is_to_go_on = is_step and self._find_frame(_frames()) != 0
        self._disarm()
        if self._is_to_go_on:
            self._words.begin()
        else:
            self._words.show(event)

    def _exited(self, event: gdb.ExitedEvent) -> None:
        del event
        self._settle()

    def _check_begun(self) -> None:
        """Take back what a step that gdb has refused has set up: no hook is called after that."""
        thread = gdb.selected_thread()
        if self._steps and not (thread and thread.is_running()):
            self._settle()

    def _settle(self) -> None:
        self._steps = False
        self._words.end()
        self._disarm()

    def _go_on(self) -> None:
        """Run on to a function that is entered, or into the frame that is worth a stop."""
        level = self._find_frame(_frames())
        self._entries.enabled = True
        if level:
            self._returns = self._return_to(list(_walk())[level - 1], internal=True)
        gdb.execute("continue")

    def _disarm(self) -> None:
        self._entries.enabled = False
        if self._returns and self._returns.is_valid():
            self._returns.delete()
        self._returns = None


def begin(command: str) -> None:
    """Do what is to be done before a command that steps; gdb's hooks call this."""
    if _current:
        _current.begin(command)


def end(command: str) -> None:
    """Do what is to be done after a command that steps, or when it has let the program go on."""
    del command
    if _current:
        _current.end()


def _define_hooks() -> None:
    """Define the hooks, once: gdb can't take them away again."""
    for command in _STEPS:
        for hook, function in ((f"hook-{command}", begin), (f"hookpost-{command}", end)):
            with contextlib.suppress(*NATIVE):
                if __name__ in gdb.execute(f"show user {hook}", to_string=True):
                    continue
                raise DebuggerError(f"gdb has a {hook} of your own, and there can be one only: take it away first")
            words = _HOOK.format(hook=hook, module=__name__, function=function.__name__, command=command)
            gdb.execute(words, to_string=True)


def _walk() -> Iterator[gdb.Frame]:
    frame = gdb.newest_frame()
    while frame is not None:
        yield frame
        frame = frame.older()


def _frames() -> Iterator[Frame]:
    return (frame_fact(frame, level) for level, frame in enumerate(_walk()))
