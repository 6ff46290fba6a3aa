"""Directives are found in comments and read; what is wrong with one is a sentence with its line."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jitdbg.debugger.facts import NOT_IN_SCOPE, OPTIMIZED_OUT, Place
from jitdbg.errors import DirectiveError, SourceError
from jitdbg.harness.directives.facts import (
    Backtrace,
    Break,
    Check,
    Equals,
    Expectation,
    FramePattern,
    HasType,
    IsUnavailable,
    Never,
    Number,
    Point,
    Reached,
    Sheet,
    Step,
    Steps,
)
from jitdbg.harness.directives.sheet import KEYWORDS, read_sheet

MARKS = "// mark: first\n// mark: second, mark: end-of.it\n"
START = "// jitdbg: main\n"
FIRST, SECOND = 1, 2


def sheet(folder: Path, *directives: str, start: str = START, name: str = "file.c") -> Sheet:
    path = folder / name
    path.write_text(MARKS + start + "".join(f"// jitdbg: {directive}\n" for directive in directives))
    return read_sheet(path)


def problems(folder: Path, *directives: str, start: str = START, name: str = "file.c") -> list[str]:
    with pytest.raises(DirectiveError) as caught:
        sheet(folder, *directives, start=start, name=name)
    return [str(problem) for problem in caught.value.problems]


def check_of(folder: Path, words: str) -> Check:
    (directive,) = sheet(folder, f"at first: {words}").directives
    assert isinstance(directive, Expectation)
    return directive.check


COMMENTS = ["// {}", "  code(); /* {} */", "; {}", "ret ;; {}", "# {}", "## {}", "-- {}", "! {}", " * {}", "/// {}"]


@pytest.mark.parametrize("comment", COMMENTS)
def test_a_directive_is_found_in_any_languages_comment(comment: str, tmp_path: Path) -> None:
    path = tmp_path / "file.c"
    path.write_text(MARKS + START + comment.format("jitdbg: at first: n = 3") + "\n")

    (directive,) = read_sheet(path).directives

    assert isinstance(directive, Expectation)
    assert directive.check == Equals("n", Number(3))
    assert (directive.written.line, directive.written.text) == (4, "at first: n = 3")


def test_how_a_file_is_compiled_and_started_is_read(tmp_path: Path) -> None:
    found = sheet(
        tmp_path, "compile cc '{file}' -o {output}", "optimize 2", "timeout 1.5", "never first",
        start="// jitdbg: main one 'two three'\n// jitdbg: exits 7\n", name="file.toy",
    )  # fmt: skip

    assert found.recipe.compile == "cc '{file}' -o {output}"
    assert (found.recipe.level, found.recipe.call, found.recipe.arguments) == (2, "", ("one", "two three"))
    assert found.timeout == 1.5
    assert found.exits is not None
    assert found.exits.status == 7


def test_a_call_and_clangs_flags_are_read(tmp_path: Path) -> None:
    found = sheet(tmp_path, "flags -O1 '-DX=a b'", "debug lines", "never first", start="// jitdbg: call fib(5, 'x')\n")

    assert found.recipe.call == "fib(5, 'x')"
    assert (found.recipe.flags, found.recipe.debug) == (("-O1", "-DX=a b"), "lines")
    assert found.recipe.file.is_absolute()


def test_the_level_of_the_command_line_comes_first(tmp_path: Path) -> None:
    path = sheet(tmp_path, "optimize 2", "never first").path

    assert read_sheet(path, level=0).recipe.level == 0


def test_marks_of_other_sources_count(tmp_path: Path) -> None:
    (tmp_path / "other.h").write_text("\n// mark: elsewhere\n")

    (never,) = sheet(tmp_path, "sources other.h", "never elsewhere").directives

    assert isinstance(never, Never)
    assert never.point.place == Place(str(tmp_path / "other.h"), 2)


CHECKS: list[tuple[str, Check]] = [
    ("reached", Reached()),
    ("reached 3 times", Reached(3)),
    ("a.b[1] == 2 = true", Equals("a.b[1] == 2", Number(1))),
    ("a <= b = false", Equals("a <= b", Number(0))),
    ("n has type struct point *", HasType("n", "struct point *")),
    ("n is unavailable", IsUnavailable("n")),
    ("n is optimized out", IsUnavailable("n", OPTIMIZED_OUT)),
    ("*n + 1 is not in scope", IsUnavailable("*n + 1", NOT_IN_SCOPE)),
]


@pytest.mark.parametrize(("words", "check"), CHECKS)
def test_a_check_is_read(words: str, check: Check, tmp_path: Path) -> None:
    assert check_of(tmp_path, words) == check


def test_a_backtrace_is_read(tmp_path: Path) -> None:
    file = str(tmp_path / "file.c")

    assert check_of(tmp_path, "backtrace f<int, 2> at first, ..., g, end") == Backtrace(
        (
            FramePattern("f<int, 2>", "first", Place(file, FIRST)),
            FramePattern(any_number=True),
            FramePattern("g"),
        ),
        complete=True,
    )


def test_steps_are_read(tmp_path: Path) -> None:
    file = str(tmp_path / "file.c")

    assert check_of(tmp_path, "step over to end-of.it, in to ns::f(), out, over to end") == Steps(
        (
            Step("over", "end-of.it", Place(file, SECOND)),
            Step("in", function="ns::f"),
            Step("out"),
            Step("over", end=True),
        )
    )


SELECTIONS = [
    ("at first: n = 1", 1, 0),
    ("at first hit 3: n = 1", 3, 0),
    ("at first every hit: n = 1", None, 0),
    ("at first frame 2: n = 1", 1, 2),
    ("at first hit 2 frame ns::f: n = 1", 2, "ns::f"),
    ("at first frame main every hit : n = 1", None, "main"),
]


@pytest.mark.parametrize(("words", "hit", "frame"), SELECTIONS)
def test_hit_and_frame_are_read(words: str, hit: int | None, frame: int | str, tmp_path: Path) -> None:
    (directive,) = sheet(tmp_path, words).directives

    assert isinstance(directive, Expectation)
    assert (directive.hit, directive.frame) == (hit, frame)


def test_breakpoints_and_signals_are_read_in_the_order_of_the_lines(tmp_path: Path) -> None:
    found = sheet(
        tmp_path, "at deep: reached", "on SIGFPE: reached", "break deep: first if n == 3", "break f: ns::f()"
    ).directives

    place = Place(str(tmp_path / "file.c"), FIRST)
    assert isinstance(found[0], Expectation)
    assert isinstance(found[1], Expectation)
    assert found[0].point == Point("deep", place, condition="n == 3")
    assert (found[1].point, found[1].signal) == (None, "SIGFPE")
    assert [each.point for each in found[2:] if isinstance(each, Break)] == [
        found[0].point,
        Point("f", function="ns::f"),
    ]


def test_that_debuggers_differ_is_read(tmp_path: Path) -> None:
    (one,) = sheet(tmp_path, "at first: n = [1, 2]  [lldb differs: it has its reasons]").directives
    (two,) = sheet(tmp_path, "never first [gdb, lldb differ: see #3]").directives

    assert (one.written.text, one.written.differs) == ("at first: n = [1, 2]", {"lldb": "it has its reasons"})
    assert two.written.differs == {"gdb": "see #3", "lldb": "see #3"}


MISSPELLED = [
    ("att first: reached", "there is no directive 'att': did you mean 'at'?"),
    ("nevr first", "there is no directive 'nevr': did you mean 'never'?"),
    ("never: first", "'never:' has a colon too many: write 'never'"),
    ("", "there is no directive '': it is one of at, break, "),
    ("expects n == 3", "there is no directive 'expects': did you mean 'exits'?"),
    ("optimise 2", "there is no directive 'optimise': did you mean 'optimize'?"),
    ("optimize fast", "'fast' is no level of optimisation"),
    ("debug sorce", "there is no kind of debug info 'sorce': did you mean 'source'?"),
    ("timeout soon", "'soon' is no number of seconds"),
    ("timeout -1", "'-1' is no number of seconds"),
    ("exits 256", "'256' is no exit status"),
    ("compile cc 'open", "can't be split into words"),
    ("compile", "the command is empty"),
    ("sources nowhere.c", "nowhere.c: No such file or directory: 'sources' names files relative to this one"),
    ("at frist: reached", "there is no mark or break 'frist': did you mean 'first'?"),
    ("at 12: reached", "12 is a line number: write `mark: NAME`"),
    ("never secnod", "there is no mark or break 'secnod': did you mean 'second'?"),
    ("at first reached", "'first reached' is incomplete: it is written as `at NAME: CHECK`"),
    ("at : reached", "is incomplete"),
    ("at first:", "there is nothing to check behind the ':'"),
    ("at first: rached", "there is no check 'rached': did you mean 'reached'?"),
    ("at first: reached twice", "there is no check 'reached twice': did you mean 'reached'?"),
    ("at first: reached 0 times", "'0' is no number of times: they count from 1"),
    ("at first: reached no times", "'no' is no number of times"),
    ("at first: n == 3", "there is no check 'n == 3'"),
    ("at first: = 3", "there is no expression before the '='"),
    ("at first: n = ", "there is no value behind the '='"),
    ("at first: n is optimised out", "there is no state of a value 'optimised out': did you mean 'optimized out'?"),
    ("at first: n hastype int", "there is no check 'n hastype int'"),
    ("at first: step", "a sequence of steps has steps"),
    ("at first: step ovr", "there is no step 'ovr': did you mean 'over'?"),
    ("at first: step over to secnd", "there is no mark 'secnd': did you mean 'second'?"),
    ("at first: step over two second", "'over two second' is no step"),
    ("at first: steps over", "there is no check 'steps over'"),
    ("at first: backtrace", "a backtrace has frames"),
    ("at first: backtrace f at secnd", "there is no mark 'secnd': did you mean 'second'?"),
    ("at first hit 0: n = 1", "'0' is no number of hits: they count from 1"),
    ("at first hit last: n = 1", "'last' is no number of hits"),
    ("at first hits 2: n = 1", "there is no option 'hits': did you mean 'hit N'?"),
    ("at first, hit 2: n = 1", "there is no option ',': it is one of hit N"),
    ("at first every hit hit 2: n = 1", "a hit is named twice"),
    ("at first frame 1: reached", "a frame can be named for values only"),
    ("at first hit 2: reached 3 times", "'reached N times' is about all hits"),
    ("at first every hit: step over", "'reached' and 'step' are about one hit"),
    ("on SIGSEVG: reached", "there is no signal 'SIGSEVG': did you mean 'SIGSEGV'?"),
    ("break first: second", "'first' is the name of another place already"),
    ("break f second", "a break is written as `break NAME: MARK` or `break NAME: FUNCTION()`, not as 'f second'"),
    ("break f: frist", "there is no mark 'frist': did you mean 'first'?"),
    ("break f$: first", "'f$' is no name"),
    ("never first [ldb differs: why]", "there is no debugger 'ldb': did you mean 'lldb'?"),
    ("never first [lldb difers: why]", "there is no remark 'difers': did you mean 'differs'?"),
    ("never first [lldb differs: ]", "a reason is missing behind 'differs:'"),
]


@pytest.mark.parametrize(("directive", "words"), MISSPELLED)
def test_a_mistake_is_a_sentence_with_its_line(directive: str, words: str, tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, directive, "never end-of.it")

    assert problem.startswith(f"{tmp_path}/file.c:4: ")
    assert words in problem


PREFIXES = ["jitdgb: at first: reached", "JITDBG: at", "jitdbg at first: reached", "jit-dbg: x", "Jitdbg never first"]


@pytest.mark.parametrize("comment", PREFIXES)
def test_what_nearly_is_a_directive_is_a_problem(comment: str, tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "never first", start=f"{START}int x; // {comment}\n")

    assert ":4: " in problem
    assert "begins no directive: did you mean 'jitdbg:'?" in problem


def test_prose_about_jitdbg_is_no_directive(tmp_path: Path) -> None:
    assert sheet(tmp_path, "never first", start=f"{START}// jitdbg checks this file\n// debug: off\n")


WHOLE = [
    ("", [], "there is no directive in it"),
    ("// jitdbg: call f(\n", ["never first"], "'f(' is no call"),
    ("// jitdbg: call main(3)\n", ["never first"], "a main is started with `main ARGUMENT…`"),
    ("// jitdbg: call f(x)\n", ["never first"], "'x' is no literal"),
    ("", ["never first"], "no directive says what starts it"),
    (START, [], "no directive says what has to be seen"),
    (START + "// jitdbg: call f()\n", ["never first"], ":3: it is started already, in line 4: remove one"),
    (START, ["timeout 1", "timeout 2", "never first"], ":5: 'timeout' is said already, in line 4: remove one"),
    (START, ["exits 1", "exits 2", "never first"], ":5: 'exits' is said already, in line 4: remove one"),
    (START + "// mark: first\n", ["never first"], "has the mark 'first' twice, in lines 1 and 4"),
    (START + "// mark: end\n", ["at first: step over to end"], "'end' is the program's end, and a mark has that name"),
]


@pytest.mark.parametrize(("start", "directives", "words"), WHOLE)
def test_a_file_that_checks_nothing_or_contradicts_itself_is_a_problem(
    start: str, directives: list[str], words: str, tmp_path: Path
) -> None:
    assert words in "\n".join(problems(tmp_path, *directives, start=start))


def test_a_file_that_jitdbg_can_not_compile_needs_a_command(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "never first", name="file.toy")

    assert "jitdbg can't compile .toy files: write `jitdbg: compile COMMAND`" in problem


def test_all_problems_of_a_file_are_told_in_the_order_of_its_lines(tmp_path: Path) -> None:
    found = problems(tmp_path, "nevr first", "at frist: reached", "at first: rached")

    assert [problem.split(":")[1] for problem in found] == ["4", "5", "6"]


def test_a_file_that_can_not_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file or directory"):
        read_sheet(tmp_path / "absent.c")


def test_the_page_has_every_keyword() -> None:
    page = (Path(__file__).parents[4] / "docs" / "directives.md").read_text()

    assert {keyword for keyword in KEYWORDS if f"`{keyword}" not in page} == set()


WORDS = st.sampled_from(
    sorted(KEYWORDS)
    + [
        "first",
        "NAME",
        ":",
        "=",
        "==",
        "{",
        "}",
        "[",
        "]",
        ",",
        "...",
        "'",
        '"',
        "\\",
        "hit",
        "every",
        "frame",
        "(",
        ")",
    ]
    + ["reached", "times", "step", "backtrace", "over", "to", "end", "is", "has", "type", "3", "0.5", "+-", "@a", "_"]
    + ["[gdb", "differs:", "why]", "if", "-", "SIGSEGV", "<", "é", "f()"]
)


@settings(max_examples=100, deadline=1000)
@given(st.lists(WORDS, max_size=12).map(" ".join))
def test_whatever_is_written_is_read_or_is_a_sentence(words: str) -> None:
    found: Sequence[object] = ()
    with tempfile.TemporaryDirectory() as folder:
        try:
            sheet(Path(folder), words, "never first")
        except DirectiveError as error:
            found = error.problems
    assert all("\n" not in str(problem) for problem in found)
