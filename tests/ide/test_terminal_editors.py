"""Emacs and Vim, really run in a terminal (tmux), with what `jitdbg ide` writes for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg.cli import main
from jitdbg.harness import processes
from tests.ide.conftest import build_host

pytestmark = pytest.mark.ide

SECONDS = 120
EMACS = os.environ.get("JITDBG_EMACS", "emacs")


class Screen:
    """A terminal with one program; ends with the test."""

    def __init__(self, folder: Path, command: str) -> None:
        self._socket = folder / "tmux"
        self._run("-f", "/dev/null", "new-session", "-d", "-x", "180", "-y", "60", "-c", str(folder), command)
        self._server = int(self._run("display-message", "-p", "#{pid}"))

    def _run(self, *words: str) -> str:
        command = ["tmux", "-S", self._socket, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS).stdout

    def keys(self, *keys: str) -> None:
        """Press keys, by tmux's names; words of several letters that name none are typed."""
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type a line."""
        self._run("send-keys", "-l", text)
        self._run("send-keys", "Enter")

    def wait_for(self, text: str) -> str:
        """Wait until the screen shows a text, and give all that it shows."""
        deadline = time.monotonic() + SECONDS
        while text not in (shown := self._run("capture-pane", "-p")):
            assert time.monotonic() < deadline, f"{text!r} is not on the screen:\n{shown}"
        return shown

    def close(self) -> None:
        """End the terminal and all that runs in it."""
        started = list(processes.handles([self._server, *processes.descendants(self._server)]))
        self._run("kill-server")
        processes.end_all(started, time.monotonic() + 10)


@pytest.fixture
def line(folder: Path) -> int:
    """The line that is stopped at."""
    lines = (folder / "fib.ll").read_text().splitlines()
    return next(number for number, text in enumerate(lines, 1) if "icmp" in text)


@pytest.fixture
def screens() -> Iterator[list[Screen]]:
    opened: list[Screen] = []
    yield opened
    for screen in opened:
        screen.close()


def configure(editor: str, folder: Path) -> None:
    assert main(["ide", editor, "--folder", str(folder), *build_host(folder)]) == 0


def test_vim_stops_at_a_line_whose_code_is_loaded_later(folder: Path, line: int, screens: list[Screen]) -> None:
    configure("vim", folder)
    screens.append(screen := Screen(folder, "vim -N -u NONE -i NONE -S jitdbg.vim fib.ll"))
    screen.wait_for("define i32 @fib")

    screen.type(":JitDebug")
    screen.wait_for("(gdb)")
    screen.keys("C-w")
    screen.type(":Source")
    screen.type(f":{line}")
    screen.type(":JitBreak")
    screen.wait_for(f"fib.ll:{line}) pending")
    screen.type(":Run")

    screen.wait_for("Breakpoint 1, fib (")


def test_emacs_stops_at_a_line_whose_code_is_loaded_later(folder: Path, line: int, screens: list[Screen]) -> None:
    configure("emacs", folder)
    screens.append(screen := Screen(folder, "emacs -nw -Q -l jitdbg.el fib.ll"))
    screen.wait_for("define i32 @fib")

    screen.keys("M-x")
    screen.type("jitdbg-gdb")
    screen.wait_for("(gdb)")
    screen.keys("C-x", "b")
    screen.type("fib.ll")
    screen.keys("M-g", "g")
    screen.type(str(line))
    screen.keys("M-x")
    screen.type("jitdbg-break")
    screen.keys("M-x")
    screen.type("gud-run")

    screen.wait_for("=>%small = icmp slt i32 %n, 2")


def test_dape_stops_at_a_line_whose_code_is_loaded_later(folder: Path, line: int, screens: list[Screen]) -> None:
    if not has_dape(EMACS):
        pytest.skip(f"{EMACS} has no dape, which Debian 13 has as elpa-dape: JITDBG_EMACS names another Emacs")
    configure("emacs", folder)
    words = "-nw -q --no-splash -l dape --eval '(setq dape-request-timeout 120)'"
    screens.append(screen := Screen(folder, f"{EMACS} {words} fib.ll -l jitdbg.el"))
    screen.wait_for("(JIT source)")

    screen.keys("M-g", "g")
    screen.type(str(line))
    screen.keys("M-x")
    screen.type("dape-breakpoint-toggle")
    screen.keys("M-x")
    screen.type("dape")
    screen.wait_for("Run adapter: jitdbg")
    screen.keys("Enter")

    screen.wait_for("=>%small = icmp slt i32 %n, 2")


def has_dape(emacs: str) -> bool:
    """Tell whether an Emacs is here that has the client of debug adapters."""
    command = [emacs, "--batch", "-q", "-l", "dape"]
    return shutil.which(emacs) is not None and subprocess.run(command, capture_output=True).returncode == 0
