"""``jitdbg gdb-init`` and ``jitdbg lldb-init``: the line that loads the commands, for a debugger's start-up file."""

from __future__ import annotations

import os
import sys

import click

from jitdbg import tools
from jitdbg.debugger.installation import find_interpreter

_SOURCE = {"gdb": "source {}", "lldb": 'command script import "{}"'}


def init_command(debugger: str) -> click.Command:
    """Make the command that prints the line for ``"gdb"`` or ``"lldb"``."""

    @click.command(help=_help(debugger))
    def command() -> None:
        click.echo(line(debugger))

    return command


def line(debugger: str) -> str:
    """Write the line, which names the interpreter where the scripts would not find it by themselves."""
    found = find_interpreter()
    if found and os.path.dirname(found) == os.path.dirname(sys.executable):
        return _SOURCE[debugger].format(tools.commands_file(debugger))
    return tools.commands_line(debugger)


def _help(debugger: str) -> str:
    return (
        f"Print the line that loads jitdbg's commands (jit-list, …) in {debugger}, on one line for ~/.{debugger}init: "
        f"`jitdbg {debugger}-init >> ~/.{debugger}init`. `jitdbg debug` loads them by itself."
    )
