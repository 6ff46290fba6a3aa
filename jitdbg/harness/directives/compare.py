"""Expected values against those that a debugger shows: what differs, in words.

Numbers and memory are compared, never what the debugger prints; its text serves the messages alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from jitdbg.debugger.facts import AVAILABLE, FAILED, Scalar, Value
from jitdbg.errors import DebuggerError, Unsupported
from jitdbg.harness.abilities import CHARACTER_ARRAYS, UNNAMED_MEMBERS
from jitdbg.harness.directives.facts import Anything, Elements, Expected, Expression, Identity, Members, Number, Text

RELATIVE = 1e-6
"""How far floating-point values may be from an expected one that names no tolerance, as a part of it."""

_SHOWN = 80
_ENCODINGS = {1: "utf-8", 2: "utf-16-le", 4: "utf-32-le"}
_WIDTHS = {"char": 1, "char8_t": 1, "char16_t": 2, "char32_t": 4, "wchar_t": 4}
_OF_WHAT = re.compile(r"\s*(?:\*(?:\s*(?:const|volatile|restrict|__restrict))*|\[\d*\])$")
"""The end of an array's or pointer's type, behind that of its elements."""
_KINDS_OF_TYPES = re.compile(r"\b(?:struct|class|union|enum)\s+")
_NEEDLESS_BLANK = re.compile(r"(?<=\W)\s+|\s+(?=\W)")


@dataclass(frozen=True)
class Surroundings:
    """What a comparison asks beyond the value itself: memory, expressions in the same frame, and known identities."""

    memory: Callable[[int, int], bytes]
    evaluate: Callable[[str], Value]
    identities: dict[str, int]
    require: Callable[[str], None]
    """Raise `Unsupported` where the debugger lacks an ability."""


def difference(expected: Expected, value: Value, around: Surroundings) -> str:
    """Say what there is instead of what was expected; nothing where they are equal."""
    if value.availability != AVAILABLE:
        return availability(value)
    if isinstance(expected, Anything):
        return ""
    if isinstance(expected, Members):
        return _differing_member(expected, value, around)
    if isinstance(expected, Elements):
        return _differing_element(expected, value, around)
    if isinstance(expected, Text):
        return _differing_text(expected.text, value, around)
    if isinstance(expected, Identity):
        return _differing_identity(expected.label, value, around.identities)
    if isinstance(expected, Expression):
        return _differing_expression(expected.text, value, around)
    return "" if _equal(expected, value.scalar) else shown(value)


def depth(expected: Expected) -> int:
    """Say how deep the children of a value are needed."""
    if isinstance(expected, Members):
        # One more for members of a member without a name, which count as its owner's.
        return 2 + max(depth(member) for _, member in expected.members)
    if isinstance(expected, Elements):
        return 1 + max(map(depth, expected.elements), default=0)
    return 1 if isinstance(expected, Text) else 0


def same_type(expected: str, given: str) -> bool:
    """Compare spellings of a type, where debuggers differ in blanks and in saying ``struct``."""
    return _plain_type(expected) == _plain_type(given)


def availability(value: Value) -> str:
    """Say why there is no value."""
    why = value.error if value.availability == FAILED else f"it is {value.availability}"
    return f"no value: {why}"


def shown(value: Value) -> str:
    """Show a value in a message."""
    text = value.text or str(value.scalar)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _plain_type(spelling: str) -> str:
    return _NEEDLESS_BLANK.sub("", " ".join(_KINDS_OF_TYPES.sub("", spelling).split()))


def _equal(expected: Number, scalar: Scalar | None) -> bool:
    if scalar is None or isinstance(scalar, str):
        return False
    if expected.tolerance is not None:
        return abs(scalar - expected.value) <= expected.tolerance
    if isinstance(scalar, float) or isinstance(expected.value, float):
        both_nan = math.isnan(scalar) and math.isnan(expected.value)
        return both_nan or math.isclose(scalar, expected.value, rel_tol=RELATIVE)
    return scalar == expected.value


def _differing_member(expected: Members, value: Value, around: Surroundings) -> str:
    for name, member in expected.members:
        try:
            child = value.child(name)
        except KeyError:
            around.require(UNNAMED_MEMBERS)
            return f"it has no member {name}: {', '.join(_member_names(value)) or shown(value)}"
        if found := difference(member, child, around):
            return f"{name} = {found}"
    return ""


def _member_names(value: Value) -> Iterator[str]:
    for child in value.children:
        yield from [child.name] if child.name else _member_names(child)


def _differing_element(expected: Elements, value: Value, around: Surroundings) -> str:
    count = len(expected.elements)
    if value.child_count < count or (value.child_count > count and not expected.more):
        return f"{value.child_count} elements: {shown(value)}"
    for index, (element, child) in enumerate(zip(expected.elements, value.children, strict=False)):
        if found := difference(element, child, around):
            return f"[{index}] = {found}"
    return "" if len(value.children) >= count else f"only the first {len(value.children)} elements can be read"


def _differing_text(text: str, value: Value, around: Surroundings) -> str:
    """Compare the bytes, up to the NUL: of what a pointer points at, or of an array."""
    if value.scalar is not None and not isinstance(value.scalar, int):
        return shown(value)
    width = _width(value, around)
    wanted = text.encode(_ENCODINGS[width], "surrogatepass")
    if value.scalar is not None or value.child_count * width != len(wanted):  # Else it fills the array, without a NUL.
        wanted += bytes(width)
    try:
        return "" if _bytes(value, width, len(wanted), around).startswith(wanted) else shown(value)
    except Unsupported:
        raise
    except DebuggerError as error:
        return f"{shown(value)}, where {error}"


def _bytes(value: Value, width: int, size: int, around: Surroundings) -> bytes:
    """Give ``size`` bytes of a text, or all characters of an array of which the debugger tells no address."""
    address = value.scalar if isinstance(value.scalar, int) else value.address
    if address is not None:
        return around.memory(address, size)
    if not value.children:
        around.require(CHARACTER_ARRAYS)
    return b"".join(_character(each.scalar, width) for each in value.children if isinstance(each.scalar, int))


def _character(number: int, width: int) -> bytes:
    return (number & (1 << 8 * width) - 1).to_bytes(width, "little")


def _width(value: Value, around: Surroundings) -> int:
    """Give the bytes of a character: how far elements are apart, or else as its type says, which the debugger knows."""
    first, second = [each.address for each in value.children[:2]] if len(value.children) > 1 else (None, None)
    if first is not None and second is not None:
        return _as_width(second - first)
    type_name = _OF_WHAT.sub("", value.type)
    if (known := _WIDTHS.get(type_name.rpartition(" ")[2])) is not None:
        return known
    return _as_width(around.evaluate(f"sizeof({type_name})").scalar)


def _as_width(size: Scalar | None) -> int:
    return size if isinstance(size, int) and size in _ENCODINGS else 1


def _differing_identity(label: str, value: Value, identities: dict[str, int]) -> str:
    if not isinstance(value.scalar, int):
        return f"{shown(value)}, which is no pointer"
    known = identities.get(label)
    others = [name for name, address in identities.items() if address == value.scalar and name != label]
    if known is None and not others:
        identities[label] = value.scalar
        return ""
    if known == value.scalar:
        return ""
    is_known = f", which is @{others[0]}" if others else ""
    return f"{value.scalar:#x}{is_known}" + (f" (@{label} is {known:#x})" if known is not None else "")


def _differing_expression(text: str, value: Value, around: Surroundings) -> str:
    if text == value.text and text.isidentifier():
        return ""  # An enumerator, which is in the value's type and need not be in any scope.
    other = around.evaluate(text)
    if other.availability != AVAILABLE:
        return f"{shown(value)}, and {text} has {availability(other)}"
    if other.scalar is None or isinstance(other.scalar, str):
        return f"{shown(value)}, and {text} is no number to compare it with"
    return "" if _equal(Number(other.scalar), value.scalar) else f"{shown(value)}, where {text} is {shown(other)}"
