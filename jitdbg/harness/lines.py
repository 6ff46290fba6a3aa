"""Lines to and from a debugger's process, while its program's terminal is read, so that none of the three stalls."""

from __future__ import annotations

import os
import selectors
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from jitdbg.errors import DeadlinePassed, DebuggerError, DebuggerGone
from jitdbg.harness.processes import Terminal
from jitdbg.harness.transcript import PROGRAM, Transcript

_CHUNK = 65_536
_LINE_LIMIT = 256 << 20


@dataclass
class LineConnection:
    """The pipes to the debugger called ``name``; each line that it sends goes to ``take``, without its end.

    Every wait is for an event and has a deadline, a moment of `time.monotonic`. Lives until `close`.
    """

    name: str
    process: subprocess.Popen[bytes]
    terminal: Terminal
    transcript: Transcript
    take: Callable[[str], None]
    _buffer: bytearray = field(default_factory=bytearray)
    _unsent: deque[bytes] = field(default_factory=deque)

    def __post_init__(self) -> None:
        assert self.process.stdin and self.process.stdout
        self._input, self._output = self.process.stdin.fileno(), self.process.stdout.fileno()
        os.set_blocking(self._input, False)
        os.set_blocking(self._output, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._output, selectors.EVENT_READ, self._read_debugger)
        self._selector.register(self.terminal.reader, selectors.EVENT_READ, self._read_program)

    def send(self, line: str) -> None:
        """Send a line, as far as the pipe takes it; the rest goes during the next wait."""
        self._unsent.append(line.encode("utf-8", "surrogateescape") + b"\n")
        if len(self._unsent) == 1:
            self._selector.register(self._input, selectors.EVENT_WRITE, self._write)
        self._write()

    def wait_until(self, reached: Callable[[], bool], deadline: float, what: str) -> None:
        """Take in what the debugger and the program say until something is so.

        Raises `DeadlinePassed`, or `DebuggerGone` where the process has ended.
        """
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
            raise DebuggerGone(f"{self.name} has ended{self._how_it_ended()}")
        self._buffer += data
        if len(self._buffer) > _LINE_LIMIT:
            raise DebuggerError(f"{self.name} sent a line of more than {_LINE_LIMIT >> 20} MiB")
        if b"\n" in data:
            *lines, self._buffer = self._buffer.split(b"\n")
            for line in lines:
                self.take(line.decode("utf-8", "surrogateescape"))

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
