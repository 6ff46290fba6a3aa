"""A session with what a debug server has: each debugger with its own server, and lldb with gdb's too."""

from __future__ import annotations

import os
import select
import socket
from pathlib import Path

import pytest

from jitdbg.debugger.facts import BREAKPOINT, ENTRY, INTERRUPT
from jitdbg.errors import DeadlinePassed, DebuggerError
from jitdbg.harness.abilities import KERNEL_IDS
from jitdbg.harness.plugin import SessionStarter
from tests.debug_servers import Serve
from tests.fake_programs import FAKE_PROGRAMS
from tests.harness_programs import PROGRAMS, compile_program

pytestmark = pytest.mark.debugger

BASICS = PROGRAMS / "harness_basics.c"
ENDS = PROGRAMS / "harness_ends.c"


def ended(handle: int) -> bool:
    """Wait for the end of a process."""
    return bool(select.select([handle], [], [], 20)[0])


@pytest.mark.fake(FAKE_PROGRAMS)
def test_a_program_of_a_debug_server_stops_is_read_and_goes_on(
    debug_session: SessionStarter, serve: Serve, tmp_path: Path
) -> None:
    program = compile_program("harness_basics", tmp_path)
    address = serve(debug_session.debugger, program)
    session = debug_session.connect(address, program, sources=[BASICS])
    assert session.stop.reason == ENTRY
    point = session.break_at("mark: product", ignore=1)

    stop = session.go_on()

    assert (stop.reason, stop.breakpoints) == (BREAKPOINT, (point.id,))
    assert [frame.function for frame in session.frames(4)] == ["factorial"] * 3 + ["main"]
    assert session.variable("number").scalar == 3
    assert session.step_over().frame.function == "factorial"
    session.delete(point)
    assert session.go_on().exit_code == 3


@pytest.mark.parametrize("debugger", ["lldb"])
def test_lldb_debugs_what_gdbserver_has(debugger: str, serve: Serve, tmp_path: Path) -> None:
    program = compile_program("harness_basics", tmp_path)
    starter = SessionStarter(debugger)
    with starter.connect(serve("gdb", program), program, sources=[BASICS]) as session:
        session.run_to("mark: last")

        assert session.variable("product").scalar == 120
        assert session.go_on().exit_code == 3


@pytest.mark.parametrize("runs", [False, True])
def test_the_program_of_a_debug_server_ends_with_the_session(
    debug_session: SessionStarter, serve: Serve, tmp_path: Path, runs: bool
) -> None:
    program = compile_program("harness_ends", tmp_path, "-pthread")
    address = serve(debug_session.debugger, program, "hang")
    session = debug_session.connect(address, program, sources=[ENDS])
    session.run_to("mark: spin")
    session.require(KERNEL_IDS)
    handle = os.pidfd_open(session.threads()[0].system_id)
    with pytest.raises(DeadlinePassed):
        session.go_on(timeout=0.3)
    if not runs:
        assert session.interrupt().reason == INTERRUPT
        assert session.frame().function == "hang"

    session.close()

    assert ended(handle)
    os.close(handle)


def test_an_address_where_nobody_listens_is_an_error(debug_session: SessionStarter, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"

    with pytest.raises(DebuggerError, match=address):
        debug_session.connect(address, compile_program("harness_basics", tmp_path))


def attempt(debug_session: SessionStarter, address: str, program: Path, timeout: float) -> str:
    """Give the transcript of a session that could not be opened in time."""
    with pytest.raises(DeadlinePassed) as caught:
        debug_session.connect(address, program, timeout=timeout)
    return caught.value.transcript


def test_a_server_that_says_nothing_passes_the_deadline(debug_session: SessionStarter, tmp_path: Path) -> None:
    program = compile_program("harness_basics", tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"

        # The deadline is for starting the debugger as well, which is slow on a machine that does much else.
        transcripts = (attempt(debug_session, address, program, timeout) for timeout in (1.5, 3, 6))
        assert any(address in transcript for transcript in transcripts)
