"""The table of what debuggers can't do, in docs/harness.md, is held against each test of the contract."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from jitdbg.harness.plugin import outcome_of
from jitdbg.harness.unsupported import Outcome, read_table
from tests.debug_servers import serve

__all__ = ["serve"]

PAGE = Path(__file__).parents[2] / "docs" / "harness.md"


def complaint(outcome: Outcome, table: list[Outcome]) -> str:
    """Say where the table and a test disagree; nothing where they don't."""
    told = next((row.reason for row in table if (row.test, row.debugger) == (outcome.test, outcome.debugger)), "")
    if told == outcome.reason:
        return ""
    words = [f"unsupported: {reason}" if reason else "supported" for reason in (told, outcome.reason)]
    return (
        f"{PAGE.name} says of {outcome.debugger}: {words[0]}; the test: {words[1]}. `make unsupported` mends the page"
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    checked = item.config.getoption("--require-debuggers") and not item.config.getoption("--unsupported-table")
    outcome = outcome_of(report) if checked and item.get_closest_marker("fake") else None
    if outcome and (words := complaint(outcome, read_table(PAGE.read_text()))):
        report.outcome, report.longrepr = "failed", words
    return report
