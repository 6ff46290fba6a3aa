"""What a directive says: the words behind ``jitdbg:`` become facts. docs/directives.md is the authority.

Each ``parse_…`` takes the words that follow a keyword, and raises `Mistake` with a sentence. Places are looked up in
`Names`, so that no fact names a mark that does not exist.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jitdbg.debugger.facts import NOT_IN_SCOPE, OPTIMIZED_OUT, Place
from jitdbg.harness.directives.facts import (
    Backtrace,
    Check,
    Equals,
    Expectation,
    FramePattern,
    HasType,
    IsUnavailable,
    Point,
    Reached,
    Step,
    Steps,
    Written,
)
from jitdbg.harness.directives.problems import Mistake, unknown
from jitdbg.harness.directives.values import parse_value

_NAME = re.compile(r"[\w.-]*\w")
_POINT_END = re.compile(r":(?=\s|$)")
_OPTION = re.compile(r"\s+(?:hit\s+(?P<hit>\S+)|every\s+hit(?P<every>)|frame\s+(?P<frame>\S+))")
_BREAK = re.compile(r"(?P<name>\S+?)\s*:\s+(?P<place>.+?)(?:\s+if\s+(?P<condition>.+))?")
_FUNCTION = re.compile(r"(?P<function>\S.*?)\(\)")
# An '=' that is no part of ==, <=, +=, …, outside of quotes.
_EQUALS = re.compile(r"""((?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^"'])*?)(?<![=!<>+\-*/%&|^])=(?!=)(.*)""", re.DOTALL)
_REACHED = re.compile(r"reached(?:\s+(\S+)\s+times?)?")
_TYPE = re.compile(r"(.+?)\s+has\s+type\s+(.+)")
_IS = re.compile(r"(.+?)\s+is\s+(\w+(?:\s+\w+)*)")
_STEP = re.compile(r"(\w+)(?:\s+to\s+(\S.*))?")
_FRAME = re.compile(r"(\S.*?)(?:\s+at\s+(\S+))?")
_COMMA = re.compile(r"\s*,\s*(?![^<(\[]*[>)\]])")
_HOW = {"unavailable": "", "optimized out": OPTIMIZED_OUT, "not in scope": NOT_IN_SCOPE}
_STEPS = ("in", "over", "out")
_END = "end"
_OPTIONS = ("hit N", "every hit", "frame N", "frame FUNCTION")
_VALUE_CHECKS = ("EXPRESSION = VALUE", "EXPRESSION has type TYPE", "EXPRESSION is unavailable")
_CHECKS = ("reached", *_VALUE_CHECKS, "backtrace", "step")


@dataclass(frozen=True)
class Names:
    """The marks of a file and its other sources, and what its ``break`` directives name."""

    marks: Mapping[str, Place]
    breaks: dict[str, Point] = field(default_factory=dict)

    def place(self, mark: str) -> Place:
        """Give a mark's place. Raises `Mistake`."""
        if mark not in self.marks:
            raise _no_place("mark", mark, self.marks)
        return self.marks[mark]

    def point(self, name: str) -> Point:
        """Give the breakpoint at a mark, or of a ``break``. Raises `Mistake`."""
        if name in self.breaks:
            return self.breaks[name]
        if name not in self.marks:
            raise _no_place("mark or break", name, [*self.marks, *self.breaks])
        return Point(name, self.marks[name])


def _no_place(what: str, name: str, known: Mapping[str, object] | list[str]) -> Mistake:
    if name.isdigit():
        return Mistake(f"{name} is a line number: write `mark: NAME` into a comment of the line, and name that")
    if not known:
        return Mistake(f"there is no mark {name!r}, nor any other: write `mark: {name}` into a comment of its line")
    return unknown(what, name, known)


# --------------------------------------------------------------------------------------------------------- directives


def parse_break(words: str, names: Names) -> Point:
    """Read ``NAME: MARK if CONDITION`` or ``NAME: FUNCTION() if CONDITION``."""
    found = _BREAK.fullmatch(words)
    if found is None:
        raise Mistake(f"a break is written as `break NAME: MARK` or `break NAME: FUNCTION()`, not as {words!r}")
    name, condition = found["name"], found["condition"] or ""
    if not _NAME.fullmatch(name):
        raise Mistake(f"{name!r} is no name: names are of letters, digits, '_', '.' and '-'")
    if name in names.marks or name in names.breaks:
        raise Mistake(f"{name!r} is the name of another place already: rename one")
    if function := _FUNCTION.fullmatch(found["place"]):
        return Point(name, function=function["function"], condition=condition)
    return Point(name, names.place(found["place"]), condition=condition)


def parse_at(words: str, written: Written, names: Names) -> Expectation:
    """Read ``NAME hit N frame F: CHECK``."""
    subject, options, check = _split(words, "at NAME: CHECK")
    point = names.point(subject)
    hit, frame = _selected(options, parsed := parse_check(check, names))
    return Expectation(written, parsed, check, point, hit=hit, frame=frame)


def parse_on(words: str, written: Written, names: Names) -> Expectation:
    """Read ``SIGNAL hit N frame F: CHECK``."""
    subject, options, check = _split(words, "on SIGNAL: CHECK")
    known = [each.name for each in signal.Signals]
    if subject not in known:
        raise unknown("signal", subject, known)
    hit, frame = _selected(options, parsed := parse_check(check, names))
    return Expectation(written, parsed, check, signal=subject, hit=hit, frame=frame)


def _split(words: str, form: str) -> tuple[str, str, str]:
    """Split a directive into the place, the options behind it, and the check."""
    end = _POINT_END.search(words)
    subject = _NAME.match(words)
    if end is None or subject is None:
        raise Mistake(f"{words!r} is incomplete: it is written as `{form}`")
    return subject.group(), words[subject.end() : end.start()], words[end.end() :].strip()


def _selected(options: str, check: Check) -> tuple[int | None, int | str]:
    """Read which hit (None: every) and which frame a check is about, as far as it can be about one."""
    hit, frame = _options(options)
    if frame is not None and not isinstance(check, Equals | HasType | IsUnavailable):
        raise Mistake("a frame can be named for values only")
    if hit and isinstance(check, Reached) and check.times is not None:
        raise Mistake("'reached N times' is about all hits: leave the other number out")
    if hit == (None,) and isinstance(check, Reached | Steps):
        raise Mistake("'reached' and 'step' are about one hit, not about every one")
    return (hit[0] if hit else 1), (0 if frame is None else frame)


def _options(words: str) -> tuple[tuple[int | None, ...], int | str | None]:
    """Read the options; the hit is empty where none is given, and None for every one."""
    hit: tuple[int | None, ...] = ()
    frame: int | str | None = None
    at = 0
    while at < len(words.rstrip()):
        found = _OPTION.match(words, at)
        if found is None:
            raise unknown("option", words[at:].split(maxsplit=1)[0], _OPTIONS)
        if (found["hit"] or found["every"] is not None) and hit:
            raise Mistake("a hit is named twice")
        if found["hit"]:
            hit = (_count(found["hit"], "hit"),)
        elif found["every"] is not None:
            hit = (None,)
        else:
            frame = int(found["frame"]) if found["frame"].isdigit() else found["frame"]
        at = found.end()
    return hit, frame


def _count(digits: str, what: str) -> int:
    if not digits.isdigit() or int(digits) == 0:
        raise Mistake(f"{digits!r} is no number of {what}s: they count from 1")
    return int(digits)


# ------------------------------------------------------------------------------------------------------------- checks


def parse_check(words: str, names: Names) -> Check:
    """Read what has to be seen at a stop."""
    if not words:
        raise Mistake(f"there is nothing to check behind the ':': write one of {', '.join(_CHECKS)}")
    keyword, _, rest = words.partition(" ")
    if keyword in _SEQUENCES:
        return _SEQUENCES[keyword](rest, names)
    if reached := _REACHED.fullmatch(words):
        return Reached(_count(reached[1], "time") if reached[1] else None)
    return _value_check(words)


def _value_check(words: str) -> Check:
    if equals := _EQUALS.fullmatch(words):
        expression = equals[1].strip()
        if not expression:
            raise Mistake("there is no expression before the '='")
        return Equals(expression, parse_value(equals[2]))
    if typed := _TYPE.fullmatch(words):
        return HasType(typed[1], typed[2])
    if how := _IS.fullmatch(words):
        if how[2] not in _HOW:
            raise unknown("state of a value", how[2], _HOW)
        return IsUnavailable(how[1], _HOW[how[2]])
    raise unknown("check", words, _CHECKS)


def _parse_backtrace(words: str, names: Names) -> Backtrace:
    parts = [part for part in _COMMA.split(words.strip()) if part]
    complete = parts[-1:] == [_END]
    frames = tuple(_frame_pattern(part, names) for part in (parts[:-1] if complete else _without_rest(parts)))
    if not frames:
        raise Mistake("a backtrace has frames: write `backtrace FUNCTION at MARK, FUNCTION, ...`")
    return Backtrace(frames, complete)


def _without_rest(parts: list[str]) -> list[str]:
    """Leave out a last ``...``, which says nothing, so that nobody walks the rest of the stack for it."""
    return parts[:-1] if parts[-1:] == ["..."] else parts


def _frame_pattern(words: str, names: Names) -> FramePattern:
    if words == "...":
        return FramePattern(any_number=True)
    found = _FRAME.fullmatch(words)
    if found is None:
        raise Mistake(f"{words!r} is no frame: write FUNCTION or FUNCTION at MARK")
    function, mark = found.groups()
    return FramePattern(function, mark or "", names.place(mark) if mark else None)


def _parse_steps(words: str, names: Names) -> Steps:
    parts = [part for part in _COMMA.split(words.strip()) if part]
    if not parts:
        raise Mistake("a sequence of steps has steps: write `step over to MARK, in to FUNCTION(), out`")
    return Steps(tuple(_step(part, names) for part in parts))


def _step(words: str, names: Names) -> Step:
    found = _STEP.fullmatch(words)
    if found is None:
        raise Mistake(f"{words!r} is no step: write in, over or out, with `to MARK` where it leads to")
    how, target = found.groups()
    if how not in _STEPS:
        raise unknown("step", how, _STEPS)
    if target is None:
        return Step(how)
    if target == _END:
        if _END in names.marks:
            raise Mistake(f"{_END!r} is the program's end, and a mark has that name too: rename the mark")
        return Step(how, end=True)
    if function := _FUNCTION.fullmatch(target):
        return Step(how, function=function["function"])
    return Step(how, target, names.place(target))


_SEQUENCES: dict[str, Callable[[str, Names], Check]] = {"backtrace": _parse_backtrace, "step": _parse_steps}
