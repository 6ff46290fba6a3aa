"""The user's breakpoints and watchpoints as gdb has them now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Optional

import gdb

from jitdbg.debugger.facts import Breakpoint, Location, Place
from jitdbg.debugger.names import function_name

from .code import innermost_function_at, place_of
from .errors import NATIVE
from .modules import module_at

_LINE = re.compile(r"-source (?P<file>.+) -line (?P<line>\d+)$")
_FUNCTION = re.compile(r"-source .+ -function (?P<name>.+)")


def breakpoint_facts() -> list[Breakpoint]:
    """List them in the order of their numbers; gdb's internal ones are left out."""
    return [_fact(point) for point in sorted(gdb.breakpoints(), key=_number) if point.is_valid() and point.visible]


def _number(point: gdb.Breakpoint) -> int:
    return int(point.number)


def _fact(point: gdb.Breakpoint) -> Breakpoint:
    watches = point.expression or ""
    locations = () if watches else tuple(_locations(point))
    return Breakpoint(
        point.number,
        watches or _requested(point.location or "", locations),
        locations,
        point.hit_count,
        point.enabled,
        point.condition or "",
        point.ignore_count,
        watches,
    )


def _requested(location: str, found: Sequence[Location]) -> str:
    """Put gdb's explicit location as FILE:LINE, FUNCTION or 0xADDRESS."""
    if line := _LINE.match(location):
        return f"{line['file']}:{line['line']}"
    if function := _FUNCTION.match(location):  # As ours, which can have the linker's name.
        return ", ".join(dict.fromkeys(each.function or "" for each in found)) or function["name"]
    return re.sub(r"^(-function |\*)", "", location)


def _locations(point: gdb.Breakpoint) -> Iterator[Location]:
    if point.pending:
        return
    # gdb before 13 does not tell the locations, but would find the same ones again.
    locations = getattr(point, "locations", None)
    if locations is None:
        yield from _decoded(point.location)
        return
    for location in locations:
        address = location.address
        source = location.source
        place = Place(location.fullname or source[0], source[1]) if source else None
        found = Location(address, innermost_function_at(address), place, module_at(address))
        if source or point.location.startswith("*") or not _is_gone(found, location.function):
            yield found


def _is_gone(found: Location, function: Optional[str]) -> bool:
    """Tell whether a location without a source is of a library that has gone, where there may be another one by now.

    gdb keeps it, with the function that it was in, until it finds the breakpoint's place in a library again.
    """
    return found.module is None or function_name(function or "") != (found.function or "")


def _decoded(location: str) -> Iterator[Location]:
    try:
        lines: Any = gdb.decode_line(location)[1] or ()
    except NATIVE:
        return
    for line in lines:
        yield Location(line.pc, innermost_function_at(line.pc), place_of(line), module_at(line.pc))
