"""Checks at a stop: each gives what is wrong, in words, or nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from jitdbg.debugger.facts import AVAILABLE, FAILED, Frame, Place, Stop, Value
from jitdbg.harness.abilities import ARGUMENTS
from jitdbg.harness.directives import compare
from jitdbg.harness.directives.compare import Surroundings
from jitdbg.harness.directives.facts import (
    Backtrace,
    Equals,
    Expectation,
    FramePattern,
    HasType,
    IsUnavailable,
    Step,
)
from jitdbg.harness.session import Session, describe

_NAME = re.compile(r"[\w.$]+")
_ALL = 0
_MARGIN = 8
"""Frames that are shown beyond those that a backtrace names, and where a frame is missing."""


class Look:
    """A session at one stop, whose variables are read once; good until the program goes on."""

    def __init__(self, session: Session, identities: dict[str, int], marks: Mapping[Place, str]) -> None:
        self._session, self._identities, self._marks = session, identities, marks
        self._frames: Sequence[Frame] = ()
        self._variables: dict[tuple[int, int], dict[str, Value]] = {}

    def complaint(self, expectation: Expectation) -> str:
        """Say what is there instead of what a check expects; nothing where that is there."""
        check = expectation.check
        if isinstance(check, Backtrace):
            return self._differing_backtrace(check)
        if not isinstance(check, Equals | HasType | IsUnavailable):
            return ""
        level = self._level(expectation.frame)
        if level is None:
            return f"no such frame: {self._stack(self._walk(_ALL), _MARGIN)}"
        return self._value_complaint(check, level)

    def _value_complaint(self, check: Equals | HasType | IsUnavailable, level: int) -> str:
        if isinstance(check, Equals):
            value = self._value(check.expression, level, compare.depth(check.expected))
            around = Surroundings(
                self._session.memory,
                lambda text: self._value(text, level, 0),
                self._identities,
                self._session.require,
            )
            return compare.difference(check.expected, value, around)
        value = self._value(check.expression, level, 0)
        if isinstance(check, IsUnavailable):
            is_there = value.availability in (AVAILABLE, FAILED)
            return "" if (not is_there and not check.how) or value.availability == check.how else _what_there_is(value)
        if not value.type:
            return compare.availability(value)
        return "" if compare.same_type(check.type, value.type) else value.type

    def _value(self, expression: str, level: int, depth: int) -> Value:
        """Read a variable by its name, which need not be an expression of any language; else evaluate."""
        if _NAME.fullmatch(expression) and (found := self._named(level, depth).get(expression)):
            return found
        return self._session.evaluate(expression, level, depth=depth)

    def _named(self, level: int, depth: int) -> dict[str, Value]:
        if (level, depth) not in self._variables:
            # A debugger that can't tell them apart lists arguments among the locals.
            apart = not self._session.lacks(ARGUMENTS)
            arguments = self._session.arguments(level, depth=depth) if apart else {}
            self._variables[level, depth] = {**arguments, **self._session.locals(level, depth=depth)}
        return self._variables[level, depth]

    # ------------------------------------------------------------------------------------------------------- frames

    def _walk(self, limit: int) -> Sequence[Frame]:
        if len(self._frames) < limit or limit == _ALL:
            self._frames = self._session.frames(limit)
        return self._frames

    def _level(self, frame: int | str) -> int | None:
        if frame == 0:
            return 0
        if isinstance(frame, int):
            return frame if frame < len(self._walk(frame + 1)) else None
        return next((each.level for each in self._walk(_ALL) if each.function == frame), None)

    def _differing_backtrace(self, check: Backtrace) -> str:
        patterns = check.frames
        whole = check.complete or any(pattern.any_number for pattern in patterns)
        shown = len(patterns) + _MARGIN
        frames = self._walk(_ALL if whole else shown)
        return "" if matches(patterns, frames, complete=check.complete) else self._stack(frames, shown)

    def _stack(self, frames: Sequence[Frame], shown: int) -> str:
        rest = ["..."] if len(frames) > shown else []
        return ", ".join([*map(self._frame, frames[:shown]), *rest])

    def _frame(self, frame: Frame) -> str:
        function = frame.function or "?"
        return f"{function} at {self.place(frame.place)}" if frame.place else function

    def place(self, place: Place) -> str:
        """Name a place by its mark, else by file and line."""
        return place_in_words(place, self._marks)


def place_in_words(place: Place, marks: Mapping[Place, str]) -> str:
    """Name a place by its mark, else by file and line."""
    real = Place(os.path.realpath(place.file), place.line)
    return marks.get(real) or f"{os.path.basename(place.file)}:{place.line}"


def is_at(place: Place, frame: Frame | None) -> bool:
    """Tell whether a frame is at a place; debug info can name the file by another path."""
    there = frame.place if frame else None
    return there is not None and there.line == place.line and os.path.realpath(there.file) == place.file


def wrong_landing(step: Step, stop: Stop, marks: Mapping[Place, str]) -> str:
    """Say where a step has led instead of where it has to; nothing where it has led there."""
    right = stop.ended if step.end else not stop.ended
    if step.place:
        right = right and is_at(step.place, stop.frame)
    if step.function:
        right = right and stop.frame is not None and stop.frame.function == step.function
    return "" if right else landing(stop, marks)


def landing(stop: Stop, marks: Mapping[Place, str]) -> str:
    """Say where a program has stopped, or how it ended."""
    if stop.ended or stop.frame is None or stop.frame.place is None:
        return describe(stop)
    function = stop.frame.function or "a function without name"
    return f"{function} at {place_in_words(stop.frame.place, marks)}"


def _what_there_is(value: Value) -> str:
    return compare.shown(value) if value.availability == AVAILABLE else compare.availability(value)


def matches(patterns: Sequence[FramePattern], frames: Sequence[Frame], *, complete: bool) -> bool:
    """Match frames from the innermost; where they are not the ``complete`` stack, others may follow.

    Of several ways to match ``...`` the shortest is enough: what follows it can still take up any frame after that.
    """
    wanted = [*patterns, *([] if complete else [FramePattern(any_number=True)])]
    at = frame = 0
    skipping: tuple[int, int] | None = None
    while frame < len(frames):
        if at < len(wanted) and wanted[at].any_number:
            skipping, at = (at, frame), at + 1
        elif at < len(wanted) and _is_like(wanted[at], frames[frame]):
            at, frame = at + 1, frame + 1
        elif skipping is not None:
            # Let the latest `...` take up one more, and begin again behind it.
            skipping = (skipping[0], skipping[1] + 1)
            at, frame = skipping[0] + 1, skipping[1]
        else:
            return False
    return all(pattern.any_number for pattern in wanted[at:])


def _is_like(pattern: FramePattern, frame: Frame) -> bool:
    return pattern.function == frame.function and (pattern.place is None or is_at(pattern.place, frame))


def in_words(expectation: Expectation, hit: int) -> str:
    """Name a check, and the stop that it is about."""
    where = f"on {expectation.signal}" if expectation.point is None else f"at mark {expectation.point.name}"
    if expectation.point and (expectation.point.function or expectation.point.condition):
        where = f"at break {expectation.point.name}"
    frame = f" in frame {expectation.frame}" if expectation.frame != 0 else ""
    return f"{expectation.words} {where} (hit {hit}){frame}"
