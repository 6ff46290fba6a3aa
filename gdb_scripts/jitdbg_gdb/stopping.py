"""What gdb says of the stop that a step ends in, held back until it is known to be one that people see.

gdb prints a stop before it tells anybody of it: where a step goes on, it is too late to keep that from people. The
setting ``suppress-cli-notifications`` (gdb 12) holds all of these words back; those on the last stop are made here.
"""

from __future__ import annotations

import contextlib
from typing import Optional

import gdb

from .errors import NATIVE
from .quiet import is_driven

_SETTING = "suppress-cli-notifications"


class HeldBack:
    """gdb's words on stops, from `begin` to `show` or `end`; lives as long as the steps that it is for."""

    def __init__(self) -> None:
        self._is_on = False
        self._frame: Optional[gdb.Frame] = None

    def begin(self) -> None:
        """Hold gdb's words back, unless this gdb can't, no person reads them, or they say more than where it stops."""
        if self._is_on:
            return
        is_plain = all(point.type == gdb.BP_BREAKPOINT for point in gdb.breakpoints())
        with contextlib.suppress(*NATIVE):
            self._frame = gdb.newest_frame()
            if is_plain and not is_driven() and not gdb.parameter(_SETTING):
                gdb.execute(f"set {_SETTING} on", to_string=True)
                self._is_on = True

    def show(self, event: gdb.StopEvent) -> None:
        """Say what gdb would have said of a stop."""
        if self._is_on:
            self.end()
            gdb.write(f"{_reason(event)}{self._place()}")

    def end(self) -> None:
        """Hold back no more."""
        if self._is_on:
            self._is_on = False
            gdb.execute(f"set {_SETTING} off", to_string=True)

    def _place(self) -> str:
        """Name the frame, and show its line; the line alone where it is the frame that the step began in."""
        frame, _, line = gdb.execute("frame", to_string=True).partition("\n")
        if line and gdb.newest_frame() == self._frame:
            return str(line)
        return f"{frame.partition(' ')[2].lstrip()}\n{line}"


def _reason(event: gdb.StopEvent) -> str:
    if isinstance(event, gdb.SignalEvent):
        return f"\nProgram received signal {event.stop_signal}.\n"
    seen = event.breakpoints if isinstance(event, gdb.BreakpointEvent) else []
    # Those of ours have numbers below 0, or are gone again.
    numbers = [point.number for point in seen if point.is_valid() and point.number > 0]
    return f"\nBreakpoint {numbers[0]}, " if numbers else ""
