"""Reading a command's line as its declaration says. Python's argparse words its errors differently from version to
version, and gdb's and lldb's Python need not be of one.
"""

from __future__ import annotations

import io
import shlex
from collections.abc import Iterator, Sequence
from typing import Any, Optional

from jitdbg.debugger.commands.declaration import Argument, Arguments, Command, Option
from jitdbg.errors import DebuggerError


class Word(str):
    """A word of a line; ``written`` is how it stands there, with its quotes."""

    written: str


def split(line: str) -> list[Word]:
    """Split a line into words as a shell does. Raises `DebuggerError` for a quote that is not closed."""
    try:
        return list(_words(line))
    except ValueError as error:
        raise DebuggerError(f"{line!r} can't be split into words: {str(error).lower()}") from None


def _words(line: str) -> Iterator[Word]:
    stream = io.StringIO(line)
    lexer = shlex.shlex(stream, posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    start = 0
    for text in lexer:
        word, end = Word(text), stream.tell()
        word.written = line[start:end].strip()
        yield word
        start = end


def parse(command: Command, words: Sequence[str]) -> Arguments:
    """Give what the words say. Raises `DebuggerError` with one sentence for what the command does not take."""
    given = _Reader(command, words)
    given.read()
    values: dict[str, Any] = {option.name: _default(option) for option in command.options}
    values.update(given.options)
    values.update(_positional(command, given.words))
    return Arguments(**values)


class _Reader:
    """Tells options from other words; lives for one line."""

    def __init__(self, command: Command, words: Sequence[str]) -> None:
        self._command, self._left = command, list(words)
        self._rest_from = len(command.arguments) if any(each.rest for each in command.arguments) else None
        self.options: dict[str, Any] = {}
        self.words: list[str] = []

    def read(self) -> None:
        """Read all words."""
        while self._left:
            word = self._left.pop(0)
            if word == "--":
                self.words += self._left
                return
            if self._in_rest() or not word.startswith("-") or word == "-":
                self.words.append(word)
            else:
                self._read_option(word)

    def _in_rest(self) -> bool:
        return self._rest_from is not None and len(self.words) >= self._rest_from

    def _read_option(self, word: str) -> None:
        option, value = self._option(word)
        if not option.value:
            if value is not None:
                raise _mistake(self._command, f"{option.flag} takes no value")
            self.options[option.name] = True
            return
        if value is None:
            if not self._left:
                raise _mistake(self._command, f"{option.flag} needs a value, {option.value}")
            value = self._left.pop(0)
        self.options[option.name] = _converted(self._command, option, value)

    def _option(self, word: str) -> tuple[Option, Optional[str]]:
        """Find the option that a word names, with the value in it: ``--name=value``, ``-O2``."""
        flag, equals, value = word.partition("=")
        for option in self._command.options:
            if option.flag == flag:
                return option, value if equals else None
            if not option.flag.startswith("--") and word.startswith(option.flag):
                return option, word[len(option.flag) :]
        raise _mistake(self._command, f"there is no option {flag}")


def _default(option: Option) -> Any:
    return option.default if option.value else False


def _converted(command: Command, option: Option, value: str) -> Any:
    if option.choices and value not in option.choices:
        raise _mistake(command, f"{option.flag} is one of {', '.join(option.choices)}, not {value!r}")
    try:
        return option.kind(value)
    except ValueError:
        raise _mistake(command, f"{option.flag} takes {option.value}, which {value!r} is not") from None


def _positional(command: Command, words: Sequence[str]) -> dict[str, Any]:
    left, values = list(words), {}
    for argument in command.arguments:
        values[argument.name.lower()] = _take(command, argument, left)
    if left:
        raise _mistake(command, f"{' '.join(left)!r} is more than it takes")
    return values


def _take(command: Command, argument: Argument, left: list[str]) -> Optional[str]:
    if not left:
        if argument.optional:
            return None
        raise _mistake(command, f"{argument.name} is missing")
    if argument.rest:
        taken = " ".join(word.written if isinstance(word, Word) else word for word in left)
        left.clear()
        return taken
    return left.pop(0)


def _mistake(command: Command, words: str) -> DebuggerError:
    return DebuggerError(f"{command.name}: {words}: it is used as {command.usage}")
