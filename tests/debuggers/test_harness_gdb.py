"""gdb's backend where things go wrong with gdb itself; what it shares with the others is in the contract."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg.debugger.facts import AVAILABLE, CHILDREN_LIMIT, FAILED
from jitdbg.errors import DeadlinePassed, DebuggerError
from jitdbg.harness import gdb
from jitdbg.harness.session import Session
from tests.harness_programs import PROGRAMS, compile_program

pytestmark = pytest.mark.debugger

SOURCE = PROGRAMS / "harness_basics.c"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    return compile_program("harness_basics", tmp_path)


def test_a_call_that_does_not_return_is_given_up_and_the_session_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = compile_program("harness_ends", tmp_path, "-pthread")
    with Session.launch([ends, "exit"], sources=[PROGRAMS / "harness_ends.c"]) as session:
        session.run_to("mark: end")
        monkeypatch.setattr(gdb, "_ADAPTER_SECONDS", 1.0)
        with pytest.raises(DeadlinePassed):
            session.call("hang")
        monkeypatch.undo()

        assert session.frame().place == session.place("end")
        assert session.go_on().exit_code == 42


def test_a_failure_within_a_session_shows_what_was_said(program: Path) -> None:
    session = Session.launch([program])
    session.break_at("main")
    with pytest.raises(ZeroDivisionError) as caught, session:
        raise ZeroDivisionError

    if sys.version_info >= (3, 11):
        assert any("-break-insert" in note for note in caught.value.__notes__)


def test_the_environment_is_not_in_the_transcript(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    with Session.launch([program]) as session:
        session.run()

    assert "hunter2" not in str(session.transcript)


def test_a_watchpoint_whose_condition_is_refused_is_not_set(program: Path) -> None:
    with Session.launch([program], sources=[SOURCE]) as session:
        session.run_to("mark: call")
        with pytest.raises(DebuggerError, match="nowhere"):
            session.watch("counter", condition="nowhere == 3")

        assert session.breakpoints() == []


def test_what_a_command_prints_has_none_of_the_records_that_tell_of_its_effects(program: Path) -> None:
    with Session.launch([program], sources=[SOURCE]) as session:
        session.break_at("mark: product")
        session.run()
        assert session.command("set variable number = 5") == ""
        assert session.command("print number") == "$1 = 5\n"
        assert "=memory-changed" in str(session.transcript)


def test_nothing_of_ours_is_on_the_path_of_gdbs_python(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONPATH", raising=False)  # what is there is the user's wish
    with Session.launch([program]) as session:
        path = session.command("python import sys; print(sys.path)")

    assert "site-packages" not in path
    assert str(Path(__file__).parents[2]) not in path


def test_a_stop_names_no_breakpoint_whose_condition_failed_or_whose_hit_was_ignored(program: Path) -> None:
    with Session.launch([program], sources=[SOURCE]) as session:
        always = session.break_at("mark: product")
        for_two = session.break_at("mark: product", condition="number == 2")
        second = session.break_at("mark: product", ignore=1)

        assert [session.run().breakpoints, session.go_on().breakpoints, session.go_on().breakpoints] == [
            (always.id, for_two.id), (always.id, second.id), (always.id, second.id),
        ]  # fmt: skip


@pytest.fixture
def classes(tmp_path: Path) -> Iterator[Session]:
    """A session with a program of C++, stopped where all its values are made."""
    program = compile_program("harness_classes", tmp_path)
    with Session.launch([program], sources=[PROGRAMS / "harness_classes.cc"]) as session:
        session.run_to("mark: made")
        yield session


def test_values_of_cpp(classes: Session) -> None:
    found = classes.locals(depth=2)

    assert found["wide"].scalar == -(2**100)
    assert found["high"].scalar == 2**127
    assert found["reference"].scalar == found["number"].address
    assert found["derived"].child("shapes::Base").child("first").scalar == 1
    assert [child.name for child in found["derived"].children] == ["shapes::Base", "referred"]
    assert found["derived"].child("referred").scalar == found["number"].address
    assert found["grid"].child("[1]").child("[2]").scalar == 6
    assert "shapes::area" in found["pointer"].text


def test_functions_of_cpp_have_one_name_everywhere(classes: Session) -> None:
    point = classes.break_at("shapes::twice<int>")

    stop = classes.go_on()

    assert stop.breakpoints == (point.id,)
    assert stop.frame is not None
    (instruction,) = classes.disassemble(stop.frame.address, 1)
    assert stop.frame.function == point.locations[0].function == instruction.function == "shapes::twice<int>"


def test_large_arrays_are_read_in_part(classes: Session) -> None:
    large = classes.evaluate("*(int (*)[1000000])&grid", depth=1)

    assert (large.child_count, len(large.children)) == (1_000_000, CHILDREN_LIMIT)
    assert large.child("[5]").scalar == 6


def test_a_member_that_can_not_be_read_is_an_error_of_its_own(tmp_path: Path) -> None:
    program = compile_program("harness_unbuilt", tmp_path)
    with Session.launch([program], sources=[PROGRAMS / "harness_unbuilt.cc"]) as session:
        session.run_to("mark: unbuilt")
        shown = session.variable("object")

    assert shown.availability == AVAILABLE
    assert shown.child("own").scalar == 0
    assert shown.child("Base").availability == FAILED
    assert "memory" in shown.child("Base").error
