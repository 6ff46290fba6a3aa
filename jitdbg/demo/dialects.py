"""One dialogue in the words of gdb and of lldb, and how the answers of each read.

A dialogue is a list of turns: the name of what is asked, and the commands that ask it. The transcript is cut at what
stands before each turn's answers: a line that gdb is told to print, and lldb's own echo of the command.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from jitdbg.demo.inputs import Debuggee

Turn = tuple[str, tuple[str, ...]]
STEPS = ("step 1", "step 2", "step 3")


@dataclass(frozen=True)
class Frame:
    """A frame as a debugger printed it, ``file``, ``line`` where it has debug info, ``module`` where it was named."""

    function: str
    file: str = ""
    line: int = 0
    module: str = ""


class Dialect(Protocol):
    """What differs between debuggers; ``options`` keep the user's own start-up files out and the output plain."""

    name: str
    options: tuple[str, ...]

    def turns(self, debuggee: Debuggee) -> list[Turn]:
        """Write the dialogue."""
        ...

    def arguments(self, turns: Sequence[Turn], command: Sequence[str]) -> list[str]:
        """Write the command line that holds the dialogue over the program ``command``."""
        ...

    def cut(self, transcript: str, turns: Sequence[Turn]) -> dict[str, str]:
        """Cut a transcript into the answers, by the name of their turn."""
        ...

    def frames(self, answer: str) -> list[Frame]:
        """Find all frames that an answer shows, innermost first."""
        ...

    def statement(self, answer: str) -> str:
        """Find the line number and the text that an answer shows as current; empty without one."""
        ...

    def exited(self, answer: str) -> str:
        """Find the line that says that the program ended with exit code 0; empty without one."""
        ...


class Gdb:
    """gdb's words."""

    name = "gdb"
    options: tuple[str, ...] = ("-nx", "-batch")
    _FRAME = re.compile(r"^#\d+ +(?:0x[0-9a-f]+ in )?(\S+) \(.*\)(?: at (.+):(\d+)| from (.+))?$", re.MULTILINE)
    _MODULE = re.compile(r"^\S+(?: \+ \d+)? in section \S+ of (.+)$", re.MULTILINE)
    _MARK = "@@ "

    def turns(self, debuggee: Debuggee) -> list[Turn]:
        """Write the dialogue."""
        return [
            ("breakpoint", (f"break {debuggee.file.name}:{debuggee.line}",)),
            ("run", ("run",)),
            ("stop", ("frame", "info symbol $pc")),
            *_variables_turn(debuggee, "info args", "info locals"),
            *((step, ("next", "frame")) for step in STEPS),
            ("backtrace", ("backtrace",)),
            ("continue", ("disable", "continue")),
            ("run again", ("enable", "run")),
            ("stop again", ("frame",)),
            ("end", ("disable", "continue")),
        ]

    def arguments(self, turns: Sequence[Turn], command: Sequence[str]) -> list[str]:
        """Write the command line that holds the dialogue over the program ``command``."""
        lines = (line for name, commands in turns for line in (f"echo \\n{self._MARK}{name}\\n", *commands))
        return [*(word for line in lines for word in ("-ex", line)), "--args", *command]

    def cut(self, transcript: str, turns: Sequence[Turn]) -> dict[str, str]:
        """Cut a transcript into the answers, by the name of their turn."""
        parts = re.split(rf"^{self._MARK}(.+)\n", transcript, flags=re.MULTILINE)
        names = {name for name, _ in turns}
        return {name: answer for name, answer in zip(parts[1::2], parts[2::2], strict=True) if name in names}

    def frames(self, answer: str) -> list[Frame]:
        """Find all frames that an answer shows, innermost first; ``info symbol`` tells the module of the first."""
        module = self._MODULE.search(answer)
        found = [Frame(m[1], m[2] or "", int(m[3] or 0), m[4] or "") for m in self._FRAME.finditer(answer)]
        if module and found:
            found[0] = Frame(found[0].function, found[0].file, found[0].line, module[1])
        return found

    def statement(self, answer: str) -> str:
        """Find the line number and the text that an answer shows as current; empty without one."""
        return _statement(r"^(\d+)\t(.*)", answer)

    def exited(self, answer: str) -> str:
        """Find the line that says that the program ended with exit code 0; empty without one."""
        return _line(r"exited normally", answer)


class Lldb:
    """lldb's words."""

    name = "lldb"
    options: tuple[str, ...] = ("--no-lldbinit", "--batch")
    _FRAME = re.compile(
        r"frame #\d+: 0x[0-9a-f]+ (.+?)`(.+?)(?:\(.*\))?(?: \+ \d+)?(?: at (.+?):(\d+)(?::\d+)?)?(?: \[\w+\])*$",
        re.MULTILINE,
    )

    def turns(self, debuggee: Debuggee) -> list[Turn]:
        """Write the dialogue."""
        place = f"--file {shlex.quote(debuggee.file.name)} --line {debuggee.line}"
        return [
            ("breakpoint", (f"breakpoint set {place}",)),
            ("run", ("process launch",)),
            ("stop", ("frame info",)),
            *_variables_turn(debuggee, "frame variable"),
            *((step, ("thread step-over",)) for step in STEPS),
            ("backtrace", ("thread backtrace",)),
            ("continue", ("breakpoint disable", "process continue")),
            ("run again", ("breakpoint enable", "process launch")),
            ("stop again", ("frame info",)),
            ("end", ("breakpoint disable", "process continue")),
        ]

    def arguments(self, turns: Sequence[Turn], command: Sequence[str]) -> list[str]:
        """Write the command line that holds the dialogue over the program ``command``."""
        lines = (line for _, commands in turns for line in commands)
        return [*(word for line in lines for word in ("-o", line)), "--", *command]

    def cut(self, transcript: str, turns: Sequence[Turn]) -> dict[str, str]:
        """Cut a transcript into the answers, by the name of their turn."""
        expected = [(name, f"(lldb) {line}") for name, commands in turns for line in commands]
        answers: dict[str, list[str]] = {}
        current = ""
        for line in transcript.splitlines():
            if expected and line.rstrip() == expected[0][1]:
                current = expected.pop(0)[0]
            elif current:
                answers.setdefault(current, []).append(line)
        return {name: "\n".join(lines) for name, lines in answers.items()}

    def frames(self, answer: str) -> list[Frame]:
        """Find all frames that an answer shows, innermost first."""
        return [Frame(m[2], m[3] or "", int(m[4] or 0), m[1]) for m in self._FRAME.finditer(answer)]

    def statement(self, answer: str) -> str:
        """Find the line number and the text that an answer shows as current; empty without one."""
        return _statement(r"^-> (\d+)\s*\t(.*)", answer)

    def exited(self, answer: str) -> str:
        """Find the line that says that the program ended with exit code 0; empty without one."""
        return _line(r"exited with status = 0 ", answer)


DIALECTS: tuple[Dialect, ...] = (Gdb(), Lldb())


def variables(answer: str) -> Iterator[tuple[str, str]]:
    """Find names and values of variables in an answer; the two debuggers differ in whether they print types."""
    for found in re.finditer(r"^(?:\(.*?\) )?([\w.$]+) = (.*)$", answer, re.MULTILINE):
        yield found[1], found[2]


def _variables_turn(debuggee: Debuggee, *commands: str) -> list[Turn]:
    """Ask for variables where there are some: lldb ends a dialogue at the first command that fails."""
    return [] if debuggee.values is None else [("variables", commands)]


def _statement(pattern: str, answer: str) -> str:
    found = re.findall(pattern, answer, re.MULTILINE)
    return f"{found[-1][0]}  {found[-1][1].strip()}" if found else ""


def _line(pattern: str, answer: str) -> str:
    found = re.search(rf"^.*{pattern}.*$", answer, re.MULTILINE)
    return found[0] if found else ""
