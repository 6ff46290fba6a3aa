"""Nested address ranges, flattened for binary search.

Functions contain inlined bodies, which contain others; symbols overlap. Sorting that out once makes a look-up one
bisection, whatever the depth.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

NOTHING = -1
_HIGHEST = 2**64 - 1


@dataclass(frozen=True, slots=True)
class IntervalMap:
    """Which of a list of things covers an address: ``values[i]`` holds from ``starts[i]`` to ``starts[i + 1]``."""

    starts: array[int]
    values: array[int]

    def find(self, address: int) -> int:
        """Return the index of the thing that covers an address, or NOTHING."""
        position = bisect_right(self.starts, address) - 1
        return self.values[position] if position >= 0 else NOTHING


def flatten(intervals: Iterable[tuple[int, int, int]]) -> IntervalMap:
    """Flatten intervals (low, high, value) in which, wherever two overlap, the later one wins.

    Listing parents before their children so gives the innermost. Empty intervals are dropped.
    """
    bounded = enumerate((low, min(high, _HIGHEST), value) for low, high, value in intervals)
    coming = sorted(((low, -order, high, value) for order, (low, high, value) in bounded if low < high), reverse=True)
    points = sorted({point for low, _, high, _ in coming for point in (low, high)})
    starts, values = array("Q"), array("q")
    covering: list[tuple[int, int, int]] = []
    for point in points:
        while coming and coming[-1][0] == point:
            _, order, high, value = coming.pop()
            heapq.heappush(covering, (order, high, value))
        while covering and covering[0][1] <= point:
            heapq.heappop(covering)
        winner = covering[0][2] if covering else NOTHING
        if not values or values[-1] != winner:
            starts.append(point)
            values.append(winner)
    return IntervalMap(starts, values)
