"""Commands as people type them: what debuggers print then, and what they refuse."""

from __future__ import annotations

import os
import re
import select
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from jitdbg.build import build
from jitdbg.errors import DebuggerError
from jitdbg.harness import Session
from jitdbg.tools import launch_arguments, tool
from tests.harness_programs import compile_program


def prompted(debugger: str, program: Sequence[str | Path], orders: Sequence[str], *, before: Sequence[str] = ()) -> str:
    """Give a debugger orders at its prompt, for a program with its arguments, and give all that it prints.

    ``before`` is done in gdb before our scripts are loaded.
    """
    with tempfile.NamedTemporaryFile("w", prefix="orders-") as file:
        file.write("".join(f"{order}\n" for order in orders))
        file.flush()
        if debugger == "gdb":
            words = ["-nx", "-batch", *_each("-ex", orders), *(["--args"] if program else [])]
        else:
            # Of orders in its own arguments, lldb does none after one that fails.
            source = f"command source --stop-on-error false --stop-on-continue false {file.name}"
            words = ["--no-lldbinit", "--batch", "-o", source, *(["--"] if program else [])]
        done = subprocess.run(
            [tool(debugger).path, *_each("-iex", before), *launch_arguments(debugger), *words, *map(str, program)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL, timeout=100,
        )  # fmt: skip
    return done.stdout


_BARE = {"gdb": "-nx", "lldb": "--no-lldbinit"}
_END = {"gdb": b"set confirm off\nkill\nquit\n", "lldb": b"process kill\nquit\n"}


def typed(debugger: str, program: Path, orders: Sequence[str], until: str) -> str:
    """Type orders at a terminal that a debugger has, and give all that it shows there until a pattern is in it."""
    ours, theirs = os.openpty()
    words = [tool(debugger).path, *launch_arguments(debugger), _BARE[debugger], program]
    with subprocess.Popen(
        words, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "dumb"}, start_new_session=True
    ) as process:
        os.close(theirs)
        os.write(ours, "".join(f"{order}\n" for order in orders).encode())
        shown, deadline = "", time.monotonic() + 60
        while not re.search(until, shown) and select.select([ours], [], [], deadline - time.monotonic())[0]:
            shown += os.read(ours, 1 << 16).decode(errors="replace")
        os.write(ours, _END[debugger])
        process.wait(60)
    os.close(ours)
    return shown


def _each(option: str, orders: Sequence[str]) -> list[str]:
    return [word for order in orders for word in (option, order)]


def refusal(session: Session, command: str) -> str:
    """Run a command that has to fail, and give its sentence."""
    with pytest.raises(DebuggerError) as raised:
        session.command(command)
    return re.sub(r"^\S+ can't do '[^']*': ", "", str(raised.value).splitlines()[0])


def lines_of(session: Session, folder: Path, command: str) -> list[str]:
    """Run a command, in which ``DIR`` is a folder, and give its lines without addresses and that folder."""
    printed = session.command(command.replace("DIR", str(folder)))
    return re.sub(r"0x[0-9a-f]+", "0x…", printed).replace(f"{folder}/", "").rstrip("\n").splitlines()


def write_host_and_image(folder: Path, scale: str) -> None:
    """Put ``commands_host`` into a folder, and the image ``scale.so`` of IR that lies beside it."""
    compile_program("commands_host", folder)
    (folder / "scale.ll").write_text(scale)
    (folder / "scale.so").write_bytes(build(folder / "scale.ll", soname="scale.so", debug="ir"))
