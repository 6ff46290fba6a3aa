"""Which conditions of breakpoints gdb can't evaluate.

A condition with names that a place does not know makes gdb disable that location, in silence but for ``enabled="N"`` in
the breakpoint's record (gdb's manual, "GDB/MI Breakpoint Information"); why is said when the condition is set anew. Of
one that fails as it is evaluated, gdb tells in its log alone, and stops.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from jitdbg.debugger.facts import BrokenCondition
from jitdbg.harness.mi import Record, quoted, refusal

_UNFIT = "N"
# gdb 13 leaves out the number where it is a breakpoint's; gdb 18 has a sign before the sentence.
_FAILED = re.compile(
    r"Error in testing (?:breakpoint )?condition(?: for (?:breakpoint|watchpoint) (\d+))?\S*:\n([^\n]*)"
)


class Conditions:
    """The conditions of a gdb's breakpoints; lives as long as that."""

    def __init__(self) -> None:
        self._conditions: dict[int, str] = {}
        self._unfit: set[int] = set()
        self._log = ""

    def set(self, number: int, condition: str) -> None:
        """Note the condition that a breakpoint is set with."""
        self._conditions[number] = condition

    def forget(self, number: int) -> None:
        """Forget a breakpoint that is deleted."""
        self._conditions.pop(number, None)
        self._unfit.discard(number)

    def notice(self, record: Record) -> None:
        """Take in what gdb says of its breakpoints."""
        if record.kind == "log":
            self._log += record.payload or ""
        elif record.name in ("breakpoint-created", "breakpoint-modified"):
            self._take(record)
        elif record.name == "breakpoint-deleted":
            self.forget(record.number("id"))

    def _take(self, record: Record) -> None:
        number, locations = record.number("bkpt", "number"), record["bkpt"].get("locations", [])
        self._conditions[number] = record["bkpt"].get("cond", "")
        if locations and all(location.get("enabled") == _UNFIT for location in locations):
            self._unfit.add(number)
        else:
            self._unfit.discard(number)

    def begin(self) -> None:
        """Note that the program goes on."""
        self._log = ""

    def broken(self, hit: Sequence[int], ask: Callable[[str], Record]) -> tuple[BrokenCondition, ...]:
        """Give the conditions that have turned out to be unfit since the program went on; each is told once."""
        found = (*self._disabled(ask), *self._failed(hit))
        self._unfit.clear()
        return found

    def _disabled(self, ask: Callable[[str], Record]) -> Iterator[BrokenCondition]:
        for number in sorted(self._unfit):
            condition = self._conditions[number]
            answer = ask(f"-break-condition {number} {quoted(condition)}")
            if answer.name == "error":
                yield BrokenCondition(number, condition, refusal(answer))

    def _failed(self, hit: Sequence[int]) -> Iterator[BrokenCondition]:
        for number, words in _FAILED.findall(self._log):
            for each in [int(number)] if number else hit:
                if condition := self._conditions.get(each):
                    yield BrokenCondition(each, condition, words)
