"""A file's directives as a `Sheet`, or all that is wrong with them.

sheet = read_sheet(Path("fib.ll"))  # raises DirectiveError: fib.ll:7: there is no mark 'bsae': did you mean 'base'?
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from jitdbg.debugger.facts import Place
from jitdbg.errors import DirectiveError, JitdbgError, SourceError
from jitdbg.harness.directives.comments import find_directives
from jitdbg.harness.directives.facts import Break, Exits, Never, Seen, Sheet, Start, Written
from jitdbg.harness.directives.grammar import Names, parse_at, parse_break, parse_on
from jitdbg.harness.directives.problems import Mistake, Problem, unknown
from jitdbg.harness.marks import find_marks
from jitdbg.harness.programs import Recipe, split
from jitdbg.reading import read_text

Result = TypeVar("Result")
_COMPILED_HERE = (".ll", ".c", ".cc", ".cpp", ".cxx")
_DEBUG = ("source", "ir", "lines", "auto", "none")


def read_sheet(path: Path, *, level: int | None = None, may_expect_nothing: bool = False) -> Sheet:
    """Read a file's directives; ``level`` replaces what the file says of optimisation.

    A file has to expect something, unless it ``may_expect_nothing`` and its directives only say how it is run.
    Raises `DirectiveError` with all problems, and `SourceError` where the file can't be read.
    """
    try:
        text = read_text(path)
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}: name a file that can be read") from None
    found, problems = find_directives(text, str(path), KEYWORDS)
    reading = _Reading(path, problems)
    reading.sort(found)
    sheet = reading.sheet(text, level, may_expect_nothing)
    if sheet is None or reading.problems:
        raise DirectiveError(reading.in_order())
    return sheet


@dataclass
class _Reading:
    """The directives of a file, by keyword, and what turns out to be wrong with them."""

    path: Path
    problems: list[Problem]
    found: dict[str, list[tuple[Written, str]]] = field(default_factory=dict)

    def in_order(self) -> list[Problem]:
        """Give the problems in the order of the lines."""
        return sorted(self.problems, key=lambda problem: problem.line)

    def sort(self, written: list[Written]) -> None:
        """Sort directives by their keywords."""
        for directive in written:
            with self._about(directive.line):
                keyword, _, words = directive.text.partition(" ")
                if keyword not in KEYWORDS:
                    raise _unknown_keyword(keyword)
                self.found.setdefault(keyword, []).append((directive, words.strip()))

    def sheet(self, text: str, level: int | None, may_expect_nothing: bool) -> Sheet | None:
        """Put the sheet together; the problems tell where that failed, None where there is no start."""
        once = {keyword: self._once(keyword, parse) for keyword, parse in _ONCE.items()}
        setup = {keyword: found and found[1] for keyword, found in once.items()}
        names = Names(self._marks(text, setup["sources"] or ()))
        started = self._started(setup["compile"] is not None)
        directives = self._directives(names)
        self._refuse_nothing(bool(directives) or may_expect_nothing)
        if started is None:
            return None
        written, call, arguments = started
        recipe = Recipe(
            self.path.absolute(),
            call,
            arguments,
            setup["compile"] or "",
            setup["flags"] or (),
            setup["debug"] or "auto",
            (setup["optimize"] or 0) if level is None else level,
        )
        marks = {place: name for name, place in names.marks.items()}
        exits = once["exits"] and Exits(*once["exits"])
        return Sheet(
            self.path, recipe, Start(written), exits, tuple(directives), marks, setup["timeout"] or Sheet.timeout
        )

    def _marks(self, text: str, sources: tuple[str, ...]) -> dict[str, Place]:
        """Find the marks of the file and of the others that it names."""
        marks: dict[str, Place] = {}
        for path, source in [(self.path, text), *self._read(sources)]:
            with self._about(1):
                for name, line in find_marks(source, str(path)).items():
                    if name in marks:
                        raise Mistake(f"the mark {name!r} is in {marks[name].file} and in {path}: rename one")
                    marks[name] = Place(os.path.realpath(path), line)
        return marks

    def _read(self, sources: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
        for source in sources:
            path = self.path.parent / source
            try:
                text = read_text(path)
            except OSError as error:
                line = self.found["sources"][0][0].line
                self._complain(line, f"{path}: {error.strerror}: 'sources' names files relative to this one")
            else:
                yield path, text

    def _started(self, has_command: bool) -> tuple[Written, str, tuple[str, ...]] | None:
        """Find out what starts the program: the directive, the call, or else main's arguments."""
        starts = [(each, keyword) for keyword in ("call", "main") for each in self.found.get(keyword, ())]
        if self.found and not starts:
            self._complain(1, "no directive says what starts it: write `jitdbg: call NAME(…)` or `jitdbg: main`")
        if self.found and not has_command and self.path.suffix not in _COMPILED_HERE:
            self._complain(
                1, f"jitdbg can't compile {self.path.suffix or 'such'} files: write `jitdbg: compile COMMAND`"
            )
        for (written, _), _ in starts[1:]:
            self._complain(written.line, f"it is started already, in line {starts[0][0][0].line}: remove one")
        for (written, words), keyword in starts[:1]:
            with self._about(written.line):
                return (written, _call(words), ()) if keyword == "call" else (written, "", _arguments(words))
        return None

    def _directives(self, names: Names) -> list[Seen]:
        """Read all that has to be seen, in the order of the lines."""
        read: list[Seen] = []
        for written, words in self.found.get("break", ()):
            with self._about(written.line):
                point = parse_break(words, names)
                names.breaks[point.name] = point
                read.append(Break(written, point))
        read += [each for _, each in self._each("at", lambda words, written: parse_at(words, written, names))]
        read += [each for _, each in self._each("on", lambda words, written: parse_on(words, written, names))]
        read += [each for _, each in self._each("never", lambda words, written: Never(written, names.point(words)))]
        never = {each.point for each in read if isinstance(each, Never)}
        read = [replace(each, avoided=each.point in never) if isinstance(each, Break) else each for each in read]
        return sorted(read, key=lambda directive: directive.written.line)

    def _refuse_nothing(self, is_enough: bool) -> None:
        if not self.found and not self.problems:
            self._complain(
                1, "there is no directive in it, so that nothing would be checked: write `jitdbg: …` comments"
            )
        elif not is_enough and not self.problems:
            self._complain(1, "no directive says what has to be seen: write `jitdbg: at MARK: …`")

    def _each(self, keyword: str, parse: Callable[[str, Written], Result]) -> list[tuple[Written, Result]]:
        read = []
        for written, words in self.found.get(keyword, ()):
            with self._about(written.line):
                read.append((written, parse(words, written)))
        return read

    def _once(self, keyword: str, parse: Callable[[str], Any]) -> tuple[Written, Any] | None:
        """Read a directive that can stand in a file once; None where it does not."""
        read = self._each(keyword, lambda words, _: parse(words))
        for written, _ in read[1:]:
            self._complain(written.line, f"'{keyword}' is said already, in line {read[0][0].line}: remove one")
        return read[0] if read else None

    @contextmanager
    def _about(self, line: int) -> Iterator[None]:
        try:
            yield
        except (Mistake, JitdbgError) as error:
            self._complain(line, str(error))

    def _complain(self, line: int, sentence: str) -> None:
        self.problems.append(Problem(str(self.path), line, sentence))


def _unknown_keyword(keyword: str) -> Mistake:
    if keyword.rstrip(":") in KEYWORDS:
        return Mistake(f"{keyword!r} has a colon too many: write {keyword.rstrip(':')!r}")
    return unknown("directive", keyword, sorted(KEYWORDS))


def _call(words: str) -> str:
    from jitdbg import invocation

    if invocation.parse(words).function == "main":
        raise Mistake("a main is started with `main ARGUMENT…`")
    return words


def _arguments(words: str) -> tuple[str, ...]:
    return tuple(split(words)) if words else ()


def _command(words: str) -> str:
    split(words)
    return words


def _level(words: str) -> int:
    if words not in ("0", "1", "2", "3"):
        raise Mistake(f"{words!r} is no level of optimisation: it is one of 0, 1, 2, 3")
    return int(words)


def _debug(words: str) -> str:
    if words not in _DEBUG:
        raise unknown("kind of debug info", words, _DEBUG)
    return words


def _seconds(words: str) -> float:
    try:
        seconds = float(words)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise Mistake(f"{words!r} is no number of seconds")
    return seconds


def _status(words: str) -> int:
    if not words.isdigit() or int(words) > 255:
        raise Mistake(f"{words!r} is no exit status: it is a number from 0 to 255")
    return int(words)


_ONCE: Mapping[str, Callable[[str], Any]] = {
    "compile": _command,
    "flags": _arguments,
    "optimize": _level,
    "debug": _debug,
    "sources": _arguments,
    "timeout": _seconds,
    "exits": _status,
}
KEYWORDS = frozenset([*_ONCE, "call", "main", "break", "at", "on", "never"])
