"""The user's breakpoints and watchpoints as lldb has them now.

lldb counts watchpoints apart from breakpoints; so that one number means one thing, `WATCHPOINTS` is added to theirs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Optional

import lldb

from jitdbg.debugger.facts import Breakpoint, Location
from jitdbg.debugger.names import function_name
from jitdbg.errors import DebuggerError

from .code import function_at, has_program, load_address, module_path, place_of

WATCHPOINTS = 1_000_000


def breakpoint_facts(target: lldb.SBTarget) -> list[Breakpoint]:
    """List them in the order of their numbers."""
    points = [breakpoint_fact(point, target) for point in target.breakpoint_iter()]
    return points + [watchpoint_fact(point) for point in target.watchpoint_iter()]


def breakpoint_fact(point: lldb.SBBreakpoint, target: lldb.SBTarget) -> Breakpoint:
    """Describe a breakpoint."""
    return Breakpoint(
        point.GetID(),
        _requested(point, target),
        tuple(_locations(point, target)),
        point.GetHitCount(),
        point.IsEnabled(),
        point.GetCondition() or "",
        point.GetIgnoreCount(),
    )


def watchpoint_fact(point: lldb.SBWatchpoint) -> Breakpoint:
    """Describe a watchpoint; one on an address that nobody named watches that."""
    watches = point.GetWatchSpec() or f"{point.GetWatchAddress():#x}"
    return Breakpoint(
        point.GetID() + WATCHPOINTS,
        watches,
        hits=point.GetHitCount(),
        enabled=point.IsEnabled(),
        condition=point.GetCondition() or "",
        ignore=point.GetIgnoreCount(),
        watches=watches,
    )


def _requested(point: lldb.SBBreakpoint, target: lldb.SBTarget) -> str:
    """Put what a breakpoint was set with as FILE:LINE, FUNCTION or 0xADDRESS."""
    stream = lldb.SBStream()
    point.SerializeToStructuredData().GetAsJSON(stream)
    resolver = json.loads(stream.GetData() or "{}").get("Breakpoint", {}).get("BKPTResolver", {})
    options: dict[str, Any] = resolver.get("Options", {})
    if "FileName" in options:
        return f"{options['FileName']}:{options.get('LineNumber', 0)}"
    if "SymbolNames" in options:
        return ", ".join(dict.fromkeys(options["SymbolNames"]))
    if "RegexString" in options:
        return str(options["RegexString"])
    if "PythonClass" in options:  # As ours, which are set at functions.
        return ", ".join(dict.fromkeys(location.function or "" for location in _locations(point, target)))
    first = point.GetLocationAtIndex(0)
    return f"{first.GetLoadAddress():#x}" if first.IsValid() else ""


def _locations(point: lldb.SBBreakpoint, target: lldb.SBTarget) -> Iterator[Location]:
    """Give the places where it stops; lldb keeps those in libraries that the program has unloaded."""
    runs = has_program(target)
    for location in point.locations:
        address = location.GetAddress()
        if runs and address.GetLoadAddress(target) == lldb.LLDB_INVALID_ADDRESS:
            continue
        block = address.GetBlock()
        inlined = block.GetContainingInlinedBlock() if block.IsValid() else block
        function: Optional[str] = (
            function_name(inlined.GetInlinedName()) if inlined.IsValid() else function_at(address)[0]
        )
        place = place_of(address.GetLineEntry())
        yield Location(load_address(address, target), function, place, module_path(address.GetModule()))


def delete(target: lldb.SBTarget, number: int) -> None:
    """Remove a breakpoint or watchpoint; raises `DebuggerError` where there is none of that number."""
    if number >= WATCHPOINTS:
        deleted = target.DeleteWatchpoint(number - WATCHPOINTS)
    else:
        deleted = target.BreakpointDelete(number)
    if not deleted:
        raise DebuggerError(f"lldb has no breakpoint {number}")
