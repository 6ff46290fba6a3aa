"""The harness's door into gdb: requests of `jitdbg.debugger.wire`, as a command of MI (gdb 12 and up)."""

from __future__ import annotations

import json
from typing import Any, Optional

import gdb

from jitdbg.debugger import wire
from jitdbg.debugger.facts import Frame

from .adapter import GdbAdapter
from .errors import NATIVE


class _Hits:
    """Which breakpoints stopped the program.

    gdb's event names all that lie at the place, also where the condition did not hold or the hit was ignored; MI names
    one only. A hit is one that was counted and not ignored since the stop before.
    """

    def __init__(self) -> None:
        self.latest: tuple[int, ...] = ()
        self._counts: dict[int, tuple[int, int]] = {}
        gdb.events.breakpoint_created.connect(self._note)
        gdb.events.stop.connect(self._stopped)
        gdb.events.exited.connect(self._ended)

    def _note(self, point: gdb.Breakpoint) -> None:
        self._counts[point.number] = (point.hit_count, point.ignore_count)

    def _stopped(self, event: gdb.StopEvent) -> None:
        points = event.breakpoints if isinstance(event, gdb.BreakpointEvent) else ()
        self.latest = tuple(point.number for point in points if self._was_hit(point))
        for point in gdb.breakpoints():
            self._note(point)

    def _was_hit(self, point: gdb.Breakpoint) -> bool:
        hits, ignored = self._counts.get(point.number, (0, 0))
        return point.hit_count - hits > ignored - point.ignore_count

    def _ended(self, event: gdb.ExitedEvent) -> None:
        """Begin again: gdb does, when the program is run once more."""
        del event
        self._counts = {number: (0, ignored) for number, (_, ignored) in self._counts.items()}


class HarnessAdapter(GdbAdapter):
    """The adapter, and what the harness's backend for gdb asks beyond it."""

    def __init__(self) -> None:
        self._hits = _Hits()

    def stop(self) -> tuple[Optional[int], Optional[Frame], tuple[int, ...], Optional[int]]:
        """Say which thread has stopped where, which breakpoints it hit, and the core's signal."""
        frames = self.frames(1) if gdb.selected_thread() else []
        return self.selected_thread(), (frames[0] if frames else None), self._hits.latest, _signal_number()


def _signal_number() -> Optional[int]:
    try:
        return int(gdb.parse_and_eval("$_siginfo.si_signo"))
    except NATIVE:
        return None


class _Command(gdb.MICommand):
    """``-jitdbg REQUEST``; the result's ``answer`` is a line of JSON."""

    def __init__(self, adapter: HarnessAdapter) -> None:
        super().__init__("-jitdbg")
        self._adapter = adapter

    def invoke(self, arguments: list[str]) -> dict[str, Any]:
        return {"answer": wire.answer(self._adapter, json.loads(arguments[0]))}


_Command(HarnessAdapter())
