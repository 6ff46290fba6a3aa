"""Child processes that do not outlive us, and the terminal that a program under a debugger gets.

A program is started by the debugger, not by us, in a session of its own, and can start more. What they all share is the
terminal that we made for them: whoever has it is ours to end, whatever its number, and no other process is.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pty
import select
import signal
import subprocess
import termios
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from jitdbg.errors import ToolError

PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LIBC = ctypes.CDLL(None)


def start_with_terminal(
    command: Sequence[str], environment: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], Terminal]:
    """Start a debugger as `start` does, and make the terminal that its program gets."""
    terminal = Terminal()
    try:
        return start(command, environment), terminal
    except BaseException:
        terminal.close()
        raise


def start(
    command: Sequence[str], environment: Mapping[str, str], *, errors: int = subprocess.STDOUT
) -> subprocess.Popen[bytes]:
    """Start a debugger with pipes, in a session of its own; ``errors`` is where its standard error goes.

    The kernel ends it when the thread that calls this does, even if that is killed: keep that thread while the debugger
    is needed. Raises `ToolError` where it can't be started.
    """
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=dict(environment),
            bufsize=0,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - one system call, of a library that is loaded already
        )
    except OSError as error:
        raise ToolError(f"{command[0]} can't be started: {error.strerror}") from None


def _die_with_parent() -> None:
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def end(process: subprocess.Popen[bytes], grace: float) -> None:
    """Wait ``grace`` seconds for a process to end by itself, then kill it and its group; close its pipes."""
    if process.returncode is None and not _ended_within(process, grace):
        # Not reaped, so its number, which is its group's, is still its own.
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()


def _ended_within(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    return True


class Terminal:
    """A pseudo-terminal for a program: what it prints is read from ``reader`` and kept apart from the debugger's words.

    Output arrives as it was written (no CR before LF). Lives until `close`.
    """

    def __init__(self) -> None:
        self.reader, self._program_side = pty.openpty()
        self.path = os.ttyname(self._program_side)
        self._device = os.fstat(self._program_side).st_rdev
        os.set_blocking(self.reader, False)
        settings = termios.tcgetattr(self._program_side)
        settings[1] &= ~termios.OPOST
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(self._program_side, termios.TCSANOW, settings)

    def read(self) -> bytes:
        """Read what the program has printed; nothing where there is nothing now."""
        try:
            return os.read(self.reader, 65_536)
        except (BlockingIOError, OSError):
            return b""

    def drain(self) -> Iterator[bytes]:
        """Read all that has been printed so far."""
        while found := self.read():
            yield found

    def processes(self) -> list[int]:
        """List the processes whose terminal this is, or whose standard output or errors go here.

        The kernel takes the terminal from all others when the first process that had it ends.
        """
        running = map(int, filter(str.isdigit, os.listdir("/proc")))
        return [each for each in running if each != os.getpid() and (self._is_of(each) or self._is_written_by(each))]

    def _is_of(self, process: int) -> bool:
        try:
            with open(f"/proc/{process}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()  # The name before it can hold anything.
        except OSError:
            return False
        return int(fields[4]) & 0xFFFFFFFF == self._device

    def end_processes(self, deadline: float) -> None:
        """Kill all `processes` and wait until they are gone."""
        while (left := self.processes()) and time.monotonic() < deadline:
            end_all(handles(left), deadline)

    def _is_written_by(self, process: int) -> bool:
        for descriptor in (1, 2):
            with contextlib.suppress(OSError):
                if os.stat(f"/proc/{process}/fd/{descriptor}").st_rdev == self._device:
                    return True
        return False

    def close(self) -> None:
        """Give the terminal back."""
        for descriptor in (self.reader, self._program_side):
            with contextlib.suppress(OSError):
                os.close(descriptor)


def descendants(process: int) -> Iterator[int]:
    """List the children of a process, theirs, and so on, as they are now."""
    for thread in _listed(f"/proc/{process}/task"):
        try:
            with open(f"/proc/{process}/task/{thread}/children", encoding="ascii") as file:
                children = [int(child) for child in file.read().split()]
        except OSError:
            continue
        for child in children:
            yield child
            yield from descendants(child)


def handles(processes: Iterable[int]) -> Iterator[int]:
    """Open a handle (a pidfd) of each process: the number can come to be another's, the handle can't."""
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            yield os.pidfd_open(process)


def has_ended(process: int) -> bool:
    """Tell whether a process has ended, whether or not its parent has asked after it."""
    for handle in handles([process]):
        try:
            return bool(select.select([handle], [], [], 0)[0])
        finally:
            os.close(handle)
    return True


def end_all(handles: Iterable[int], deadline: float) -> None:
    """Kill processes by their handles, wait until they are gone, and close the handles."""
    for handle in handles:
        _kill_and_wait(handle, deadline)


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _kill_and_wait(handle: int, deadline: float) -> None:
    try:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
    finally:
        os.close(handle)
