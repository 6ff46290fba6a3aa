"""Options that several subcommands have, so that they are called and worded the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from jitdbg.cli.arguments import Output
from jitdbg.debuginfo.attach import Debug
from jitdbg.linker import LINKERS

Function = TypeVar("Function", bound=Callable[..., Any])


def output_option(help: str) -> Callable[[Function], Function]:
    """Give a command ``-o FILE``, which it receives as ``output``."""
    return click.option("-o", "output", type=Output(path_type=Path), required=True, help=help)


def opt_level_option(function: Function) -> Function:
    """Give a command ``-O LEVEL``, which it receives as ``opt_level``."""
    return click.option(
        "-O", "opt_level", type=click.IntRange(0, 3), default=0, metavar="0-3", help="Optimisation level (0)."
    )(function)


def debug_option(function: Function) -> Function:
    """Give a command ``--debug``; the default makes IR its own source where it has no debug info."""
    return click.option(
        "--debug",
        type=click.Choice(get_args(Debug)),
        default="auto",
        help="Debug info: the source's own, the IR as its own source (lines: without its values), "
        "the first that there is (auto), or none.",
    )(function)


def linker_option(function: Function) -> Function:
    """Give a command ``--linker``; None is the default of `jitdbg.linker`."""
    return click.option("--linker", type=click.Choice(LINKERS), help="Who links.")(function)


def cflags_option(function: Function) -> Function:
    """Give a command ``--cflag``, which it receives as a tuple ``cflags``."""
    return click.option(
        "--cflag", "cflags", multiple=True, metavar="FLAG", help="A flag for clang, as in --cflag=-DNDEBUG; repeatable."
    )(function)


def build_ids_option(function: Function) -> Function:
    """Give a command ``--build-ids``, which it receives as ``tree``."""
    return click.option(
        "--build-ids",
        "tree",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help="A tree of `jitdbg build-ids`, for images whose files are gone.",
    )(function)
