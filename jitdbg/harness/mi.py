"""GDB/MI: records in and commands out, over the pipes of a gdb of ours.

Records are parsed with pygdbmi, whose reading and writing is not used: it returns after a while of silence, does not
match tokens and drops records. Its parser takes whatever it gets, and reads a record that was cut off for ever, so a
record's shape is checked before. The grammar is in gdb's manual, "GDB/MI Output Syntax".
"""

from __future__ import annotations

import os
import re
import selectors
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jitdbg.errors import DeadlinePassed, DebuggerError, DebuggerGone
from jitdbg.harness.processes import Terminal
from jitdbg.harness.transcript import FROM, PROGRAM, TO, Transcript

_CHUNK = 65_536
_RECORD_LIMIT = 256 << 20
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_BRACKETS = re.compile(r"\{[^{}\[\]]*\}|\[[^{}\[\]]*\]")
_ITEMS = re.compile(r"[\w\-=,\s]*")
_ASYNC_OR_RESULT = re.compile(r"(?P<token>\d+)?(?P<kind>[\^*+=])(?P<name>[\w\-]+)(?:,(?P<items>.*))?", re.DOTALL)


@dataclass(frozen=True)
class Record:
    """A record: ``kind`` is "result", "notify", "console", "log", "target", "output" or "done"."""

    kind: str
    name: str = ""
    payload: Any = None
    token: int | None = None

    def __getitem__(self, key: str) -> Any:
        return self.payload[key]

    def get(self, key: str, default: Any = "") -> Any:
        """Give a field of the record."""
        return (self.payload or {}).get(key, default)


def parse_record(line: str) -> Record:
    """Parse one line from gdb. Raises `DebuggerError` for one that is cut off or not of MI's grammar."""
    from pygdbmi.gdbmiparser import parse_response

    shape = _ASYNC_OR_RESULT.fullmatch(line)
    if shape and not _is_balanced(shape["items"] or ""):
        raise DebuggerError(f"gdb sent a malformed record: {line[:200]!r}")
    try:
        parsed = parse_response(line)
    except (ValueError, TypeError, IndexError, AssertionError, AttributeError) as error:
        raise DebuggerError(f"gdb sent a malformed record: {line[:200]!r} ({error})") from None
    if parsed["type"] == "output" and re.match(r"\d*[\^*+=~&@]", line):
        raise DebuggerError(f"gdb sent a malformed record: {line[:200]!r}")
    return Record(parsed["type"], parsed["message"] or "", parsed["payload"], parsed.get("token"))


def _is_balanced(items: str) -> bool:
    left, changed = _STRING.sub("", items), 1
    while changed:
        left, changed = _BRACKETS.subn("", left)
    return _ITEMS.fullmatch(left) is not None


def quoted(text: str) -> str:
    """Write an argument of an MI command as a C string."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return '"' + "".join(escapes.get(character, character) for character in text) + '"'


@dataclass
class Connection:
    """The pipes to a gdb, and the terminal of its program, which is read at the same time so that neither stalls.

    Every wait is for an event and has a deadline, a moment of `time.monotonic`. Lives until `close`.
    """

    process: subprocess.Popen[bytes]
    terminal: Terminal
    transcript: Transcript
    on_notify: Callable[[Record], None]
    _results: dict[int, Record] = field(default_factory=dict)
    _expected: set[int] = field(default_factory=set)
    _buffer: bytearray = field(default_factory=bytearray)
    _unsent: deque[bytes] = field(default_factory=deque)
    _token: int = 0

    def __post_init__(self) -> None:
        assert self.process.stdin and self.process.stdout
        self._input, self._output = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self._input, False)
        os.set_blocking(self._output, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._output, selectors.EVENT_READ, self._read_gdb)
        self._selector.register(self.terminal.reader, selectors.EVENT_READ, self._read_program)

    def command(self, words: str, deadline: float) -> Record:
        """Send a command and wait for its result; gdb's refusal is raised as `DebuggerError`."""
        self._token += 1
        token = self._token
        self._expected.add(token)
        self.transcript.add(TO, f"{token}{words}")
        self._send(f"{token}{words}\n".encode("utf-8", "surrogateescape"))
        try:
            self.wait_until(lambda: token in self._results, deadline, f"the answer to {words[:100]}")
        finally:
            self._expected.discard(token)
        result = self._results.pop(token)
        if result.name == "error":
            raise DebuggerError(f"gdb: {' '.join(result.get('msg', 'no reason given').split())}")
        return result

    def wait_until(self, reached: Callable[[], bool], deadline: float, what: str) -> None:
        """Take in what gdb and the program say until something is so. Raises `DeadlinePassed` or `DebuggerGone`."""
        while not reached():
            left = deadline - time.monotonic()
            ready = self._selector.select(max(0.0, left))
            for key, _ in ready:
                key.data()
            if not ready and left <= 0:
                raise DeadlinePassed(f"gdb did not send {what} in time")

    def take_output(self) -> None:
        """Take in what the program has printed so far."""
        for printed in self.terminal.drain():
            self._keep(printed)

    def close(self) -> None:
        """Stop listening; the process goes on."""
        self._selector.close()

    def _send(self, data: bytes) -> None:
        self._unsent.append(data)
        if len(self._unsent) == 1:
            self._selector.register(self._input, selectors.EVENT_WRITE, self._write)
        self._write()

    def _write(self) -> None:
        """Write as much as the pipe takes: gdb may be writing to us and not be reading."""
        try:
            while self._unsent:
                rest = self._unsent[0][os.write(self._input, self._unsent[0]) :]
                self._unsent.popleft()
                if rest:
                    self._unsent.appendleft(rest)
        except BlockingIOError:
            return
        except OSError:
            self._unsent.clear()  # gdb is gone; reading says so, after its last words.
        if self._input in self._selector.get_map():
            self._selector.unregister(self._input)

    def _read_gdb(self) -> None:
        try:
            data = os.read(self._output, _CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            raise DebuggerGone(f"gdb has ended{self._how_it_ended()}")
        self._buffer += data
        if len(self._buffer) > _RECORD_LIMIT:
            raise DebuggerError(f"gdb sent a record of more than {_RECORD_LIMIT >> 20} MiB")
        if b"\n" in data:
            *lines, self._buffer = self._buffer.split(b"\n")
            for line in lines:
                self._take(line.decode("utf-8", "surrogateescape").rstrip("\r"))

    def _how_it_ended(self) -> str:
        try:
            code = self.process.wait(1.0)
        except subprocess.TimeoutExpired:
            return " its conversation"
        return f" by signal {-code}" if code < 0 else f" with exit code {code}"

    def _read_program(self) -> None:
        self._keep(self.terminal.read())

    def _keep(self, printed: bytes) -> None:
        if printed:
            self.transcript.add(PROGRAM, printed.decode("utf-8", "replace"))

    def _take(self, line: str) -> None:
        if not line or line.startswith("(gdb)"):
            return
        self.transcript.add(FROM, line)
        record = parse_record(line)
        if record.kind == "result":
            self._take_result(record)
        elif record.kind == "notify":
            self.on_notify(record)

    def _take_result(self, record: Record) -> None:
        """Keep an answer that is waited for; one that came too late is in the transcript only."""
        if record.token in self._expected:
            self._results[record.token] = record
