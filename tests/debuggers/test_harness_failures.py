"""What goes wrong under any debugger ends in a clear failure, with the transcript, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg import tools
from jitdbg.debugger.facts import EXITED, KILLED
from jitdbg.errors import DeadlinePassed, DebuggerError, DebuggerGone, ToolError, ToolMissingError
from jitdbg.harness import Session
from jitdbg.harness.abilities import DEATHS
from jitdbg.harness.plugin import SessionStarter
from tests.harness_programs import PROGRAMS, compile_program
from tests.processes import alive, parent_of, wait_for_end

pytestmark = pytest.mark.debugger

BASICS = PROGRAMS / "harness_basics.c"
ENDS = PROGRAMS / "harness_ends.c"
FAIL = """
import os, signal, sys
from jitdbg.harness import Session
from jitdbg.harness.processes import descendants
with Session.launch([sys.argv[1]], debugger=sys.argv[2]) as session:
    session.break_at("main")
    session.run()
    os.kill(next(descendants(os.getpid())), signal.SIGKILL)
    session.frames()
"""
ABANDON = """
import os, signal, sys
from jitdbg.harness import Session
from jitdbg.harness.processes import descendants
session = Session.launch([sys.argv[1]], debugger=sys.argv[2])
session.break_at("main")
session.run()
print(*descendants(os.getpid()), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    compile_program("harness_basics", folder)
    compile_program("harness_ends", folder, "-pthread")
    return folder


@pytest.fixture(autouse=True)
def nothing_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Compare processes, descriptors and temporary files with those from before, when the sessions are closed."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    processes, descriptors = alive(), len(os.listdir("/proc/self/fd"))
    yield
    assert alive() == processes
    assert len(os.listdir("/proc/self/fd")) == descriptors
    assert os.listdir(tmp_path / "temporary") == []


def debugger_of(session: Session) -> int:
    """The process of the debugger; the program is a child of that one."""
    assert session.stop is None
    (process,) = (child for child in alive() if os.getpid() == parent_of(child))
    return process


def test_a_debugger_that_dies_at_a_stop_is_gone_with_its_program(debug_session: SessionStarter, programs: Path) -> None:
    session = debug_session.launch([programs / "harness_basics"], sources=[BASICS])
    debugger = debugger_of(session)
    session.run_to("mark: call")
    os.kill(debugger, signal.SIGKILL)

    with pytest.raises(DebuggerGone, match=f"{session.debugger} has ended by signal 9") as caught:
        session.frames()

    assert "harness_basics" in caught.value.transcript
    with pytest.raises(DebuggerGone):
        session.go_on()
    with pytest.raises(DebuggerGone):
        session.break_at("main")


def test_a_debugger_that_dies_while_the_program_runs_is_gone(debug_session: SessionStarter, programs: Path) -> None:
    session = debug_session.launch([programs / "harness_ends", "hang"], sources=[ENDS])
    debugger = debugger_of(session)
    session.run_to("mark: spin")
    with pytest.raises(DeadlinePassed):
        session.go_on(timeout=0.2)
    os.kill(debugger, signal.SIGKILL)

    with pytest.raises(DebuggerGone, match="has ended by signal 9"):
        session.interrupt()


def test_a_debugger_that_stops_answering_passes_the_deadline(debug_session: SessionStarter, programs: Path) -> None:
    session = debug_session.launch([programs / "harness_basics"], sources=[BASICS], timeout=30)
    debugger = debugger_of(session)
    session.run_to("mark: call")
    os.kill(debugger, signal.SIGSTOP)
    session.timeout = 0.5

    with pytest.raises(DeadlinePassed, match=f"{session.debugger} did not send") as caught:
        session.go_on()

    assert "harness_basics" in caught.value.transcript


def test_a_program_that_somebody_else_kills_has_ended(debug_session: SessionStarter, programs: Path) -> None:
    session = debug_session.launch([programs / "harness_ends", "hang"], sources=[ENDS])
    session.run_to("mark: spin")
    program = session.threads()[0].system_id
    with pytest.raises(DeadlinePassed):
        session.go_on(timeout=0.2)
    os.kill(program, signal.SIGKILL)
    wait_for_end(program)

    with pytest.raises(DebuggerError):
        session.frames()
    stop = session.interrupt()
    assert stop.ended
    session.require(DEATHS)
    assert stop.reason == KILLED
    assert stop.signal in ("SIGKILL", ""), "lldb's server can lose a program that dies as it is interrupted"


def test_children_of_the_program_end_with_a_debugger_that_died(debug_session: SessionStarter, programs: Path) -> None:
    session = debug_session.launch([programs / "harness_ends", "fork"], sources=[ENDS])
    debugger = debugger_of(session)
    session.run_to("mark: end")
    os.kill(debugger, signal.SIGKILL)

    with pytest.raises(DebuggerGone):
        session.go_on()


def test_nothing_survives_the_process_that_opened_the_session(debug_session: SessionStarter, programs: Path) -> None:
    command = [sys.executable, "-c", ABANDON, programs / "harness_basics", debug_session.debugger]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60)

    assert done.returncode == -signal.SIGKILL
    started = [int(word) for word in done.stdout.split()]
    assert len(started) >= 2, "the debugger and the program"
    for process in started:
        wait_for_end(process)


def test_breakpoints_that_wait_are_named_when_the_program_runs_until_the_deadline(
    debug_session: SessionStarter, programs: Path
) -> None:
    session = debug_session.launch([programs / "harness_ends", "hang"], sources=[ENDS])
    session.run_to("mark: spin")
    session.break_at("never_written")
    session.break_at("crash")

    with pytest.raises(DeadlinePassed, match=r"these breakpoints wait for code that never came: never_written$"):
        session.go_on(timeout=0.3)


def test_what_is_no_program_is_refused(debug_session: SessionStarter, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)

    with pytest.raises(DebuggerError, match=r"script|executable|format") as caught:
        debug_session.launch([script])

    assert str(script) in caught.value.transcript


def test_a_program_that_ends_at_once_leaves_a_session_that_can_go_on(
    debug_session: SessionStarter, programs: Path
) -> None:
    session = debug_session.launch([programs / "harness_ends", "exit"], sources=[ENDS])
    assert [session.run().reason for _ in range(2)] == [EXITED] * 2

    with pytest.raises(DebuggerError):
        session.step_over()

    assert session.run_to("mark: end").frame.function == "main"


def test_a_terminal_is_as_before(debug_session: SessionStarter, programs: Path) -> None:
    ours, theirs = os.openpty()
    before = termios.tcgetattr(theirs)
    command = [sys.executable, "-c", FAIL, programs / "harness_basics", debug_session.debugger]

    done = subprocess.run(
        command, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE, start_new_session=True, timeout=60
    )

    assert "DebuggerGone" in done.stderr.decode()
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)


@pytest.fixture
def replaced(debug_session: SessionStarter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that is taken for the debugger; what is in it is the test's."""
    path = tmp_path / "replaced"
    path.write_text("no program at all")
    path.chmod(0o755)
    program = debug_session.debugger.replace("gdb-dap", "gdb")  # which is gdb itself
    monkeypatch.setenv(f"JITDBG_{program.upper().replace('-', '_')}", str(path))
    return path


def test_a_debugger_that_is_missing_is_named(debug_session: SessionStarter, replaced: Path) -> None:
    replaced.unlink()

    with pytest.raises(ToolMissingError, match=str(replaced)):
        Session.launch(["/bin/true"], debugger=debug_session.debugger)


def test_a_debugger_that_the_kernel_refuses_is_a_tool_error(debug_session: SessionStarter, replaced: Path) -> None:
    with pytest.raises(ToolError, match=str(replaced)):
        Session.launch(["/bin/true"], debugger=debug_session.debugger)


def test_a_debugger_that_ends_at_once_is_told(debug_session: SessionStarter, replaced: Path) -> None:
    replaced.write_text("#!/bin/sh\necho I am too old\nexit 3\n")

    with pytest.raises((ToolError, DebuggerGone)) as caught:
        Session.launch(["/bin/true"], debugger=debug_session.debugger)

    if isinstance(caught.value, DebuggerGone):
        assert "ended with exit code 3" in str(caught.value)
        assert "I am too old" in caught.value.transcript


def test_a_debugger_that_says_nothing_passes_the_deadline(
    debug_session: SessionStarter, replaced: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced.write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    monkeypatch.setattr(tools, "DEADLINE", 0.5)

    with pytest.raises((ToolError, DeadlinePassed), match=r"gave no answer within|did not send"):
        Session.launch(["/bin/true"], debugger=debug_session.debugger, timeout=0.5)
