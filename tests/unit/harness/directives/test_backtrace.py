"""Backtraces: which frames match which patterns."""

from __future__ import annotations

import pytest

from jitdbg.debugger.facts import Frame, Place
from jitdbg.harness.directives.facts import FramePattern
from jitdbg.harness.directives.judge import matches

PLACES = {"m": Place("/source.c", 3)}


def patterns(text: str) -> list[FramePattern]:
    """Read ``a b@m ...``."""
    found = []
    for word in text.split():
        function, _, mark = word.partition("@")
        found.append(FramePattern(any_number=True) if word == "..." else FramePattern(function, mark, PLACES.get(mark)))
    return found


def frames(text: str) -> list[Frame]:
    words = [word.partition("@") for word in text.split()]
    return [Frame(level, 0, name, PLACES.get(mark)) for level, (name, _, mark) in enumerate(words)]


MATCHES = [
    ("a b", "a b", True, True),
    ("a b", "a b c", False, True),
    ("a b", "a b c", True, False),
    ("a b c", "a b", False, False),
    ("a@m", "a@m b", False, True),
    ("a@m", "a b", False, False),
    ("... c", "a b c d", False, True),
    ("... c", "a b c d", True, False),
    ("... c ... e", "a c b c d e", True, True),
    ("a ... b c", "a b b b c", True, True),
    ("a ... b", "a c d", False, False),
    ("a ...", "a", True, True),
    ("...", "", True, True),
    ("a", "", False, False),
]


@pytest.mark.parametrize(("wanted", "given", "complete", "right"), MATCHES)
def test_frames_match_from_the_innermost(wanted: str, given: str, complete: bool, right: bool) -> None:
    assert matches(patterns(wanted), frames(given), complete=complete) == right


def test_many_gaps_in_a_deep_stack_take_no_time() -> None:
    assert not matches(patterns("... a " * 20 + "x"), frames("a " * 2000), complete=False)
