"""IR as its own source, stepped line by line: every value that a debugger shows is what the value is."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import pytest

from jitdbg.debugger.facts import AVAILABLE, NOT_ASSIGNED, OPTIMIZED_OUT, Frame, Value
from jitdbg.harness import Session
from jitdbg.harness.plugin import SessionStarter

pytestmark = pytest.mark.debugger

LOOP = """define i32 @sum(i32 %n) {
entry:
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %i2, %body ]
  %acc = phi i32 [ 0, %entry ],
               [ %acc2, %body ]
  %more = icmp slt i32 %i, %n
  br i1 %more, label %body, label %done
body:
  %acc2 = add i32 %acc, %i
  %i2 = add i32 %i, 1
  br label %head
done:
  ret i32 %acc                                                  ; mark: returned
}
"""

KINDS = """%pair = type { i32, double }
declare ptr @llvm.returnaddress(i32)
define i32 @kinds(i32, float %f, ptr %class, <4 x i1> %bits) {
  %slot = alloca %pair
  %2 = add i32 %0, 1
  %narrow = trunc i32 %0 to i7
  %negative = sub i7 0, %narrow
  %wide = sext i32 %0 to i128
  %half = fptrunc float %f to half
  %brain = fptrunc float %f to bfloat
  %double = fpext float %f to double
  %quad = fpext float %f to fp128
  %long = fpext float %f to x86_fp80
  %vector = insertelement <4 x i32> zeroinitializer, i32 %0, i32 2
  %odd = insertelement <2 x i24> <i24 -1, i24 -1>, i24 3, i32 1
  %made = insertvalue { i8, [2 x i16] } { i8 7, [2 x i16] [ i16 1, i16 2 ] }, i16 -3, 1, 1
  store i32 %2, ptr %slot
  %place = getelementptr %pair, ptr %slot, i32 0, i32 1
  store double %double, ptr %place
  %"a b" = select i1 true, i32 4, i32 5
  %a.b = freeze i32 6
  ret i32 %2                                                    ; mark: all
}
"""


def host(path: Path, call: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "jitdbg", "run", "--debug", "ir", str(path), "--call", call, *options]


def stepped(session: Session, function: str) -> list[tuple[int, dict[str, Value]]]:
    """Step to the end of a function; gives the line and the variables at each stop."""
    seen = []
    frame: Frame | None = session.stop.frame if session.stop else None
    while frame and frame.function == function and frame.place:
        seen.append((frame.place.line, {**session.arguments(), **session.locals()}))
        frame = session.step_over().frame
    return seen


@pytest.fixture
def loop(debug_session: SessionStarter, tmp_path: Path) -> Session:
    path = tmp_path / "sum.ll"
    path.write_text(LOOP)
    return debug_session.launch(host(path, "sum(3)"), sources=[path])


def test_every_value_is_right_at_every_line(loop: Session) -> None:
    loop.break_at("sum")
    loop.run()
    seen = stepped(loop, "sum")

    lines = [line for line, _ in seen]
    assert set(range(5, 14)) - {7, 10} <= set(lines) | {10}, lines
    assert lines[-1] == 15
    state = {"i": 0, "acc": 0}
    passes = -1
    for line, values in seen:
        assert values["n"].scalar == 3
        passes += line == 8
        expected = {"i": passes, "acc": sum(range(passes))} if line >= 8 else {}
        expected |= {"more": passes < 3} if line >= 9 else {}
        expected |= {"acc2": sum(range(passes + 1))} if line in (12, 13) else {}
        expected |= {"i2": passes + 1} if line == 13 else {}
        shown = {name: value.scalar for name, value in values.items() if value.availability == AVAILABLE}
        assert shown == {"n": 3, **expected}, f"on line {line}, in pass {passes}"
    assert state


def test_what_is_not_assigned_yet_says_so(loop: Session) -> None:
    loop.break_at("sum")
    loop.run()

    assert {value.availability for value in loop.locals().values()} == {NOT_ASSIGNED}
    assert all(value.scalar is None and not value.text for value in loop.locals().values())


def test_optimised_code_may_lose_values_but_shows_no_wrong_one(debug_session: SessionStarter, tmp_path: Path) -> None:
    path = tmp_path / "sum.ll"
    path.write_text(LOOP)
    session = debug_session.launch(host(path, "sum(3)", "-O2"), sources=[path])
    session.break_at("mark: returned")
    session.run()

    right = {"n": 3, "i": 3, "acc": 3, "more": False}
    for name, value in {**session.arguments(), **session.locals()}.items():
        if value.availability == AVAILABLE:
            assert value.scalar == right[name], name
        else:
            assert value.availability in (OPTIMIZED_OUT, NOT_ASSIGNED)


def test_values_of_every_type_are_read(debug_session: SessionStarter, tmp_path: Path) -> None:
    path = tmp_path / "kinds.ll"
    path.write_text(KINDS)
    (tmp_path / "main.ll").write_text(KINDS + CALLER)
    session = debug_session.launch(host(tmp_path / "main.ll", "start()"), sources=[path])
    session.break_at(f"main.ll:{KINDS.splitlines().index(next(l for l in KINDS.splitlines() if 'mark: all' in l)) + 1}")
    session.run()
    values = {**session.arguments(depth=2), **session.locals(depth=2)}

    scalars = {name: value.scalar for name, value in values.items() if value.scalar is not None}
    for name, right in {"_0": 41, "_2": 42, "narrow": 41, "negative": -41, "wide": 41, "a_b": 4, "a_b_": 6}.items():
        assert scalars[name] == right, name
    for name in ("f", "half", "brain", "double_", "quad", "long_"):
        assert math.isclose(scalars[name], 2.5), name  # type: ignore[arg-type]
    assert scalars["class_"] == 0
    assert [child.scalar for child in values["vector"].children] == [0, 0, 41, 0]
    assert [child.scalar for child in values["odd"].children] == [-1, 3]
    assert [bool(child.scalar) for child in values["bits"].children] == [True, False, False, True]
    assert values["made"].child("_0").scalar == 7
    assert [child.scalar for child in values["made"].child("_1").children] == [1, -3]
    assert [member.scalar for member in values["slot"].children[0].children or values["slot"].children] == [42, 2.5]
    assert session.evaluate("_2 + _0").scalar == 83
    assert session.evaluate("slot->_1").scalar == 2.5


CALLER = """
define i32 @start() {
  %r = call i32 @kinds(i32 41, float 2.5, ptr null, <4 x i1> <i1 true, i1 false, i1 false, i1 true>)
  ret i32 %r
}
"""
