"""Stepping through a program in each debugger, at each level of optimisation, and what that shows (`steps.Run`)."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from jitdbg.audit.facts import Audit
from jitdbg.audit.steps import Run, Seen, judge, lines_of
from jitdbg.errors import DeadlinePassed, DebuggerError, ElfError, SourceError
from jitdbg.harness.backend import Backend, Program
from jitdbg.harness.session import TIMEOUT, describe
from jitdbg.harness.sights import Observation, Sight, observe

STOPS = 2000
"""How many stops of a program are looked at, where nothing else is said."""

_MISTAKE = "jitdbg: error: "
Level = int | None


def step_through(
    programs: Mapping[Level, Program],
    images: Mapping[Level, Audit],
    source: Path,
    debuggers: Sequence[str | Backend],
    *,
    stops: int = STOPS,
    timeout: float = TIMEOUT,
) -> list[Run]:
    """Step through programs that run a source, each with the audit of its image, by the level they were compiled at.

    Lines that no step led to are tried by breakpoints, in another run: no debugger steps from a throw to its handler.

    Values are held against the same debugger's run at level 0, the run at that level against another debugger's.
    Raises `SourceError` where the source has no code in an image, and `DebuggerError` where a program does not come to
    it, or runs on for longer than ``timeout``, in seconds, without a stop.
    """
    file = os.path.realpath(source)
    seen = [
        _seen(programs[level], images[level], level, file, debugger, stops, timeout)
        for level in programs
        for debugger in debuggers
    ]
    return [_judged(each, seen, images) for each in seen]


def main_source(audit: Audit) -> Path:
    """Give the file with the most lines of code. Raises `ElfError` where no function has any."""
    counts: Counter[str] = Counter()
    for each in audit.functions:
        counts[each.file] += len(each.code)
    if not counts:
        raise ElfError(f"{audit.path}: its debug info has no function with code: there is nothing to step through")
    return Path(counts.most_common(1)[0][0])


def _seen(
    program: Program, image: Audit, level: Level, file: str, debugger: str | Backend, stops: int, timeout: float
) -> Seen:
    code = lines_of(image, file)
    name = debugger if isinstance(debugger, str) else debugger.name
    if not code.lines:
        raise SourceError(f"{file}: no line of it is in the debug info of {image.path}: compile it with -g")
    jumped: tuple[Sight, ...] = ()
    try:
        observation = observe(program, code, debugger=debugger, stops=stops, timeout=timeout, stepping=True)
        never = set(code.lines) - {sight.line for sight in observation.sights}
        if never and observation.sights and observation.end and observation.end.ended:
            by_breakpoint = observe(program, code, debugger=debugger, stops=stops, timeout=timeout)
            jumped = tuple(sight for sight in by_breakpoint.sights if sight.line in never)
    except DeadlinePassed:
        raise DeadlinePassed(
            f"{file}: a step under {name} took more than {timeout:g} s: does the program hang there? If it only takes "
            "its time, give it more with --timeout"
        ) from None
    if not observation.sights:
        raise DebuggerError(_never_came(observation, name))
    return Seen(name, level, image, observation, jumped)


def _never_came(observation: Observation, debugger: str) -> str:
    """Say why no line was reached, in the words of the program where it had some."""
    said = [line for line in observation.output.splitlines() if line.startswith(_MISTAKE)]
    if said:
        return said[-1].removeprefix(_MISTAKE)
    how = describe(observation.end) if observation.end else "it went on"
    return f"{observation.source}: no line of it was reached under {debugger}: {how}"


def _judged(seen: Seen, others: Sequence[Seen], images: Mapping[Level, Audit]) -> Run:
    if seen.level:
        unoptimised = next((each for each in others if each.level == 0 and each.debugger == seen.debugger), None)
        return judge(seen, images.get(0, seen.image), unoptimised, unoptimised)
    other = next((each for each in others if each.level == seen.level and each.debugger != seen.debugger), None)
    return judge(seen, seen.image, other, None)
