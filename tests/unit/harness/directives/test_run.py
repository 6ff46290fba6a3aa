"""Runs of directives, with the fake debugger and a modelled program: what each directive ends as, and why."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from jitdbg.debugger.facts import OPTIMIZED_OUT, Value
from jitdbg.errors import DebuggerError, DebuggerGone, Unsupported
from jitdbg.harness import directives
from jitdbg.harness.abilities import ARGUMENTS, DEATHS, SHARED_PLACES, SIGNALS
from jitdbg.harness.directives import Report, judge
from jitdbg.harness.fake import Activation, FakeBackend, FakeModule, Run
from jitdbg.harness.fake.adapter import FakeAdapter

SOURCE = """// jitdbg: compile cp /bin/true {output}
// jitdbg: main
int sum(int n) {
  test;      // mark: test
  return 0;  // mark: base
  recurse;   // mark: recurse
  add;       // mark: add
}
// mark: nothing
int main() {
  begin;     // mark: begin
  crash;     // mark: crash
  end;       // mark: last
}
"""


class pair(ctypes.Structure):
    _fields_ = (("first", ctypes.c_int), ("second", ctypes.c_double))


class Check:
    """The directives of a test, run on the modelled program."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "model.c"
        self.signal = ""
        self.survives = False
        self.code = 0
        self.endless = False

    def __call__(self, *written: str, backend: FakeBackend | None = None) -> Report:
        self.path.write_text(SOURCE + "".join(f"// jitdbg: {directive}\n" for directive in written))
        sheet = directives.read_sheet(self.path)
        return directives.check(sheet, backend or FakeBackend({"model": self._model()}))

    def statuses(self, *written: str) -> list[str]:
        """The outcomes of the directives that are given, without that of `main`."""
        return [outcome.status for outcome in self(*written).outcomes if outcome.directive != "main"]

    def message(self, *written: str) -> str:
        """What is said of the only directive that is bad."""
        bad = [outcome for outcome in self(*written).outcomes if outcome.status in directives.BAD]
        assert len(bad) == 1
        return bad[0].message

    def _model(self) -> FakeModule:
        module = FakeModule(self.path, {"calls": 0})

        @module.function("test", "base", "recurse", "add")
        def sum(frame: Activation, n: int) -> Run[int]:
            yield frame.at("test")
            frame.globals.calls += 1
            if n == 0:
                yield frame.at("base")
                return 0
            yield frame.at("recurse")
            frame.locals.rest = yield from frame.call(sum, n - 1)
            yield frame.at("add")
            return n + frame.locals.rest

        @module.function("begin", "crash", "last")
        def main(frame: Activation) -> Run[int]:
            frame.locals.pair = pair(3, 0.5)
            frame.locals.lost = Value("", "int", OPTIMIZED_OUT)
            yield frame.at("begin")
            frame.locals.result = yield from frame.call(sum, 3)
            if self.signal:
                yield frame.at("crash")
                yield frame.signal(self.signal, fatal=not self.survives)
            if self.endless:
                yield frame.pause()
            yield frame.at("last")
            return self.code

        return module


@pytest.fixture
def check(tmp_path: Path) -> Check:
    return Check(tmp_path)


PASSING = [
    "at base: reached",
    "at test: reached 4 times",
    "at test hit 4: n = 0",
    "at test every hit: n = 3 - calls",
    "at base frame 2: n = 2",
    "at base frame main: pair = {first = 3, second = 0.5}",
    "at begin: lost is optimized out",
    "at begin: lost has type int",
    "at begin: absent is not in scope",
    "at base: backtrace sum at base, sum at recurse, ..., main, _start, end",
    "break deep: test if n == 1",
    "at begin: step in to sum(), over to recurse, out to begin, over to last",
    "exits 0",
]


def test_all_that_holds_passes_in_one_session(check: Check) -> None:
    report = check(*PASSING, "break unused: test if n > 3", "never unused")

    assert report.ok, report.sentences()
    assert {outcome.status for outcome in report.outcomes} == {"passed"}
    assert (report.debugger, report.file) == ("fake", str(check.path))


FAILING = [
    ("at base: n = 1", "expected n = 1 at mark base (hit 1), got 0"),
    ("at test every hit: n = 3", "expected n = 3 at mark test (hit 2), got 2"),
    ("at test hit 9: n = 3", "at test hit 9: n = 3: it was reached only 4 times, and it ended with exit code 0"),
    ("at test: reached 3 times", "expected at test: reached 3 times, got more"),
    ("at test: reached 5 times", "expected at test: reached 5 times, got 4"),
    ("at begin: pair = {first = 3, second = 0.6}", "got second = 0.5"),
    (
        "at base: backtrace sum, main",
        "got sum at base, sum at recurse, sum at recurse, sum at recurse, main at begin, _start",
    ),
    ("never base", "expected never base, got sum at base"),
    ("never nothing", "its line has no code, and the breakpoint slid to begin, and it ended"),
    ("at crash: reached", "at crash: reached: its code was not run, and it ended with exit code 0"),
    ("on SIGILL: reached", "on SIGILL: reached: no SIGILL came, and it ended with exit code 0"),
    ("break f: nobody()", "break f: nobody(): no function nobody was loaded"),
    ("at begin: step over to crash", "got with step 1: main at last"),
    ("at begin hit 2: step over", "it was reached only 1 time"),
    ("exits 3", "expected exits 3, but it ended with exit code 0"),
]


@pytest.mark.parametrize(("directive", "words"), FAILING)
def test_what_does_not_hold_is_told_in_a_sentence(check: Check, directive: str, words: str) -> None:
    assert words in check.message(directive, "at last: reached")


def test_a_breakpoint_that_has_served_does_not_stop_any_more(check: Check) -> None:
    report = check("at test: reached", "at last: reached")

    assert report.ok
    assert report.transcript.count("→ continue") <= 4


def test_a_signal_that_is_named_may_end_the_program(check: Check) -> None:
    check.signal = "SIGSEGV"

    assert check.statuses("on SIGSEGV: backtrace main at crash", "on SIGSEGV: pair.first = 3") == ["passed"] * 2


def test_whether_a_named_signal_has_ended_the_program_is_not_guessed(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    check.signal = "SIGSEGV"
    monkeypatch.setattr(FakeBackend, "lacks", {DEATHS: "nobody says"})

    start, crashed = check("on SIGSEGV: reached").outcomes

    assert (start.status, crashed.status) == ("unsupported", "passed")
    assert "nobody says" in start.message
    assert check("on SIGSEGV: reached").ok


@pytest.mark.parametrize(
    ("code", "written", "status", "words"),
    [
        (0, [], "unsupported", "nobody says"),
        (11, ["exits 11"], "unsupported", "nobody says"),
        (11, [], "failed", "main: it ended with exit code 11, after SIGSEGV in main at crash"),
    ],
)
def test_whether_a_signal_has_ended_the_program_matters_only_where_it_makes_a_difference(
    check: Check, code: int, written: list[str], status: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check.signal, check.survives, check.code = "SIGSEGV", True, code
    monkeypatch.setattr(FakeBackend, "lacks", {DEATHS: "nobody says"})

    start = check("at begin: reached", *written).outcomes[0]

    assert (start.status, start.directive) == (status, "main")
    assert words in start.message


def test_signals_without_names_are_unsupported(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    check.signal = "SIGSEGV"
    monkeypatch.setattr(FakeBackend, "lacks", {SIGNALS: "there is one"})

    outcomes = check("on SIGSEGV: reached", "on SIGILL hit 2: pair.first = 3", "at begin: reached").outcomes

    assert [outcome.status for outcome in outcomes[1:]] == ["unsupported", "unsupported", "passed"]
    assert "there is one" in outcomes[1].message


def test_conditions_are_tested_here_where_a_debugger_has_one_breakpoint_for_a_place(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeBackend, "lacks", {SHARED_PLACES: "one for each line"})
    directives = (
        "at test: reached 4 times", "break deep: test if n == 1", "at deep: n = 1", "at deep: reached 1 times",
        "break both: test if n > 0 && calls > 0", "at both hit 2: n = 1", "break unused: test if n > 3", "never unused",
        "at deep: step over to recurse",
    )  # fmt: skip

    report = check(*directives)

    assert report.ok, report.sentences()
    assert {outcome.status for outcome in report.outcomes} == {"passed"}
    assert "condition='n" not in report.transcript


@pytest.mark.parametrize("lacks", [{}, {SHARED_PLACES: "one for each line"}])
def test_all_that_is_said_of_a_break_fails_where_its_condition_can_not_be_evaluated(
    check: Check, monkeypatch: pytest.MonkeyPatch, lacks: dict[str, str]
) -> None:
    monkeypatch.setattr(FakeBackend, "lacks", lacks)
    directives = "break odd: test if absent > 1", "at odd hit 4: n = 0", "never odd", "at test hit 4: n = 0"

    report = check(*directives)

    assert [outcome.status for outcome in report.outcomes if outcome.directive in directives] == [
        "failed", "failed", "failed", "passed",
    ]  # fmt: skip
    assert "break odd: test if absent > 1: the condition absent > 1 of breakpoint" in report.sentences()[0]
    assert "can't be evaluated: there is no absent" in report.sentences()[0]


def test_arguments_are_found_among_the_locals_where_they_are_not_apart(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = FakeAdapter.variables

    def together(self: FakeAdapter, scope: str, *words: Any, **options: Any) -> Sequence[Value]:
        if scope == "arguments":
            raise Unsupported("fake", "it lists them among the locals")
        extra = read(self, "arguments", *words, **options) if scope == "locals" else []
        return [*read(self, scope, *words, **options), *extra]

    monkeypatch.setattr(FakeBackend, "lacks", {ARGUMENTS: "it lists them among the locals"})
    monkeypatch.setattr(FakeAdapter, "variables", together)

    assert check.statuses("at base frame 1: n = 1", "at add: rest = 0") == ["passed", "passed"]


def test_a_signal_that_nobody_names_is_a_failure(check: Check) -> None:
    check.signal = "SIGSEGV"

    assert check.message("at begin: reached") == "main: it ended by SIGSEGV in main at crash"


def test_an_exit_code_that_nobody_names_is_a_failure(check: Check) -> None:
    check.code = 3

    assert check.message("at begin: reached") == "main: it ended with exit code 3"
    assert check.statuses("at begin: reached", "exits 3") == ["passed", "passed"]


def test_a_program_that_does_not_end_is_stopped_at_the_deadline(check: Check) -> None:
    check.endless = True

    report = check("timeout 0.2", "at begin: reached", "at last: reached", "never last", "at begin: step over")

    assert [(outcome.directive, outcome.status) for outcome in report.outcomes] == [
        ("main", "failed"),
        ("at begin: reached", "passed"),
        ("at last: reached", "not reached"),
        ("never last", "not reached"),
        ("at begin: step over", "not reached"),
    ]
    assert "the program ran on until the deadline of 0.2 s" in report.outcomes[0].message


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (Unsupported("fake", "it knows no breakpoints"), "unsupported", "it knows no breakpoints"),
        (DebuggerError("fake: no"), "failed", "never base: fake: no"),
        (DebuggerGone("fake has ended"), "not reached", "never base: fake has ended"),
    ],
)
def test_what_the_debugger_says_no_to_is_told(
    check: Check, error: DebuggerError, status: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(FakeBackend, "set_breakpoint", refuse)

    (outcome,) = [outcome for outcome in check("never base").outcomes if outcome.directive == "never base"]

    assert (outcome.status, outcome.message) == (status, words)


def test_a_known_difference_is_an_expected_failure_or_an_unexpected_pass(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeBackend, "name", "gdb")

    report = check("at base: n = 1 [gdb differs: it counts]", "at base: n = 0 [gdb differs: it errs]")

    assert [outcome.status for outcome in report.outcomes] == ["passed", "expected failure", "unexpected pass"]
    assert report.outcomes[1].message == "it counts: expected n = 1 at mark base (hit 1), got 0"
    assert report.outcomes[2].message == "at base: n = 0 holds, and is said to differ: it errs"
    assert not report.ok


def test_of_a_long_stack_where_a_frame_is_missing_the_innermost_frames_are_shown(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "_MARGIN", 2)

    message = check.message("at base frame absent: n = 1")

    assert message.endswith("got no such frame: sum at base, sum at recurse, ...")


def test_steps_that_others_disturb_are_taken_again_alone(check: Check) -> None:
    report = check(
        "at recurse: step over to add", "at begin: step over to last", "at begin: step in to sum()", "at base: step out"
    )

    assert report.ok, report.sentences()


def test_what_can_not_be_made_is_not_run(check: Check) -> None:
    check.path.write_text(SOURCE.replace("cp /bin/true {output}", "false") + "// jitdbg: never base\n")

    report = directives.check(directives.read_sheet(check.path), FakeBackend({}))

    assert [outcome.status for outcome in report.outcomes] == ["failed", "not reached"]
    assert "the command false failed with 1: it said nothing" in report.outcomes[0].message
    assert len(report.sentences()) == 1
    assert len(report.sentences(every=True)) == 2
    assert report.summary() == "1 failed, 1 not reached"


def test_steps_are_unsupported_where_no_program_can_be_run_again(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    launch = FakeBackend.launch

    def launch_once(self: FakeBackend, *words: object, **options: object) -> None:
        if "→ launch" in str(self.transcript):
            raise Unsupported("fake", "it runs a program once")
        launch(self, *words, **options)

    monkeypatch.setattr(FakeBackend, "launch", launch_once)

    report = check("at begin: step over", "at base: reached")

    assert [(outcome.status, outcome.message) for outcome in report.outcomes] == [
        ("passed", ""),
        ("unsupported", "it runs a program once"),
        ("passed", ""),
    ]


def test_words_of_several_lines_become_one(check: Check) -> None:
    check.path.write_text(SOURCE.replace("cp /bin/true {output}", "sh -c 'echo a; echo b; false'"))
    with check.path.open("a") as file:
        file.write("// jitdbg: never base\n")

    report = directives.check(directives.read_sheet(check.path), FakeBackend({}))

    assert report.outcomes[0].message.endswith("failed with 1: a b")


def test_a_debugger_that_can_not_start_the_program_is_told(check: Check) -> None:
    report = check("never base", backend=FakeBackend({}))

    assert [outcome.status for outcome in report.outcomes] == ["failed", "not reached"]
    assert "it has no model of model" in report.outcomes[0].message


def test_a_breakpoint_that_is_never_to_be_reached_passes_with_that(check: Check) -> None:
    assert check.statuses("break f: test if n > 9", "never f") == ["passed", "passed"]
    assert check.statuses("break f: nothing", "never f") == ["not reached", "not reached"]


def test_a_report_counts_and_tells_what_is_bad(check: Check) -> None:
    report = check("at base: n = 0", "at base: n = 1")

    assert report.summary() == "2 passed, 1 failed"
    assert report.sentences() == [
        f"{check.path}:16: failed [fake]: expected n = 1 at mark base (hit 1), got 0",
    ]
    assert len(report.sentences(every=True)) == 3
