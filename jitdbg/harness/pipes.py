"""Messages to and from a debugger's process, while its program's terminal is read, so that none of the three stalls."""

from __future__ import annotations

import codecs
import os
import selectors
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from jitdbg.errors import DeadlinePassed, DebuggerGone
from jitdbg.harness.framing import Framing, Lines
from jitdbg.harness.processes import Terminal
from jitdbg.harness.transcript import FROM, PROGRAM, Transcript

_CHUNK = 65_536
_DECODER = codecs.getincrementaldecoder("utf-8")


@dataclass
class PipeConnection:
    """The pipes to the debugger called ``name``; each message that it sends goes to ``take``.

    ``framing`` says where messages begin and end: lines, or what DAP has. What the debugger says on a standard error of
    its own goes into the transcript. Every wait is for an event and has a deadline, a moment of `time.monotonic`. Lives
    until `close`.
    """

    name: str
    process: subprocess.Popen[bytes]
    terminal: Terminal
    transcript: Transcript
    take: Callable[[str], None]
    framing: Framing = field(default_factory=Lines)
    _unsent: deque[bytes] = field(default_factory=deque)
    _decoder: codecs.IncrementalDecoder = field(default_factory=lambda: _DECODER("replace"))
    _heard: deque[str] = field(default_factory=deque)

    def __post_init__(self) -> None:
        assert self.process.stdin and self.process.stdout
        self._input, self._output = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self._input, False)
        os.set_blocking(self._output, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._output, selectors.EVENT_READ, self._read_debugger)
        self._selector.register(self.terminal.reader, selectors.EVENT_READ, self._read_program)
        if self.process.stderr:
            os.set_blocking(self.process.stderr.fileno(), False)
            self._selector.register(self.process.stderr.fileno(), selectors.EVENT_READ, self._read_errors)

    def send(self, message: str) -> None:
        """Send a message, as far as the pipe takes it; the rest goes during the next wait."""
        self._unsent.append(self.framing.pack(message))
        if len(self._unsent) == 1:
            self._selector.register(self._input, selectors.EVENT_WRITE, self._write)
        self._write()

    def wait_until(self, reached: Callable[[], bool], deadline: float, what: str) -> None:
        """Take in what the debugger and the program say until something is so.

        Raises `DeadlinePassed`, or `DebuggerGone` where the process has ended.
        """
        self._take_heard()
        while not reached():
            left = deadline - time.monotonic()
            ready = self._selector.select(max(0.0, left))
            for key, _ in ready:
                key.data()
            if left <= 0 and not reached():
                raise DeadlinePassed(f"{self.name} did not send {what} in time")

    def take_output(self) -> None:
        """Take in what the program has printed so far."""
        for printed in self.terminal.drain():
            self._keep(printed)

    def close(self) -> None:
        """Stop listening; the process goes on."""
        self._selector.close()

    def _write(self) -> None:
        try:
            while self._unsent:
                rest = self._unsent[0][os.write(self._input, self._unsent[0]) :]
                self._unsent.popleft()
                if rest:
                    self._unsent.appendleft(rest)
        except BlockingIOError:
            return
        except OSError:
            self._unsent.clear()  # The debugger is gone; reading says so, after its last words.
        if self._input in self._selector.get_map():
            self._selector.unregister(self._input)

    def _read_debugger(self) -> None:
        try:
            data = os.read(self._output, _CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            if rest := self.framing.rest():
                self.transcript.add(FROM, rest)
            raise DebuggerGone(f"{self.name} has ended{self._how_it_ended()}")
        self._heard.extend(self.framing.unpack(data))
        self._take_heard()

    def _take_heard(self) -> None:
        """Hand on what has come; after a message that can't be read the others are still there."""
        while self._heard:
            self.take(self._heard.popleft())

    def _read_errors(self) -> None:
        assert self.process.stderr
        data = os.read(self.process.stderr.fileno(), _CHUNK)
        if not data:
            self._selector.unregister(self.process.stderr.fileno())
        for line in data.decode("utf-8", "replace").splitlines():
            self.transcript.add(FROM, line)

    def _how_it_ended(self) -> str:
        try:
            code = self.process.wait(1.0)
        except subprocess.TimeoutExpired:
            return " its conversation"
        return f" by signal {-code}" if code < 0 else f" with exit code {code}"

    def _read_program(self) -> None:
        self._keep(self.terminal.read())

    def _keep(self, printed: bytes) -> None:
        if text := self._decoder.decode(printed):  # A character can come in two parts.
            self.transcript.add(PROGRAM, text)
