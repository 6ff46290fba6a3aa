"""The table of what debuggers can't do, made from the outcomes of a test run and kept in a page of Markdown.

The table stands between two comments (`BEGIN`, `END`). A run replaces the rows of the debuggers that it ran tests
with, and leaves those of others.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass

BEGIN = "<!-- unsupported: begin, written by pytest's --unsupported-table -->"
END = "<!-- unsupported: end -->"
_HEAD = ("| what a test asks | debugger | why it can't |", "|---|---|---|")


@dataclass(frozen=True)
class Outcome:
    """How a test, by its name in words, ended under a debugger: ``reason`` is empty where it is supported."""

    test: str
    debugger: str
    reason: str = ""


def in_words(name: str, parameters: str = "") -> str:
    """Put a test's name as a sentence: ``test_a_signal_is_named`` becomes "a signal is named"."""
    sentence = name.removeprefix("test_").replace("_", " ")
    return f"{sentence} ({parameters})" if parameters else sentence


def read_table(page: str) -> list[Outcome]:
    """Read the rows of a page's table; none where it has no table."""
    lines = page.partition(BEGIN)[2].partition(END)[0].splitlines()
    rows = [line.strip().strip("|").split(" | ") for line in lines if line.startswith("|")]
    return [Outcome(*(cell.strip() for cell in row)) for row in rows[len(_HEAD) :]]


def with_outcomes(page: str, outcomes: Sequence[Outcome]) -> str:
    """Give a page with its table brought up to date; one that has no table gets one at its end."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2] if rest else "\n"
    ran = {outcome.debugger for outcome in outcomes}
    kept = [row for row in read_table(page) if row.debugger not in ran]
    rows = _table({*kept, *(outcome for outcome in outcomes if outcome.reason)})
    return before + "\n".join([BEGIN, *rows, END]) + after


def _table(rows: Collection[Outcome]) -> list[str]:
    ordered = sorted(rows, key=lambda row: (row.debugger, row.reason, row.test))
    return [*_HEAD, *(f"| {row.test} | {row.debugger} | {row.reason.replace('|', '/')} |" for row in ordered)]


def update_page(path: str | os.PathLike[str], outcomes: Sequence[Outcome]) -> None:
    """Bring the table in a file up to date; a file that does not exist becomes one with nothing else."""
    page = ""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            page = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(with_outcomes(page, outcomes))
