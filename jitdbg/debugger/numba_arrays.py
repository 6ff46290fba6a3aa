"""What debuggers show of Numba's arrays: element type, shape and strides in a line, elements by their indices.

Numba describes an array as a structure with the members ``data``, ``shape`` and ``strides`` (in bytes), whose name
begins with the array's type: ``array(float64, 2d, C) ({i8*, …})``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Optional

PATTERN = r"^(struct )?(unaligned |readonly |nonwritable )*array\(.+, [0-9]+d, [A-Z]\)"
"""Which types are arrays, for debuggers that take a regular expression."""

_TYPE = re.compile(r"^(?:struct )?((?:unaligned |readonly |nonwritable )*)array\((.+), (\d+)d, ([A-Z])\)")


class ArrayType(NamedTuple):
    """An array's type: that of its elements in Numba's spelling, and the order in memory: C, F, or A for any."""

    qualifiers: str
    element: str
    dimensions: int
    order: str


def find_array_type(name: str) -> Optional[ArrayType]:
    """Read the type of an array from the name of its structure; None where it is none."""
    found = _TYPE.match(name)
    return ArrayType(found[1].strip(), found[2], int(found[3]), found[4]) if found else None


def summary(kind: ArrayType, shape: Sequence[int], strides: Sequence[int]) -> str:
    """Say in a line what the array is."""
    qualifiers = f"{kind.qualifiers} " if kind.qualifiers else ""
    return f"{qualifiers}array({kind.element}, shape={_tuple(shape)}, strides={_tuple(strides)}, order={kind.order})"


def count(shape: Sequence[int]) -> int:
    """Give the number of elements."""
    product = 1
    for length in shape:
        product *= max(length, 0)
    return product


def indices(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Give the indices of all elements, the last one changing fastest."""
    return (index_of(number, shape) for number in range(count(shape)))


def index_of(number: int, shape: Sequence[int]) -> tuple[int, ...]:
    """Give the indices of the element of that number, as `indices` counts."""
    reversed_index = []
    for length in reversed(shape):
        number, place = divmod(number, length)
        reversed_index.append(place)
    return tuple(reversed(reversed_index))


def offset(index: Sequence[int], strides: Sequence[int]) -> int:
    """Give how many bytes after ``data`` an element lies."""
    return sum(place * stride for place, stride in zip(index, strides))


def label(index: Sequence[int]) -> str:
    """Write indices as in Python."""
    return f"[{', '.join(map(str, index))}]"


def _tuple(numbers: Sequence[int]) -> str:
    return f"({', '.join(map(str, numbers))}{',' if len(numbers) == 1 else ''})"
