"""What watchpoints are on, so that a hit can tell the values before and after it and a local is not watched for ever.

lldb's watchpoints are on bytes. Those of a local become another function's when the local's own returns, so a watched
local has a breakpoint of ours at its function's return, where a stop says that there is nothing more to watch, as gdb's
does ("watchpoint scope").
"""

from __future__ import annotations

import dataclasses
from typing import Optional

import lldb

from jitdbg.debugger.facts import BREAKPOINT, WATCHPOINT, Breakpoint, Stop, Value

from .breakpoints import WATCHPOINTS, delete
from .values import value_fact

_DEPTH = 1
_RED_ZONE = 128  # Bytes below the stack pointer that a leaf function may use (System V ABI, x86-64, 3.2.2).
ENDED = "watchpoint scope"


@dataclasses.dataclass
class _Watched:
    """The value is read again at each hit; ``returns`` is the number of the breakpoint at the function's return.

    One that has a condition, or lets hits pass, changes unseen (not ``is_seen``): its value before a hit is not known.
    """

    expression: str
    value: lldb.SBValue
    seen: Value
    returns: Optional[int]
    is_seen: bool


class Watches:
    """The watchpoints of a target, by their numbers; lives as long as the target."""

    def __init__(self, target: lldb.SBTarget) -> None:
        self._target = target
        self._watched: dict[int, _Watched] = {}

    def add(self, point: lldb.SBWatchpoint, expression: str, value: lldb.SBValue, thread: lldb.SBThread) -> None:
        """Remember what a watchpoint is on, a value that is in memory."""
        place = lldb.SBAddress(value.GetLoadAddress(), self._target)
        there = self._target.CreateValueFromAddress(expression, place, value.GetType())
        returns = self._break_at_return(value.GetLoadAddress(), thread)
        seen = value_fact(there, _DEPTH, expression)
        is_seen = not (point.GetCondition() or point.GetIgnoreCount())
        self._watched[point.GetID() + WATCHPOINTS] = _Watched(expression, there, seen, returns, is_seen)

    def _break_at_return(self, address: int, thread: lldb.SBThread) -> Optional[int]:
        frames = [frame for frame in thread if not frame.IsInlined()]
        if not frames[0].GetSP() - _RED_ZONE <= address:
            return None
        for frame, caller in zip(frames, frames[1:]):
            if address < frame.GetCFA():
                point = self._target.BreakpointCreateByAddress(caller.GetPC())
                # A deeper call of the same function returns to there as well.
                point.SetCondition(f"$sp >= {frame.GetCFA()}")
                point.SetThreadID(thread.GetThreadID())
                return int(point.GetID())
        return None

    def forget(self, number: int) -> None:
        """Forget a watchpoint that is deleted."""
        watched = self._watched.pop(number, None)
        if watched and watched.returns is not None:
            self._target.BreakpointDelete(watched.returns)

    def listed(self, points: list[Breakpoint]) -> list[Breakpoint]:
        """Leave out our own breakpoints, and name watchpoints by the expressions that they were set with."""
        ours = {watched.returns for watched in self._watched.values()}
        return [self._named(point) for point in points if point.id not in ours]

    def _named(self, point: Breakpoint) -> Breakpoint:
        watched = self._watched.get(point.id)
        if watched is None:
            return point
        return dataclasses.replace(point, requested=watched.expression, watches=watched.expression)

    def told(self, stop: Stop) -> Stop:
        """Add to a stop the values that were watched, or that one of them has ended."""
        for number, watched in list(self._watched.items()):
            if number in stop.breakpoints:
                old, watched.seen = watched.seen, value_fact(watched.value, _DEPTH, watched.expression)
                return dataclasses.replace(stop, old=old if watched.is_seen else None, new=watched.seen)
            if watched.returns in stop.breakpoints:
                return self._ended(number, stop)
        return stop

    def _ended(self, number: int, stop: Stop) -> Stop:
        others = tuple(point for point in stop.breakpoints if point != self._watched[number].returns)
        self.forget(number)
        delete(self._target, number)
        if others:
            return dataclasses.replace(stop, breakpoints=others, reason=BREAKPOINT)
        return dataclasses.replace(stop, breakpoints=(number,), reason=WATCHPOINT, words=ENDED)
