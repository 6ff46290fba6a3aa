"""What has to hold when a debugger stops in a dylib, and the lines of its answers that show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from jitdbg.demo.dialects import STEPS, Dialect, Frame, variables
from jitdbg.demo.dialogue import Heard
from jitdbg.demo.inputs import Debuggee

_IMAGE = re.compile(r"\.[0-9a-f]{16}\.so$")
_LONG = 100  # characters that a line shows in a terminal of usual width
_VARIABLES = 6  # lines that are shown, those first that were checked
_PYTHON = re.compile(r"^_?Py[A-Z_]")


@dataclass(frozen=True)
class Claim:
    """A statement, whether it held, and the lines that show it or speak against it."""

    words: str
    holds: bool
    evidence: tuple[str, ...] = ()


def check(dialect: Dialect, debuggee: Debuggee, heard: Heard) -> Iterator[Claim]:
    """Hold what a debugger said against what has to be true of it, in the order of the dialogue."""
    yield _pending(heard)
    yield _hit(dialect, debuggee, heard)
    if debuggee.values is not None:
        yield _variables(debuggee.values, heard)
    yield _steps(dialect, debuggee, heard)
    yield _backtrace(dialect, debuggee, heard)
    yield _went_on(dialect, heard, "continue", "after that the program runs to its end")
    yield _hit_again(dialect, debuggee, heard)


def _pending(heard: Heard) -> Claim:
    lines = [line for line in heard.answer("breakpoint").splitlines() if "pending" in line]
    return Claim("the breakpoint is taken before the dylib exists", bool(lines), tuple(lines[:1]))


def _hit(dialect: Dialect, debuggee: Debuggee, heard: Heard) -> Claim:
    frames = dialect.frames(heard.answer("stop"))
    holds = bool(frames) and _is_at(frames[0], debuggee, debuggee.line) and bool(_IMAGE.search(frames[0].module))
    lines = [_brief(line) for line in heard.answer("stop").splitlines() if line.strip() and not line[0].isdigit()]
    statement = dialect.statement(heard.answer("run"))
    return Claim("it is hit in the dylib", holds, _present(*lines, statement))


def _variables(values: Mapping[str, str], heard: Heard) -> Claim:
    answer = heard.answer("variables")
    found = dict(variables(answer))
    holds = bool(values) and all(found.get(name) == value for name, value in values.items())
    lines = sorted(filter(str.strip, answer.splitlines()), key=lambda line: not dict(variables(line)).keys() & values)
    return Claim("its variables have the right values", holds, tuple(_ends(lines, _VARIABLES, 0)))


def _steps(dialect: Dialect, debuggee: Debuggee, heard: Heard) -> Claim:
    answers = [heard.answer(step) for step in STEPS]
    frames = [frame for answer in answers for frame in dialect.frames(answer)[:1]]
    path = [debuggee.line, *(frame.line for frame in frames)]
    moved = all(before != after for before, after in pairwise(path))
    stayed = all(_is_at(frame, debuggee, frame.line) for frame in frames)
    holds = len(frames) == len(STEPS) and moved and stayed
    return Claim("three steps go from line to line", holds, _present(*map(dialect.statement, answers)))


def _backtrace(dialect: Dialect, debuggee: Debuggee, heard: Heard) -> Claim:
    answer = heard.answer("backtrace")
    frames = dialect.frames(answer)
    ours = _leading(frames, debuggee)
    host = any(_PYTHON.match(frame.function) for frame in frames[ours:])
    lines = [_brief(line) for line in answer.splitlines() if re.search(r"(^|frame )#\d+", line)]
    words = f"the backtrace runs through {ours} frame{'s' * (ours != 1)} of the dylib into the host"
    return Claim(words, ours > 0 and host, tuple(_shortened(lines, ours)))


def _went_on(dialect: Dialect, heard: Heard, turn: str, words: str) -> Claim:
    line = dialect.exited(heard.answer(turn))
    return Claim(words, bool(line), _present(line))


def _hit_again(dialect: Dialect, debuggee: Debuggee, heard: Heard) -> Claim:
    frames = dialect.frames(heard.answer("stop again"))
    lines = [line for line in heard.answer("stop again").splitlines() if line.strip()]
    holds = bool(frames) and _is_at(frames[0], debuggee, debuggee.line) and bool(dialect.exited(heard.answer("end")))
    return Claim(f"run again in the same {dialect.name}, it is hit again", holds, tuple(map(_brief, lines[:1])))


def _is_at(frame: Frame, debuggee: Debuggee, line: int) -> bool:
    # Files are named in full by one debugger and by their last part by the other.
    return (frame.function, Path(frame.file).name, frame.line) == (debuggee.function, debuggee.file.name, line)


def _leading(frames: list[Frame], debuggee: Debuggee) -> int:
    """Count the innermost frames that lie in the dylib's source."""
    for count, frame in enumerate(frames):
        if Path(frame.file).name != debuggee.file.name:
            return count
    return len(frames)


def _shortened(lines: list[str], ours: int) -> Iterator[str]:
    """Show where the dylib's frames begin and end, what called them, and where the host began."""
    yield from _ends(lines[:ours], 2, 1)
    yield from _ends(lines[ours:], 1, 1)


def _ends(lines: list[str], first: int, last: int) -> Iterator[str]:
    left_out = len(lines) - first - last
    if left_out <= 1:
        yield from lines
        return
    yield from lines[:first]
    yield f"… {left_out} more"
    yield from lines[len(lines) - last :]


def _brief(line: str) -> str:
    """Leave out a frame's address, and many arguments: they take the place of what says more."""
    line = re.sub(r"(#\d+:? +)0x[0-9a-f]+ (?:in )?", r"\1", line.strip())
    return re.sub(r"\(.*\) at ", "(…) at ", line) if len(line) > _LONG else line


def _present(*lines: str) -> tuple[str, ...]:
    return tuple(filter(None, lines))
