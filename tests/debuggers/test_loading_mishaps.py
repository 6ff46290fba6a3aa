"""``jit-load`` of what stops or crashes while the loader is at it, in both debuggers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jitdbg.errors import Unsupported
from jitdbg.harness import Session
from jitdbg.harness.abilities import STOPS_IN_CALLS
from jitdbg.harness.plugin import SessionStarter
from tests.harness_programs import PROGRAMS, compile_program

pytestmark = pytest.mark.debugger

HOST = PROGRAMS / "loading_host.c"
CRASH = """
__attribute__((constructor)) static void begin(void) {
  *(volatile int *)16 = 42; /* mark: crash */
}
"""
THREAD = """
#include <pthread.h>
int ready;
int is_ready(void) { return ready; }
static void *work(void *given) {
  ready = 42; /* mark: work */
  return given;
}
__attribute__((constructor)) static void begin(void) {
  pthread_t worker;
  pthread_create(&worker, 0, work, 0);
  pthread_join(worker, 0);
}
"""


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_program("loading_host", tmp_path_factory.mktemp("mishaps"), "-pthread")


@pytest.fixture
def session(debug_session: SessionStarter, host: Path, tmp_path: Path) -> Session:
    (tmp_path / "crash.c").write_text(CRASH)
    (tmp_path / "thread.c").write_text(THREAD)
    session = debug_session.launch([host], sources=[HOST, tmp_path / "crash.c", tmp_path / "thread.c"])
    session.require(STOPS_IN_CALLS)
    session.run_to("mark: begun")
    return session


def told(session: Session, command: str) -> list[str]:
    """Give the two lines that a load ends with which is unfinished."""
    return session.command(command).splitlines()[-2:]


def unfinished(name: str, stop: str) -> str:
    return f"the JIT dylib {name} (generation 1) is not loaded yet, dlopen is unfinished: {stop}"


def test_a_constructor_that_crashes_is_told_with_what_comes_of_it(session: Session, tmp_path: Path) -> None:
    place = f"{tmp_path}/crash.c:{session.place('crash').line}"
    ending = "continue gives the program SIGSEGV, of which it dies unless it handles that"
    assert told(session, f"jit-load {tmp_path}/crash.c") == [
        unfinished("crash", f"SIGSEGV stopped thread 1 in begin at {place}"),
        f"the loader is in the midst of it, so that it can't be taken back; {ending}",
    ]

    assert session.frame().function == "begin"
    assert session.go_on().ended


def test_an_exception_that_nothing_catches_is_told_as_a_crash(session: Session, tmp_path: Path) -> None:
    (tmp_path / "throw.cc").write_text("static int begin() { throw 42; }\nint ready = begin();\n")
    said, then = told(session, f"jit-load {tmp_path}/throw.cc")
    assert said.startswith(unfinished("throw", "SIGABRT stopped thread 1"))
    assert then.endswith("; continue gives the program SIGABRT, of which it dies unless it handles that")
    assert session.go_on().ended


INTERRUPTED = """
#include <signal.h>
__attribute__((constructor)) static void begin(void) {
  raise(SIGINT); /* as Ctrl-C at a terminal does */
}
"""


def test_a_load_that_is_interrupted_goes_on_to_its_end(session: Session, tmp_path: Path) -> None:
    (tmp_path / "slow.c").write_text(INTERRUPTED)
    before = [frame.address for frame in session.frames()]

    unfinished_at, then = told(session, f"jit-load {tmp_path}/slow.c")

    assert unfinished_at.startswith(unfinished("slow", "SIGINT stopped thread 1"))
    assert then == "continue ends the call; then the dylib is loaded, and the program where it was"
    if session.debugger == "lldb-dap":
        raise Unsupported(
            session.debugger, "its event of the stop after a call that a signal interrupted has no reason"
        )
    session.go_on()
    assert [frame.address for frame in session.frames()] == before
    assert re.search(r"^\d+ +slow +1 ", session.command("jit-list"), re.MULTILINE)


WAITING = """
volatile int go;
__attribute__((constructor)) static void begin(void) {
  while (!go)
    ; /* mark: wait */
}
"""


@pytest.mark.parametrize("debugger", ["lldb"])
def test_lldb_waits_for_no_constructor_for_ever(host: Path, tmp_path: Path, debugger: str) -> None:
    (tmp_path / "wait.c").write_text(WAITING)
    with Session.launch([host], debugger=debugger, sources=[HOST, tmp_path / "wait.c"]) as session:
        session.run_to("mark: begun")
        before = [frame.address for frame in session.frames()]
        session.command("script import jitdbg_lldb.calling; jitdbg_lldb.calling._PATIENCE = 500_000")

        place = f"{tmp_path}/wait.c:"
        unfinished_at, then = told(session, f"jit-load {tmp_path}/wait.c")

        assert unfinished_at.startswith(unfinished("wait", f"SIGSTOP stopped thread 1 in begin at {place}"))
        assert then == "continue ends the call; then the dylib is loaded, and the program where it was"
        assert session.evaluate("go = 1").scalar == 1
        session.go_on()
        assert [frame.address for frame in session.frames()] == before


def test_a_breakpoint_in_another_thread_leaves_the_load_unfinished(session: Session, tmp_path: Path) -> None:
    point, place = session.break_at("mark: work"), f"{tmp_path}/thread.c:{session.place('work').line}"
    before = [frame.address for frame in session.frames()]

    said = told(session, f"jit-load {tmp_path}/thread.c --all-threads")

    if session.debugger.startswith("lldb"):
        assert session.evaluate("is_ready()").scalar == 42
        raise Unsupported(session.debugger, "while it calls a function it passes over the breakpoints of other threads")
    assert said == [
        unfinished("thread", f"breakpoint {point.id} stopped thread 2 in work at {place}"),
        "continue ends the call; then the dylib is loaded, and the program where it was",
    ]
    assert session.frame().function == "work"
    session.delete(point)
    assert session.go_on().thread == 1
    assert [frame.address for frame in session.frames()] == before
    assert re.search(r"^\d+ +thread +1 ", session.command("jit-list"), re.MULTILINE)
    assert session.evaluate("is_ready()").scalar == 42
    assert session.go_on().exit_code == 0
