"""What a debugger shows of a program, line by line: a breakpoint on each line with code, and a look at every stop.

Breakpoints are more stable than steps: gdb and lldb step differently over prologues, calls and loops, but stop at the
same lines. To see what a person sees who steps, the program is stepped through from where it enters the source.
"""

from __future__ import annotations

import dataclasses
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jitdbg.debugger.facts import AVAILABLE, BREAKPOINT, SIGNAL, STEP, Frame, Place, Stop, Value
from jitdbg.harness.abilities import ARGUMENTS, DECLARATIONS
from jitdbg.harness.backend import Backend, Program
from jitdbg.harness.code_lines import CodeLines
from jitdbg.harness.session import TIMEOUT, Session

STOPS = 200
"""How many stops of a program are looked at, where nothing else is said."""

_FRAMES = 24
_FRAMES_WITH_VALUES = 3
_DEPTH = 2
_ADDED = ("__vla_expr", "__range", "__begin", "__end")  # Lengths of arrays, and what loops over ranges go by.


@dataclass(frozen=True)
class SeenFrame:
    """A frame in the source, with the values of its arguments and of the locals that are declared before its line.

    ``set`` names those of them that have been set: the arguments, and locals whose line the call has come by. ``early``
    are the locals for which a value is shown although the call has not come by their line.
    """

    function: str
    line: int
    inlined: bool
    values: Mapping[str, Value]
    set: frozenset[str]
    early: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sight:
    """A stop at a line, the ``hit``-th of its thread there, from 1; ``frames`` are the source's, innermost first.

    ``thread`` counts those that come to the source, from 1, in the order in which they were started.
    """

    line: int
    hit: int
    frames: tuple[SeenFrame, ...]
    thread: int = 1

    @property
    def key(self) -> tuple[int, int, int]:
        """What one stop has in common with that of another run."""
        return self.thread, self.line, self.hit


@dataclass(frozen=True)
class Observation:
    """All that was seen of one run; ``end`` is None where the program was left at the limit of stops.

    ``passed_over`` are lines with code where nothing stops: breakpoints go to a later one, from a function's first line
    to that behind its prologue. ``output`` is what the program printed, ``version`` the debugger's.
    """

    source: str
    sights: tuple[Sight, ...]
    end: Stop | None
    passed_over: frozenset[int] = frozenset()
    output: str = ""
    version: str = ""


def observe(
    program: Program,
    code: CodeLines,
    *,
    debugger: str | Backend = "gdb",
    stops: int = STOPS,
    timeout: float = TIMEOUT,
    stepping: bool = False,
) -> Observation:
    """Run a program under a debugger and look at it at every line of the source; ends at a signal too.

    It goes from breakpoint to breakpoint, which are on all lines, or, ``stepping``, steps from line to line and into
    calls, with breakpoints only where the program can enter the source.

    Each thread is looked at for itself, but nothing is done about the order in which they come to what they share.
    Raises `Unsupported` where the debugger does not tell the lines that variables are declared at.
    """
    with Session.launch(
        program.command,
        debugger=debugger,
        environment=program.environment,
        directory=program.directory,
        timeout=timeout,
    ) as session:
        session.require(DECLARATIONS)  # Before its line a local holds what was in memory, which is different each time.
        # A breakpoint that waits for its code costs at each library that is loaded: at first there are few of them.
        _break_at(session, code.source, code.entries)
        first = session.run()
        if not stepping:
            _break_at(session, code.source, sorted(set(code.lines) - set(code.entries)))
        passed_over = frozenset(_passed_over(session))
        sights, end = _watch(session, code, first, stops, stepping)
        return Observation(code.source, sights, end, passed_over, session.output, session.version)


def _watch(
    session: Session, code: CodeLines, stop: Stop, stops: int, stepping: bool
) -> tuple[tuple[Sight, ...], Stop | None]:
    sights: list[Sight] = []
    hits: Counter[tuple[int, int]] = Counter()
    calls: defaultdict[int, _Calls] = defaultdict(_Calls)
    while not stop.ended and stop.reason != SIGNAL and len(sights) < stops:
        inside = [frame for frame in session.frames(_FRAMES) if _is_in(frame, code.source)]
        if stop.reason in (BREAKPOINT, STEP) and inside:
            line, thread = _line(inside[0]), stop.thread or 0
            hits[thread, line] += 1
            frames = _frames(session, inside, calls[thread].passed(inside))
            sights.append(Sight(line, hits[thread, line], frames, thread))
        stop = _step(session, code.source) if stepping and inside else session.go_on()
    # Debuggers number threads as they are started, but count those of the host as well.
    ranks = {thread: rank for rank, thread in enumerate(sorted(calls), 1)}
    ranked = (dataclasses.replace(sight, thread=ranks[sight.thread]) for sight in sights)
    return tuple(ranked), stop if stop.ended or stop.reason == SIGNAL else None


def _step(session: Session, source: str) -> Stop:
    """Step into the next line; out again of what the source calls elsewhere, as into a library with debug info."""
    stop = session.step_in()
    while stop.reason == STEP and _has_strayed(session, source):
        stop = session.step_out()
        if stop.reason == STEP and not _has_strayed(session, source):
            stop = session.step_in()  # It is in the middle of the line of the call.
    return stop


def _has_strayed(session: Session, source: str) -> bool:
    """Tell whether the program is in other code, which the source has called."""
    frames = session.frames(_FRAMES)
    return not _is_in(frames[0], source) and any(_is_in(frame, source) for frame in frames)


def _break_at(session: Session, source: str, lines: Sequence[int]) -> None:
    if session.stop is None or not session.stop.ended:
        for line in lines:
            session.break_at(Place(source, line))


def _passed_over(session: Session) -> Iterator[int]:
    for point in session.breakpoints():
        line = int(point.requested.rpartition(":")[2])
        if point.locations and all(each.place is None or each.place.line != line for each in point.locations):
            yield line


class _Calls:
    """The calls that are on a thread's stack, outermost first, with the lines at which each was seen before."""

    def __init__(self) -> None:
        self._calls: list[tuple[str | None, set[int]]] = []

    def passed(self, frames: Sequence[Frame]) -> list[frozenset[int]]:
        """Tell which lines each call has come by, and note where it is now; frames and lines are innermost first."""
        for depth, frame in enumerate(reversed(frames)):
            if depth == len(self._calls) or self._calls[depth][0] != frame.function:
                self._calls[depth:] = [(frame.function, set())]
        del self._calls[len(frames) :]
        passed = [frozenset(lines) for _, lines in reversed(self._calls)]
        self._calls[-1][1].add(_line(frames[0]))
        return passed


def _is_in(frame: Frame, source: str) -> bool:
    return frame.place is not None and os.path.realpath(frame.place.file) == source


def _line(frame: Frame) -> int:
    assert frame.place is not None
    return frame.place.line


def _frames(session: Session, frames: Sequence[Frame], passed: Sequence[frozenset[int]]) -> tuple[SeenFrame, ...]:
    with_values = [
        _frame(session, frame, lines)
        for frame, lines in zip(frames[:_FRAMES_WITH_VALUES], passed[:_FRAMES_WITH_VALUES], strict=True)
    ]
    rest = (_without_values(frame) for frame in frames[_FRAMES_WITH_VALUES:])
    return (*with_values, *rest)


def _frame(session: Session, frame: Frame, passed: frozenset[int]) -> SeenFrame:
    """Look at the values of a frame, but for those that clang adds to the source."""
    if frame.prologue:
        return _without_values(frame)
    arguments = {} if session.lacks(ARGUMENTS) else session.arguments(frame.level, depth=_DEPTH)
    variables = session.locals(frame.level, depth=_DEPTH).items()
    listed = {name: value for name, value in variables if not name.startswith(_ADDED)}
    found = {name: value for name, value in listed.items() if value.declared is None or value.declared < _line(frame)}
    have = {name for name, value in found.items() if value.declared is None or value.declared in passed}
    early = {
        name
        for name, value in listed.items()
        if value.availability == AVAILABLE and value.declared is not None and value.declared not in passed
    }
    values, is_set = {**arguments, **found}, frozenset(have | arguments.keys())
    return SeenFrame(frame.function or "", _line(frame), frame.inlined, values, is_set, frozenset(early))


def _without_values(frame: Frame) -> SeenFrame:
    return SeenFrame(frame.function or "", _line(frame), frame.inlined, {}, frozenset())
