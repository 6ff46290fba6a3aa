"""``jitdbg run``: load a file as a dylib and call its functions."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from jitdbg import invocation
from jitdbg.cli.arguments import complete_file
from jitdbg.cli.options import cflags_option, debug_option, linker_option, opt_level_option
from jitdbg.cli.output import json_option, print_json, print_table
from jitdbg.debuginfo.attach import Debug, Sources
from jitdbg.dylib import Dylib
from jitdbg.engine import Engine
from jitdbg.errors import CallError
from jitdbg.invocation import Outcome
from jitdbg.store import KINDS


@dataclass(frozen=True)
class FunctionFact:
    """A function that can be called, with its type in IR's spelling."""

    name: str
    signature: str


@dataclass(frozen=True)
class RunFacts:
    """What ``run --json`` prints; ``call`` is None where functions were listed only."""

    name: str
    image: str
    build_id: bytes
    functions: tuple[FunctionFact, ...]
    call: Outcome | None


@click.command()
@click.argument("file", metavar="FILE", shell_complete=complete_file)
@click.argument("arguments", nargs=-1, metavar="[ARGS]...", shell_complete=complete_file)
@click.option(
    "--call", "expressions", multiple=True, metavar="'NAME(LITERAL, ...)'",
    help="Call a function and print its result; repeatable, in this order.",
)  # fmt: skip
@opt_level_option
@debug_option
@linker_option
@click.option("--store", type=click.Choice(KINDS), default="file", help="Where the image lies.")
@click.option("--sources", type=click.Choice(["own", "kept"]), default="own", help="Show debuggers FILE, or a copy.")
@click.option("--isolate", is_flag=True, help="Compile in a process of its own: a crash of LLVM is an error here.")
@cflags_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    file: str,
    arguments: tuple[str, ...],
    expressions: tuple[str, ...],
    opt_level: int,
    debug: Debug,
    linker: str | None,
    store: str,
    sources: Sources,
    isolate: bool,
    cflags: tuple[str, ...],
    as_json: bool,
) -> None:
    """Load FILE (.ll, .bc, .c, .cc, .cpp, .o) as a dylib.

    With --call, print the result of that call; of several, one after another. Without, run its main, with ARGS and its
    exit status; or, where there is no main, list its functions. ARGS that begin with a dash stand after "--".
    """
    requests = [invocation.parse(expression) for expression in expressions]
    if requests and arguments:
        raise CallError(f"{arguments[0]!r} is left over: ARGS are for main, and --call takes its own in parentheses")
    engine = Engine(opt_level=opt_level, debug=debug, linker=linker, store=store, sources=sources, isolate=isolate)
    with engine, engine.load(Path(file), cflags=cflags) as dylib, interruptible():
        if requests:
            for request in requests:
                _show(dylib, invocation.call(dylib, request), as_json)
        elif dylib.find_address("main") is None:
            if arguments:
                raise CallError(f"{arguments[0]!r} is left over: {dylib.name!r} has no main that could take it")
            _show(dylib, None, as_json)
        else:
            outcome = invocation.call_main(dylib, [file, *arguments])
            if as_json:
                _show(dylib, outcome, as_json)
            context.exit(outcome.result)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end the process at once: Python's own handler would wait for native code to return."""
    previous = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _show(dylib: Dylib, outcome: Outcome | None, as_json: bool) -> None:
    functions = tuple(FunctionFact(name, str(each)) for name, each in dylib.functions().items())
    if as_json:
        print_json("run", RunFacts(dylib.name, dylib.path, dylib.build_id, functions, outcome))
    elif outcome is None:
        _list(dylib, functions)
    elif not outcome.signature.startswith("void "):
        click.echo(_in_words(outcome))


def _list(dylib: Dylib, functions: tuple[FunctionFact, ...]) -> None:
    if functions:
        print_table(("function", "type"), [(each.name, each.signature) for each in functions])
    else:
        click.echo(f"{dylib.name} is loaded; its source does not say which functions can be called")


def _in_words(outcome: Outcome) -> str:
    if outcome.signature.startswith("ptr "):
        return f"{outcome.result or 0:#x}"
    return str(outcome.result)
