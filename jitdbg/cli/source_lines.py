"""How ``jitdbg inspect --lines`` shows address ↔ source ↔ IR: a table for each function, warnings on standard error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby

import click

from jitdbg.cli.output import print_json, print_table
from jitdbg.sourcemap import Run, SourceMap, Spot

_COLUMNS = ("address", "size", "place", "text")


def print_source_map(found: SourceMap, as_json: bool) -> None:
    """Print a map; what is wrong with the sources comes first, on standard error."""
    for source in found.sources.values():
        if source.warning:
            click.echo(f"warning: {source.warning}", err=True)
    if as_json:
        states = [{"path": each.path, "state": each.state} for each in found.sources.values()]
        print_json("lines", {"path": found.path, "runs": found.runs, "sources": states})
        return
    for number, (symbol, runs) in enumerate(groupby(found.runs, key=lambda run: run.symbol)):
        if number:
            click.echo()
        listed = list(runs)
        print_table(_COLUMNS, [row for run in listed for row in _rows(found, run)], _title(found, symbol, listed[0]))


def _title(found: SourceMap, symbol: str | None, first: Run) -> str:
    name = symbol or "code without a symbol"
    text = found.ir.get(first.module or "")
    functions = text.functions(symbol) if text and symbol else ()
    return name + "".join(f": IR lines {each.first} to {each.last} of {first.module}" for each in functions[:1])


def _rows(found: SourceMap, run: Run) -> Iterator[tuple[str, ...]]:
    beginning = f"{run.address:#x}", str(run.size)
    for level, spot in enumerate(run.spots):
        place = _place(spot)
        yield (
            *(("", "") if level else beginning),
            f"inlined at {place}" if level else place,
            _source_text(found, spot),
        )
        if (text := found.ir.get(run.module or "")) and not text.is_source(spot.file or ""):
            for line in spot.ir:
                yield "", "", f"  IR {line}", text.line(line).strip()


def _place(spot: Spot) -> str:
    if spot.file is None or spot.line is None:
        return "no line"
    place = f"{os.path.basename(spot.file)}:{spot.line}"
    return place if spot.column is None else f"{place}:{spot.column}"


def _source_text(found: SourceMap, spot: Spot) -> str:
    source = found.sources.get(spot.file or "")
    return source.line(spot.line or 0).strip() if source else ""
