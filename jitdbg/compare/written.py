"""A report as files: JSON and back, the HTML report, the page of Markdown, the charts."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jitdbg.build import check_output, write_atomically
from jitdbg.compare import charts
from jitdbg.compare.costs import Cost
from jitdbg.compare.facts import Aspect, Cell
from jitdbg.compare.html import html
from jitdbg.compare.page import page
from jitdbg.compare.peers import NAMES, Peer
from jitdbg.compare.run import Machine, Report
from jitdbg.debugger.plain import document
from jitdbg.errors import SourceError
from jitdbg.reading import read_file
from jitdbg.replacing import is_stream

_COMMAND = "comparison"
_SCHEMA = f"jitdbg.{_COMMAND}/1"


@dataclass(frozen=True)
class Outputs:
    """The files that are wanted, None for those that are not."""

    json: Path | None = None
    html: Path | None = None
    page: Path | None = None
    charts: Path | None = None

    def check(self, inputs: Sequence[Path]) -> None:
        """Complain before a run of an hour rather than after it, and of what would replace one of the inputs.

        Raises `SourceError`, `StoreError`, `ToolMissingError`.
        """
        if self.html or self.charts:
            charts.require()
        for path in filter(None, (self.json, self.html, self.page)):
            check_output(path, inputs)
            _check_file(path)
        if self.charts:
            _check_folder(self.charts)

    def write_json(self, report: Report) -> None:
        """Write the file that all others can be made of."""
        if self.json:
            write_atomically(self.json, f"{document(_COMMAND, report)}\n".encode())

    def write(self, report: Report) -> None:
        """Write them all."""
        self.write_json(report)
        if self.html:
            write_atomically(self.html, html(report).encode(errors="replace"))
        if self.page:
            write_atomically(self.page, page(report).encode(errors="replace"))
        if self.charts:
            charts.write_pngs(report, self.charts)


def _check_file(path: Path) -> None:
    try:
        if not is_stream(path):
            _write_nothing(path.absolute().parent)
    except OSError:
        raise SourceError(f"{path} can't be written: name a file in a folder that can be") from None


def _check_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        _write_nothing(path)
    except OSError as error:
        raise SourceError(f"{path} takes no files ({error.strerror}): name a folder that can be written to") from None


def _write_nothing(folder: Path) -> None:
    """Try to make a file: where permissions allow it to root, as below /proc, the system may not."""
    tempfile.TemporaryFile(dir=folder).close()


def read(path: Path) -> Report:
    """Read a report that was written as JSON. Raises `SourceError` where it is none."""
    try:
        given: Any = json.loads(read_file(path))
        if given["schema"] != _SCHEMA:
            raise SourceError(f"{path} is {given['schema']}, not {_SCHEMA}: make it again with --json")
        return Report(
            given["complete"],
            Machine(**given["machine"]),
            tuple(Peer(**each) for each in given["peers"]),
            tuple(given["debuggers"]),
            given["features"],
            tuple(_cell(**each) for each in given["cells"]),
            tuple(Cost(**each) for each in given["costs"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{path} is no report of `jitdbg compare --json`: {error}") from None


def merged(reports: Sequence[Report]) -> Report:
    """Make one report of several of one machine. Raises `SourceError` for those of different ones."""
    first, *others = reports
    for other in others:
        if (other.machine.processor, other.machine.system) != (first.machine.processor, first.machine.system):
            raise SourceError("these reports are of different machines: give those of one, whose costs can be compared")
    peers = {each.name: each for report in reports for each in report.peers}
    used = {cell.debugger for report in reports for cell in report.cells}
    used |= {cost.debugger for report in reports for cost in report.costs}
    versions = {name: version for report in reports for name, version in report.machine.versions.items()}
    return Report(
        all(report.complete for report in reports),
        dataclasses.replace(first.machine, versions=versions),
        tuple(sorted(peers.values(), key=lambda each: NAMES.index(each.name))),
        tuple(dict.fromkeys(name for report in reports for name in report.debuggers if name in used)),
        {name: title for report in reports for name, title in report.features.items()},
        tuple(dict.fromkeys(cell for report in reports for cell in report.cells)),
        tuple(dict.fromkeys(cost for report in reports for cost in report.costs)),
    )


def _cell(aspects: list[dict[str, Any]], **fields: Any) -> Cell:
    return Cell(aspects=tuple(Aspect(**each) for each in aspects), **fields)
