"""What is wrong with directives: each mistake a sentence, with the word that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class Mistake(Exception):
    """A directive that can't be read; `jitdbg.harness.directives.sheet` adds where it stands."""


@dataclass(frozen=True)
class Problem:
    """A directive that can't be run: where it stands, and the sentence."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


def unknown(what: str, word: str, known: Iterable[str]) -> Mistake:
    """Make the mistake of a word that does not exist: it names the nearest that does, or all."""
    words = list(known)
    if close := difflib.get_close_matches(word, words, 1, 0.5):
        return Mistake(f"there is no {what} {word!r}: did you mean {close[0]!r}?")
    return Mistake(f"there is no {what} {word!r}: it is one of {', '.join(words)}")
