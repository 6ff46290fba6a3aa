"""Letting ``step``, ``next`` and ``finish`` pass over frames that are not worth a stop, the interpreter's.

lldb can avoid functions, and all that they call, JIT code too. So the words that people type become a command of ours,
which steps as before: breakpoints at the functions that a step is to stop in are enabled meanwhile, and where it ends
in a frame that is not worth it, the program goes on. What steps by lldb's API, as IDEs do, is not changed.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any, Optional

import lldb

from jitdbg.debugger.adapter import FindFrame, FindFunctions
from jitdbg.debugger.facts import Frame
from jitdbg.errors import DebuggerError

from .code import frame_fact, has_program
from .libraries import LibraryBreakpoints

_COMMAND = "jit-skip-step"
_ENTER, _OTHERS = ("step", "s"), ("next", "n", "finish")
_MEANS = re.compile(r"is an abbreviation for '(.*)'")

_steppings: dict[int, Stepping] = {}


class Stepping:
    """What a step of one debugger passes over and where it stops; lives until `remove`."""

    def __init__(self, debugger: lldb.SBDebugger, find: FindFunctions, find_frame: FindFrame) -> None:
        self._debugger, self._find, self._find_frame = debugger, find, find_frame
        self._target = lldb.SBTarget()
        self._entries: Optional[LibraryBreakpoints] = None
        self._meanings = {word: self._meaning(word) for word in (*_ENTER, *_OTHERS)}
        _steppings[debugger.GetID()] = self
        self._do(f"script import {__name__}")
        self._do(f"command script add -o -f {__name__}.step {_COMMAND}")
        for word in self._meanings:
            self._do(f"command alias {word} {_COMMAND} {word}")

    def remove(self) -> None:
        """Let the words mean what they did."""
        for word, meaning in self._meanings.items():
            self._do(f"command alias {word} {meaning}")
        self._do(f"command script delete {_COMMAND}")
        _steppings.pop(self._debugger.GetID(), None)
        if self._entries:
            self._entries.remove()

    def step(self, word: str, rest: str, result: lldb.SBCommandReturnObject) -> None:
        """Step as the word meant, and go on to where a stop is worth it."""
        command = f"{self._meanings[word]} {rest}"
        entries = self._entries_of(self._debugger.GetSelectedTarget())
        with self._waiting():
            entries.enabled = word in _ENTER
            try:
                self._debugger.GetCommandInterpreter().HandleCommand(command, result, False)
                if result.Succeeded() and self._go_on(entries):
                    result.Clear()
                    self._debugger.GetCommandInterpreter().HandleCommand("process status", result, False)
            finally:
                entries.enabled = False

    def _entries_of(self, target: lldb.SBTarget) -> LibraryBreakpoints:
        if self._entries is None or not self._entries.is_set or target != self._target:
            self._target, self._entries = target, LibraryBreakpoints(target, self._find, hidden=True)
        return self._entries

    def _go_on(self, entries: LibraryBreakpoints) -> bool:
        """Run on to a function that is entered, or into the frame that is worth a stop; tell whether that was to be."""
        process = self._target.GetProcess()
        thread = process.GetSelectedThread()
        if not has_program(self._target) or thread.GetStopReason() != lldb.eStopReasonPlanComplete:
            return False
        level = self._find_frame(_frames(thread))
        if level == 0:
            return False
        entries.enabled = True
        if level is None:
            process.Continue()
        else:
            thread.StepOutOfFrame(thread.GetFrameAtIndex(level - 1))
        return True

    @contextlib.contextmanager
    def _waiting(self) -> Iterator[None]:
        """Have commands wait for the end of what they begin."""
        before = self._debugger.GetAsync()
        self._debugger.SetAsync(False)
        try:
            yield
        finally:
            self._debugger.SetAsync(before)

    def _meaning(self, word: str) -> str:
        """Give what a word is an alias of, in this lldb and of this user."""
        found = _MEANS.search(self._do(f"help {word}"))
        if found is None:
            raise DebuggerError(f"{word} is no alias in this lldb, so that steps can't be made to pass over anything")
        return found[1]

    def _do(self, command: str) -> str:
        result = lldb.SBCommandReturnObject()
        self._debugger.GetCommandInterpreter().HandleCommand(command, result, False)
        if not result.Succeeded():
            raise DebuggerError(f"lldb can't do {command!r}: {' '.join((result.GetError() or '').split())}")
        return str(result.GetOutput() or "")


def step(
    debugger: lldb.SBDebugger, words: str, result: lldb.SBCommandReturnObject, internal_dict: dict[str, Any]
) -> None:
    """Step; lldb calls this for the words that people type."""
    del internal_dict
    word, _, rest = words.partition(" ")
    _steppings[debugger.GetID()].step(word, rest, result)


def _frames(thread: lldb.SBThread) -> Iterator[Frame]:
    return (frame_fact(frame) for frame in thread)
