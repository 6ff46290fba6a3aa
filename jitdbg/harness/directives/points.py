"""Breakpoints of a run: where they were asked for, where the code turned out to be, and how often each was hit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from jitdbg.debugger.facts import AVAILABLE, Breakpoint, BrokenCondition, Frame, Location, Place, Stop
from jitdbg.errors import ConditionError
from jitdbg.harness.abilities import SHARED_PLACES
from jitdbg.harness.directives.facts import Point, Subject
from jitdbg.harness.directives.judge import is_at, place_in_words
from jitdbg.harness.session import Session


class Points:
    """The breakpoints in a session; lives for one run of its program."""

    def __init__(self, session: Session) -> None:
        self.hits: Counter[Subject] = Counter()
        self.broken: dict[Point, BrokenCondition] = {}
        """The points whose condition could not be evaluated."""
        self._session = session
        # Where a debugger can't have several conditions at one place, each stops there, and is tested here.
        self._tests_conditions = session.lacks(SHARED_PLACES)
        self._set: dict[int, tuple[Point, Breakpoint]] = {}
        self._locations: dict[Subject, tuple[Location, ...]] = {}

    def set(self, point: Point) -> None:
        """Set a breakpoint. Raises `DebuggerError`."""
        condition = "" if self._tests_conditions else point.condition
        found = self._session.break_at(point.place or point.function, condition=condition)
        self._set[found.id] = point, found

    def keep(self, wanted: Iterable[Point]) -> None:
        """Delete all breakpoints but those at ``wanted``."""
        points = set(wanted)
        for number, (point, found) in list(self._set.items()):
            if point not in points:
                del self._set[number]
                self._session.delete(found)

    def resume(self, go: Callable[..., Stop], timeout: float) -> Stop:
        """Let the program run to its next stop, at which conditions can turn out to be broken."""
        try:
            return go(timeout=timeout)
        except ConditionError:
            stop = self._session.stop
            assert stop is not None
            self.broken |= {self._set[broken.breakpoint][0]: broken for broken in stop.broken}
            return stop

    def subjects(self, stop: Stop) -> list[Subject]:
        """Say what a stop is about, and count it; one at another line than the mark's is about nothing."""
        found: list[Subject] = [stop.signal] if stop.signal else []
        points = {number: self._set[number][0] for number in stop.breakpoints if number in self._set}
        found += [point for number, point in points.items() if self._is_about(number, point, stop)]
        self.hits.update(found)
        return found

    def _is_about(self, number: int, point: Point, stop: Stop) -> bool:
        if point.place is not None and not is_at(point.place, stop.frame):
            return False
        return not (self._tests_conditions and point.condition) or self._holds(number, point)

    def _holds(self, number: int, point: Point) -> bool:
        value = self._session.evaluate(point.condition)
        if value.availability != AVAILABLE:
            self.broken[point] = BrokenCondition(number, point.condition, value.error or value.availability)
        return bool(value.scalar)

    def are_at(self, stop: Stop) -> bool:
        """Tell whether a step has come to one of the breakpoints, by which it could have been cut short."""
        places = [point.place for point, _ in self._set.values() if point.place]
        return any(number in self._set for number in stop.breakpoints) or any(
            is_at(place, stop.frame) for place in places
        )

    def learn(self) -> None:
        """Find out where the code of the points is, as long as that is not known of each."""
        if all(point in self._locations for point, _ in self._set.values()):
            return
        for now in self._session.breakpoints():
            if now.id in self._set and now.locations:
                self._locations[self._set[now.id][0]] = now.locations

    def has_code(self, subject: Subject) -> bool:
        """Tell whether there is code at a point, as far as is known."""
        locations = self._locations.get(subject, ())
        return bool(self.hits[subject]) or any(_is_meant(subject, location) for location in locations)

    def why_not(self, subject: Subject, marks: Mapping[Place, str]) -> str:
        """Say why something was not reached, or not so often."""
        if hits := self.hits[subject]:
            return f"it was reached only {hits} time{'s' * (hits != 1)}"
        if isinstance(subject, str):
            return f"no {subject} came"
        if self.has_code(subject):
            return "its code was not run"
        slid = [location.place for location in self._locations.get(subject, ()) if location.place]
        if slid:
            return f"its line has no code, and the breakpoint slid to {place_in_words(slid[0], marks)}"
        return "no code of its line was loaded" if subject.place else f"no function {subject.function} was loaded"


def _is_meant(subject: Subject, location: Location) -> bool:
    place = subject.place if isinstance(subject, Point) else None
    return place is None or is_at(place, Frame(0, location.address, place=location.place))
