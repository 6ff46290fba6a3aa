"""IR of all kinds as its own source: whatever a debugger shows at any stop is what the program had there.

What that is, a second build of the same text says, which reports its values itself (`tests.irtrace`).
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from jitdbg.debugger.facts import AVAILABLE, Value
from jitdbg.harness import Session
from jitdbg.harness.abilities import ARGUMENTS, ASSIGNMENTS
from jitdbg.harness.plugin import SessionStarter
from tests.irtrace import Event, Trace, environments, shown_as, traced

pytestmark = pytest.mark.debugger

PROGRAM = Path(__file__).parents[1] / "programs" / "irsource.ll"
TEXT = PROGRAM.read_text()
LINES = TEXT.split("\n")
FUNCTIONS = ("loops", "memory", "vectors", "exceptions", "layout", "calls")
_NAMES = re.compile(r'%(?:[-\w$.]+|"[^"]*")')


class Stop(NamedTuple):
    """A line that a debugger stopped at, with the values that it could read there: of vectors, by element."""

    line: int
    values: dict[str, Any]


@pytest.fixture(scope="module")
def trace() -> Trace:
    return traced(TEXT, "run", 3)


def stepped(session: Session, function: str) -> Iterator[Stop]:
    """Step through a function, from its beginning to its end."""
    session.run_to(function)
    if function == "exceptions":  # a step over a call that throws may only end at a breakpoint
        session.break_at("mark: landed")
    while (frame := session.frame()).function == function and frame.place:
        yield Stop(frame.place.line, dict(numbers({**session.arguments(), **session.locals()})))
        if session.step_over().ended:
            raise AssertionError(f"the program ended after line {frame.place.line} of {function}")


def numbers(variables: dict[str, Value]) -> Iterator[tuple[str, Any]]:
    for name, value in variables.items():
        if value.availability != AVAILABLE:
            continue
        if value.scalar is not None:
            yield name, value.scalar
        for child in value.children:
            if child.name.startswith("[") and child.availability == AVAILABLE:
                yield name + child.name, child.scalar


def started(debug_session: SessionStarter, level: int) -> Session:
    command = [sys.executable, "-m", "jitdbg", "run", "--debug", "ir", f"-O{level}", str(PROGRAM), "--call", "run(3)"]
    session = debug_session.launch(command, sources=[PROGRAM])
    session.require(ARGUMENTS, ASSIGNMENTS)
    return session


def differences(values: dict[str, Any], known: dict[str, Any], traced_names: set[str]) -> list[str]:
    """Say which of the values that a debugger shows are not those that the program had."""
    wrong = []
    for name, shown in values.items():
        if name in traced_names and (name not in known or not equal(shown, known[name])):
            wrong.append(f"{name} is {known.get(name, 'not assigned')}, shown is {shown}")
    return wrong


def equal(shown: object, real: object) -> bool:
    if isinstance(real, float):
        return isinstance(shown, float | int) and math.isclose(shown, real, rel_tol=1e-6)
    return shown == real


def names_of(events: Sequence[Event]) -> set[str]:
    return {shown_as(event.name) + ("" if event.part is None else f"[{event.part}]") for event in events if event.name}


def used_on(line: int, traced_names: set[str]) -> set[str]:
    """Name the values that the instructions of a line use; a phi's come from other blocks."""
    text = LINES[line - 1].partition(";")[0]
    if " phi " in text:
        return set()
    defined = {shown_as(name) for name in re.findall(_NAMES.pattern + r"(?=\s*=)", text)}
    return {shown_as(name) for name in _NAMES.findall(text)}.difference(defined) & traced_names


def test_unoptimised_every_value_is_right_at_every_line_and_there_where_it_is_used(
    debug_session: SessionStarter, trace: Trace
) -> None:
    session = started(debug_session, 0)
    for function in FUNCTIONS:
        traced_names = names_of(trace.of(function))
        passed = environments(trace, function)
        stops = list(stepped(session, function))

        assert len(stops) > 5
        for stop in stops:
            known = next((values for line, values in passed if line == stop.line), None)
            assert known is not None, f"{function} does not come to line {stop.line} then"
            assert differences(stop.values, known, traced_names) == [], f"on line {stop.line} of {function}"
            missing = used_on(stop.line, traced_names).difference(stop.values)
            assert missing == set(), f"on line {stop.line} of {function}"


def test_unoptimised_every_line_that_does_something_is_stopped_at(debug_session: SessionStarter, trace: Trace) -> None:
    session = started(debug_session, 0)
    for function in FUNCTIONS:
        stopped = {stop.line for stop in stepped(session, function)}
        passed = {line for line, _ in environments(trace, function)}
        assert stopped <= passed
        assert {line for line in passed - stopped if not without_code(LINES[line - 1])} == set(), function


def without_code(text: str) -> bool:
    """Say whether a line makes no code by itself: a jump to what follows, or what is there for the optimiser."""
    return re.match(r"\s*(br label|fence|call void @llvm\.assume|call void asm sideeffect \"\")", text) is not None


@pytest.mark.parametrize("level", [1, 2, 3])
def test_optimised_no_value_that_is_shown_is_wrong(debug_session: SessionStarter, trace: Trace, level: int) -> None:
    session = started(debug_session, level)
    shown = 0
    for function in FUNCTIONS:
        traced_names = names_of(trace.of(function))
        # Optimised code comes to lines before their time, or for nothing; but its values are of one moment.
        there = list(environments(trace, function))
        for stop in stepped(session, function):
            candidates = [differences(stop.values, values, traced_names) for _, values in there]
            assert [] in candidates, f"on line {stop.line} of {function}: {min(candidates, key=len)}"
            shown += len(stop.values)
    assert shown > 0


def test_names_can_be_used_in_expressions(debug_session: SessionStarter) -> None:
    session = started(debug_session, 0)
    line = next(number for number, text in enumerate(LINES, 1) if text.startswith("  ret i32 %sum") and number > 100)
    session.run_to(f"irsource.ll:{line}")
    for expression, value in (
        ("a_b + 1", 2805),
        ("x_1", -56),
        ("class_ * 2", 5214),
        ("odd_name + define", 47),
        ("narrow + wide", 94),
    ):
        assert session.evaluate(expression).scalar == value, expression


SIZED = """
define i32 @"größe"(i32 %n) {
  %twice = mul i32 %n, 2 ; mark: twice
  ret i32 %twice
}
"""


def test_names_that_are_not_ascii_are_read(debug_session: SessionStarter, tmp_path: Path) -> None:
    path = tmp_path / "größe.ll"
    path.write_text(SIZED, encoding="utf-8")
    words = ["run", str(path), "--debug", "ir", "--call", "größe(3)"]
    session = debug_session.launch([sys.executable, "-m", "jitdbg", *words], sources=[path])
    point = session.break_at("mark: twice")
    session.run()
    assert [found.id for found in session.breakpoints()] == [point.id]
    frame = session.frame()
    assert (frame.function, frame.place.file) == ("größe", str(path))
    assert session.variable("n").scalar == 3
