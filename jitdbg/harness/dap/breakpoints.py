"""Breakpoints as a client keeps them: DAP sets all of one kind, or of one file, at a time, and has no list of them.

The numbers are ours. An adapter has one breakpoint for a place, so those of ours that are at one place share it, as
long as they ask for the same. It tells one address of each, whatever others there are.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from jitdbg.debugger.facts import Breakpoint, Location, Place, Value
from jitdbg.errors import DebuggerError, Unsupported
from jitdbg.harness import abilities
from jitdbg.harness.backend import Request
from jitdbg.harness.dap.dialects import Dialect
from jitdbg.harness.dap.messages import Fields

_ACCESS = {"write": "write", "read": "read", "read-write": "readWrite"}
_FAILED = "failed"

Send = Callable[..., Fields]


@dataclass
class Point:
    """A breakpoint of ours, and what the adapter has said of it.

    Of a watchpoint, ``data`` is the adapter's name for the memory, ``reading`` the expression that reads it whatever
    the frame, and ``seen`` what it was at the latest.
    """

    number: int
    request: Request
    data: str = ""
    reading: str = ""
    seen: Value | None = None
    hits: int = 0
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def group(self) -> tuple[str, str]:
        """Name the request that sets it, and the file where that is for one file."""
        if self.request.watch:
            return "setDataBreakpoints", ""
        if self.request.address is not None:
            return "setInstructionBreakpoints", ""
        return ("setBreakpoints", self.request.file) if self.request.file else ("setFunctionBreakpoints", "")

    @property
    def place(self) -> tuple[str, Any]:
        """Give what tells it from others of its group: a field of the request that sets it."""
        request = self.request
        if request.watch:
            return "dataId", self.data
        if request.address is not None:
            return "instructionReference", hex(request.address)
        return ("line", request.line) if request.file else ("name", request.function)

    @property
    def requested(self) -> str:
        """Write what was asked for."""
        request = self.request
        if request.address is not None:
            return f"{request.address:#x}"
        return request.watch or request.function or f"{request.file}:{request.line}"


class Breakpoints:
    """The breakpoints of a session, which outlive the adapter's process: another one gets them with `send_all`."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._points: dict[int, Point] = {}
        self._numbers = itertools.count(1)

    def add(self, request: Request, send: Send, data: str = "", reading: str = "", seen: Value | None = None) -> Point:
        """Set another one; one that the adapter refuses is none, and its words are raised."""
        point = Point(next(self._numbers), request, data, reading, seen)
        if any(_differ(point, other) for other in self._points.values()):
            raise Unsupported(self._dialect.name, self._dialect.lacks[abilities.SHARED_PLACES])
        self._points[point.number] = point
        try:
            self._send(point.group, send)
        except DebuggerError:
            del self._points[point.number]
            raise
        if _failed(point):
            self.remove(point.number, send)
            words = point.said.get("message") or "it can't be set there"
            raise DebuggerError(f"{self._dialect.name}: no breakpoint at {point.requested}: {words}")
        return point

    def remove(self, number: int, send: Send) -> None:
        """Delete one."""
        if number not in self._points:
            raise DebuggerError(f"there is no breakpoint {number}")
        self._send(self._points.pop(number).group, send)

    def send_all(self, send: Send) -> None:
        """Set all in an adapter's process that has none yet; watchpoints have gone with their program's memory."""
        self._points = {number: point for number, point in self._points.items() if not point.request.watch}
        for group in dict.fromkeys(point.group for point in self._points.values()):
            self._send(group, send)

    def update(self, said: Fields) -> None:
        """Take in what an event says of one."""
        _check(said)
        for point in self._points.values():
            if said.number("id", -1) == point.said.get("id"):
                point.said |= said.values

    def hit(self, numbers: Sequence[int]) -> list[Point]:
        """Count a hit of those that the adapter knows by these numbers, and give them."""
        found = [point for point in self._points.values() if point.said.get("id") in numbers]
        for point in found:
            point.hits += 1
        return found

    def facts(self) -> list[Breakpoint]:
        """Describe them all."""
        return [fact(point) for point in self._points.values()]

    def _send(self, group: tuple[str, str], send: Send) -> None:
        command, file = group
        places: dict[tuple[str, Any], list[Point]] = {}
        for point in self._points.values():
            if point.group == group:
                places.setdefault(point.place, []).append(point)
        source = {"source": {"path": file, "name": os.path.basename(file)}} if file else {}
        wanted = [dict([place], **self._options(points)) for place, points in places.items()]
        answer = send(command, **source, breakpoints=wanted)
        said = list(answer.items("breakpoints"))
        if len(said) != len(places):
            raise answer.malformed("breakpoints")
        for points, fields in zip(places.values(), said, strict=True):
            _check(fields)
            for point in points:
                point.said = dict(fields.values)

    def _options(self, points: Sequence[Point]) -> dict[str, str]:
        """Give the rest of what is asked for; once there was a hit that counted, none is to be ignored any more."""
        request = points[0].request
        options = {"condition": request.condition} if request.condition else {}
        if request.ignore and not any(point.hits for point in points):
            options["hitCondition"] = self._dialect.hit_condition(request.ignore)
        if request.watch:
            options["accessType"] = _ACCESS[request.access]
        return options


def _differ(point: Point, other: Point) -> bool:
    """Tell whether two are at one place and can't share it."""
    same = (point.group, point.place) == (other.group, other.place)
    return same and (point.request.condition, point.request.ignore) != (other.request.condition, other.request.ignore)


def _check(said: Fields) -> None:
    """Read all that is read of it later, while what is malformed can be told with the answer that had it."""
    said.flag("verified")
    said.number("id", 0)
    said.address("instructionReference")
    said.number("line", 0)
    said.fields("source").text("path", "")


def _failed(point: Point) -> bool:
    if point.request.watch:
        return not point.said.get("verified")
    return point.said.get("reason") == _FAILED


def fact(point: Point) -> Breakpoint:
    """Describe one as it stands."""
    request = point.request
    return Breakpoint(
        point.number,
        point.requested,
        () if request.watch else tuple(_locations(Fields(point.said, "a breakpoint"))),
        point.hits,
        condition=request.condition,
        ignore=request.ignore,
        watches=request.watch,
    )


def _locations(said: Fields) -> Iterator[Location]:
    address = said.address("instructionReference")
    if said.flag("verified") and address is not None:
        path, line = said.fields("source").text("path", ""), said.number("line", 0)
        yield Location(address, place=Place(path, line, said.number("column", 0) or None) if path and line else None)
