"""Commands as people type them: what debuggers print then, and what they refuse."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from jitdbg.errors import DebuggerError
from jitdbg.harness import Session
from jitdbg.tools import launch_arguments, tool

_OPTIONS = {
    "gdb": (["-nx", "-batch"], "-ex", "--args"),
    "lldb": (["--no-lldbinit", "--batch"], "-o", "--"),
}


def prompted(debugger: str, program: Sequence[str | Path], orders: Sequence[str]) -> str:
    """Give a debugger orders at its prompt, for a program with its arguments, and give all that it prints."""
    options, order, rest = _OPTIONS[debugger]
    words = [word for each in orders for word in (order, each)]
    command = [tool(debugger).path, *options, *launch_arguments(debugger), *words, rest, *map(str, program)]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL, timeout=100
    )
    return done.stdout


def refusal(session: Session, command: str) -> str:
    """Run a command that has to fail, and give its sentence."""
    with pytest.raises(DebuggerError) as raised:
        session.command(command)
    return re.sub(r"^(\S+) can't do '[^']*': |^\S+: error: ", "", str(raised.value).splitlines()[0])


def lines_of(session: Session, folder: Path, command: str) -> list[str]:
    """Run a command, in which ``DIR`` is a folder, and give its lines without addresses and that folder."""
    printed = session.command(command.replace("DIR", str(folder)))
    return re.sub(r"0x[0-9a-f]+", "0x…", printed).replace(f"{folder}/", "").rstrip("\n").splitlines()
