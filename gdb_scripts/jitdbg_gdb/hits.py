"""Which breakpoints stopped the program."""

from __future__ import annotations

import gdb


class Hits:
    """What the latest stop is for; there is one, which lives as long as gdb.

    gdb's event names all that lie at the place, also where the condition did not hold or the hit was ignored; MI names
    one only. A hit is one that was counted and not ignored since the stop before. ``has_commands`` tells whether there
    are commands that gdb does at the place by itself, and may be at: it has done them when it asks for the next. A gdb
    that does not tell when it asks, which is an old one, has none here.
    """

    def __init__(self) -> None:
        self.latest: tuple[int, ...] = ()
        self.has_commands = False
        self._counts: dict[int, tuple[int, int]] = {}
        self._note_all()
        gdb.events.breakpoint_created.connect(self._note)
        gdb.events.breakpoint_modified.connect(self._modified)
        gdb.events.stop.connect(self._stopped)
        gdb.events.exited.connect(self._ended)
        self._prompt = getattr(gdb.events, "before_prompt", None)
        if self._prompt is not None:
            self._prompt.connect(self._prompted)

    def _note(self, point: gdb.Breakpoint) -> None:
        self._counts[point.number] = (point.hit_count, point.ignore_count)

    def _note_all(self) -> None:
        for point in gdb.breakpoints():
            self._note(point)

    def _modified(self, point: gdb.Breakpoint) -> None:
        """Note what the user has changed, as how many hits to ignore; of a hit gdb tells here, too."""
        if point.hit_count == self._counts.get(point.number, (0, 0))[0]:
            self._note(point)

    def _stopped(self, event: gdb.StopEvent) -> None:
        points = event.breakpoints if isinstance(event, gdb.BreakpointEvent) else ()
        self.latest = tuple(point.number for point in points if self._was_hit(point))
        self.has_commands = self._prompt is not None and any(point.commands for point in points)
        self._note_all()

    def _prompted(self) -> None:
        self.has_commands = False

    def _was_hit(self, point: gdb.Breakpoint) -> bool:
        hits, ignored = self._counts.get(point.number, (0, 0))
        return point.hit_count - hits > ignored - point.ignore_count

    def _ended(self, event: gdb.ExitedEvent) -> None:
        """Begin again: gdb does, when the program is run once more."""
        del event
        self._counts = {number: (0, ignored) for number, (_, ignored) in self._counts.items()}


HITS = Hits()
