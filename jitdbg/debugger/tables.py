"""Plain text in columns, for whatever shows facts to people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay rows out under headings, never cut off; without headings where all of them are empty."""
    lines = [tuple(row) for row in rows]
    if any(columns):
        lines.insert(0, tuple(columns))
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "".join(f"{'  '.join(map(str.ljust, line, widths)).rstrip()}\n" for line in lines)
