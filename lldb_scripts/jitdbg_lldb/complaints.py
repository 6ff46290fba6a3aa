"""What lldb complains of while the program runs: that it can't evaluate a breakpoint's condition.

It is heard as an event of the debugger's own (`Debugger::ReportError`, called by `StopInfo.cpp`), which is there before
that of the stop. A stop itself tells nothing of it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import lldb

from jitdbg.debugger.facts import BrokenCondition

from .breakpoints import WATCHPOINTS
from .errors import first_sentence

_CONDITION = re.compile(
    r"error evaluating condition of (?P<kind>breakpoint|watchpoint)(?: Watchpoint)? (?P<number>\d+)"
    r'[^"]*: "(?P<condition>.*?)"\n'
    r"(?:Couldn't (?:parse conditional|execute) expression:\n)?(?P<words>.*)",
    re.DOTALL,
)
_LONGEST = 4000


class Complaints:
    """The errors that a debugger tells of; lives as long as that."""

    def __init__(self, debugger: lldb.SBDebugger) -> None:
        self._listener = lldb.SBListener("jitdbg.complaints")
        debugger.GetBroadcaster().AddListener(self._listener, lldb.SBDebugger.eBroadcastBitError)

    def broken_conditions(self) -> tuple[BrokenCondition, ...]:
        """Give the conditions that lldb could not evaluate since this was asked before; it can say so twice."""
        broken = [_broken(told) for message in self._heard() if (told := _CONDITION.search(message))]
        return tuple({each.breakpoint: each for each in broken}.values())

    def _heard(self) -> Iterator[str]:
        event = lldb.SBEvent()
        while self._listener.GetNextEvent(event):
            told = lldb.SBDebugger.GetDiagnosticFromEvent(event).GetValueForKey("message")
            message = told.GetStringValue(_LONGEST)
            # lldb itself prints no more what somebody listens to.
            print(f"error: {message}", file=sys.stderr, flush=True)
            yield message


def _broken(told: re.Match[str]) -> BrokenCondition:
    number = int(told["number"]) + (WATCHPOINTS if told["kind"] == "watchpoint" else 0)
    return BrokenCondition(number, told["condition"], first_sentence(told["words"]))
