"""The command line: one module of this package for each subcommand, imported when it is called.

Exit codes: 0 done, 1 a check ran and failed, 2 a mistake in what was asked or in what the machine has, 130 interrupted,
128 and its number for a signal that asked for the end (`ending`).
A subcommand's module exports its click command as ``command``, raises ``JitdbgError`` for mistakes, and ends with
``context.exit(1)`` or returns 1 for a check that failed; what it returns as an int is the exit code.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence

import click

from jitdbg import __version__
from jitdbg.errors import JitdbgError

CHECK_FAILED = 1
MISTAKE = 2
INTERRUPTED = 130

SUBCOMMANDS = {
    "run": "Load IR, C or an object as a dylib and call its functions.",
    "build": "Make a shared library of a source file.",
    "link": "Link objects into a shared library.",
    "inspect": "Show what an image says about itself.",
    "exec": "Run a Python program with its JIT code as dylibs.",
    "debug": "Start a program under gdb or lldb, ready for JIT code.",
    "gdb-init": "Print the line for ~/.gdbinit that loads the commands for gdb.",
    "lldb-init": "Print the line for ~/.lldbinit that loads the commands for lldb.",
    "audit": "Say how much a debugger can see of a source or an image.",
    "check": "Run the directives in files' comments under every debugger.",
    "ide": "Make an editor ready for JIT code.",
    "compare": "Compare dylibs with the GDB JIT interface, measured.",
    "ps": "List the processes that hold JIT dylibs.",
    "pack": "Pack a core dump with all that a debugger needs for it.",
    "open": "Open a core dump or a bundle in gdb or lldb.",
    "build-ids": "File images by build-id, for debuggers and symbol servers.",
    "doctor": "Check what is installed and permitted on this machine.",
    "gc": "Remove images that finished runs left behind.",
    "demo": "Go the whole way once: load, call, stop in gdb and lldb.",
}


class LazyGroup(click.Group):
    """A group that knows its subcommands' names and one-line helps, and imports a subcommand when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """List the subcommands in the order of the work, not of the alphabet."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of a subcommand; None for a name that is none."""
        if cmd_name not in SUBCOMMANDS:
            return None
        command: click.Command = importlib.import_module(f"jitdbg.cli.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of subcommands from the table above, so that help imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBCOMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="jitdbg")
def commands() -> None:
    """Compile LLVM IR to real shared libraries that gdb, lldb, profilers and IDEs see like any other code."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line (``sys.argv`` by default) and return its exit code; print a mistake as one sentence."""
    _print_any_character()
    try:
        outcome = commands.main(arguments, prog_name="jitdbg", standalone_mode=False)
        if sys.stdout:  # None where the shell has closed it
            sys.stdout.flush()
    except JitdbgError as error:
        return _complain(str(error))
    except click.ClickException as error:
        error.show()
        return MISTAKE
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        return _end_quietly()
    except OSError as error:
        if not error.filename and _can_not_print():
            return _complain(f"the output can't be written: {error.strerror}")
        return _complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    return outcome if isinstance(outcome, int) else 0


def _print_any_character() -> None:
    """Escape what the terminal's encoding lacks, and the bytes in paths that are no text."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _complain(sentence: str) -> int:
    click.echo(f"jitdbg: error: {sentence}", err=True)
    return MISTAKE


def _end_quietly() -> int:
    _drop_output()
    return CHECK_FAILED


def _can_not_print() -> bool:
    """Tell an error of the standard output from all others that name no file: it has it again."""
    try:
        print(flush=True)
    except OSError:
        _drop_output()
        return True
    return False


def _drop_output() -> None:
    """Leave nothing for the interpreter to flush into what can't be written to, or a pipe that nobody reads."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
