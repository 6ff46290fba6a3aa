"""``jit-unload``: take a dylib out of the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from jitdbg.debugger.commands.completion import dylib_names
from jitdbg.debugger.commands.declaration import JSON, Argument, Arguments, Command, Example, Option
from jitdbg.debugger.commands.jit_load import ALL_THREADS, described, how_to_go_on
from jitdbg.debugger.dylibs import Dylib
from jitdbg.debugger.facts import Stop
from jitdbg.debugger.target import Target


@dataclass(frozen=True)
class Unloaded:
    """The generations that are gone, and those that the loader keeps because somebody else holds them.

    ``unfinished`` is where a destructor was stopped.
    """

    name: str
    gone: Sequence[Dylib]
    kept: Sequence[Dylib]
    unfinished: Optional[Stop] = None


def run(target: Target, arguments: Arguments) -> Unloaded:
    """Unload all generations of a name."""
    target.process()
    unwanted = target.dylibs.named(arguments.name)
    name = unwanted[-1].name
    gone, stop = target.loads.unload(name, force=arguments.force, all_threads=arguments.all_threads)
    starts = {dylib.start for dylib in gone}
    return Unloaded(name, gone, [dylib for dylib in unwanted if dylib.start not in starts], stop)


def render(fact: Unloaded) -> str:
    """Show what is gone, and what is not."""
    lines = [f"unloaded the JIT dylib {dylib} from {dylib.start:#x}-{dylib.end:#x}" for dylib in fact.gone]
    if fact.unfinished:
        lines.append(f"dlclose is unfinished: {described(fact.unfinished)}; {how_to_go_on(fact.unfinished)}")
    else:
        lines += [
            f"the JIT dylib {dylib} stays loaded: the program, or another library, holds it as well"
            for dylib in fact.kept
        ]
    return "".join(f"{line}\n" for line in lines)


COMMAND = Command(
    name="jit-unload",
    summary="Unload a JIT dylib from the program, with all its generations.",
    description="""
        It is refused for what is on the stack of a thread, for what another dylib refers to or a library of the
        program's own is bound to, and for what the program has loaded by itself. The image stays where it is, for tools
        that look later.
        """,
    arguments=(Argument("NAME", "The dylib's name or number, as jit-list has it.", candidates=dylib_names),),
    options=(ALL_THREADS, Option("--force", "Do it even where that is not safe."), JSON),
    examples=(Example("jit-unload fib", "all generations of fib"),),
    run=run,
    render=render,
)
