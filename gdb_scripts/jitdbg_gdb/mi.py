"""The harness's door into gdb: requests of `jitdbg.debugger.wire`, as a command of MI (gdb 12 and up)."""

from __future__ import annotations

import json
from typing import Any, Optional

import gdb

from jitdbg.debugger import wire
from jitdbg.debugger.facts import Frame

from .adapter import GdbAdapter
from .errors import NATIVE
from .hits import HITS


class HarnessAdapter(GdbAdapter):
    """The adapter, and what the harness's backend for gdb asks beyond it."""

    def stop(self) -> tuple[Optional[int], Optional[Frame], tuple[int, ...], Optional[int]]:
        """Say which thread has stopped where, which breakpoints it hit, and the core's signal."""
        frames = self.frames(1) if gdb.selected_thread() else []
        return self.selected_thread(), (frames[0] if frames else None), HITS.latest, _signal_number()


def _signal_number() -> Optional[int]:
    try:
        return int(gdb.parse_and_eval("$_siginfo.si_signo"))
    except NATIVE:
        return None


class _Command(gdb.MICommand):
    """``-jitdbg REQUEST``; the result's ``answer`` is a line of JSON."""

    def __init__(self, adapter: HarnessAdapter) -> None:
        super().__init__("-jitdbg")
        self._adapter = adapter

    def invoke(self, arguments: list[str]) -> dict[str, Any]:
        return {"answer": wire.answer(self._adapter, json.loads(arguments[0]))}


_Command(HarnessAdapter())
