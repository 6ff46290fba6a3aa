"""What was seen of a run, made by hand, against what should have been."""

from __future__ import annotations

import pytest

from jitdbg.audit.facts import ARGUMENT, LOCAL, Audit, FunctionFact, Share, VariableFact, summed
from jitdbg.audit.steps import Lack, Run, Seen, Wrong, judge, steps_within_calls
from jitdbg.debugger.facts import EXITED, NOT_ASSIGNED, OPTIMIZED_OUT, SIGNAL, Frame, Place, Stop, Value
from jitdbg.harness.sights import Observation, SeenFrame, Sight

FILE = "/src/code.c"
LINES = (2, 3, 4, 5)
ENDED = Stop(EXITED, exit_code=0)


def audit(*variables: VariableFact, lines: tuple[int, ...] = LINES, level: int = 0) -> Audit:
    return summed("image", level, [FunctionFact("f", FILE, 1, lines, lines, (2,), variables, None, 0, 0)])


IMAGE = audit(VariableFact("n", ARGUMENT, 1, LINES, LINES), VariableFact("x", LOCAL, 3, (4, 5), (4, 5)))


def value(name: str, scalar: int | None = 1, *, declared: int | None = 3, availability: str = "available") -> Value:
    return Value(name, "int", availability, scalar, declared=declared)


def sight(
    line: int,
    *values: Value,
    stack: tuple[str, ...] = ("f",),
    unset: frozenset[str] = frozenset(),
    early: frozenset[str] = frozenset(),
) -> Sight:
    named = {each.name: each for each in values}
    innermost = SeenFrame(stack[0], line, False, named, frozenset(named) - unset, early)
    return Sight(line, 1, (innermost, *(SeenFrame(name, 9, False, {}, frozenset()) for name in stack[1:])))


def seen(*sights: Sight, level: int = 0, image: Audit = IMAGE, end: Stop | None = ENDED, debugger: str = "gdb") -> Seen:
    return Seen(debugger, level, image, Observation(FILE, sights, end, version="1.0"))


def judged(*sights: Sight, values: Seen | None = None, steps: Seen | None = None, end: Stop | None = ENDED) -> Run:
    return judge(seen(*sights, end=end), IMAGE, values, steps)


N = value("n", 7, declared=None)


def test_lines_that_were_stopped_at_are_counted_against_those_with_code() -> None:
    run = judged(sight(2, N), sight(4, N, value("x")), sight(4, N, value("x")))

    assert (run.stops, run.lines, run.missed) == (3, Share(2, 4), (3, 5))
    assert (run.debugger, run.version, run.level) == ("gdb", "1.0", 0)


def test_each_variable_that_should_be_readable_is_tried_at_each_stop() -> None:
    run = judged(
        sight(2, N),
        sight(4, N, value("x", None, availability=OPTIMIZED_OUT)),
        sight(4, N, value("x", None, availability=NOT_ASSIGNED)),
        sight(5, value("x")),
    )

    assert run.readings == Share(4, 7)
    assert run.lacking == (Lack(4, "x", 2), Lack(5, "n", 1))


def function(name: str, *variables: str) -> FunctionFact:
    facts = tuple(VariableFact(each, ARGUMENT, 2, (2,), (2,)) for each in variables)
    return FunctionFact(name, FILE, 2, (2,), (2,), (2,), facts, None, 0, 0)


@pytest.mark.parametrize(
    ("shown", "readable"),
    [
        ("run", ["n"]),
        ("run::$_0::operator()", ["k"]),
        ("run::$_1::operator()<int>", ["z"]),
        ("_ZZ3runENK3$_1clIiEEDaT_", ["z"]),
        ("h", ["a"]),
    ],
)
def test_of_functions_that_share_a_line_the_one_that_is_stopped_in_has_to_be_readable(
    shown: str, readable: list[str]
) -> None:
    lambdas = (
        function("run::$_0::operator()(int) const", "k"),
        function("auto run::$_1::operator()<int>(int) const", "z"),
    )
    image = summed(
        "image", 0, [function("run", "n"), *lambdas, function("h(int)", "a"), function("h(int, int)", "a", "b")]
    )
    run = judge(seen(sight(2, *map(value, readable), stack=(shown,)), image=image), image, None, None)

    assert (run.readings, run.lacking) == (Share(1, 1), ())


def test_a_variable_is_not_tried_before_the_call_has_come_by_its_declaration() -> None:
    skipped = sight(4, N, value("x"), unset=frozenset({"x"}))

    assert judged(skipped).readings == Share(1, 1)
    assert judge(seen(skipped, image=audit(lines=(2, 4, 5))), IMAGE, None, None).readings == Share(2, 2), (
        "no call can come by a declaration without code"
    )


def test_values_that_are_shown_before_there_is_one_are_counted() -> None:
    further_up = value("y", declared=1)
    run = judged(
        sight(2, N, early=frozenset({"x"})),
        sight(3, N, early=frozenset({"x"})),
        sight(5, N, further_up, unset=frozenset({"y"}), early=frozenset({"y"})),
    )

    assert run.early == 2, "a declaration above, without code, tells nothing of assignments"


def test_wrong_values_are_those_that_the_other_run_never_has() -> None:
    right = seen(sight(4, N, value("x", 1)), sight(4, N, value("x", 2)), debugger="lldb")
    run = judged(sight(4, N, value("x", 2)), sight(4, N, value("x", 3)), sight(4, N, value("x", 3)), values=right)

    assert run.wrong == (Wrong(4, "x", "3", "1 or 2", 2),)
    assert run.against == "lldb -O0"
    assert judged(sight(4, N, value("x", 3))).wrong is None


def test_what_a_variable_has_in_the_middle_of_a_line_is_held_against_the_same_debugger_alone() -> None:
    """A loop that is on line 4, and calls g."""
    called = sight(2, N, stack=("g", "f"))
    right = sight(4, N, value("x", 0)), called, called, sight(5, N, value("x", 3))
    stops = sight(4, N, value("x", 0)), called, sight(4, N, value("x", 1)), called, sight(5, N, value("x", 3))

    assert judged(*stops, values=seen(*right, debugger="lldb")).wrong == ()
    assert judged(*stops, values=seen(*right)).wrong == (Wrong(4, "x", "1", "0 or 3", 1),)


def test_steps_backwards_are_those_within_one_call() -> None:
    run = judged(
        sight(2), sight(4), sight(3), sight(4), sight(2, stack=("g", "f")), sight(5), sight(2, stack=("h", "f"))
    )

    assert list(steps_within_calls(Observation(FILE, (sight(4), sight(2, stack=("g", "f")), sight(5)), None))) == [
        ("f", 4, 5)
    ]
    assert (run.backwards, run.jumps) == (1, None)


def test_steps_that_unoptimised_code_makes_as_well_are_no_jumps() -> None:
    loop = seen(sight(2), sight(3), sight(4), sight(3), sight(4), sight(5))
    run = judged(sight(2), sight(4), sight(3), sight(5), sight(2), steps=loop)

    assert (run.backwards, run.jumps) == (2, 1)


def test_stacks_that_lack_frames_are_counted() -> None:
    right = seen(sight(4, stack=("f", "g", "main")), sight(5, stack=("f", "main")), sight(5, stack=("f", "g", "main")))
    run = judged(
        sight(4, stack=("f", "main")), sight(4, stack=("f", "g", "main")), sight(5, stack=("f", "main")), values=right
    )

    assert run.frames_missing == 1


def test_it_is_told_how_a_run_ended() -> None:
    crash = Stop(SIGNAL, 1, Frame(0, 0, "f", Place(FILE, 4)), signal="SIGSEGV")
    ended, crashed, left = judged(sight(2)), judged(sight(2), end=crash), judged(sight(2), end=None)

    assert (ended.complete, ended.crashed, ended.end) == (True, False, "it ended with exit code 0")
    assert (crashed.complete, crashed.crashed) == (False, True)
    assert crashed.end == f"it stopped (SIGSEGV) in f at {FILE}:4"
    assert (left.complete, left.crashed, left.end) == (False, False, "")
