"""One debugger's dialogue over one program, as a process with a deadline."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from jitdbg.demo.dialects import Dialect
from jitdbg.demo.inputs import Debuggee
from jitdbg.tools import Tool, launch_arguments


@dataclass(frozen=True)
class Heard:
    """What a debugger said: ``answers`` by the name of the turn; ``late`` where the deadline ended it."""

    transcript: str
    answers: Mapping[str, str]
    late: bool = False

    def answer(self, turn: str) -> str:
        """Give what was said in a turn, an empty text where it never came to that."""
        return self.answers.get(turn, "")


def hold(dialect: Dialect, debugger: Tool, debuggee: Debuggee) -> Heard:
    """Run the dialogue over ``debuggee`` and read it; nothing of it is left running."""
    turns = dialect.turns(debuggee)
    options = [*launch_arguments(dialect.name), *dialect.options]
    transcript, late = run_within(
        [debugger.path, *options, *dialect.arguments(turns, debuggee.command)], debuggee.deadline
    )
    return Heard(transcript, dialect.cut(transcript, turns), late)


def run_within(command: list[str], deadline: float) -> tuple[str, bool]:
    """Run a program to its end, or for ``deadline`` seconds, and give all it printed and whether it was too late."""
    # A file, since a program that outlives the debugger would hold a pipe open.
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        try:
            process.wait(deadline)
        except subprocess.TimeoutExpired:
            return _end(process, output), True
        finally:
            if process.poll() is None:  # interrupted
                _end(process, output)
        return _read(output), False


def _end(process: subprocess.Popen[bytes], output: IO[bytes]) -> str:
    """Kill a debugger with its program, which lldb starts in a session of its own."""
    os.kill(process.pid, signal.SIGSTOP)  # it must not start another one meanwhile
    for number in (process.pid, *_descendants(process.pid)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    process.wait()
    return _read(output)


def _descendants(number: int) -> Iterator[int]:
    for children in Path(f"/proc/{number}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            yield from (child, *_descendants(child))


def _read(output: IO[bytes]) -> str:
    output.seek(0)
    return output.read().decode(errors="replace")
