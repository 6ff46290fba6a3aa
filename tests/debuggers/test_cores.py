"""Cores of each kind of crash in JIT code, hosts that a debugger comes to later, and hosts on other machines."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from jitdbg.build import build
from jitdbg.debugger.facts import BREAKPOINT, SIGNAL
from jitdbg.harness.plugin import SessionStarter
from jitdbg.harness.session import Session
from jitdbg.tools import tool
from tests.cores import PROGRAMS, dumped
from tests.debug_servers import Serve
from tests.linking import run_program

pytestmark = pytest.mark.debugger

DYING = PROGRAMS / "dying.c"
COUNT = 7


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Have a program, and beside it an image that it can load."""
    folder = tmp_path_factory.mktemp("host")
    run_program([tool("cc").path, "-g", PROGRAMS / "profiled_host.c", "-o", folder / "host", "-ldl"])
    (folder / "dying.so").write_bytes(build(DYING, soname="dying.so", cflags=["-g"]))
    return folder / "host"


def command(host: Path, entry: str) -> list[str]:
    return [str(host), str(host.with_name("dying.so")), "file", entry, str(COUNT)]


@contextmanager
def waiting(words: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Have a process that waits in JIT code, which has said so."""
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.read(1) == b"!"
        yield process
        process.kill()


def check_jit_frame(session: Session, function: str) -> None:
    """Look for the frame of JIT code, which may have called what is innermost."""
    frames = session.frames()
    level = next(frame.level for frame in frames if frame.function == function)
    place = frames[level].place
    assert place
    assert (Path(place.file).name, place.line) == ("dying.c", session.place(function).line)
    assert session.variable("count", frame=level).scalar == COUNT


@pytest.mark.parametrize(("entry", "signal"), [("null", "SIGSEGV"), ("give_up", "SIGABRT"), ("claim", "SIGABRT")])
def test_a_core_of_a_crash_shows_the_jits_frame(
    entry: str, signal: str, debug_session: SessionStarter, host: Path, tmp_path: Path
) -> None:
    core, _ = dumped(command(host, entry), tmp_path)
    session = debug_session.open_core(core, host, sources=[DYING])
    assert session.stop
    assert (session.stop.reason, session.stop.signal) == (SIGNAL, signal)
    check_jit_frame(session, entry)


def test_a_core_of_a_living_process_shows_the_jits_frame(
    debug_session: SessionStarter, host: Path, tmp_path: Path
) -> None:
    with waiting(command(host, "linger")) as process:
        gcore = ["-nx", "-batch", "-ex", f"gcore {tmp_path}/core", "-p", str(process.pid)]
        subprocess.run([tool("gdb").path, *gcore], check=True, capture_output=True, timeout=60)
    check_jit_frame(debug_session.open_core(tmp_path / "core", host, sources=[DYING]), "linger")


LATE = """
import sys
from jitdbg import Engine
engine = Engine(store=sys.argv[2])
text = "define i32 @f{n}() {{\\n  ret i32 {n}\\n}}\\n"
others = [engine.load(text.format(n=n), name=f"other{n}") for n in range(30)]
engine.load(sys.argv[1], cflags=["-g"]).function("linger")(int(sys.argv[3]))
"""


@pytest.mark.parametrize("store", ["file", "memfd"])
def test_a_debugger_that_comes_later_sees_the_dylibs_of_any_store(store: str, debug_session: SessionStarter) -> None:
    with waiting([sys.executable, "-c", LATE, str(DYING), store, str(COUNT)]) as process:
        session = debug_session.attach(process.pid, sources=[DYING])
        check_jit_frame(session, "linger")
        session.close()


def test_a_debug_server_has_jit_code_like_any_other(debug_session: SessionStarter, serve: Serve, host: Path) -> None:
    address = serve(debug_session.debugger, *command(host, "give_up"))
    session = debug_session.connect(address, host, sources=[DYING])
    session.break_at("mark: give_up")
    stop = session.go_on()
    assert (stop.reason, stop.frame and stop.frame.function) == (BREAKPOINT, "give_up")
    check_jit_frame(session, "give_up")
