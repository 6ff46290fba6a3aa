"""Marks: names for lines of a source, given in its comments, so that no test has line numbers in it.

A mark is ``mark: NAME`` in a comment that begins with ``//``, ``/*``, ``;``, ``#``, ``--`` or ``!`` and ends with the
line. A line can have several, with a comma or space between: ``// mark: body, mark: last``.
"""

from __future__ import annotations

import difflib
import functools
import os
import re
from dataclasses import dataclass

from jitdbg.debugger.facts import Place
from jitdbg.errors import MarkError

_COMMENT = re.compile(r"(?://|/\*|;|#|--|!).*")
_MARK = re.compile(r"\bmark:\s*([\w.-]*\w)")


@dataclass(frozen=True)
class Source:
    """A source file and what it says; ``path`` is absolute."""

    path: str
    text: str

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Source:
        """Read a file. Raises `MarkError` where it can't be read."""
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                return cls(os.path.realpath(path), file.read())
        except OSError as error:
            raise MarkError(f"{os.fspath(path)} has no marks: {error.strerror}: name a file that can be read") from None

    @functools.cached_property
    def marks(self) -> dict[str, int]:
        """The marks and their lines. Raises `MarkError` where two lines have the same one."""
        return find_marks(self.text, self.path)

    def line(self, mark: str) -> int:
        """Give the line that has a mark; raises `MarkError` where none has."""
        if mark not in self.marks:
            raise MarkError(f"{self.path} has no mark {mark!r}{_suggestion(mark, self.marks)}")
        return self.marks[mark]

    def place(self, mark: str) -> Place:
        """Give the place that has a mark, for `Session.break_at`."""
        return Place(self.path, self.line(mark))


def find_marks(text: str, path: str = "the source") -> dict[str, int]:
    """Find all marks of a source and their lines."""
    marks: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        comment = _COMMENT.search(line)
        for name in _MARK.findall(comment.group()) if comment else ():
            if name in marks:
                raise MarkError(f"{path} has the mark {name!r} twice, in lines {marks[name]} and {number}: rename one")
            marks[name] = number
    return marks


def _suggestion(mark: str, marks: dict[str, int]) -> str:
    if close := difflib.get_close_matches(mark, marks, 1):
        return f": did you mean {close[0]!r}?"
    return f": it has {', '.join(marks)}" if marks else ", nor any other: write one into a comment, as `mark: NAME`"
