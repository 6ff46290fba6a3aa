"""IR as its own source: stepped line by line, every value that a debugger shows is what the value is."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg.debugger.facts import AVAILABLE, NOT_ASSIGNED, OPTIMIZED_OUT, Value
from jitdbg.errors import Unsupported
from jitdbg.harness import Session
from jitdbg.harness.abilities import ARGUMENTS, ASSIGNMENTS
from jitdbg.harness.plugin import SessionStarter

pytestmark = pytest.mark.debugger

SUM = """define i32 @sum(i32 %n) {
entry:
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %i2, %body ]
  %acc = phi i32 [ 0, %entry ], [ %acc2, %body ]
  %more = icmp slt i32 %i, %n
  br i1 %more, label %body, label %done
body:
  %acc2 = add i32 %acc, %i
  %i2 = add i32 %i, 1
  br label %head
done:
  ret i32 %acc                          ; mark: returned
}
"""
# Not line 3: of a branch to what follows comes no code.
LINES_WITH_CODE = [5, 6, 7, 8, 10, 11, 12, 14]

KINDS = """%pair = type { i32, double }
@brain = global bfloat 2.5
@quad = global fp128 0xL00000000000000004000400000000000
define i32 @start() {
  %r = call i32 @kinds(i32 41, float 2.5, ptr null, <4 x i1> <i1 true, i1 false, i1 false, i1 true>)
  ret i32 %r
}
define i32 @kinds(i32, float %f, ptr %class, <4 x i1> %bits) {
  %slot = alloca %pair
  %2 = add i32 %0, 1
  %narrow = trunc i32 %0 to i7
  %negative = sub i7 0, %narrow
  %wide = sext i32 %0 to i128
  %brain = load bfloat, ptr @brain
  %quad = load fp128, ptr @quad
  %double = fpext float %f to double
  %long = fpext float %f to x86_fp80
  %vector = insertelement <4 x i32> zeroinitializer, i32 %0, i32 2
  %odd = insertelement <2 x i24> <i24 -1, i24 -1>, i24 3, i32 1
  %made = insertvalue { i8, [2 x i16] } { i8 7, [2 x i16] [ i16 1, i16 2 ] }, i16 -3, 1, 1
  store i32 %2, ptr %slot
  %place = getelementptr %pair, ptr %slot, i32 0, i32 1
  store double %double, ptr %place
  %"a b" = select i1 true, i32 4, i32 5
  %a.b = freeze i32 6
  ret i32 %2                            ; mark: all
}
"""

CALLER = """define i32 @inner(i32 %a, i32 %b) {
  %sum = add i32 %a, %b
  ret i32 %sum
}
define i32 @outer(i32 %n) {
  %more = add i32 %n, 1
  %r = call i32 @inner(i32 %more, i32 7)     ; mark: call
  ret i32 %r
}
"""

JUMPS = """define i32 @inner(i32 %a) noinline {
  %b = mul i32 %a, %a                        ; mark: inner
  ret i32 %b
}
define i32 @between(i32 %n) noinline {
  %r = tail call i32 @inner(i32 %n)
  ret i32 %r
}
define i32 @outer(i32 %n) {
  %r = call i32 @between(i32 %n)
  %s = add i32 %r, 1
  ret i32 %s
}
"""


@pytest.fixture
def summing(debug_session: SessionStarter, tmp_path: Path) -> Session:
    return started(debug_session, tmp_path, SUM, "sum(3)")


def started(
    debug_session: SessionStarter, folder: Path, text: str, call: str, *options: str, debug: str = "ir"
) -> Session:
    path = folder / "code.ll"
    path.write_text(text)
    command = [sys.executable, "-m", "jitdbg", "run", "--debug", debug, *options, str(path), "--call", call]
    return debug_session.launch(command, sources=[path])


def stepped(session: Session) -> Iterator[tuple[int, dict[str, Value]]]:
    """Step to the end of the function that the program is in: each line, with the variables there."""
    function = session.frame().function
    while (frame := session.frame()).function == function and frame.place:
        yield frame.place.line, {**session.arguments(), **session.locals()}
        session.step_over()


def test_every_value_is_right_at_every_line(summing: Session) -> None:
    summing.require(ARGUMENTS, ASSIGNMENTS)
    summing.break_at("sum")
    summing.run()

    passes, lines = -1, []
    for line, values in stepped(summing):
        lines.append(line)
        passes += line == 7
        expected = {"n": 3}
        if line >= 7:
            expected |= {"i": passes, "acc": sum(range(passes))}
        if line >= 8:
            expected |= {"more": passes < 3}
        if line in (11, 12):
            expected |= {"acc2": sum(range(passes + 1))}
        if line == 12:
            expected |= {"i2": passes + 1}
        shown = {name: value.scalar for name, value in values.items() if value.availability == AVAILABLE}
        assert shown == expected, f"on line {line}, in pass {passes}"

    assert sorted(set(lines)) == LINES_WITH_CODE
    assert passes == 3


def test_lines_alone_are_stepped_through_and_have_no_variables(debug_session: SessionStarter, tmp_path: Path) -> None:
    session = started(debug_session, tmp_path, SUM, "sum(3)", debug="lines")
    session.break_at("sum")
    session.run()

    stops = list(stepped(session))

    phis = {5, 6}  # of which code comes only where their values are stored; else it is in the jumps to them
    assert {line for line, _ in stops} == {3, *LINES_WITH_CODE} - phis
    assert [values for _, values in stops if values] == []


def test_what_is_not_assigned_yet_says_so(summing: Session) -> None:
    summing.require(ASSIGNMENTS)
    summing.break_at("sum")
    summing.run()

    assert set(summing.locals()) == {"i", "acc", "more", "acc2", "i2"}
    for value in summing.locals().values():
        assert (value.availability, value.scalar, value.text, value.children) == (NOT_ASSIGNED, None, "", ())


def test_optimised_code_may_lose_values_but_shows_no_wrong_one(debug_session: SessionStarter, tmp_path: Path) -> None:
    session = started(debug_session, tmp_path, SUM, "sum(3)", "-O2")
    session.break_at("mark: returned")
    session.run()

    right = {"n": 3, "i": 3, "acc": 3, "more": False}
    for name, value in {**session.locals(), "n": session.variable("n")}.items():
        if value.availability == AVAILABLE:
            assert value.scalar == right[name], name
        else:
            assert value.availability in (OPTIMIZED_OUT, NOT_ASSIGNED), name


def test_a_step_into_a_function_stops_when_its_arguments_are_in_place(
    debug_session: SessionStarter, tmp_path: Path
) -> None:
    session = started(debug_session, tmp_path, CALLER, "outer(20)")
    session.run_to("mark: call")
    stop = session.step_in()

    assert stop.frame is not None
    assert stop.frame.function == "inner"
    assert [session.variable(name).scalar for name in ("a", "b")] == [21, 7]


def test_a_call_that_became_a_jump_is_a_frame(debug_session: SessionStarter, tmp_path: Path) -> None:
    session = started(debug_session, tmp_path, JUMPS, "outer(20)", "-O2")
    session.run_to("mark: inner")

    functions = [frame.function for frame in session.frames(3)]

    if session.debugger.startswith("gdb"):  # nor for what clang compiles, seen with 13 and 18
        assert functions[:2] == ["inner", "outer"]
        raise Unsupported(session.debugger, "frames of calls that LLVM has made jumps")
    assert functions == ["inner", "between", "outer"]


def test_values_of_every_type_are_read(debug_session: SessionStarter, tmp_path: Path) -> None:
    session = started(debug_session, tmp_path, KINDS, "start()")
    session.run_to("mark: all")

    for name, integer in {"_0": 41, "_2": 42, "narrow": 41, "negative": -41, "wide": 41, "a_b": 4, "a_b_": 6}.items():
        assert session.variable(name).scalar == integer, name
    for name in ("f", "brain", "double_", "quad", "long_"):
        assert math.isclose(float(session.variable(name).scalar or 0), 2.5), name
    assert session.variable("class_").scalar == 0
    assert elements(session.variable("vector")) == [0, 0, 41, 0]
    assert elements(session.variable("odd")) == [-1, 3]
    assert elements(session.variable("bits")) == [True, False, False, True]
    made = session.variable("made", depth=2)
    assert made.child("_0").scalar == 7
    assert elements(made.child("_1")) == [1, -3]
    assert session.evaluate("slot->_0").scalar == 42
    assert session.evaluate("slot->_1").scalar == 2.5
    assert session.evaluate("_2 + _0").scalar == 83


def elements(value: Value) -> list[object]:
    return [child.scalar for child in value.children]


SHARED = """%pair = type { i32, double }
@counter = global i32 42
@"two words" = internal global double 2.5, align 8
@origin = global %pair { i32 3, double 4.0 }
@table = constant [3 x i16] [i16 1, i16 -2, i16 3]
@own = thread_local(initialexec) global i64 7
@7 = global i8 -9
define i32 @go(i32 %n) {
  %old = load i32, ptr @counter
  %new = add i32 %old, %n
  store i32 %new, ptr @counter
  %rest = load double, ptr @"two words" ; mark: stored
  %mine = load i64, ptr @own
  ret i32 %new
}
"""


def test_global_variables_have_their_values(debug_session: SessionStarter, tmp_path: Path) -> None:
    path = tmp_path / "shared.ll"
    path.write_text(SHARED)
    words = ["run", str(path), "--debug", "ir", "--call", "go(3)"]
    session = debug_session.launch([sys.executable, "-m", "jitdbg", *words], sources=[path])
    session.run_to("mark: stored")
    values = ("counter", 45), ("two_words", 2.5), ("origin._0", 3), ("table[1]", -2), ("own", 7), ("(int)_7", -9)
    assert [session.evaluate(name).scalar for name, _ in values] == [value for _, value in values]
