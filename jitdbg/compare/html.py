"""A report as one HTML file that needs nothing else: tables, charts, and a transcript behind each cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from jitdbg.compare import charts, tables
from jitdbg.compare.advice import advice
from jitdbg.compare.facts import Cell
from jitdbg.compare.run import Report

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; margin: 0.5rem 0 1.5rem; }
th, td { border: 1px solid #ccc; padding: 0.25rem 0.6rem; text-align: left; vertical-align: top; }
.works { background: #dff2df; } .partly { background: #fdf3cf; } .fails { background: #f9dcd9; } .na { color: #777; }
td a { color: inherit; } details { margin: 0.3rem 0; } summary { cursor: pointer; }
pre { background: #f6f6f6; padding: 0.6rem; overflow-x: auto; font-size: 12px; } svg { max-width: 100%; height: auto; }
""".strip()


def html(report: Report) -> str:
    """Write the report. Raises `ToolMissingError` where there is nothing to draw charts with."""
    body = [*_head(report), *_features(report), *_costs(report), *_transcripts(report)]
    style = f"<style>{_STYLE}</style>"
    head = f'<head><meta charset="utf-8"><title>Dylibs against the GDB JIT interface</title>{style}</head>'
    return "\n".join(["<!doctype html>", f'<html lang="en">{head}<body>', *body, "</body></html>", ""])


def _head(report: Report) -> Iterator[str]:
    machine = report.machine
    yield "<h1>Dylibs against the GDB JIT interface</h1>"
    if not report.complete:
        yield "<p><strong>The run was interrupted: this is what it had found until then.</strong></p>"
    versions = [*report.debuggers, *(f"{name} {version}" for name, version in machine.versions.items())]
    yield f"<p>{escape(machine.date)}; {escape(machine.processor)}, {machine.processors} processors; "
    yield f"{escape(machine.system)}; {escape(', '.join(versions))}</p>"
    yield from _list(f"<b>{escape(each.title)}</b>: {escape(each.words)}" for each in report.peers)
    if sentences := advice(report):
        yield "<h2>What follows</h2>"
        yield from _list(map(escape, sentences))


def _list(items: Iterator[str]) -> Iterator[str]:
    yield "<ul>"
    yield from (f"<li>{item}</li>" for item in items)
    yield "</ul>"


def _features(report: Report) -> Iterator[str]:
    for debugger, rows, titles in tables.feature_tables(report):
        yield f"<h2>What works, {escape(debugger)}</h2><table>"
        yield _row("th", ["", *(escape(each.title) for each in report.peers)])
        for title, row in zip(titles, rows, strict=True):
            yield f"<tr><th>{escape(title)}</th>{''.join(map(_cell, row))}</tr>"
        yield "</table>"


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "<td></td>"
    word = tables.short(cell)
    return (
        f'<td class="{word.replace("/", "")}"><a href="#{_anchor(cell)}" title="{escape(cell.words)}">{word}</a></td>'
    )


def _anchor(cell: Cell) -> str:
    return f"{cell.feature}-{cell.peer}-{cell.debugger or 'tools'}".replace(" ", "-")


def _costs(report: Report) -> Iterator[str]:
    if report.costs:
        yield "<h2>What it costs</h2>"
        drawn = dict(charts.svgs(report))
        for title, headings, rows in tables.cost_tables(report):
            yield f"<h3>{escape(title)}</h3>"
            yield drawn.get(title.rpartition(", ")[0], "")
            yield f"<table>{_row('th', map(escape, headings))}{''.join(_row('td', map(escape, row)) for row in rows)}"
            yield "</table>"
        yield from _list(f"Not measured: {escape(sentence)}" for sentence in tables.cost_failures(report))


def _row(tag: str, values: Sequence[str] | Iterator[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{value}</{tag}>' for value in values)}</tr>"


def _transcripts(report: Report) -> Iterator[str]:
    if report.cells:
        yield "<h2>Transcripts</h2>"
    for cell in report.cells:
        title = f"{report.features.get(cell.feature, cell.feature)}, {cell.peer}, {cell.debugger or 'no debugger'}"
        yield f'<details id="{_anchor(cell)}"><summary>{escape(title)}: {escape(cell.outcome)}</summary>'
        yield f"<p>{escape(cell.words)} ({cell.seconds:g} s)</p><pre>{escape(cell.transcript)}</pre></details>"
