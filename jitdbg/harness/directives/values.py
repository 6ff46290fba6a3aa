"""Expected values, as they are written: numbers, texts, pointers by identity, aggregates by member."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from jitdbg.harness.directives.facts import Anything, Elements, Expected, Expression, Identity, Members, Number, Text
from jitdbg.harness.directives.problems import Mistake

_DIGITS = r"[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf|nan)"
_NUMBER = re.compile(_DIGITS)
_TOLERANCE = re.compile(rf"\s*(?:\+-|±)\s*({_DIGITS})")
_WORD = re.compile(r"null|true|false|_")
_WORDS: dict[str, Expected] = {"null": Number(0), "true": Number(1), "false": Number(0), "_": Anything()}
_IDENTITY = re.compile(r"@([\w.-]*\w)")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_CHARACTER = re.compile(r"'(?:[^'\\]|\\.)+'")
_MEMBER = re.compile(r"\s*\.?([\w.$]+)\s*=")
_DELIMITER = re.compile(r"\s*(?=[,}\]]|$)")
_ASSIGNS = re.compile(r"(?<![=!<>])=(?!=)")
_OPENING, _CLOSING = "([{", ")]}"


def parse_value(text: str) -> Expected:
    """Read an expected value. Raises `Mistake`."""
    reader = _Reader(text.strip())
    if not reader.text:
        raise Mistake("there is no value behind the '='")
    try:
        found = reader.value(nested=False)
    except RecursionError:
        raise Mistake("the value is nested too deeply") from None
    if reader.rest():
        raise Mistake(f"{reader.rest()!r} is left over behind the value")
    return found


@dataclass
class _Reader:
    text: str
    at: int = 0

    def rest(self) -> str:
        return self.text[self.at :].strip()

    def value(self, *, nested: bool) -> Expected:
        self._skip_blanks()
        if self._takes("{"):
            return self._members()
        if self._takes("["):
            return self._elements()
        return self._simple() or self._expression(nested)

    def _simple(self) -> Expected | None:
        """Read what is whole: a look-alike that goes on, such as ``2 * n``, is an expression."""
        start = self.at
        found = self._number() or self._quoted() or self._named()
        if found is not None and _DELIMITER.match(self.text, self.at):
            return found
        self.at = start
        return None

    def _number(self) -> Expected | None:
        digits = self._match(_NUMBER)
        if digits is None:
            return None
        tolerance = self._match(_TOLERANCE)
        return Number(_as_number(digits[0]), None if tolerance is None else float(_as_number(tolerance[1])))

    def _quoted(self) -> Expected | None:
        if found := self._match(_STRING):
            return Text(_unquoted(found[0]))
        if found := self._match(_CHARACTER):
            return Number(_character(found[0]))
        return None

    def _named(self) -> Expected | None:
        if found := self._match(_WORD):
            return _WORDS[found[0]]
        if found := self._match(_IDENTITY):
            return Identity(found[1])
        return None

    def _members(self) -> Expected:
        members: list[tuple[str, Expected]] = []
        while not self._takes("}"):
            name = self._match(_MEMBER)
            if name is None:
                raise Mistake(f"a member is written as NAME = VALUE, not as {self.rest()!r}")
            members.append((name[1], self.value(nested=True)))
            self._separate("}")
        if not members:
            raise Mistake("{} names no member: it would be equal to anything, which is written _")
        return Members(tuple(members))

    def _elements(self) -> Expected:
        elements: list[Expected] = []
        while not self._takes("]"):
            if self._takes("..."):
                if not self._takes("]"):
                    raise Mistake("'...' stands last in a list")
                return Elements(tuple(elements), more=True)
            elements.append(self.value(nested=True))
            self._separate("]")
        return Elements(tuple(elements))

    def _expression(self, nested: bool) -> Expected:
        start, depth = self.at, 0
        while self.at < len(self.text):
            character = self.text[self.at]
            if nested and depth == 0 and character in ",}]":
                break
            depth += (character in _OPENING) - (character in _CLOSING)
            self.at += 1
        found = self.text[start : self.at].strip()
        if not found:
            raise Mistake(f"a value is missing before {self.rest()!r}" if self.rest() else "a value is missing")
        if _ASSIGNS.search(found):
            raise Mistake(f"{found!r} has an '=' in it: is a ',' missing, or was '==' meant?")
        return Expression(found)

    def _separate(self, closing: str) -> None:
        self._skip_blanks()
        if not self._takes(",") and not self.text.startswith(closing, self.at):
            raise Mistake(
                f"a {closing!r} is missing" if not self.rest() else f"a ',' is missing before {self.rest()!r}"
            )

    def _takes(self, word: str) -> bool:
        self._skip_blanks()
        if not self.text.startswith(word, self.at):
            return False
        self.at += len(word)
        return True

    def _skip_blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found


def _as_number(digits: str) -> int | float:
    if "x" in digits.lower():
        return int(digits, 16)
    return int(digits) if digits.lstrip("+-").isdigit() else float(digits)


def _unquoted(literal: str) -> str:
    try:
        return str(ast.literal_eval(literal))
    except (SyntaxError, ValueError):
        raise Mistake(f"{literal} is no string") from None


def _character(literal: str) -> int:
    text = _unquoted(literal)
    if len(text) != 1:
        raise Mistake(f"{literal} is not one character: a string is written with double quotes")
    return ord(text)
