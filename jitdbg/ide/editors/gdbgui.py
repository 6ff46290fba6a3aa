"""gdbgui, a page in the browser that drives gdb: a script that starts it with gdb ready for JIT code."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from jitdbg import tools
from jitdbg.ide.editors.files import MARK, File, Setup

_TEXT = """#!/bin/sh
# {mark} gdbgui`: starts gdbgui (0.15.3 and later, of a Python 3.13 or newer) with gdb ready for JIT code.
exec gdbgui --gdb-cmd {gdb} "$@"{program}
"""
_NEXT = 'Start ./jitdbg-gdbgui; in its console type "break FILE:LINE" and "run".'


def setup(command: Sequence[str]) -> Setup:
    """Write a script; without a program, its user gives one with --args."""
    gdb = shlex.join([tools.tool("gdb").path, *tools.launch_arguments("gdb")])
    program = f" --args {shlex.join(command)}" if command else ""
    text = _TEXT.format(mark=MARK, gdb=shlex.quote(gdb), program=program)
    return Setup((File("jitdbg-gdbgui", text, executable=True),), _NEXT)
