"""Breakpoints and watchpoints over the simulated machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from jitdbg.debugger.facts import AVAILABLE, Breakpoint, BrokenCondition, Location, Value
from jitdbg.errors import DebuggerError, Unsupported
from jitdbg.harness.backend import Request
from jitdbg.harness.fake.machine import ARRIVED, ENTERED, Loaded, Moment

Evaluate = Callable[[str], Value]
"""Evaluate an expression in the frame where the program is now."""


@dataclass(frozen=True)
class Hit:
    """What stops the program: the numbers of the breakpoints, and of a watchpoint the values before and after."""

    numbers: tuple[int, ...]
    old: Value | None = None
    new: Value | None = None
    broken: tuple[BrokenCondition, ...] = ()


@dataclass
class _Point:
    number: int
    request: Request
    ignore: int
    hits: int = 0
    seen: Value | None = None
    broken: BrokenCondition | None = None

    def is_hit(self, evaluate: Evaluate) -> bool:
        """Count a hit, and tell whether it stops; a condition that can't be evaluated holds."""
        if self.request.condition:
            found = evaluate(self.request.condition)
            self.broken = _broken(self, found)
            if not (self.broken or found.scalar):
                return False
        self.hits += 1
        self.ignore -= (passed := self.ignore > 0)
        return not passed

    def fact(self, modules: Sequence[Loaded]) -> Breakpoint:
        request = self.request
        return Breakpoint(
            self.number, _requested(request), tuple(_locations(request, modules)), self.hits,
            condition=request.condition, ignore=self.ignore, watches=request.watch,
        )  # fmt: skip


@dataclass
class Breakpoints:
    """Those that are set; they outlive the program's runs."""

    _points: dict[int, _Point] = field(default_factory=dict)
    _last: int = 0

    def __contains__(self, number: int) -> bool:
        """Tell whether there is one of a number."""
        return number in self._points

    def add(self, request: Request, evaluate: Evaluate) -> int:
        """Set one and give its number."""
        seen = _watched(request, evaluate) if request.watch else None
        self._last += 1
        self._points[self._last] = _Point(self._last, request, request.ignore, seen=seen)
        return self._last

    def delete(self, number: int) -> None:
        """Remove one. Raises `DebuggerError` where there is none of that number."""
        if self._points.pop(number, None) is None:
            raise DebuggerError(f"fake: there is no breakpoint {number}")

    def facts(self, modules: Sequence[Loaded]) -> list[Breakpoint]:
        """List them as they are with these modules loaded."""
        return [point.fact(modules) for point in self._points.values()]

    def hit(self, moment: Moment, address: int, modules: Sequence[Loaded], evaluate: Evaluate) -> Hit | None:
        """Find what stops the program after a moment, with ``address`` the next to be done."""
        changed = [(point, *change) for point in self._points.values() if (change := _change(point, evaluate))]
        watched = [(point, old, new) for point, old, new in changed if point.is_hit(evaluate)]
        numbers = [point.number for point, _, _ in watched]
        numbers += [point.number for point in self._at(moment, address, modules) if point.is_hit(evaluate)]
        broken = tuple(found for number in numbers if (found := self._points[number].broken))
        self._delete_temporary(numbers)
        if not numbers:
            return None
        old, new = watched[0][1:] if watched else (None, None)
        return Hit(tuple(sorted(numbers)), old, new, broken)

    def _at(self, moment: Moment, address: int, modules: Sequence[Loaded]) -> Iterator[_Point]:
        for point in self._points.values() if moment in (ARRIVED, ENTERED) else ():
            if any(location.address == address for location in _locations(point.request, modules)):
                yield point

    def _delete_temporary(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            if self._points[number].request.temporary:
                del self._points[number]


def _watched(request: Request, evaluate: Evaluate) -> Value:
    if request.access != "write":
        raise Unsupported("fake", "its machine sees what is written, not what is read")
    value = evaluate(request.watch)
    if value.availability != AVAILABLE:
        raise DebuggerError(f"fake: {request.watch} can't be watched: {value.error or value.availability}")
    return value


def _change(point: _Point, evaluate: Evaluate) -> tuple[Value, Value] | None:
    if point.seen is None:
        return None
    old, new = point.seen, evaluate(point.request.watch)
    if new.availability != AVAILABLE or new.address != old.address:
        return None  # Another frame has no such name, or another variable of that name.
    if (new.scalar, new.text) == (old.scalar, old.text):
        return None
    point.seen = new
    return old, new


def _broken(point: _Point, found: Value) -> BrokenCondition | None:
    if found.availability == AVAILABLE:
        return None
    return BrokenCondition(point.number, point.request.condition, found.error or found.availability)


def _requested(request: Request) -> str:
    if request.address is not None:
        return f"{request.address:#x}"
    return f"{request.file}:{request.line}" if request.file else request.function or request.watch


def _locations(request: Request, modules: Sequence[Loaded]) -> Iterator[Location]:
    if request.address is not None:
        yield Location(request.address)
    for loaded in modules:
        yield from loaded.locations(request)
