"""What holds for all tests: a private environment, no process left behind, marks that follow from the folder."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg import tools

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
UNIT_TESTS = Path(__file__).parent / "unit"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if UNIT_TESTS in item.path.parents:
            item.add_marker("unit")


@pytest.fixture(scope="session", autouse=True)
def private_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's settings out of the tests, and the tests out of the user's caches.

    Which debuggers and compilers are under test is what the variables that name programs are for: those stay.
    """
    programs = {program.variable for program in tools.PROGRAMS}
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("JITDBG_") and name not in programs]:
            patch.delenv(name)
        # gdb and lldb would ask these servers for every new build-id.
        patch.delenv("DEBUGINFOD_URLS", raising=False)
        home = tmp_path_factory.mktemp("home")
        patch.setenv("HOME", str(home))
        patch.setenv("XDG_CACHE_HOME", str(home / "cache"))
        patch.setenv("LC_ALL", "C.UTF-8")
        # Tables on the command line are laid out for a terminal of this width.
        patch.setenv("COLUMNS", "120")
        patch.setenv("NO_COLOR", "1")
        yield


@pytest.fixture(scope="session", autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail when the tests leave a process behind, and end it.

    Orphans come to this process instead of to init, so that none escapes.
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1)
    yield
    left = [(child, words) for child in _children() if (words := _command_line(child))]
    for child, _ in left:
        os.kill(child, signal.SIGKILL)
    assert not left, f"processes were left behind: {left}"


def _children() -> list[int]:
    threads = Path("/proc/self/task").glob("*/children")
    return [int(child) for thread in threads for child in thread.read_text().split()]


def _command_line(process: int) -> str:
    """Give the words that a process was started with; none where it has ended, or ends with this one by itself."""
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except FileNotFoundError:
        return ""
    return "" if "multiprocessing.resource_tracker" in words else words
