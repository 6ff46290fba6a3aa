"""The harness's door into lldb: requests of `jitdbg.debugger.wire` in, answers and events out, one line each.

An event is ``{"event": "stopped", "stop": …}``. The process ends with its input.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Mapping
from typing import Any

import lldb

from jitdbg.debugger import wire
from jitdbg.debugger.facts import Stop
from jitdbg.errors import DebuggerError

from .control import Control


def serve(requests: int, answers: int) -> None:
    """Answer requests from one file descriptor on another until there are no more."""
    lldb.SBDebugger.Initialize()
    debugger = lldb.SBDebugger.Create(False)
    debugger.SetAsync(True)
    # What lldb says of its own accord, such as a watched value, is for people.
    debugger.SetOutputFile(lldb.SBFile.Create(open(os.devnull, "w", encoding="utf-8"), borrow=False))
    door = _Door(answers)
    control = Control(debugger, door.tell)
    threading.Thread(target=control.pump, daemon=True).start()
    with os.fdopen(requests, "rb") as lines:
        for line in lines:
            door.send(_answer(control, line))
    _reap_children()
    # The debugger's own threads are in the way of an orderly end, and nothing of them is needed.
    os._exit(0)


def _reap_children() -> None:
    """Wait for the debug servers, which are at their end: nobody else might."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def _answer(control: Control, line: bytes) -> str:
    request = json.loads(line)
    with control.lock:
        answer = wire.answer(_Guarded(control, request), request)
    control.settle()
    return answer


class _Guarded:
    """An adapter whose every exception is a `DebuggerError`: the harness waits for an answer to each request."""

    def __init__(self, control: Control, request: Mapping[str, Any]) -> None:
        self._control, self._method = control, request["method"]

    def __getattr__(self, name: str) -> Any:
        try:
            found = getattr(self._control, name)
        except AttributeError as error:
            raise DebuggerError(f"lldb's adapter has no {name}") from error
        return self._calling(found) if callable(found) else found

    def _calling(self, method: Any) -> Any:
        def call(**params: Any) -> Any:
            try:
                return method(**params)
            except DebuggerError:
                raise
            except (TypeError, ValueError, OverflowError, RuntimeError, AttributeError, SystemError) as error:
                raise DebuggerError(f"lldb can't do {self._method}: {type(error).__name__}: {error}") from error

        return call


class _Door:
    """The way out, for the thread that answers and the one that tells of events."""

    def __init__(self, descriptor: int) -> None:
        self._file = os.fdopen(descriptor, "wb", buffering=0)
        self._lock = threading.Lock()

    def tell(self, stop: Stop) -> None:
        """Send a stop."""
        self.send(wire.encode({"event": "stopped", "stop": stop}))

    def send(self, line: str) -> None:
        """Send one line; where nobody is left to read it, end."""
        try:
            self._write(memoryview(line.encode() + b"\n"))
        except BrokenPipeError:
            os._exit(1)

    def _write(self, left: memoryview) -> None:
        with self._lock:
            while left:
                left = left[self._file.write(left) or 0 :]
