"""``jitdbg exec``: run a Python program with its JITs on dylibs."""

from __future__ import annotations

import atexit
import builtins
import contextlib
import gc
import io
import os
import pkgutil
import runpy
import signal
import sys
import threading
from collections.abc import Callable, Collection
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Final

import click

from jitdbg.cli.arguments import complete_file
from jitdbg.cli.options import debug_option
from jitdbg.debuginfo.attach import Debug

_OURS: Final = (__file__,)
_RUNPY: Final = runpy.run_path.__code__.co_filename


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("-m", "is_module", is_flag=True, help="Run the module of that name, as `python -m` does.")
@debug_option
@click.argument("words", nargs=-1, metavar="[SCRIPT] [ARGS]...", type=click.UNPROCESSED, shell_complete=complete_file)
@click.pass_context
def command(context: click.Context, is_module: bool, words: tuple[str, ...], debug: Debug) -> None:
    """Run SCRIPT, and let what it compiles through llvmlite and Numba be dylibs, which every debugger sees.

    Numba's functions get debug info with --debug auto (the default) or ir; otherwise that is their own choice. The
    program runs as Python alone would run it, and its exit code is that of this command.
    """
    if not words:
        raise click.UsageError("give a script, or -m and the name of a module")
    program = (_module if is_module else _script)(words)
    interrupted = threading.Event()
    # Before all that the program registers, so that this is called after that.
    atexit.register(_end_as_interrupted, interrupted)

    from jitdbg import llvmlite, numba

    llvmlite.install(debug=debug)
    numba.install_on_arrival(debug=debug in ("auto", "ir"))
    try:
        program()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 (what nobody catches is shown as Python shows it)
        _show(error, hidden=_OURS if is_module else (*_OURS, _RUNPY))
        if isinstance(error, KeyboardInterrupt):
            interrupted.set()
        context.exit(1)


def _end_as_interrupted(interrupted: threading.Event) -> None:
    """Let the signal of Ctrl-C end the process, where Python would: a shell then ends the script that it runs too.

    What files that are open have not written yet would be lost; Python writes it when it takes itself down.
    """
    if interrupted.is_set():
        files = (each for each in gc.get_objects() if issubclass(type(each), io.IOBase))
        for stream in (*files, sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # it is closed, or None, or a program's own
                stream.flush()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)


def _show(error: BaseException, hidden: Collection[str]) -> None:
    """Show what was not caught as Python would: of a script without the frames that started it, of `-m` with runpy's.

    A module that runpy does not find has not begun, and is no traceback.
    """
    if isinstance(error, ImportError) and _file(_frames(error)[-1]) == _RUNPY:
        click.echo(f"{sys.executable}: {error}", err=True)
        return
    own = next((frame for frame in _frames(error) if _file(frame) not in hidden), None)
    sys.excepthook(type(error), error.with_traceback(own), own)


def _frames(error: BaseException) -> list[TracebackType]:
    found, trace = [], error.__traceback__
    while trace:
        found.append(trace)
        trace = trace.tb_next
    return found


def _file(trace: TracebackType) -> str:
    return trace.tb_frame.f_code.co_filename


def _module(words: tuple[str, ...]) -> Callable[[], object]:
    sys.argv = list(words)
    sys.path.insert(0, os.getcwd())
    return lambda: runpy.run_module(words[0], run_name="__main__", alter_sys=True)


def _script(words: tuple[str, ...]) -> Callable[[], object]:
    path = words[0]
    if not os.path.exists(path):
        raise click.UsageError(f"there is no file {path}")
    sys.argv = list(words)
    if pkgutil.get_importer(path):  # a directory or an archive, with a __main__.py
        return lambda: runpy.run_path(path, run_name="__main__")
    sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    # Not normalised, as Python has it.
    return lambda: _run_file(os.path.join(os.getcwd(), path))


def _run_file(path: str) -> None:
    """Run a script as Python's main module: runpy would write the absolute path into sys.argv as well."""
    content = Path(path).read_bytes()  # at once, since it can be a pipe
    code = pkgutil.read_code(io.BytesIO(content)) or compile(content, path, "exec", dont_inherit=True)
    main = sys.modules["__main__"] = ModuleType("__main__")
    vars(main).update(
        __builtins__=builtins, __file__=path, __cached__=None, __loader__=SourceFileLoader("__main__", path)
    )
    exec(code, vars(main))  # noqa: S102 (to run a script is what the command is for)
