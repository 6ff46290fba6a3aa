"""What Numba says of functions whose source it does not find.

It warns of each that has debug info, since lines may be wrong then. Where only we want that debug info, the program has
nothing to be warned of: most are Numba's own, and stock Numba is silent.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

_asked: ContextVar[bool] = ContextVar("_asked", default=False)
"""Whether the function that is being compiled says ``debug=`` itself; each says it for itself alone."""


def noting_whether_asked(original: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a method that compiles a function, of an object that knows the options of that."""

    @functools.wraps(original)
    def _compile_core(self: Any, *arguments: Any) -> Any:
        before = _asked.set("debug" in self.targetoptions)
        try:
            return original(self, *arguments)
        finally:
            _asked.reset(before)

    return _compile_core


def silent_unless_asked(original: Callable[[Any], Any], find_line: Callable[[Any], int | None]) -> Callable[[Any], Any]:
    """Wrap the method that finds the place of a function, and warns where ``find_line`` does not find its source."""

    @functools.wraps(original)
    def _compute_def_location(self: Any) -> Any:
        if _asked.get() or not self.context.enable_debuginfo:
            return original(self)
        # As the original has it, which would look once more: in a long file that takes 80 ms.
        line, place = find_line(self.func_ir.func_id.func), self.func_ir.loc
        return place.with_lineno(place.line + 1 if line is None else line - 1)

    return _compute_def_location
