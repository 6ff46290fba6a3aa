"""Hosts and tools as processes: run to their end, kept waiting, served to a debugger elsewhere, or dying with a core.

Whatever is started here is ended with all that it has started, and every wait has a deadline.
"""

from __future__ import annotations

import contextlib
import os
import resource
import select
import shlex
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jitdbg.errors import DeadlinePassed, ToolError, Unsupported
from jitdbg.harness.backend import Program
from jitdbg.tools import tool

_CORE_PATTERN = Path("/proc/sys/kernel/core_pattern")
_READ = 65_536


@dataclass(frozen=True)
class Done:
    """A process that has ended: ``status`` is negative for a signal; ``output`` is all that it printed."""

    command: Sequence[str]
    status: int
    output: str

    @property
    def transcript(self) -> str:
        """The command and what came of it."""
        return f"$ {shlex.join(self.command)}\n{self.output.rstrip()}\n[ended with {self.status}]"


def run(command: Sequence[str], program: Program, timeout: float, prepare: Callable[[], None] | None = None) -> Done:
    """Run a command in a program's folder and environment. Raises `DeadlinePassed`, `ToolError`."""
    process = _start(command, program, stdin=subprocess.DEVNULL, errors=subprocess.STDOUT, prepare=prepare)
    with _ended(process):
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise DeadlinePassed(f"{command[0]} did not end within {timeout:g} s") from None
    return Done(command, process.returncode, output.decode(errors="replace"))


@contextlib.contextmanager
def waiting(program: Program, timeout: float) -> Iterator[tuple[int, str]]:
    """Start a program that says one line when it is ready, and goes on until its standard input ends."""
    process = _start(program.command, program, stdin=subprocess.PIPE, errors=subprocess.DEVNULL)
    with _ended(process):
        yield process.pid, _line(process, timeout)


@contextlib.contextmanager
def served(kind: str, program: Program, timeout: float) -> Iterator[str]:
    """Give the address at which a debug server, lldb's own or gdbserver, has a program stopped at its entry."""
    with _lldb_server(program, timeout) if kind.startswith("lldb") else _gdbserver(program, timeout) as port:
        yield f"127.0.0.1:{port}"


@contextlib.contextmanager
def _gdbserver(program: Program, timeout: float) -> Iterator[str]:
    command = [tool("gdbserver").path, "--once", "127.0.0.1:0", *program.command]
    process = _start(command, program, stdin=subprocess.DEVNULL, errors=subprocess.STDOUT)
    with _ended(process):
        while "Listening on port" not in (line := _line(process, timeout)):
            pass
        yield line.split()[-1]


@contextlib.contextmanager
def _lldb_server(program: Program, timeout: float) -> Iterator[str]:
    path = os.path.join(os.path.dirname(os.path.realpath(tool("lldb").path)), "lldb-server")
    reader, writer = os.pipe()
    command = [path, "gdbserver", "--pipe", str(writer), "127.0.0.1:0", "--", *program.command]
    try:
        process = _start(command, program, stdin=subprocess.DEVNULL, errors=subprocess.DEVNULL, passed=[writer])
    finally:
        os.close(writer)
    with _ended(process), open(reader, "rb") as port:
        if not select.select([port], [], [], timeout)[0]:
            raise DeadlinePassed(f"lldb-server told no port within {timeout:g} s")
        yield port.read().rstrip(b"\0").decode()


def core_of(program: Program, folder: Path, timeout: float) -> tuple[Path, Done]:
    """Let a program die in a folder and give its core. Raises `Unsupported` where the kernel writes no such file."""
    pattern = _CORE_PATTERN.read_text().strip()
    if pattern.startswith("|") or "/" in pattern:
        raise Unsupported("the kernel", f"it writes no core into a program's folder (core_pattern is {pattern!r})")
    elsewhere = Program(program.command, program.environment, str(folder))
    done = run(program.command, elsewhere, timeout, _let_dump)
    found = list(folder.glob("core*"))
    if len(found) != 1:
        raise Unsupported("the kernel", f"{len(found)} cores were written where a program died with {done.status}")
    return found[0], done


def _let_dump() -> None:
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def _start(
    command: Sequence[str],
    program: Program,
    *,
    stdin: int,
    errors: int,
    prepare: Callable[[], None] | None = None,
    passed: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=errors, env=program.environment, bufsize=0,
            cwd=program.directory, start_new_session=True, pass_fds=passed,
            preexec_fn=prepare,  # noqa: PLW1509 - two system calls, of modules that are loaded already
        )  # fmt: skip
    except OSError as error:
        raise ToolError(f"{command[0]} can't be started: {error.strerror}") from None


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End a process with its group at last."""
    try:
        yield
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


def _line(process: subprocess.Popen[bytes], timeout: float) -> str:
    """Read a line of what a process prints."""
    assert process.stdout
    deadline, text = time.monotonic() + timeout, b""
    while not text.endswith(b"\n"):
        if not select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise DeadlinePassed(f"{process.args!r:.200} said nothing within {timeout:g} s")
        if not (more := process.stdout.read(1)):
            raise ToolError(f"{process.args!r:.200} ended with {process.wait()} and said {text.decode()!r}")
        text += more
    return text.decode(errors="replace")
