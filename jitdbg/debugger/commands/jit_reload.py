"""``jit-reload``: build a dylib again and load it as the next generation."""

from __future__ import annotations

import os

from jitdbg.debugger.commands.completion import dylib_names, files
from jitdbg.debugger.commands.declaration import JSON, Argument, Arguments, Command, Example, Option
from jitdbg.debugger.commands.jit_load import ALL_THREADS, DEBUG, FORCE, GLOBAL, Loaded, loaded, render
from jitdbg.debugger.loads import Wish
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError


def run(target: Target, arguments: Arguments) -> Loaded:
    """Load the next generation."""
    target.process()
    old = target.dylibs.dylib(arguments.name)
    module = next((each for each in old.modules if each.name == arguments.name), old.modules[0])
    file = os.path.expanduser(arguments.file or "") or module.source
    if not file:
        raise DebuggerError(f"{old} was made from no file: name one, as in `jit-reload {module.name} FILE`")
    wish = Wish(
        os.path.abspath(file),
        module.name,
        module.opt_level if arguments.o is None else int(arguments.o),
        arguments.debug,
        getattr(arguments, "global"),
        arguments.all_threads,
        arguments.force,
    )
    return loaded(target, target.loads.reload(wish), wish, None)


COMMAND = Command(
    name="jit-reload",
    summary="Build a JIT dylib again and load it as the next generation.",
    description="""
        FILE is the file that the dylib was made from where none is named. Breakpoints by file and line and by function
        get a place in the new generation, and the code of other dylibs that refers to it goes to that; what they have
        in initialised data stays with the old one, which is said. What was loaded with --global is again. The old
        generation stays loaded: pointers that the program keeps, libraries of its own that are bound to it, and threads
        that are in it, stay with it. It is refused for what is on the stack of a thread.
        """,
    arguments=(
        Argument("NAME", "The dylib's name or number, as jit-list has it.", candidates=dylib_names),
        Argument("FILE", "What to build it from.", optional=True, candidates=files),
    ),
    options=(
        Option("-O", "The optimisation level, 0 to 3 (as before).", "N", choices=("0", "1", "2", "3")),
        DEBUG,
        GLOBAL,
        ALL_THREADS,
        FORCE,
        JSON,
    ),
    examples=(
        Example("jit-reload fib", "after fib.ll was edited"),
        Example("jit-reload fib other.ll", "from another file"),
    ),
    run=run,
    render=render,
)
