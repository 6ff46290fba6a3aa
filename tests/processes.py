"""Processes that tests have started, as /proc shows them."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from pathlib import Path

from jitdbg.harness.processes import descendants


def gone(process: int) -> bool:
    """Whether a process has ended; one that its parent has not asked after yet is a zombie."""
    try:
        return _fields(process)[0] in ("Z", "X")
    except (FileNotFoundError, ProcessLookupError):
        return True


def hear_signals() -> None:
    """Take no notice of what whoever runs the tests lets be ignored; for what a child does before its program."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def parent_of(process: int) -> int:
    return int(_fields(process)[1])


def alive() -> set[int]:
    """The processes that this one has started, and those that they have."""
    return {process for process in descendants(os.getpid()) if not gone(process)}


def wait_for_sleep(process: int) -> None:
    """Wait until a process waits for something itself."""
    deadline = time.monotonic() + 20
    while _fields(process)[0] != "S":
        assert time.monotonic() < deadline, f"process {process} never waits"
        os.sched_yield()


def wait_for_end(process: int) -> None:
    """Wait until a process has ended; an orphan is a child of the tests, which then ask after it."""
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return
    ended = select.select([handle], [], [], 20)[0]
    os.close(handle)
    assert ended, f"process {process} is still there"
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process, 0)


def _fields(process: int) -> list[str]:
    """Give the fields of ``stat`` after the name, which can hold anything; see proc_pid_stat(5)."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
