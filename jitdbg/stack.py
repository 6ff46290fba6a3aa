"""Native stacks: of the calling thread (`traceback`), and how a stack is written for people."""

from __future__ import annotations

import itertools
import linecache
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jitdbg.debugger.interpreter import is_interpreters
from jitdbg.symbols import Frame, symbolize_all
from jitdbg.symbols.unwind import return_addresses

LIMIT = 1024
"""Frames of a stack that are walked."""
_OWN = 16  # more than the call that asks has: libffi's and ctypes' frames


@dataclass(frozen=True)
class Traceback:
    """The native stack of a thread, innermost frame first, inlined functions before their callers; printed as text.

    Frames are JIT code, native libraries, and the interpreter's own; the text folds the latter.
    """

    frames: tuple[Frame, ...]

    def __str__(self) -> str:
        return "\n".join(stack_lines(self.frames))


def traceback(limit: int = LIMIT) -> Traceback:
    """Return the native stack of the calling thread, as JIT code sees it that has called back into Python.

    Of at most ``limit`` frames, not counting inlined functions. Python's own stack is `traceback.extract_stack`'s.
    """
    found = symbolize_all(return_addresses(limit + _OWN), are_return_addresses=True)
    # What asks is no part of the answer: the call through libffi that led to backtrace(3).
    asked = itertools.dropwhile(lambda frames: all(map(_is_foreign_call, frames)), found)
    return Traceback(tuple(itertools.chain.from_iterable(itertools.islice(asked, limit))))


def _is_foreign_call(frame: Frame) -> bool:
    return os.path.basename(frame.path).startswith(("libffi.", "_ctypes."))


def stack_lines(frames: Iterable[Frame]) -> Iterator[str]:
    """Write frames for people: a line for each, its source line where there is one; the interpreter's are folded."""
    level = 0
    for folded, group in itertools.groupby(frames, lambda frame: is_interpreters(frame.path)):
        members = list(group)
        if folded:
            yield _folded(members, level)
        else:
            yield from itertools.chain.from_iterable(map(_lines, members, itertools.count(level)))
        level += len(members)


def _lines(frame: Frame, level: int) -> Iterator[str]:
    name = "??" if frame.function is None else f"{frame.function}{frame.offset:+#x}"
    inlined = " (inlined)" if frame.inlined else ""
    file = os.path.basename(frame.path)
    yield f"  #{level:<3} {name}{inlined}{_place(frame)}" + (f" in {file}" if file else f" at {frame.address:#x}")
    if frame.file and frame.line and (text := linecache.getline(frame.file, frame.line).strip()):
        yield f"         {text}"


def _place(frame: Frame) -> str:
    if frame.file is None:
        return ""
    return f" at {frame.file}" + "".join(f":{number}" for number in (frame.line, frame.column) if number)


def _folded(members: Iterable[Frame], level: int) -> str:
    listed = list(members)
    files = ", ".join(dict.fromkeys(os.path.basename(frame.path) for frame in listed))
    count = "a frame" if len(listed) == 1 else f"{len(listed)} frames"
    return f"  #{level:<3} … {count} of the interpreter ({files})"
