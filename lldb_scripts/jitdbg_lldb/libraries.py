"""Breakpoints at functions of libraries, set while lldb loads them: a resolver of ours, which lldb asks about each.

lldb makes the resolver from a class's name and finds us again by a number in its arguments.
"""

from __future__ import annotations

import itertools
from typing import Any

import lldb

from jitdbg.debugger.adapter import FindFunctions
from jitdbg.debugger.images import Function

from .code import module_path

_NUMBER = "jitdbg"
_numbers = itertools.count(1)
_finders: dict[int, FindFunctions] = {}


class LibraryBreakpoints:
    """One breakpoint with a location for each function; lives until `remove`, or as long as its target."""

    def __init__(self, target: lldb.SBTarget, find: FindFunctions, *, hidden: bool = False) -> None:
        """Set it; what is ``hidden`` is not enabled."""
        self._target, self._number = target, next(_numbers)
        _finders[self._number] = find
        arguments = lldb.SBStructuredData()
        arguments.SetFromJSON(f'{{"{_NUMBER}": {self._number}}}')
        nowhere = lldb.SBFileSpecList()
        point = target.BreakpointCreateFromScript(f"{__name__}.Resolver", arguments, nowhere, nowhere)
        self._point = int(point.GetID())
        point.SetEnabled(not hidden)

    @property
    def is_set(self) -> bool:
        """Whether it has not been deleted."""
        return bool(self._target.FindBreakpointByID(self._point).IsValid())

    @property
    def enabled(self) -> bool:
        """Whether they stop the program."""
        return bool(self._target.FindBreakpointByID(self._point).IsEnabled())

    @enabled.setter
    def enabled(self, enabled: bool) -> None:
        self._target.FindBreakpointByID(self._point).SetEnabled(enabled)

    def remove(self) -> None:
        """Delete the breakpoint."""
        _finders.pop(self._number, None)
        self._target.BreakpointDelete(self._point)


class Resolver:
    """What lldb asks about each module, as it is loaded; lives as long as its breakpoint."""

    def __init__(
        self, point: lldb.SBBreakpoint, arguments: lldb.SBStructuredData, internal_dict: dict[str, Any]
    ) -> None:
        del internal_dict
        self._point = point
        self._number = int(arguments.GetValueForKey(_NUMBER).GetUnsignedIntegerValue())

    def __callback__(self, context: lldb.SBSymbolContext) -> bool:
        """Add the locations in a module."""
        module, find = context.module, _finders.get(self._number)
        for function in find(module_path(module) or "") if find else ():
            self._point.AddLocation(_behind_prologue(module, function))
        return True

    def __get_depth__(self) -> int:
        """Ask to be asked about modules."""
        return int(lldb.eSearchDepthModule)

    def get_short_help(self) -> str:
        """Say what the breakpoint is for."""
        return "functions of JIT dylibs (jit-break, jit-skip)"


def _behind_prologue(module: lldb.SBModule, function: Function) -> lldb.SBAddress:
    address = module.ResolveFileAddress(function.address)
    found = address.GetFunction()
    if found.IsValid():
        address.OffsetAddress(found.GetPrologueByteSize())
    return address
