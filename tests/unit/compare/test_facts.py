"""What aspects amount to, and what is planned and measured, without a debugger."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from jitdbg.compare import tables, written
from jitdbg.compare.attempt import Attempt, cell
from jitdbg.compare.bench import Bench
from jitdbg.compare.costs import BATCH, LOAD, OTHERS_AT_MOST, UNITS, Cost, growths, measurements
from jitdbg.compare.debuggers import Debugger, find_debuggers
from jitdbg.compare.facts import FAILS, NOT_HERE, PARTLY, WORKS, Cell
from jitdbg.compare.features import FEATURES
from jitdbg.compare.peers import PEERS, peer
from jitdbg.compare.run import QUICK_PEERS, Run, plan
from jitdbg.compare.toolfeatures import TOOL_FEATURES
from jitdbg.errors import DeadlinePassed, DebuggerGone, SourceError, ToolError, ToolMissingError, Unsupported

GDB = Debugger("gdb", "", "13.1")


def attempted(tmp_path: Path, try_it: object) -> Cell:
    attempt = Attempt(Bench(tmp_path), "file", GDB, 1.0, transcripts=["what was said"])
    return cell("crash", attempt, try_it)  # type: ignore[arg-type]


def test_what_has_all_aspects_works(tmp_path: Path) -> None:
    found = attempted(tmp_path, lambda attempt: attempt.check("lines", True, "never said"))
    assert (found.outcome, found.words, found.transcript) == (WORKS, "", "what was said")
    assert (found.debugger, found.peer) == ("gdb 13.1", "file")


def test_what_has_some_aspects_works_partly_and_says_with_what(tmp_path: Path) -> None:
    def both(attempt: Attempt) -> None:
        attempt.check("functions", True)
        attempt.check("lines", False, "no line")

    found = attempted(tmp_path, both)
    assert (found.outcome, found.words) == (PARTLY, "functions; but lines: no line")


def test_what_has_no_aspects_fails_rather_than_works(tmp_path: Path) -> None:
    found = attempted(tmp_path, lambda _: None)
    assert (found.outcome, found.words) == (FAILS, "nothing was seen")


def test_what_does_not_begin_fails_with_what_was_seen(tmp_path: Path) -> None:
    found = attempted(tmp_path, lambda attempt: attempt.need(False, "it ended"))
    assert (found.outcome, found.words) == (FAILS, "the run: it ended")


@pytest.mark.parametrize("error", [DeadlinePassed("nothing was heard"), DebuggerGone("it died")])
def test_a_debugger_that_hangs_or_dies_is_a_result(tmp_path: Path, error: Exception) -> None:
    def fail(attempt: Attempt) -> None:
        attempt.check("functions", True)
        raise error

    found = attempted(tmp_path, fail)
    assert found.outcome == PARTLY
    assert str(error) in found.words


@pytest.mark.parametrize("error", [ToolMissingError("perf is not installed"), Unsupported("gdb", "no DAP")])
def test_what_is_missing_is_not_available_with_the_reason(tmp_path: Path, error: Exception) -> None:
    def fail(_: Attempt) -> None:
        raise error

    found = attempted(tmp_path, fail)
    assert (found.outcome, found.words) == (NOT_HERE, str(error))


def test_a_long_transcript_keeps_its_beginning_and_its_end(tmp_path: Path) -> None:
    def talk(attempt: Attempt) -> None:
        attempt.transcripts.append("middle" * 100_000 + "the end")

    said = attempted(tmp_path, talk).transcript
    assert said.startswith("what was said")
    assert said.endswith("the end")
    assert len(said) < 20_000


def test_everything_is_planned_unless_a_part_is_named() -> None:
    whole = plan([GDB])
    assert (whole.features, whole.tool_features, whole.peers) == (FEATURES, TOOL_FEATURES, PEERS)
    assert whole.cells == len(PEERS) * (len(FEATURES) + len(TOOL_FEATURES))
    assert {each.count for each in whole.measurements} == {1, 10, 100, 400, 1600, 10_000}

    part = plan([GDB], features=["crash", "perf"], peers=["mcjit"])
    assert ([each.name for each in part.features], [each.name for each in part.tool_features]) == (["crash"], ["perf"])
    assert (part.cells, part.measurements) == (2, [])
    assert plan([GDB], with_features=False).cells == 0
    assert plan([GDB], with_costs=False).measurements == []


def test_a_quick_plan_is_a_small_one() -> None:
    quick = plan([GDB, Debugger("lldb")], quick=True)
    assert tuple(each.name for each in quick.peers) == QUICK_PEERS
    assert quick.cells + len(quick.measurements) < 30


def test_a_feature_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(ToolError, match="there is no feature 'crush': it is one of break-by-name, "):
        plan([GDB], features=["crush"])


def test_only_batches_of_ours_have_many_modules() -> None:
    found = measurements(PEERS, [GDB], [10, BATCH, OTHERS_AT_MOST * 2])
    many = [each for each in found if each.count > OTHERS_AT_MOST]
    assert many
    assert all(each.batch == BATCH and peer(each.peer).ours for each in many)
    assert not any(each.batch > each.count for each in found)
    assert {job for each in found for job in each.jobs} == set(UNITS)


def test_growth_is_fitted_to_the_time_for_all_modules() -> None:
    linear = [Cost(LOAD, "file", 1, "", count, 2.0, "ms") for count in (10, 100, 1000)]
    square = [Cost(LOAD, "mcjit", 1, "", count, 0.5 * count, "ms") for count in (10, 100, 1000)]
    too_few = [Cost(LOAD, "floor", 1, "", 10, 1.0, "ms"), Cost(LOAD, "floor", 1, "", 100, None, "ms", "it hung")]
    found = {each.peer: each.exponent for each in growths([*linear, *square, *too_few])}
    assert found == {"file": 1.0, "mcjit": 2.0}


def test_an_interrupted_run_has_a_report_that_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run(plan([GDB], features=["crash"], peers=["file", "mcjit"]))
    run.cells.append(attempted(tmp_path, lambda attempt: attempt.check("lines", True)))

    def interrupted(_: Path) -> Bench:
        raise KeyboardInterrupt

    monkeypatch.setattr("jitdbg.compare.run.make_bench", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.go()
    report = run.report()
    assert not report.complete
    assert [each.peer for each in report.cells] == ["file"]


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    run = Run(plan([GDB], features=["crash"], peers=["file"]))
    run.cells.append(attempted(tmp_path, lambda attempt: attempt.check("lines", False, "no line")))
    run.costs.append(Cost(LOAD, "file", 1, "gdb 13.1", 10, None, "ms a module", "it hung"))
    report, path = run.report(), tmp_path / "report.json"
    written.Outputs(path).write(report)
    assert written.read(path) == report


def test_parts_that_were_run_one_by_one_become_one_report(tmp_path: Path) -> None:
    lldb = Debugger("lldb", "", "22.1")
    first, second = (
        Run(plan([GDB], features=["crash"], peers=["mcjit"])),
        Run(plan([lldb], features=["core"], peers=["file"])),
    )
    first.cells.append(attempted(tmp_path, lambda attempt: attempt.check("lines", True)))
    second.costs.append(Cost(LOAD, "file", 1, "lldb 22.1", 10, 1.0, "ms a module"))
    first.complete = True
    report = written.merged([first.report(), second.report()])
    assert [each.name for each in report.peers] == ["file", "mcjit"]
    assert report.debuggers == ("gdb 13.1", "lldb 22.1")
    assert list(report.features) == ["crash", "core"]
    assert (len(report.cells), len(report.costs), report.complete) == (1, 1, False)


def test_reports_of_several_machines_are_not_put_together() -> None:
    report = Run(plan([GDB])).report()
    other = dataclasses.replace(report, machine=dataclasses.replace(report.machine, processor="another"))
    with pytest.raises(SourceError, match="of different machines"):
        written.merged([report, other])


@pytest.mark.parametrize("text", ["{}", "[", '{"schema": "jitdbg.doctor/1"}'])
def test_what_is_no_report_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text)
    with pytest.raises(SourceError, match=r"report\.json is"):
        written.read(path)


def test_tables_have_a_column_for_each_peer_and_remarks_for_what_does_not_work(tmp_path: Path) -> None:
    run = Run(plan([GDB], features=["crash"], peers=["file", "mcjit", "floor"]))
    good = attempted(tmp_path, lambda attempt: attempt.check("lines", True))
    bad = attempted(tmp_path, lambda attempt: attempt.check("lines", False, "no line"))
    run.cells += [good, *(Cell(**{**vars(bad), "peer": name}) for name in ("mcjit", "floor"))]
    ((debugger, rows, titles),) = tables.feature_tables(run.report())
    assert (debugger, titles) == ("gdb 13.1", ["backtrace from a crash"])
    assert [[tables.short(each) for each in row] for row in rows] == [["works", "fails", "fails"]]
    assert [words for _, words in tables.remarks(rows[0])] == ["MCJIT, not registered: fails: lines: no line"]


def test_costs_are_shown_with_their_ratio_to_a_dylib_in_a_file() -> None:
    run = Run(plan([GDB], with_features=False))
    run.costs += [
        Cost(LOAD, "file", 1, "", 10, 2.0, "ms a module"),
        Cost(LOAD, "file", BATCH, "", 100, 0.5, "ms a module"),
        Cost(LOAD, "mcjit", 1, "", 10, 1.0, "ms a module"),
        Cost(LOAD, "mcjit", 1, "", 100, None, "ms a module", "it hung"),
    ]
    ((title, headings, rows),) = tables.cost_tables(run.report())
    assert title == "load, without a debugger, ms a module"
    assert headings == ["way", "10", "100"]
    assert rows == [
        ["dylib, file", "2", "–"],
        ["dylib, file, 100 in an image", "–", "0.5"],
        ["MCJIT", "1 (0.5×)", "failed"],
    ]
    assert tables.cost_failures(run.report()) == ["load, without a debugger, MCJIT, 100 modules: it hung"]


def test_a_report_that_is_given_twice_counts_once() -> None:
    run = Run(plan([GDB], with_features=False))
    run.costs += [Cost(LOAD, "mcjit", 1, "", 100, None, "ms a module", "it hung")]
    assert written.merged([run.report(), run.report()]).costs == tuple(run.costs)


def test_a_debugger_that_was_named_is_not_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JITDBG_GDB", str(tmp_path / "absent"))
    assert find_debuggers(("gdb",)) == []
    with pytest.raises(ToolMissingError, match="absent"):
        find_debuggers(("gdb",), needed=True)


def test_a_further_debugger_has_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(ToolMissingError, match="is no debugger: give the path of a program that is called gdb"):
        find_debuggers((), (tmp_path / "gdb",))
