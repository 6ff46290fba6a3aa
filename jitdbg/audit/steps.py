"""What a debugger showed of a program that was stepped through (`jitdbg.harness.sights`), held against what it should.

What should be there is known from elsewhere: the lines and variables from the DWARF of the unoptimised image, the
values from the unoptimised run, which stores everything, or from another debugger's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from jitdbg.audit.facts import Audit, FunctionFact, Share
from jitdbg.debugger.facts import AVAILABLE, SIGNAL, Value
from jitdbg.debugger.names import function_name
from jitdbg.harness.code_lines import CodeLines
from jitdbg.harness.differential import losses
from jitdbg.harness.session import describe
from jitdbg.harness.sights import Observation, SeenFrame, Sight
from jitdbg.symbols.demangle import demangle

Step = tuple[str, int, int]
"""A step in one call: the function, the line before and the line after."""


@dataclass(frozen=True)
class Lack:
    """A variable that was not readable on a line where it should be; ``times`` is at how many stops."""

    line: int
    variable: str
    times: int


@dataclass(frozen=True)
class Wrong:
    """A value that was shown and is not one that the variable has there; ``times`` is at how many stops."""

    line: int
    variable: str
    shown: str
    right: str
    times: int


@dataclass(frozen=True)
class Run:
    """A program stepped through under a debugger; ``stops`` were looked at, ``complete`` says whether to the end.

    ``lines`` were stopped at, of those where a breakpoint can stop, and ``missed`` are the others; to ``unstepped`` no
    step led, but a breakpoint stopped there. ``readings`` were possible, of the variables that have been assigned, one
    for each variable and stop; ``lacking`` says which were not. ``early`` counts the readings that showed a value
    before there was one.

    ``wrong`` and ``frames_missing``, stops where the stack lacks a frame, are counted against ``against``, and are None
    where there is nothing to hold a run against. ``backwards`` counts steps to an earlier line of the same call,
    ``jumps`` those of them that the unoptimised code never makes, None for that code itself.
    """

    debugger: str
    version: str
    level: int | None
    against: str
    stops: int
    complete: bool
    end: str
    crashed: bool
    lines: Share
    missed: tuple[int, ...]
    unstepped: tuple[int, ...]
    readings: Share
    lacking: tuple[Lack, ...]
    early: int
    wrong: tuple[Wrong, ...] | None
    backwards: int
    jumps: int | None
    frames_missing: int | None


@dataclass(frozen=True)
class Seen:
    """A run as it was observed: of which image, at which level, under which debugger.

    ``jumped`` are stops at lines that no step led to, by breakpoints.
    """

    debugger: str
    level: int | None
    image: Audit
    observation: Observation
    jumped: tuple[Sight, ...] = ()

    @property
    def all(self) -> Observation:
        """All stops, whether steps led there or breakpoints."""
        return replace(self.observation, sights=(*self.observation.sights, *self.jumped))


def lines_of(audit: Audit, source: str) -> CodeLines:
    """Give the lines of a source where a breakpoint can stop, and those where the program can enter it."""
    functions = [each for each in audit.functions if each.file == source]
    lines = {line for each in functions for line in each.statements}
    entries = {line for each in functions for line in each.entries}
    return CodeLines(source, tuple(sorted(lines)), tuple(sorted(entries)))


def judge(seen: Seen, expected: Audit, values: Seen | None, steps: Seen | None) -> Run:
    """Judge a run by the image that it should be like, and by a run that has right values, and one of right steps."""
    stepped, observation = seen.observation, seen.all
    lines = lines_of(seen.image, observation.source)
    stopped = {sight.line for sight in observation.sights} & set(lines.lines)
    lacking, readings = _readings(observation, expected, set(lines.lines))
    backwards = Counter(step for step in steps_within_calls(stepped) if step[2] < step[1])
    usual = set(steps_within_calls(steps.observation)) if steps else set()
    end = observation.end
    return Run(
        debugger=seen.debugger,
        version=observation.version,
        level=seen.level,
        against=_name(values) if values else "",
        stops=len(observation.sights),
        complete=end is not None and end.ended,
        end=describe(end) if end else "",
        crashed=end is not None and (end.reason == SIGNAL or bool(end.signal)),
        lines=Share(len(stopped), len(lines.lines)),
        missed=tuple(sorted(set(lines.lines) - stopped)),
        unstepped=tuple(sorted({sight.line for sight in seen.jumped})),
        readings=readings,
        lacking=lacking,
        early=_early(observation, set(lines.lines)),
        wrong=_wrong(values, seen) if values else None,
        backwards=backwards.total(),
        jumps=sum(count for step, count in backwards.items() if step not in usual) if steps else None,
        frames_missing=_frames_missing(values.all, observation) if values else None,
    )


def _name(seen: Seen) -> str:
    return seen.debugger if seen.level is None else f"{seen.debugger} -O{seen.level}"


# ------------------------------------------------------------------------------------------------------------ variables


def _readings(observation: Observation, expected: Audit, code: set[int]) -> tuple[tuple[Lack, ...], Share]:
    """Try at each stop the variables that are to be readable there, those of the innermost frame.

    Of a declaration that has ``code`` the call must have come by; others can't be seen to be passed.
    """
    functions = [each for each in expected.functions if each.file == observation.source]
    wanted = {stop: _wanted(functions, *stop) for stop in {_stop(sight) for sight in observation.sights}}
    lacking: Counter[tuple[int, str]] = Counter()
    count = 0
    for sight in observation.sights:
        for name, declared in wanted[_stop(sight)]:
            value = sight.frames[0].values.get(name)
            if value is None or name in sight.frames[0].set or declared not in code:
                count += 1
                lacking[sight.line, name] += value is None or value.availability != AVAILABLE
    lacks = tuple(Lack(line, name, times) for (line, name), times in sorted(lacking.items()) if times)
    return lacks, Share(count - lacking.total(), count)


def _stop(sight: Sight) -> tuple[int, str]:
    return sight.line, sight.frames[0].function


def _wanted(functions: Sequence[FunctionFact], line: int, shown: str) -> set[tuple[str, int]]:
    """Give the variables that are to be readable on a line of a function: name, and line of the declaration.

    A lambda shares its line with the function that it is in. Of overloads that share one, whose names debuggers show
    alike, it is what all of them have there.
    """
    on_line = [each for each in functions if line in each.statements]
    named = [each for each in on_line if _is_named(each, shown)] or on_line
    listed = [{(each.name, each.line) for each in function.variables if line in each.lines} for function in named]
    return set.intersection(*listed) if listed else set()


def _is_named(function: FunctionFact, shown: str) -> bool:
    """Tell whether a debugger shows a function by this name: without the result, and mangled where it knows no better.

    lldb 22 does not demangle generic lambdas.
    """
    name, other = function_name(function.name), function_name(demangle(shown) or shown)
    return name == other or name.endswith(f" {other}")


def _early(observation: Observation, code: set[int]) -> int:
    return sum(_is_early(sight.frames[0], name, code) for sight in observation.sights for name in sight.frames[0].early)


def _is_early(frame: SeenFrame, name: str, code: set[int]) -> bool:
    """Tell whether it is known that a variable has no value: not where its declaration, further up, has no code."""
    value: Value | None = frame.values.get(name)
    return value is None or value.declared in code


def _wrong(right: Seen, seen: Seen) -> tuple[Wrong, ...]:
    observation = seen.all if right.debugger == seen.debugger else _at_beginnings(seen.all)
    found: Counter[tuple[int, str, str, str]] = Counter()
    for each in losses(_own_values(right.all), _own_values(observation)):
        if each.place and each.what not in ("stops", "frames"):
            found[each.place.line, each.what, each.right, each.left] += 1
    return tuple(Wrong(*what, times) for what, times in sorted(found.items()))


def _at_beginnings(observation: Observation) -> Observation:
    """Leave out stops behind a call in the middle of a line: lldb makes them, gdb goes on to the next line.

    What a variable has there alone, as in a loop that is on one line, gdb never shows.
    """
    stops = _within_calls(observation)
    return replace(
        observation, sights=tuple(sight for sight, before, calls in stops if not calls or before != sight.line)
    )


def _own_values(observation: Observation) -> Observation:
    """Leave out what pointers lead to, no variable's own: memory that nobody has written differs by the run."""
    sights = (replace(sight, frames=tuple(map(_own_values_in, sight.frames))) for sight in observation.sights)
    return replace(observation, sights=tuple(sights))


def _own_values_in(frame: SeenFrame) -> SeenFrame:
    return replace(frame, values={name: _own_value(value) for name, value in frame.values.items()})


def _own_value(value: Value) -> Value:
    if value.type.endswith(("*", "&")):
        return replace(value, children=())
    return replace(value, children=tuple(map(_own_value, value.children)))


# ------------------------------------------------------------------------------------------------- steps and frames


def steps_within_calls(observation: Observation) -> Iterator[Step]:
    """Yield the steps from line to line of the same call; what it calls in between does not count."""
    for sight, before, _ in _within_calls(observation):
        if before not in (None, sight.line):
            yield sight.frames[0].function, before, sight.line


def _within_calls(observation: Observation) -> Iterator[tuple[Sight, int | None, bool]]:
    """Yield each stop with the line where its call was before, None at first, and whether it has called meanwhile."""
    calls: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for sight in observation.sights:
        stack, depth, function = calls[sight.thread], len(sight.frames), sight.frames[0].function
        is_known = len(stack) >= depth and stack[depth - 1][0] == function
        yield sight, stack[depth - 1][1] if is_known else None, len(stack) > depth
        stack[depth - 1 :] = [(function, sight.line)]


def _frames_missing(right: Observation, observation: Observation) -> int:
    """Count the stops whose stack, in the source, is one that the other run has there, less some frames."""
    stacks = defaultdict(set)
    for sight in right.sights:
        stacks[sight.line].add(_functions(sight))
    return sum(_lacks_frames(_functions(sight), stacks[sight.line]) for sight in observation.sights)


def _functions(sight: Sight) -> tuple[str, ...]:
    return tuple(frame.function for frame in sight.frames)


def _lacks_frames(stack: tuple[str, ...], others: set[tuple[str, ...]]) -> bool:
    return stack not in others and any(len(other) > len(stack) and _is_part(stack, other) for other in others)


def _is_part(some: tuple[str, ...], of: tuple[str, ...]) -> bool:
    rest = iter(of)
    return all(function in rest for function in some)
