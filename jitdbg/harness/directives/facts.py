"""What a file's directives ask for, as frozen facts; docs/directives.md is the grammar.

A `Sheet` is all of one file. Names of places have been looked up when it is there: what is wrong with a directive was
said by `jitdbg.harness.directives.sheet`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from jitdbg.debugger.facts import Place
from jitdbg.harness.programs import Recipe

# ------------------------------------------------------------------------------------------------------------- values


@dataclass(frozen=True)
class Number:
    """A number; ``tolerance`` is absolute, None for what is exact, or as exact as floating point can be."""

    value: int | float
    tolerance: float | None = None


@dataclass(frozen=True)
class Text:
    """The characters of a string, up to its NUL."""

    text: str


@dataclass(frozen=True)
class Identity:
    """A pointer that is the same wherever this label stands, and another one than those of other labels."""

    label: str


@dataclass(frozen=True)
class Members:
    """Some members of an aggregate."""

    members: tuple[tuple[str, Expected], ...]


@dataclass(frozen=True)
class Elements:
    """The elements of an array; ``more`` may follow."""

    elements: tuple[Expected, ...]
    more: bool = False


@dataclass(frozen=True)
class Anything:
    """Any value that is available."""


@dataclass(frozen=True)
class Expression:
    """What an expression of the program's language gives in the same frame."""

    text: str


Expected: TypeAlias = "Number | Text | Identity | Members | Elements | Anything | Expression"


# ------------------------------------------------------------------------------------------------------------- checks


@dataclass(frozen=True)
class Reached:
    """That the program stops there; with ``times``, so often in all."""

    times: int | None = None


@dataclass(frozen=True)
class Equals:
    """That an expression has a value."""

    expression: str
    expected: Expected


@dataclass(frozen=True)
class HasType:
    """That an expression has a type."""

    expression: str
    type: str


@dataclass(frozen=True)
class IsUnavailable:
    """That a value can't be had; ``how`` is an availability of `jitdbg.debugger.facts`, or empty for any of them."""

    expression: str
    how: str = ""


@dataclass(frozen=True)
class FramePattern:
    """A frame of a backtrace: a function, at a mark where ``place`` is given. ``any_number`` stands for ``...``."""

    function: str = ""
    mark: str = ""
    place: Place | None = None
    any_number: bool = False


@dataclass(frozen=True)
class Backtrace:
    """The innermost frames; all of them where it is ``complete``."""

    frames: tuple[FramePattern, ...]
    complete: bool = False


@dataclass(frozen=True)
class Step:
    """One step, ``in``, ``over`` or ``out``; where it leads to is a mark's place, a function, the end, or anywhere."""

    how: str
    mark: str = ""
    place: Place | None = None
    function: str = ""
    end: bool = False


@dataclass(frozen=True)
class Steps:
    """A sequence of steps."""

    steps: tuple[Step, ...]


Check: TypeAlias = "Reached | Equals | HasType | IsUnavailable | Backtrace | Steps"


# --------------------------------------------------------------------------------------------------------- directives


@dataclass(frozen=True)
class Written:
    """A directive as it stands in a file: ``text`` is what follows ``jitdbg:``.

    ``differs`` has the reason why it is known to fail, by debugger.
    """

    file: str
    line: int
    text: str
    differs: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Point:
    """Where a breakpoint goes: a mark's place, or a function."""

    name: str
    place: Place | None = None
    function: str = ""
    condition: str = ""


Subject: TypeAlias = "Point | str"
"""What a stop can be about: a breakpoint's point, or a signal's name."""


@dataclass(frozen=True)
class Break:
    """``break``: a breakpoint with a name; ``avoided`` says that a ``never`` is about it."""

    written: Written
    point: Point
    avoided: bool = False

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return self.point


@dataclass(frozen=True)
class Expectation:
    """``at`` and ``on``: a check at a point, or at a signal, the ``hit``-th time or (None) every time.

    ``words`` are those of the check; ``frame`` is a level, or a function's name.
    """

    written: Written
    check: Check
    words: str
    point: Point | None = None
    signal: str = ""
    hit: int | None = 1
    frame: int | str = 0

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return self.point or self.signal


@dataclass(frozen=True)
class Never:
    """``never``: a point that is not to be reached."""

    written: Written
    point: Point

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return self.point


@dataclass(frozen=True)
class Start:
    """``call`` or ``main``."""

    written: Written


@dataclass(frozen=True)
class Exits:
    """``exits``: the exit status."""

    written: Written
    status: int


Seen: TypeAlias = "Break | Expectation | Never"
"""What has to be seen, or not, at stops."""

Directive: TypeAlias = "Seen | Start | Exits"


@dataclass(frozen=True)
class Sheet:
    """All directives of a file: how it becomes a program, and what has to be seen, in the order of the lines.

    ``marks`` names places for messages; ``timeout`` is in seconds.
    """

    path: Path
    recipe: Recipe
    start: Start
    exits: Exits | None
    directives: tuple[Seen, ...]
    marks: Mapping[Place, str] = field(hash=False)
    timeout: float = 60.0

    @property
    def of_the_run(self) -> tuple[Start | Exits, ...]:
        """What is said of the run as a whole: how it starts, and how it ends."""
        return (self.start, self.exits) if self.exits else (self.start,)
