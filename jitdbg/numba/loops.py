"""The lines of parallel loops.

Numba moves the body of a `prange` loop into a function whose text it makes up: a file ``<string>`` that exists nowhere.
The statements that it moves there keep their places in the user's source, so that is where the function is; its own
statements, which share the iterations out, count as the loop's line.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, Final

_MADE_UP: Final = "<string>"
_FUNCTION: Final = "__numba_parfor_gufunc"


def in_the_users_source(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Wrap the method that finds the place of a function that is about to be lowered."""

    @functools.wraps(original)
    def _compute_def_location(self: Any) -> Any:
        is_loop = self.func_ir.func_id.func_name.startswith(_FUNCTION)
        place = _place_of_loop(self.func_ir) if is_loop else None
        if place is None:
            return original(self)
        for statement in _statements(self.func_ir):
            if statement.loc.filename == _MADE_UP:
                statement.loc = place
        self.func_ir.loc = place
        return place

    return _compute_def_location


def _place_of_loop(func_ir: Any) -> Any:
    places = [each.loc for each in _statements(func_ir) if each.loc.filename != _MADE_UP]
    return min(places, key=lambda place: place.line, default=None)


def _statements(func_ir: Any) -> Iterator[Any]:
    for block in func_ir.blocks.values():
        yield from block.body
