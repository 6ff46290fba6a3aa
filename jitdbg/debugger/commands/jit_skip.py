"""``jit-skip``: whether the debugger's own steps pass over the interpreter's frames."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from jitdbg.debugger.commands.declaration import Argument, Arguments, Command, Example
from jitdbg.debugger.functions import matching
from jitdbg.debugger.interpreter import find_stop
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError

_ON, _OFF = "on", "off"
_EVERY = re.compile("")


@dataclass(frozen=True)
class Skipping:
    """Whether steps pass over the interpreter."""

    on: bool


def run(target: Target, arguments: Arguments) -> Skipping:
    """Switch it, or tell how it stands."""
    wanted = arguments.state
    if wanted not in (None, _ON, _OFF):
        raise DebuggerError(f"jit-skip: STATE is on or off, which {wanted!r} is not")
    if wanted == _ON and target.skipping is None:
        target.skipping = target.adapter.pass_over(partial(matching, _EVERY), find_stop)
    elif wanted == _OFF and target.skipping is not None:
        target.skipping.remove()
        target.skipping = None
    return Skipping(target.skipping is not None)


def render(fact: Skipping) -> str:
    """Say how it stands."""
    if fact.on:
        return "step, next and finish pass over the interpreter's own frames.\n"
    return "step, next and finish stop in the interpreter's own frames as well.\n"


def _candidates(target: Target, word: str) -> Iterable[str]:
    del target, word
    return (_ON, _OFF)


COMMAND = Command(
    name="jit-skip",
    summary="Let step, next and finish pass over the interpreter's own frames: into JIT code and out again.",
    description="""
        The frames are those that jit-bt folds: of the Python interpreter, of ctypes and of libffi. While it is on, step
        goes from the interpreter's C code into the JIT function that it calls; and a step, next or finish that ends in
        the interpreter goes on, to the next JIT function, or to where the interpreter has returned to the program that
        it is part of. What else stops the program stops it there, too. Off is how debuggers are, and how it begins.

        Without STATE it is told how it stands. It is for steps that are typed at the debugger's prompt. A program that
        drives the debugger, such as an IDE, is told of a stop before it could be passed over: there gdb's step goes
        into JIT code as well, and out of it into the interpreter, and lldb's buttons step as before.
        """,
    arguments=(Argument("STATE", "on or off", optional=True, candidates=_candidates),),
    examples=(Example("jit-skip on", "before stepping through a Python program"), Example("jit-skip", "is it on?")),
    run=run,
    render=render,
)
