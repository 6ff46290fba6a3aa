"""``jitdbg exec``: run a Python program with its JITs on dylibs."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Callable

import click

from jitdbg.cli.options import debug_option
from jitdbg.debuginfo.attach import Debug


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("-m", "is_module", is_flag=True, help="Run the module of that name, as `python -m` does.")
@debug_option
@click.argument("words", nargs=-1, metavar="[SCRIPT] [ARGS]...", type=click.UNPROCESSED)
@click.pass_context
def command(context: click.Context, is_module: bool, words: tuple[str, ...], debug: Debug) -> None:
    """Run SCRIPT, and let what it compiles through llvmlite and Numba be dylibs, which every debugger sees.

    Numba's functions get debug info with --debug auto (the default) or ir; otherwise that is their own choice. The
    program runs as Python alone would run it, and its exit code is that of this command.
    """
    if not words:
        raise click.UsageError("give a script, or -m and the name of a module")
    program = (_module if is_module else _script)(words)

    from jitdbg import llvmlite, numba

    llvmlite.install(debug=debug)
    numba.install_on_arrival(debug=debug in ("auto", "ir"))
    try:
        program()
    except Exception:  # noqa: BLE001 (what the program leaves uncaught is shown as Python shows it)
        sys.excepthook(*sys.exc_info())
        context.exit(1)


def _module(words: tuple[str, ...]) -> Callable[[], object]:
    sys.argv = list(words)
    sys.path.insert(0, os.getcwd())
    return lambda: runpy.run_module(words[0], run_name="__main__", alter_sys=True)


def _script(words: tuple[str, ...]) -> Callable[[], object]:
    path = words[0]
    if not os.path.exists(path):
        raise click.UsageError(f"there is no file {path}")
    sys.argv = list(words)
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    return lambda: runpy.run_path(path, run_name="__main__")
