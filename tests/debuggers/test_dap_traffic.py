"""What debug adapters and IDEs say to each other about code that is loaded late, recorded and checked in its order."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jitdbg.debugger.facts import BREAKPOINT, EXITED
from jitdbg.errors import DebuggerGone
from jitdbg.harness import Session
from jitdbg.harness.debuggers import why_left_out
from jitdbg.harness.transcript import FROM, TO
from tests.harness_programs import PROGRAMS, compile_program
from tests.matrix import ROOTS
from tests.processes import alive, parent_of, wait_for_end

ROOT = Path(__file__).parents[2]
ADAPTERS = [name for name in ("lldb-dap", "gdb-dap") if not why_left_out(name)]
LATE = PROGRAMS / "debug_late.c"
RELOADING = PROGRAMS / "harness_reload.c"

pytestmark = pytest.mark.debugger

Open = Callable[..., Session]


@pytest.fixture(params=ADAPTERS)
def adapter(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def open_session(adapter: str) -> Iterator[Open]:
    """Open sessions that end with the test."""
    opened: list[Session] = []

    def open_one(*words: str | Path) -> Session:
        opened.append(Session.launch(words, debugger=adapter, sources=[LATE, RELOADING]))
        return opened[-1]

    yield open_one
    for session in opened:
        session.close()


@pytest.fixture
def late(tmp_path: Path) -> Path:
    return compile_program("debug_late", tmp_path, "-shared", "-fPIC").rename(tmp_path / "late.so")


@pytest.fixture
def host(tmp_path: Path) -> Path:
    return compile_program("debug_host", tmp_path)


def traffic(session: Session, who: str = FROM) -> list[dict[str, Any]]:
    """The messages of one side, but for those that were too long to be kept whole."""
    kept = [words for words in session.transcript.words_of(who) if words.endswith("}")]
    return [message for message in map(json.loads, kept) if isinstance(message, dict)]


def breakpoint_events(messages: list[dict[str, Any]], number: int) -> list[bool]:
    """Whether a breakpoint was verified, by each event that is about it."""
    told = [each["body"]["breakpoint"] for each in messages if each.get("event") == "breakpoint"]
    return [bool(each["verified"]) for each in told if each.get("id") == number]


def first(messages: list[dict[str, Any]], fits: Callable[[dict[str, Any]], bool]) -> int:
    """The place of the first message that fits; it has to be there."""
    return next(place for place, message in enumerate(messages) if fits(message))


def is_verification(message: dict[str, Any]) -> bool:
    return message.get("event") == "breakpoint" and message["body"]["breakpoint"]["verified"]


def is_stop(message: dict[str, Any]) -> bool:
    return message.get("event") == "stopped" and message["body"]["reason"] == "breakpoint"


def is_module(message: dict[str, Any], path: Path) -> bool:
    return message.get("event") == "module" and message["body"]["module"].get("path") == str(path)


def is_taken_back(messages: list[dict[str, Any]], number: int, library: Path) -> bool:
    """Whether a breakpoint has lost its place: lldb-dap takes its word back, gdb tells of the library that went."""
    removed = any(is_module(each, library) and each["body"]["reason"] == "removed" for each in messages)
    return removed or False in breakpoint_events(messages, number)


def unverified(messages: list[dict[str, Any]]) -> int:
    """The adapter's number of the one breakpoint, which was not verified when it was set."""
    answers = [each for each in messages if each.get("command") == "setBreakpoints" and each["body"]["breakpoints"]]
    (point,) = answers[0]["body"]["breakpoints"]
    assert point["verified"] is False
    return int(point["id"])


# --------------------------------------------------------------------------------------------------------------- order


def test_a_breakpoint_in_code_to_come_is_unverified_then_verified_then_hit(
    open_session: Open, host: Path, late: Path
) -> None:
    session = open_session(host, late)
    session.break_at("mark: computed")
    assert session.run().reason == BREAKPOINT

    messages = traffic(session)

    number = unverified(messages)
    assert breakpoint_events(messages, number)[-1] is True
    answered = first(messages, lambda each: each.get("command") == "setBreakpoints")
    verified, stopped = first(messages, is_verification), first(messages, is_stop)
    assert answered < verified < stopped
    assert messages[stopped]["body"].get("hitBreakpointIds") == [number]


def test_the_library_is_told_as_a_module_before_the_stop_in_it(open_session: Open, host: Path, late: Path) -> None:
    session = open_session(host, late)
    session.break_at("mark: computed")
    session.run()

    messages = traffic(session)

    told = first(messages, lambda each: is_module(each, late))
    assert messages[told]["body"]["reason"] in ("new", "changed")
    assert told < first(messages, is_stop)


def test_a_breakpoint_is_verified_and_hit_again_after_its_library_was_unloaded_and_another_one_loaded(
    open_session: Open, late: Path, tmp_path: Path
) -> None:
    reloading = compile_program("harness_reload", tmp_path)
    other = compile_program("debug_late", tmp_path, "-shared", "-fPIC", "-DOTHER=1").rename(tmp_path / "next.so")
    session = open_session(reloading, late, other)
    session.break_at("mark: computed")
    session.run()
    loaded = len(traffic(session))
    # lldb-dap tells of a breakpoint as it is when it gets to that: it has to be asked before the next library comes.
    session.run_to("mark: second")
    number = unverified(traffic(session))
    deadline = time.monotonic() + 10
    while not is_taken_back(traffic(session)[loaded:], number, late):
        assert time.monotonic() < deadline
        session.threads()
    unloaded = len(traffic(session))
    assert session.go_on().reason == BREAKPOINT

    after = traffic(session)[unloaded:]

    assert breakpoint_events(after, number)[-1] is True
    assert first(after, is_verification) < first(after, is_stop)
    assert after[first(after, is_stop)]["body"]["hitBreakpointIds"] == [number]
    assert session.go_on().reason == EXITED


# ------------------------------------------------------------------------------------------------ the ends of a session


def test_disconnect_ends_the_program_the_adapter_and_its_helpers(open_session: Open, host: Path, late: Path) -> None:
    before = alive()
    session = open_session(host, late)
    session.break_at("mark: computed")
    session.run()
    started = alive() - before
    assert len(started) >= 2, "an adapter and a program"

    session.close()

    (asked,) = [each for each in traffic(session, TO) if each["command"] == "disconnect"]
    assert asked["arguments"] == {"terminateDebuggee": True}
    answers = [each for each in traffic(session) if each.get("command") == "disconnect"]
    assert [each["success"] for each in answers] == [True]
    for process in started:
        wait_for_end(process)


def test_an_adapter_that_is_killed_leaves_nothing_running(open_session: Open, host: Path, late: Path) -> None:
    before = alive()
    session = open_session(host, late)
    session.break_at("mark: computed")
    session.run()
    started = alive() - before
    (killed,) = [process for process in started if parent_of(process) == os.getpid()]

    os.kill(killed, signal.SIGKILL)

    for process in started - {killed}:
        wait_for_end(process)
    with pytest.raises(DebuggerGone):
        session.go_on()


def test_a_process_that_was_attached_to_is_stopped_and_let_go(adapter: str, tmp_path: Path) -> None:
    program = compile_program("harness_ends", tmp_path, "-pthread")
    with subprocess.Popen([program, "hang"], stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        running.stdout.readline()
        session = Session.attach(running.pid, debugger=adapter)
        messages = traffic(session)
        session.close()

        (asked,) = [each for each in traffic(session, TO) if each["command"] == "attach"]
        assert asked["arguments"]["pid"] == running.pid
        assert any(each.get("event") == "stopped" for each in messages)
        (left,) = [each for each in traffic(session, TO) if each["command"] == "disconnect"]
        assert left["arguments"] == {"terminateDebuggee": False}
        assert running.poll() is None
        running.kill()


# --------------------------------------------------------------------------------------------------- a later gdb's DAP


@pytest.mark.long
def test_gdb_18s_adapter_passes_the_same_tests_and_the_contract() -> None:
    folder = ROOTS / "forky"
    subprocess.run([ROOT / "scripts" / "debugger-root", "forky", folder], check=True)
    files = ["tests/debuggers/test_harness_contract.py", "tests/debuggers/test_harness_programs.py", __file__]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--debugger", "gdb-dap", "-k", "gdb-dap", *files]

    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "JITDBG_GDB": str(folder / "gdb")}, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout[-20_000:]
    assert "passed" in done.stdout
