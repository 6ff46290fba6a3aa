"""The fake debugger beyond the contract: what it evaluates, what it refuses, what a mistake in a model comes to."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg.debugger.facts import (
    BREAKPOINT,
    CHILDREN_LIMIT,
    EXITED,
    FAILED,
    NOT_IN_SCOPE,
    OPTIMIZED_OUT,
    SIGNAL,
    STEP,
    Value,
)
from jitdbg.errors import DeadlinePassed, DebuggerError, MarkError, Unsupported
from jitdbg.harness import Session
from jitdbg.harness.fake import Activation, FakeBackend, FakeModule, Run

SOURCE = """; mark: entry
; mark: handled
; mark: worker
; mark: worker-end
; mark: wrong
"""


class pair(ctypes.Structure):
    _fields_ = (("first", ctypes.c_int), ("second", ctypes.c_double))


@pytest.fixture
def program(tmp_path: Path) -> FakeModule:
    """A program with two threads, a signal that it handles, and variables of all kinds."""
    (tmp_path / "source.ll").write_text(SOURCE)
    module = FakeModule(tmp_path / "source.ll", {"total": 0, "many": (ctypes.c_int * 1000)(5, 6)}, build_id="ab12")

    @module.function("worker", "worker-end")
    def worker(frame: Activation, number: int) -> Run[None]:
        yield frame.at("worker")
        frame.globals.total += number
        yield frame.at("worker-end")

    @module.function("entry", "handled")
    def main(frame: Activation) -> Run[int]:
        frame.locals.pair = pair(3, 0.5)
        frame.locals.to = ctypes.pointer(frame.locals.pair)
        frame.locals.lost = Value("", "int", OPTIMIZED_OUT)
        yield frame.at("entry")
        frame.start_thread(worker, 7)
        yield frame.signal("SIGUSR1", fatal=False)
        yield frame.at("handled")
        if frame.command[1:]:
            yield frame.pause()
        return 300

    return module


@pytest.fixture
def session(program: FakeModule) -> Iterator[Session]:
    debugger = FakeBackend({"host": program})
    with Session.launch(["host"], debugger=debugger, sources=[program.source.path]) as made:
        yield made


def test_the_example_of_the_docs_goes_as_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[3] / "docs" / "harness.md").read_text()
    (example,) = re.findall(r"```python\n(from jitdbg.harness.fake .*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    Path("host.c").write_text("// mark: body\n// mark: call\n// mark: end\n")

    exec(example, {"Session": Session})  # noqa: S102 - it asserts what it shows


@pytest.mark.parametrize(
    ("expression", "scalar"),
    [
        ("pair.first * 2 - 1", 5),
        ("to->second", 0.5),
        ("-7 / 2", -3),
        ("7 / 2.0", 3.5),
        ("pair.first == 3 && !(total != 0)", True),
        ("total > 1 || pair.first <= 3", True),
        ("many[1] % 4", 2),
    ],
)
def test_what_c_writes_is_evaluated(session: Session, expression: str, scalar: float) -> None:
    session.run_to("mark: entry")

    assert session.evaluate(expression).scalar == scalar


@pytest.mark.parametrize(
    ("expression", "availability", "words"),
    [
        ("missing + 1", NOT_IN_SCOPE, "there is no missing here"),
        ("lost + 1", FAILED, "lost is optimized out"),
        ("many[5000]", FAILED, "can't be evaluated"),
        ("pair +", FAILED, "can't be evaluated"),
        ("pair.first if total else 1", FAILED, "beyond what the fake can evaluate"),
        ("1 / 0", FAILED, "division by zero"),
    ],
)
def test_what_can_not_be_evaluated_says_why(session: Session, expression: str, availability: str, words: str) -> None:
    session.run_to("mark: entry")

    value = session.evaluate(expression)

    assert value.availability == availability
    assert words in value.error


def test_large_arrays_are_described_in_part(session: Session) -> None:
    session.run_to("mark: entry")

    many = session.variable("many")

    assert (many.type, many.child_count, len(many.children)) == ("int [1000]", 1000, CHILDREN_LIMIT)


def test_a_variables_memory_is_its_value(session: Session) -> None:
    session.run_to("mark: entry")
    address = session.variable("many").address
    assert address is not None

    assert session.memory(address + 4, 4) == b"\6\0\0\0"
    assert session.modules()[0].build_id == "ab12"


def test_a_modules_file_lies_at_its_base(program: FakeModule, tmp_path: Path) -> None:
    host = tmp_path / "host"
    host.write_bytes(b"\x7fELF and more")
    with Session.launch([host], debugger=FakeBackend({"host": program})) as session:
        session.run()
        base = session.modules()[0].base
        assert base is not None

        assert session.memory(base + 1, 3) == b"ELF"
        with pytest.raises(DebuggerError, match="nothing is at"):
            session.memory(base + 1, 100)


def test_a_signal_that_the_program_handles_does_not_end_it(session: Session) -> None:
    stop = session.run()

    assert (stop.reason, stop.signal) == (SIGNAL, "SIGUSR1")
    assert session.go_on().exit_code == 300 & 0xFF


def test_threads_take_turns_and_a_step_is_of_one(session: Session) -> None:
    session.break_at("mark: worker-end")
    session.run()

    stop = session.step_over(thread=2)
    assert (stop.reason, stop.thread) == (BREAKPOINT, 2)
    assert session.frames(thread=1)[0].place == session.place("entry"), "the other thread has not moved"

    assert session.step_over(thread=1).reason == STEP
    assert session.go_on().reason == EXITED


def test_a_program_that_waits_for_ever_passes_the_deadline(program: FakeModule) -> None:
    with Session.launch(["host", "wait"], debugger=FakeBackend({"host": program})) as session:
        session.run()
        with pytest.raises(DeadlinePassed, match="ran on until the deadline"):
            session.go_on(timeout=0.1)
        with pytest.raises(DebuggerError, match="the program is running"):
            session.frames()

        assert session.interrupt().frame.function == "main"


def test_what_the_machine_has_not_is_unsupported(session: Session) -> None:
    session.run_to("mark: entry")

    with pytest.raises(Unsupported, match="what is written, not what is read"):
        session.watch("total", access="read")
    with pytest.raises(Unsupported, match="no instructions"):
        session.step_instruction()
    with pytest.raises(Unsupported, match="one command of its own, print EXPRESSION"):
        session.command("info line")
    with pytest.raises(Unsupported, match="no model of sh"):
        Session.launch(["/bin/sh"], debugger=FakeBackend({}))


def test_a_line_that_a_model_has_not_declared_is_an_error(program: FakeModule) -> None:
    @program.function("entry")
    def main(frame: Activation) -> Run[None]:
        yield frame.at("wrong")

    with (
        Session.launch(["host"], debugger=FakeBackend({"host": program})) as session,
        pytest.raises(MarkError, match="the model of main has no line wrong"),
    ):
        session.run()
