"""What a command works on: the debugger with its program, and what we know of the dylibs in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

from jitdbg.debugger.adapter import Breaking, Following
from jitdbg.debugger.controller import Controller
from jitdbg.debugger.dylibs import Dylibs
from jitdbg.debugger.facts import Frame, Process
from jitdbg.debugger.loads import Loads
from jitdbg.errors import DebuggerError


class Target:
    """A debugger and its program; lives as long as the debugger, over all programs that it has."""

    def __init__(self, adapter: Controller) -> None:
        self.adapter = adapter
        self.dylibs = Dylibs(adapter)
        self.loads = Loads(adapter, self.dylibs)
        self.following: dict[str, Breaking] = {}
        """What `jit-break` has set, by the regular expression."""
        self.skipping: Optional[Following] = None
        """What `jit-skip` has switched on."""

    def process(self) -> Process:
        """Give the program's process. Raises `DebuggerError` where no program runs."""
        process = self.adapter.process()
        if process is None:
            raise DebuggerError("no program runs: start it, attach to it or open its core first")
        return process

    def selected_frames(self) -> Sequence[Frame]:
        """Give the frames from the innermost to the selected one. Raises `DebuggerError` where no program runs."""
        self.process()
        return self.adapter.frames(self.adapter.selected_frame() + 1)
