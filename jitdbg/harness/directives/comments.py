"""Directives found in comments, whatever the language: ``jitdbg:`` at the beginning of a comment.

What nearly is one (``jitdgb:``, ``JITDBG:``, ``jitdbg at base``) is a problem, since a directive that is passed over in
silence checks nothing.
"""

from __future__ import annotations

import difflib
import re

from jitdbg.harness.debuggers import DEBUGGERS
from jitdbg.harness.directives.facts import Written
from jitdbg.harness.directives.problems import Mistake, Problem, unknown

PREFIX = "jitdbg"
_COMMENT = r"(?://+|/\*+|;+|#+|--+|!+|^\s*\*+)\s*"
_DIRECTIVE = re.compile(rf"{_COMMENT}{PREFIX}:(.*)")
_NEARLY = re.compile(rf"{_COMMENT}([\w-]+)(\s*:)?\s*([\w-]*)")
_BLOCK_END = re.compile(r"\s*\*/\s*$")
_ALIKE = 0.75
_DIFFERS = re.compile(r"\s*\[([\w-]+(?:\s*,\s*[\w-]+)*)\s+(\w+):\s*(.*)\]$")


def find_directives(text: str, file: str, keywords: frozenset[str]) -> tuple[list[Written], list[Problem]]:
    """Find all directives of a text, and what nearly is one: with another prefix, or a keyword but no colon."""
    found: list[Written] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), 1):
        try:
            if directive := _DIRECTIVE.search(line):
                found.append(_written(file, number, _BLOCK_END.sub("", directive[1]).strip()))
            else:
                _refuse_look_alikes(line, keywords)
        except Mistake as mistake:
            problems.append(Problem(file, number, str(mistake)))
    return found, problems


def _refuse_look_alikes(line: str, keywords: frozenset[str]) -> None:
    for near in _NEARLY.finditer(line):
        word, colon, keyword = near.groups()
        alike = difflib.SequenceMatcher(None, word.lower(), PREFIX).ratio() >= _ALIKE
        # Without a colon it is prose about jitdbg, unless a keyword follows.
        if alike and (word != PREFIX or keyword in keywords) and (colon or keyword in keywords):
            given = f"{word}{colon or ''}"
            raise Mistake(f"{given!r} begins no directive: did you mean '{PREFIX}:'?")


def _written(file: str, line: int, text: str) -> Written:
    """Take off what says that a debugger differs."""
    suffix = _DIFFERS.search(text)
    if suffix is None:
        return Written(file, line, text)
    debuggers, verb, reason = suffix.groups()
    if verb not in ("differs", "differ"):
        raise unknown("remark", verb, ["differs"])
    if not reason.strip():
        raise Mistake(f"a reason is missing behind '{verb}:': say in what {debuggers} differs, and why")
    names = re.split(r"\s*,\s*", debuggers)
    for name in names:
        if name not in DEBUGGERS:
            raise unknown("debugger", name, DEBUGGERS)
    return Written(file, line, text[: suffix.start()].rstrip(), {name: reason.strip() for name in names})
