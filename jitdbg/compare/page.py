"""A report as a page of Markdown: docs/comparison.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jitdbg.compare import tables
from jitdbg.compare.advice import advice
from jitdbg.compare.run import Report

_HEAD = """# Dylibs against the GDB JIT interface

<!-- Written by `jitdbg compare --page`. -->

The same modules, loaded in each way there is. What works was tried in each debugger, and what it costs was measured;
`jitdbg compare` does it again here, and its `--html` has the transcript of each cell.

All hosts are one Python program with llvmlite in it, so that what a debugger needs for that is in every number. lldb is
told to listen to the JIT interface (`settings set plugin.jit-loader.gdb.enable on`), which it does not do by default on
Linux. What is registered has the addresses that its sections really have. What has no column was not measured.
"""


def page(report: Report) -> str:
    """Write the page."""
    return "\n".join([_HEAD, *_machine(report), *_peers(report), *_advice(report), *_features(report), *_costs(report)])


def _machine(report: Report) -> Iterator[str]:
    machine = report.machine
    if not report.complete:
        yield "**The run was interrupted: this is what it had found until then.**\n"
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    yield f"Run on {machine.date}: {machine.processor}, {machine.processors} processors, {machine.system};"
    yield f"{', '.join([*report.debuggers, versions])}. Each number is of one run on this machine, as busy as it was;"
    yield "ratios, in brackets, are to the first row.\n"


def _peers(report: Report) -> Iterator[str]:
    yield from (f"- **{each.title}**: {each.words}" for each in report.peers)
    yield ""


def _advice(report: Report) -> Iterator[str]:
    if sentences := advice(report):
        yield "## What follows\n"
        yield from (f"- {sentence}" for sentence in sentences)
        yield ""


def _features(report: Report) -> Iterator[str]:
    for debugger, rows, titles in tables.feature_tables(report):
        yield f"## What works, {debugger}\n"
        cells = [[title, *map(tables.short, row)] for title, row in zip(titles, rows, strict=True)]
        yield from _table(["", *(each.title for each in report.peers)], cells)
        yield ""
        for title, row in zip(titles, rows, strict=True):
            yield from (f"- {title}: {_escaped(words)}" for _, words in tables.remarks(row))
        yield ""


def _costs(report: Report) -> Iterator[str]:
    yield "## What it costs\n"
    for title, headings, rows in tables.cost_tables(report):
        yield f"### {title[0].upper()}{title[1:]}\n"
        yield from _table(headings, rows)
        yield ""
    yield from (f"- Not measured: {_escaped(sentence)}" for sentence in tables.cost_failures(report))


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _escaped(words: str) -> str:
    """Keep what debuggers said from being markup."""
    return " ".join(words.split()).replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_")
