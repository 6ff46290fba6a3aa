"""Plain text in columns."""

from __future__ import annotations

from jitdbg.debugger.tables import table

ROWS = [("a", "name", "x"), ("b", "a name that is long", "y"), ("c", "", "z")]


def test_a_column_is_as_wide_as_its_longest_cell() -> None:
    assert table(("", "n", ""), ROWS).splitlines() == [
        "   n",
        "a  name                 x",
        "b  a name that is long  y",
        "c                       z",
    ]


def test_a_cell_that_is_longer_than_the_width_shifts_its_own_row_alone() -> None:
    assert table(("", "", ""), ROWS, width=10).splitlines() == ["a  name  x", "b  a name that is long  y", "c        z"]
    assert table(("", "", ""), ROWS[1:2], width=10) == "b  a name that is long  y\n"
