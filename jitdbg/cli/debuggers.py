"""Which debuggers a subcommand uses: those that its option names, or else those of ours that are installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from jitdbg.errors import ToolMissingError
from jitdbg.harness.debuggers import DEBUGGERS, debugger_tool

Function = TypeVar("Function", bound=Callable[..., Any])


def debuggers_option(function: Function) -> Function:
    """Give a command ``--debugger``, which it receives as a tuple ``debuggers``."""
    return click.option(
        "--debugger",
        "debuggers",
        type=click.Choice(DEBUGGERS),
        multiple=True,
        help="Only this one; can be given again.",
    )(function)


def installed(wanted: Sequence[str], *, needed: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Part debuggers in those that are installed and those that are not; one at least has to be."""
    found = tuple(filter(_is_installed, wanted))
    missing = tuple(name for name in wanted if name not in found)
    if missing and (needed or not found):
        debugger_tool(missing[0])  # It raises, with the cure.
        raise ToolMissingError(f"{missing[0]} is not installed")
    return found, missing


def _is_installed(debugger: str) -> bool:
    try:
        debugger_tool(debugger)
    except ToolMissingError:
        return False
    return True
