"""Plain text in columns, for whatever shows facts to people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

NAME_WIDTH = 36
"""Characters of a function's name in a row that fits a terminal: names of C++ and of Numba's wrappers can be longer."""


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, width: float = math.inf) -> str:
    """Lay rows out under headings, never cut off; without headings where all of them are empty.

    What is longer than ``width`` shifts the rest of its own row alone.
    """
    lines = [tuple(row) for row in rows]
    if any(columns):
        lines.insert(0, tuple(columns))
    widths = [max((len(cell) for cell in column if len(cell) <= width), default=0) for column in zip(*lines)]
    return "".join(f"{'  '.join(map(str.ljust, line, widths)).rstrip()}\n" for line in lines)
