"""Reports as pages, HTML and charts, and the advice in them, from cells and costs that are given."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from jitdbg.compare import charts, written
from jitdbg.compare.advice import advice
from jitdbg.compare.costs import BATCH, LOAD, Cost
from jitdbg.compare.debuggers import Debugger
from jitdbg.compare.facts import FAILS, WORKS, Cell
from jitdbg.compare.html import html
from jitdbg.compare.page import page
from jitdbg.compare.run import Report, Run, plan
from jitdbg.errors import SourceError, StoreError, ToolMissingError

GDB = Debugger("gdb", "", "13.1")


def costs(peer: str, batch: int, *values: float) -> list[Cost]:
    counts = (10, 100, 1000)
    return [
        Cost(LOAD, peer, batch, "gdb 13.1", count, each, "ms a module")
        for count, each in zip(counts, values, strict=True)
    ]


@pytest.fixture
def report() -> Report:
    run = Run(plan([GDB], features=["crash", "core"], peers=["file", "mcjit"]))
    run.cells += [
        Cell("crash", "file", "gdb 13.1", WORKS, "", (), 1.0, "hello from <gdb> & co"),
        Cell("crash", "mcjit", "gdb 13.1", WORKS, "", (), 1.0),
        Cell("core", "file", "gdb 13.1", FAILS, "a|b <lost> *all*", (), 1.0),
        Cell("core", "mcjit", "gdb 13.1", WORKS, "", (), 1.0),
    ]
    run.costs += [
        *costs("file", 1, 0.5, 3.0, 9.0),
        *costs("mcjit", 1, 1.0, 2.0, 3.0),
        *costs("file", BATCH, 0.1, 0.1, 0.1),
    ]
    return run.report()


class Page(HTMLParser):
    """The elements of a page that are open, which have to be none at its end, and the links in it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br", "path", "use"):
            self.open.append(tag)
        found = dict(attrs)
        self.ids.add(found.get("id") or "")
        self.links.add(found.get("href") or "")
        self.outside += [value for name, value in attrs if name in ("src", "href") and value and ":" in value]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("path", "use"):
            return
        assert self.open.pop() == tag


def test_the_html_needs_nothing_else_and_each_cell_leads_to_its_transcript(report: Report) -> None:
    text = html(report)
    found = Page()
    found.feed(text)
    assert found.open == []
    assert found.outside == []
    assert {"#crash-file-gdb-13.1", "#core-mcjit-gdb-13.1"} <= found.links
    assert {link[1:] for link in found.links if link} <= found.ids
    assert "hello from &lt;gdb&gt; &amp; co" in text
    assert text.count("<svg") == 1


def test_an_interrupted_run_says_so_everywhere(report: Report) -> None:
    for text in (html(report), page(report)):
        assert "The run was interrupted" in text


def test_the_page_has_what_was_seen_and_no_markup_of_debuggers(report: Report) -> None:
    text = page(report)
    assert "| core dump | fails | works |" in text
    assert "- core dump: dylib, file: fails: a\\|b &lt;lost> \\*all\\*" in text
    assert re.search(r"^\| MCJIT \| 1 \(2×\) \| 2 \(0\.67×\) \| 3 \(0\.33×\) \| 1\.24 \|$", text, re.MULTILINE)


def test_the_advice_goes_both_ways(report: Report) -> None:
    only, dearer, batches = advice(report)
    assert only == "Only the JIT interface has, under gdb 13.1: core dump."
    assert dearer.startswith("Under gdb 13.1, one image for each module costs more than MCJIT from 100 modules on: 3 ")
    assert batches.startswith("Under gdb 13.1, 100 modules in an image cost 30.0 times less than MCJIT with 1,000 ")


def test_what_one_run_cannot_tell_apart_is_about_the_same(report: Report) -> None:
    near = [replace(cost, value=0.105) if cost.batch > 1 else replace(cost, value=0.1) for cost in report.costs]
    assert advice(replace(report, costs=tuple(near)))[-1].startswith(
        "Under gdb 13.1, 100 modules in an image cost about as much as MCJIT with "
    )


def test_charts_are_files_of_their_own(report: Report, tmp_path: Path) -> None:
    written.Outputs(charts=tmp_path / "charts").write(report)
    (chart,) = (tmp_path / "charts").iterdir()
    assert chart.name == "load-gdb-13.1.png"
    assert chart.read_bytes().startswith(b"\x89PNG")


def test_charts_without_matplotlib_are_refused_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(ToolMissingError, match=r"pip install 'jitdbg\[charts\]'"):
        written.Outputs(html=tmp_path / "report.html").check([])
    with pytest.raises(ToolMissingError):
        charts.require()


def test_a_folder_that_is_not_there_is_refused_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="can't be written"):
        written.Outputs(json=tmp_path / "nowhere" / "report.json").check([])


@pytest.mark.parametrize("kind", ["json", "html", "page", "charts"])
def test_a_folder_that_takes_no_files_is_refused_before_the_run_although_its_permissions_allow_it(kind: str) -> None:
    with pytest.raises(SourceError, match=r"^/proc/x (can't be written|takes no files)"):
        written.Outputs(**{kind: Path("/proc/x")}).check([])


def test_standard_output_is_written_to_whatever_its_folder_is() -> None:
    written.Outputs(page=Path("/dev/stdout")).check([])


def test_a_report_is_not_written_over_one_that_is_read(tmp_path: Path) -> None:
    (tmp_path / "report.json").touch()
    with pytest.raises(StoreError, match="can't be written: it is read for this"):
        written.Outputs(html=tmp_path / "report.json").check([tmp_path / "report.json"])
