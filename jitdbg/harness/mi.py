"""GDB/MI: records in and commands out, over the pipes of a gdb of ours.

Records are parsed with pygdbmi, whose reading and writing is not used: it returns after a while of silence, does not
match tokens and drops records. Its parser takes whatever it gets, and reads a record that was cut off for ever, so a
record's shape is checked before. The grammar is in gdb's manual, "GDB/MI Output Syntax".
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jitdbg.errors import DebuggerError
from jitdbg.harness.pipes import PipeConnection
from jitdbg.harness.processes import Terminal
from jitdbg.harness.transcript import FROM, TO, Transcript

# Each string is put as one quotation mark, then each list and tuple of those, until no brackets are left.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_ITEM = r'(?:[\w\-]+=)?"'
_ITEMS = re.compile(rf"{_ITEM}(?:,{_ITEM})*")
_BRACKETS = re.compile(rf"\{{(?:{_ITEMS.pattern})?\}}|\[(?:{_ITEMS.pattern})?\]")
_RECORD = re.compile(r"\d*[\^*+=~&@]")
_ASYNC_OR_RESULT = re.compile(r"\d*[\^*+=][\w\-]+(?:,(?P<items>.+))?", re.DOTALL)
_STREAM = re.compile(rf"[~&@]{_STRING.pattern}", re.DOTALL)


@dataclass(frozen=True)
class Record:
    """A record: ``kind`` is "result", "notify", "console", "log", "target", "output" or "done"."""

    kind: str
    name: str = ""
    payload: Any = None
    token: int | None = None

    def __getitem__(self, key: str) -> Any:
        if key not in (self.payload or {}):
            raise DebuggerError(f"gdb sent the record {self.name!r} without {key!r}")
        return self.payload[key]

    def number(self, *path: str, base: int = 10) -> int:
        """Give a number in the record by the names that lead to it. Raises `DebuggerError` where there is none."""
        found = self.payload
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        try:
            return int(found or "", base)
        except (ValueError, TypeError):
            raise DebuggerError(f"gdb sent the record {self.name!r} without a number as {'.'.join(path)!r}") from None

    def text(self, *path: str) -> str:
        """Give a text in the record by the names that lead to it. Raises `DebuggerError` where there is none."""
        found = self.payload
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        if not isinstance(found, str):
            raise DebuggerError(f"gdb sent the record {self.name!r} without a text as {'.'.join(path)!r}")
        return found

    def get(self, key: str, default: Any = "") -> Any:
        """Give a field of the record."""
        return (self.payload or {}).get(key, default)


def parse_record(line: str) -> Record:
    """Parse one line from gdb. Raises `DebuggerError` for one that is cut off or not of MI's grammar."""
    from pygdbmi.gdbmiparser import parse_response

    if _RECORD.match(line) and not (_STREAM.fullmatch(line) or _is_whole(line)):
        raise DebuggerError(f"gdb sent a malformed record: {line[:200]!r}")
    try:
        parsed = parse_response(line)
    except (ValueError, TypeError, IndexError, AssertionError, AttributeError) as error:
        raise DebuggerError(f"gdb sent a malformed record: {line[:200]!r} ({error})") from None
    return Record(parsed["type"], parsed["message"] or "", parsed["payload"], parsed.get("token"))


def _is_whole(line: str) -> bool:
    """Tell whether a line is a result or asynchronous record by MI's grammar, which pygdbmi does not check."""
    shape = _ASYNC_OR_RESULT.fullmatch(line)
    if shape is None or shape["items"] is None:
        return shape is not None
    left, changed = _STRING.sub('"', shape["items"]), 1
    while changed:
        left, changed = _BRACKETS.subn('"', left)
    return _ITEMS.fullmatch(left) is not None


def refusal(result: Record) -> str:
    """Give gdb's words of why it did not do a command, on one line."""
    return " ".join(result.get("msg", "no reason given").split())


def quoted(text: str) -> str:
    """Write an argument of an MI command as a C string."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(escapes.get(character, character) for character in text) + '"'


_WORDS = ("console", "target")


@dataclass
class Connection:
    """A conversation with a gdb: commands and their answers, with events and complaints given to ``on_notify``.

    Lives until its ``lines`` are closed.
    """

    process: subprocess.Popen[bytes]
    terminal: Terminal
    transcript: Transcript
    on_notify: Callable[[Record], None]
    _results: dict[int, Record] = field(default_factory=dict)
    _expected: set[int] = field(default_factory=set)
    _printed: list[str] = field(default_factory=list)
    _token: int = 0

    def __post_init__(self) -> None:
        self.lines = PipeConnection("gdb", self.process, self.terminal, self.transcript, self._take)

    def command(self, words: str, deadline: float) -> Record:
        """Send a command and wait for its result; gdb's refusal is raised as `DebuggerError`."""
        result = self.result(words, deadline)
        if result.name == "error":
            raise DebuggerError(f"gdb: {refusal(result)}")
        return result

    def console(self, command: str, deadline: float) -> tuple[Record, str]:
        """Run a command as at gdb's prompt; give its result, a refusal too, and what it printed, warnings aside.

        MI keeps that apart from its own records. What a script in gdb takes of a command's words as a string does not
        in gdb 18: there ``=memory-changed`` and the like are among them.
        """
        self._printed.clear()
        result = self.result(f"-interpreter-exec console {quoted(command)}", deadline)
        return result, "".join(self._printed)

    def result(self, words: str, deadline: float) -> Record:
        """Send a command and wait for its result, which can be a refusal."""
        self._token += 1
        token = self._token
        self._expected.add(token)
        self.transcript.add(TO, f"{token}{words}")
        self.lines.send(f"{token}{words}")
        try:
            self.lines.wait_until(lambda: token in self._results, deadline, f"the answer to {words[:100]}")
        finally:
            self._expected.discard(token)
        return self._results.pop(token)

    def _take(self, line: str) -> None:
        line = line.rstrip("\r")
        if not line or line.startswith("(gdb)"):
            return
        self.transcript.add(FROM, line)
        record = parse_record(line)
        if record.kind == "result":
            self._take_result(record)
        elif record.kind in ("notify", "log"):
            self.on_notify(record)
        elif record.kind in _WORDS:
            self._printed.append(record.payload or "")

    def _take_result(self, record: Record) -> None:
        """Keep an answer that is waited for; one that came too late is in the transcript only."""
        if record.token in self._expected:
            self._results[record.token] = record
