"""Whether two values of two runs are alike: numbers are equal, addresses are null or not, aggregates are by member."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from jitdbg.debugger.facts import AVAILABLE, FAILED, Value

GONE = "gone"
"""How a value is shown that is optimised out, or that a debugger does not know at all."""

_TOLERANCE = 1e-12  # Of long doubles not every debugger tells all digits.
_LIBRARY = re.compile(r"(const )?std::")


@dataclass(frozen=True)
class Unlike:
    """Two values that differ, or parts of such, and the expression that leads to them."""

    path: str
    left: str
    right: str


def unlike(path: str, left: Value | None, right: Value | None) -> Iterator[Unlike]:
    """Compare two values, and what can be seen of their members, elements and pointees. None is a value unknown."""
    if state(left) != state(right) or left is None or right is None:
        yield from () if state(left) == state(right) else [Unlike(path, shown(left), shown(right))]
    elif left.availability == AVAILABLE:
        if not _equal(left, right):
            yield Unlike(path, shown(left), shown(right))
        else:
            yield from _unlike_children(path, left, right)


def _unlike_children(path: str, left: Value, right: Value) -> Iterator[Unlike]:
    mine, other = _children(left), _children(right)
    if not mine or not other:  # A pointee that one debugger does not look at.
        return
    for name in dict.fromkeys([*mine, *other]):
        yield from unlike(_member(path, name), mine.get(name), other.get(name))


def _children(value: Value) -> dict[str, Value]:
    """Give the children by name; those without one, as anonymous unions, by their place.

    Unions of the standard library are left out: short strings leave most of theirs as it was.
    """
    named_only = _LIBRARY.match(value.type)
    kept = (child for child in value.children if child.name or not named_only)
    return {_name(child, index): child for index, child in enumerate(kept)}


def _name(child: Value, index: int) -> str:
    # A pointee is named after its pointer, which was named by what led to it.
    return "*" if child.name.startswith("*") else child.name or f"({index})"


def _member(path: str, name: str) -> str:
    if name == "*":
        return f"*{path}"
    return f"{path}{name}" if name.startswith("[") else f"{path}.{name}"


def state(value: Value | None) -> str:
    """Say whether a value is there, gone, or an error."""
    if value is None:
        return GONE
    return value.availability if value.availability in (AVAILABLE, FAILED) else GONE


def _equal(left: Value, right: Value) -> bool:
    if _is_address(left) or _is_address(right):
        return bool(left.scalar) == bool(right.scalar)
    if isinstance(left.scalar, float) and isinstance(right.scalar, float):
        both_nan = math.isnan(left.scalar) and math.isnan(right.scalar)
        return both_nan or math.isclose(left.scalar, right.scalar, rel_tol=_TOLERANCE)
    return left.scalar == right.scalar


def _is_address(value: Value) -> bool:
    """Tell pointers, references and functions by how debuggers write them: no type's name has a sign of it for sure."""
    return value.type.endswith(("*", "&")) or (isinstance(value.scalar, int) and "0x" in value.text)


def shown(value: Value | None) -> str:
    """Write a value for people, without what differs from run to run."""
    if value is None or state(value) == GONE:
        return GONE
    if value.availability == FAILED:
        return f"error: {value.error}"
    if _is_address(value):
        return "an address" if value.scalar else "null"
    return value.text if value.scalar is None else str(value.scalar)
