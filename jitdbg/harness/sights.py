"""What a debugger shows of a program, line by line: a breakpoint on each line with code, and a look at every stop.

Breakpoints are more stable than steps: gdb and lldb step differently over prologues, calls and loops, but stop at the
same lines.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jitdbg.debugger.facts import BREAKPOINT, SIGNAL, Frame, Place, Stop, Value
from jitdbg.harness.backend import Backend, Program
from jitdbg.harness.code_lines import CodeLines
from jitdbg.harness.session import TIMEOUT, Session

STOPS = 200
"""How many stops of a program are looked at, where nothing else is said."""

_FRAMES = 24
_FRAMES_WITH_VALUES = 3
_DEPTH = 2


@dataclass(frozen=True)
class SeenFrame:
    """A frame in the source, with the values of its arguments and of the locals that have been initialised."""

    function: str
    line: int
    inlined: bool
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Sight:
    """A stop at a line, the ``hit``-th there, from 1; ``frames`` are those of the source, innermost first."""

    line: int
    hit: int
    frames: tuple[SeenFrame, ...]


@dataclass(frozen=True)
class Observation:
    """All that was seen of one run; ``end`` is None where the program was left at the limit of stops."""

    source: str
    sights: tuple[Sight, ...]
    end: Stop | None


def observe(
    program: Program,
    code: CodeLines,
    *,
    debugger: str | Backend = "gdb",
    stops: int = STOPS,
    timeout: float = TIMEOUT,
) -> Observation:
    """Run a program under a debugger and look at it at every line of the source; ends at a signal too.

    The program should have one thread, or one at least that runs the source.
    """
    with Session.launch(
        program.command,
        debugger=debugger,
        environment=program.environment,
        directory=program.directory,
        timeout=timeout,
    ) as session:
        sights, end = _watch(session, code, stops)
    return Observation(code.source, sights, end)


def _watch(session: Session, code: CodeLines, stops: int) -> tuple[tuple[Sight, ...], Stop | None]:
    # A breakpoint that waits for its code costs at each library that is loaded: at first there are few of them.
    _break_at(session, code.source, code.entries)
    stop = session.run()
    _break_at(session, code.source, sorted(set(code.lines) - set(code.entries)))
    sights: list[Sight] = []
    hits: Counter[int] = Counter()
    while not stop.ended and stop.reason != SIGNAL and len(sights) < stops:
        if stop.reason == BREAKPOINT and (frames := _frames(session, code.source)):
            hits[frames[0].line] += 1
            sights.append(Sight(frames[0].line, hits[frames[0].line], frames))
        stop = session.go_on()
    return tuple(sights), stop if stop.ended or stop.reason == SIGNAL else None


def _break_at(session: Session, source: str, lines: Sequence[int]) -> None:
    if session.stop is None or not session.stop.ended:
        for line in lines:
            session.break_at(Place(source, line))


def _frames(session: Session, source: str) -> tuple[SeenFrame, ...]:
    inside = (frame for frame in session.frames(_FRAMES) if _is_in(frame, source))
    counted = zip(itertools.count(), inside)
    return tuple(_frame(session, frame, with_values=number < _FRAMES_WITH_VALUES) for number, frame in counted)


def _is_in(frame: Frame, source: str) -> bool:
    return frame.place is not None and os.path.realpath(frame.place.file) == source


def _frame(session: Session, frame: Frame, *, with_values: bool) -> SeenFrame:
    assert frame.place is not None
    line = frame.place.line
    values = {} if frame.prologue or not with_values else _values(session, frame.level, line)
    return SeenFrame(frame.function or "", line, frame.inlined, values)


def _values(session: Session, level: int, line: int) -> dict[str, Value]:
    """Read a frame's arguments, and of its locals those that are declared before the line: the others hold nothing yet.

    Left out is what clang adds to the source, the lengths of arrays.
    """
    found = {
        name: value
        for name, value in session.locals(level, depth=_DEPTH).items()
        if (value.declared is None or value.declared < line) and not name.startswith("__vla_expr")
    }
    return {**session.arguments(level, depth=_DEPTH), **found}
