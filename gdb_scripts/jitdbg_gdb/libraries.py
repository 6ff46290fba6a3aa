"""Breakpoints at functions of libraries that gdb is told of when they are loaded, each by its name in its source.

So a breakpoint follows its function into the next generation, and a function of the same name elsewhere does not stop.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

import gdb

from jitdbg.debugger.adapter import FindFunctions

from .code import place_of
from .errors import NATIVE
from .modules import local_path, modules
from .quiet import set_breakpoint

_Key = tuple[str, str]


class LibraryBreakpoints:
    """The breakpoints for what a function finds in libraries; lives until `remove`, or as long as gdb."""

    def __init__(self, find: FindFunctions, *, hidden: bool = False) -> None:
        """Set them; what is ``hidden`` is neither listed nor enabled."""
        self._find, self._hidden, self._enabled = find, hidden, not hidden
        # Also those that the user has deleted since: they are not set again.
        self._points: dict[_Key, list[gdb.Breakpoint]] = {}
        for module in modules():
            self._break_in(module.path, module.base)
        gdb.events.new_objfile.connect(self._loaded)

    @property
    def is_set(self) -> bool:
        """Whether not all of them have been deleted, or there was none to set yet."""
        return not self._points or bool(self._valid())

    @property
    def enabled(self) -> bool:
        """Whether they stop the program."""
        return self._enabled

    @enabled.setter
    def enabled(self, enabled: bool) -> None:
        if enabled != self._enabled:
            self._enabled = enabled
            for point in self._valid():
                point.enabled = enabled

    def remove(self) -> None:
        """Delete the breakpoints and set no more."""
        gdb.events.new_objfile.disconnect(self._loaded)
        for point in self._valid():
            point.delete()

    def _valid(self) -> list[gdb.Breakpoint]:
        return [point for points in self._points.values() for point in points if point.is_valid()]

    def _loaded(self, event: gdb.NewObjFileEvent) -> None:
        """Look at a library that gdb has just read; nobody hears what goes wrong here."""
        path = local_path(event.new_objfile.filename or "")
        if not self.is_set or not self._find(path):
            return
        try:
            base = next((module.base for module in modules() if module.path == path), None)
            self._break_in(path, base)
        except NATIVE as error:
            gdb.write(f"jit-break: {error}\n", gdb.STDERR)

    def _break_in(self, path: str, base: Optional[int]) -> None:
        for function in self._find(path) if base is not None else ():
            key, location = _location(base + function.address, function.name)
            if key not in self._points:
                self._points[key] = [self._hide(location)] if self._hidden else list(_set(location))

    def _hide(self, location: str) -> gdb.Breakpoint:
        point = gdb.Breakpoint(location, internal=True)
        point.enabled = self._enabled
        return point


def _location(address: int, name: str) -> tuple[_Key, str]:
    """Say where to break: in a source where there is one, else at the address."""
    block = gdb.block_for_pc(address)
    place = place_of(gdb.find_pc_line(address)) if block and block.function else None
    if place is None:
        return (hex(address), name), f"*{address:#x}"
    function = _findable(block.function) or name
    return (place.file, function), f'-source "{place.file}" -function "{function}"'


def _findable(function: gdb.Symbol) -> Optional[str]:
    """Name a function as gdb finds it: a template's not by its linkage name, which has the type of its result."""
    return function.name if "<" in function.name else function.linkage_name


def _set(location: str) -> Iterator[gdb.Breakpoint]:
    before = {point.number for point in gdb.breakpoints()}
    set_breakpoint(location)
    yield from (point for point in gdb.breakpoints() if point.number not in before)
