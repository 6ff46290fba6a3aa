"""``jit-bt``: the stack, with JIT code named by its dylib and the interpreter's own frames folded."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from jitdbg.debugger.blocking import is_c_library
from jitdbg.debugger.commands.declaration import Argument, Arguments, Command, Example, Option
from jitdbg.debugger.dylibs import Dylib
from jitdbg.debugger.facts import Frame
from jitdbg.debugger.interpreter import is_interpreters
from jitdbg.debugger.tables import NAME_WIDTH, table
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError

_MAIN = "main"
_STARTS = ("__libc_start_call_main", "__libc_start_main", "__libc_start_main_impl", "_start")


@dataclass(frozen=True)
class Known:
    """A frame, with the JIT dylib that its code is of; ``folded`` is the interpreter's."""

    frame: Frame
    dylib: Optional[Dylib]
    folded: bool


@dataclass(frozen=True)
class Stack:
    """The frames from the innermost outwards; ``selected`` is the level of the selected one."""

    frames: Sequence[Known]
    selected: int
    folds: bool
    more: bool = False


def run(target: Target, arguments: Arguments) -> Stack:
    """Walk the stack."""
    target.process()
    limit = _limit(arguments.count)
    frames = target.adapter.frames(limit + 1 if limit else 0)
    dylibs = {dylib.path: dylib for dylib in target.dylibs.listed()}
    known = [Known(frame, _dylib(dylibs, frame), is_interpreters(frame.module)) for frame in frames]
    shown = known if arguments.all else _up_to_main(known)
    more = bool(limit) and len(shown) > limit
    return Stack(shown[: limit or None], target.adapter.selected_frame(), not arguments.all, more)


def _up_to_main(known: Sequence[Known]) -> Sequence[Known]:
    """Leave out what calls ``main``, which not every debugger walks through.

    A ``main`` that ends in a jump to another function is not on the stack any more.
    """
    names = [None if each.dylib else (each.frame.function or "").partition("@")[0] for each in known]
    if _MAIN in names:
        return known[: names.index(_MAIN) + 1]
    start = next((index for index, name in enumerate(names) if name in _STARTS), 0)
    # Of the C library's functions, lldb knows the exported ones by name.
    while start > 1 and not names[start - 1] and is_c_library(known[start - 1].frame.module):
        start -= 1
    return known[:start] if start else known


def _limit(words: Optional[str]) -> int:
    try:
        return int(words or 0)
    except ValueError:
        raise DebuggerError(f"jit-bt: COUNT is a number of frames, which {words!r} is not") from None


def _dylib(dylibs: dict[str, Dylib], frame: Frame) -> Optional[Dylib]:
    found = dylibs.get(frame.module or "")
    if found is None:
        found = next((each for each in dylibs.values() if each.start <= frame.address < each.end), None)
    return found


def render(stack: Stack) -> str:
    """Show a line for each frame, and one for neighbours that are folded."""
    shown = [known for known in stack.frames if not (known.folded and stack.folds)]
    lines = iter(
        table(("", "", "", ""), [_row(known, stack.selected) for known in shown], width=NAME_WIDTH).splitlines()
    )
    text = [
        _folded(list(group)) if folded else "\n".join(itertools.islice(lines, len(list(group))))
        for folded, group in itertools.groupby(stack.frames, lambda known: known.folded and stack.folds)
    ]
    text += ["(more frames follow)"] if stack.more else []
    return "\n".join([*text, ""]) if text else "There is no stack.\n"


def _folded(group: Sequence[Known]) -> str:
    files = dict.fromkeys(os.path.basename(known.frame.module or "") for known in group)
    first, last = group[0].frame.level, group[-1].frame.level
    levels = f"#{first}" if first == last else f"#{first}-{last}"
    count = "a frame" if first == last else f"{len(group)} frames"
    return f"   {levels}  ({count} of the interpreter: {', '.join(files)})"


def _row(known: Known, selected: int) -> tuple[str, ...]:
    frame = known.frame
    mark = "=>" if frame.level == selected else "  "
    place = f"{frame.place.file}:{frame.place.line}" if frame.place else f"{frame.address:#x}"
    owner = f"JIT {known.dylib.name}.{known.dylib.generation}" if known.dylib else os.path.basename(frame.module or "")
    return f"{mark} #{frame.level}", frame.function or "?", f"{owner}{', inlined' if frame.inlined else ''}", place


COMMAND = Command(
    name="jit-bt",
    summary="Show the stack: JIT code by its dylib and generation, the interpreter's own frames folded.",
    description="""
        A frame of JIT code is marked with its dylib's name and generation, as in "JIT fib.2". Neighbouring frames of
        the Python interpreter, of ctypes and of libffi, which stand between a Python program and its JIT code, become
        one line, and what calls main is left out. The selected frame is marked.
        """,
    arguments=(Argument("COUNT", "how many frames, from the innermost on", optional=True),),
    options=(Option("--all", "Fold nothing."),),
    examples=(
        Example("jit-bt", "the whole stack"),
        Example("jit-bt 10", "its innermost ten frames"),
        Example("jit-bt --all", "with the interpreter's frames"),
    ),
    run=run,
    render=render,
)
