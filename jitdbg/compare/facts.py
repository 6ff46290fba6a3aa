"""What a comparison finds: frozen, and what its JSON holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WORKS = "works"
PARTLY = "partly"
FAILS = "fails"
NOT_HERE = "not available here"
OUTCOMES = (WORKS, PARTLY, FAILS, NOT_HERE)

NO_DEBUGGER = ""
"""The debugger of a cell, or of a cost, for which none is started."""


@dataclass(frozen=True)
class Aspect:
    """One thing that was looked at, whether it was as it has to be, and what was seen where it was not."""

    what: str
    ok: bool
    seen: str = ""


@dataclass(frozen=True)
class Cell:
    """A feature with a peer under a debugger, as a run found it; ``transcript`` is what was said in that run."""

    feature: str
    peer: str
    debugger: str
    outcome: str
    words: str
    aspects: tuple[Aspect, ...]
    seconds: float
    transcript: str = ""


def outcome_of(aspects: Sequence[Aspect]) -> str:
    """Say what all the aspects of a feature amount to; without any nothing was seen to work."""
    good = sum(aspect.ok for aspect in aspects)
    if good == 0:
        return FAILS
    return WORKS if good == len(aspects) else PARTLY


def words_of(aspects: Sequence[Aspect]) -> str:
    """Say what works, where not all does, and what was seen of the rest."""
    good = ", ".join(aspect.what for aspect in aspects if aspect.ok)
    bad = "; ".join(f"{aspect.what}: {aspect.seen or 'no'}" for aspect in aspects if not aspect.ok)
    if not bad:
        return ""
    return f"{good}; but {bad}" if good else bad
