"""``jitdbg debug``: start a program under gdb or lldb, ready for code that does not exist yet.

The debugger takes this process's place (exec), so that the terminal, the process group and the exit code are its own.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from jitdbg.cli.arguments import complete_file
from jitdbg.cli.program import debuggee
from jitdbg.errors import DebuggerError, ToolError
from jitdbg.harness.backend import Request
from jitdbg.harness.locations import parse_location
from jitdbg.tools import Tool, default_debugger, launch_arguments, tool

# What Python ignores for itself and a program started by it would inherit; see subprocess, restore_signals.
_IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
_NEEDS_NO_QUOTES = re.compile(r"[\w./$:~+]+")
_SHOW_STOP = {"gdb": ("backtrace", "info locals"), "lldb": ("thread backtrace", "frame variable")}


@dataclass(frozen=True)
class Launch:
    """What the debugger does first: set breakpoints, ``run``, the user's ``commands``; in a ``batch`` it then ends."""

    breakpoints: tuple[Request, ...] = ()
    run: bool = False
    batch: bool = False
    commands: tuple[str, ...] = ()


def gdb_breakpoint(location: Request) -> str:
    """Write the command that sets a breakpoint in gdb."""
    if location.address is not None:
        return f"break *{location.address:#x}"
    word = location.file or location.function
    quoted = word if _NEEDS_NO_QUOTES.fullmatch(word) else f'"{word}"'
    return f"break {quoted}:{location.line}" if location.file else f"break {quoted}"


def lldb_breakpoint(location: Request) -> str:
    """Write the command that sets a breakpoint in lldb."""
    if location.address is not None:
        return f"breakpoint set --address {location.address:#x}"
    if location.file:
        return f"breakpoint set --file {shlex.quote(location.file)} --line {location.line}"
    return f"breakpoint set --name {shlex.quote(location.function)}"


def debugger_command(debugger: Tool, program: Sequence[str], launch: Launch) -> list[str]:
    """Write the command line that starts ``program`` (an ELF file and its arguments) under gdb or lldb."""
    write = {"gdb": _gdb_command, "lldb": _lldb_command}[debugger.name]
    return [debugger.path, *launch_arguments(debugger.name), *write(program, launch)]


def _gdb_command(program: Sequence[str], launch: Launch) -> list[str]:
    commands = [*map(gdb_breakpoint, launch.breakpoints), *_after_breakpoints("gdb", launch)]
    batch = ["-batch"] if launch.batch else []
    return [*batch, *_each("-ex", commands), "--args", *program]


def _lldb_command(program: Sequence[str], launch: Launch) -> list[str]:
    after = _after_breakpoints("lldb", launch)
    commands = _each("-o", [*map(lldb_breakpoint, launch.breakpoints), *after])
    # After a crash lldb skips the other commands of a batch and does those given with -k.
    batch = ["--batch", *_each("-k", after[1:])] if launch.batch else []
    return [*batch, *commands, "--", *program]


def _after_breakpoints(debugger: str, launch: Launch) -> list[str]:
    run = ["run"] if launch.run or launch.batch else []
    shown = _SHOW_STOP[debugger] if launch.batch and not launch.commands else launch.commands
    return [*run, *shown]


def _each(option: str, values: Sequence[str]) -> list[str]:
    return [word for value in values for word in (option, value)]


def _parse_breakpoints(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[Request, ...]:
    try:
        return tuple(map(parse_location, values))
    except DebuggerError as error:
        raise click.BadParameter(str(error), ctx, param) from error


@click.command(context_settings={"allow_interspersed_args": False})
@click.option("--debugger", type=click.Choice(["gdb", "lldb"]), help="Which debugger (default: gdb, else lldb).")
@click.option(
    "-b",
    "--break",
    "breakpoints",
    callback=_parse_breakpoints,
    multiple=True,
    metavar="LOC",
    help="Set a breakpoint at FILE:LINE, FUNCTION or 0xADDRESS; the code need not exist yet.",
)
# lldb has no ear for Ctrl-C while it does what -o says: https://github.com/llvm/llvm-project/issues/53673
@click.option("--run", is_flag=True, help="Start the program at once; lldb then can't interrupt it with Ctrl-C.")
@click.option(
    "--batch",
    is_flag=True,
    help="Start it at once, show where it stops (or do what -x says), and end: with 0, or 1 where that failed.",
)
@click.option(
    "-x",
    "--execute",
    "commands",
    multiple=True,
    metavar="TEXT",
    help="A command for the debugger, after the breakpoints are set and the program, if started, has stopped.",
)
@click.argument(
    "program", nargs=-1, required=True, metavar="COMMAND...", type=click.UNPROCESSED, shell_complete=complete_file
)
def command(
    debugger: str | None,
    breakpoints: tuple[Request, ...],
    run: bool,
    batch: bool,
    commands: tuple[str, ...],
    program: tuple[str, ...],
) -> None:
    """Start COMMAND under gdb or lldb, ready for code that it makes or loads later.

    COMMAND is a program, a script with a #! line, a Python file, or IR or C that `jitdbg run` can run. Write -- before
    it where it has options of its own.
    """
    found = tool(debugger) if debugger else default_debugger()
    become(debugger_command(found, debuggee(program), Launch(breakpoints, run, batch, commands)))


def become(arguments: list[str]) -> None:
    """Replace this process by a program, with the signals as a shell would hand them on."""
    sys.stdout.flush()
    sys.stderr.flush()
    before = [(number, signal.signal(number, signal.SIG_DFL)) for number in _IGNORED_BY_PYTHON]
    try:
        os.execv(arguments[0], arguments)
    except OSError as error:
        for number, handler in before:
            signal.signal(number, handler)
        raise ToolError(f"{arguments[0]} can't be started: {error.strerror}") from error
