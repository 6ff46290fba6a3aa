"""`jitdbg compare`: what it finds of peers that are well, and that each check fails for what is deliberately broken."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from jitdbg.cli import main
from jitdbg.compare.attempt import Attempt, cell
from jitdbg.compare.bench import Bench, make_bench
from jitdbg.compare.debuggers import Debugger, find_debuggers
from jitdbg.compare.facts import FAILS, NOT_HERE, PARTLY, WORKS, Cell
from jitdbg.compare.features import FEATURES
from jitdbg.compare.toolfeatures import TOOL_FEATURES

pytestmark = [pytest.mark.debugger, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
KNOWN = {each.name: each for each in (*FEATURES, *TOOL_FEATURES)}
TOOLS = {each.name for each in TOOL_FEATURES}
SECONDS = 90.0


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return make_bench(tmp_path)


def found(bench: Bench, feature: str, peer: str, debugger: str) -> Cell:
    under: Debugger | None = None
    if feature not in TOOLS:
        (under,) = find_debuggers((debugger,))
    return cell(feature, Attempt(bench, peer, under, SECONDS), KNOWN[feature].try_it)


def edited(file: str, old: str, new: str) -> Callable[[Bench], Bench]:
    def edit(bench: Bench) -> Bench:
        path = bench.folder / file
        text = path.read_text()
        assert re.search(old, text), f"{file} has no {old}: nothing would be broken"
        path.write_text(re.sub(old, new, text))
        return bench

    return edit


def hosted(bench: Bench) -> Bench:
    return Bench(bench.folder, "tests.compare_host")


def as_it_is(bench: Bench) -> Bench:
    return bench


NO_LINES = edited("subject.ll", r",? !dbg !\d+| *#dbg_\w+\(.*\)", "")
RENAMED = edited("subject.ll", "jit_square", "another_1")

BROKEN = [
    pytest.param("break-by-name", RENAMED, "file", id="another function"),
    pytest.param("break-by-line", NO_LINES, "file", id="no line table"),
    pytest.param("break-by-line", hosted, "mapped-wrong", id="wrong addresses"),
    pytest.param("run-again", hosted, "once-only", id="another file in the second run"),
    pytest.param("stepping", edited("subject.ll", r"(define.*@jit_square.*) !dbg !\d+", r"\1"), "file",
                 id="a function without debug info"),
    pytest.param("values", edited("subject.ll", 'name: "part"', 'name: "trap"'), "file", id="another local"),
    pytest.param("condition", edited("subject.ll", 'name: "value"', 'name: "valve"'), "file", id="another argument"),
    pytest.param("watchpoint", edited("subject.ll", 'name: "total"', 'name: "total_"'), "file", id="no such local"),
    pytest.param("crash", hosted, "no-unwind-tables", id="no .eh_frame"),
    pytest.param("signal", edited("subject.ll", r"line: 3(\d), column", r"line: 4\1, column"), "file",
                 id="wrong lines"),
    pytest.param("exception", hosted, "no-unwind-tables", id="no .eh_frame to throw through"),
    pytest.param("thread-local", edited("threads.ll", "global i32 7", "global i32 8"), "file", id="another value"),
    pytest.param("constructor", edited("constructors.ll", r"@llvm.global_ctors = appending.*", ""), "file",
                 id="no constructor"),
    pytest.param("reload", edited("generation-2.ll", "generation.c", "degenerate.c"), "file",
                 id="another next version"),
    pytest.param("attach", as_it_is, "floor", id="code of nobody"),
    pytest.param("remote", NO_LINES, "file", id="no line table there"),
    pytest.param("core", hosted, "image-removed", id="image removed"),
    pytest.param("disassembly", NO_LINES, "file", id="no lines to show"),
    pytest.param("expression", RENAMED, "file", id="no such function"),
]  # fmt: skip


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
@pytest.mark.parametrize(("feature", "break_it", "peer"), BROKEN)
def test_what_is_broken_does_not_work(
    bench: Bench, feature: str, break_it: Callable[[Bench], Bench], peer: str, debugger: str
) -> None:
    result = found(break_it(bench), feature, peer, debugger)
    assert result.outcome in (PARTLY, FAILS), result
    assert result.words
    assert "jitdbg: error" not in result.transcript  # it is broken, and does run


def test_broken_code_does_not_work_for_an_ide(bench: Bench) -> None:
    assert found(NO_LINES(bench), "ide", "file", "lldb").outcome == FAILS
    assert found(make_bench(bench.folder), "ide", "file", "lldb").outcome == WORKS


def test_code_of_nobody_has_no_names_in_its_process(bench: Bench) -> None:
    result = found(bench, "in-process", "floor", "")
    assert [(aspect.what, aspect.ok) for aspect in result.aspects] == [
        ("dladdr names the function", False),
        ("backtrace names it", False),
        ("backtrace goes through it", True),
    ]


def test_a_profiler_has_no_name_for_code_of_nobody(bench: Bench) -> None:
    result = found(bench, "perf", "floor", "")
    assert result.outcome in (FAILS, NOT_HERE), result  # Not every kernel lets perf record.
    assert result.words


@pytest.mark.long
def test_valgrind_has_no_name_for_code_of_nobody(bench: Bench) -> None:
    assert found(bench, "valgrind", "floor", "").outcome == FAILS
    assert found(bench, "valgrind", "file", "").outcome == WORKS
    assert found(NO_LINES(bench), "valgrind", "file", "").outcome == PARTLY


def test_every_debugger_feature_has_a_broken_variant() -> None:
    assert {parameters.values[0] for parameters in BROKEN} | {"ide"} == {each.name for each in FEATURES}


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_host_that_hangs_is_a_result_within_its_deadline(bench: Bench, debugger: str) -> None:
    edited("subject.ll", r"(define.*@jit_sum.*\{)", r"\1\n  br label %forever\nforever:\n  br label %forever\nrest:")(
        bench
    )
    (under,) = find_debuggers((debugger,))
    result = cell("values", Attempt(bench, "floor", under, 40.0), KNOWN["values"].try_it)
    assert result.outcome == FAILS
    assert "the program ran on until the deadline" in result.words


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_the_quick_comparison_tries_and_measures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], debugger: str
) -> None:
    report = tmp_path / "report.json"
    assert main(["compare", "--quick", "--debugger", debugger, "--json", str(report)]) == 0

    facts = json.loads(report.read_text())
    assert facts["schema"] == "jitdbg.comparison/1"
    assert facts["complete"]
    outcomes = {(each["peer"], each["feature"]): each["outcome"] for each in facts["cells"] if each["debugger"]}
    for feature in ("break-by-line", "crash"):
        assert outcomes["file", feature] == WORKS
        assert outcomes["mcjit", feature] == WORKS
        assert outcomes["floor", feature] in (PARTLY, FAILS)
    assert all(each["transcript"] for each in facts["cells"])
    measured = [each for each in facts["costs"] if each["peer"] != "floor" and "memory" not in each["job"]]
    assert {each["job"] for each in measured} == {"load", "load from IR", "stop"}
    assert all(each["value"] > 0 for each in measured), measured
    assert "backtrace from a crash" in capsys.readouterr().out


def test_a_report_is_shown_again_without_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.json"
    words = ["compare", "--peer", "file", "--feature", "break-by-line", "--debugger", "gdb"]
    assert main([*words, "--json", str(report)]) == 0
    first = capsys.readouterr().out
    assert main(["compare", "--from", str(report)]) == 0
    assert capsys.readouterr().out == first


def test_a_store_that_is_not_there_yet_hinders_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JITDBG_STORE", str(tmp_path / "not" / "there"))
    assert main(["compare", "--peer", "file", "--feature", "in-process"]) == 0
    assert "works" in capsys.readouterr().out
