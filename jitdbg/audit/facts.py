"""What an audit finds, as facts: by source line, never by bytes, since a person who debugs goes by lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

ARGUMENT, LOCAL = "argument", "local"


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    have: int
    of: int


@dataclass(frozen=True)
class VariableFact:
    """A variable of a function: the ``lines`` that it is to be readable on, and those where it has a location.

    ``line`` is that of its declaration, 0 where the compiler did not record it.
    """

    name: str
    kind: str
    line: int
    lines: tuple[int, ...]
    readable: tuple[int, ...]


@dataclass(frozen=True)
class FunctionFact:
    """A function of the source, with all its copies: the one with an address of its own, and those inlined elsewhere.

    ``code`` are the lines with instructions, ``statements`` those of them where a breakpoint can stop, ``entries``
    where the code behind the prologue begins. ``copies`` counts the places into which it is inlined, ``inlined`` the
    calls that were inlined into it. ``calls`` has how many call instructions are described; None for a machine whose
    instructions can't be read.
    """

    name: str
    file: str
    line: int
    code: tuple[int, ...]
    statements: tuple[int, ...]
    entries: tuple[int, ...]
    variables: tuple[VariableFact, ...]
    calls: Share | None
    copies: int
    inlined: int


@dataclass(frozen=True)
class Audit:
    """An image's audit: ``lines``, ``variables`` (their lines) and ``calls`` are sums over ``functions``.

    ``whole`` counts the variables that are readable on all their lines. ``level`` is None where nobody said.
    """

    path: str
    level: int | None
    lines: Share
    variables: Share
    whole: Share
    calls: Share | None
    inlined: int
    functions: tuple[FunctionFact, ...]


def line_share(functions: Iterable[FunctionFact]) -> Share:
    """Count lines with code, and those with a statement; a line that functions share counts once."""
    code, statements = set(), set()
    for each in functions:
        code |= {(each.file, line) for line in each.code}
        statements |= {(each.file, line) for line in each.statements}
    return Share(len(statements), len(code))


def variable_share(functions: Iterable[FunctionFact]) -> Share:
    """Count the lines on which variables are to be readable, each variable's for itself, and on which they are."""
    variables = [variable for each in functions for variable in each.variables]
    return Share(sum(len(each.readable) for each in variables), sum(len(each.lines) for each in variables))


def call_share(functions: Iterable[FunctionFact]) -> Share | None:
    """Count the calls; None where none could be counted."""
    known = [each.calls for each in functions if each.calls]
    return Share(sum(each.have for each in known), sum(each.of for each in known)) if known else None


def summed(path: str, level: int | None, functions: Iterable[FunctionFact]) -> Audit:
    """Make the audit of functions."""
    listed = tuple(functions)
    having = [variable for each in listed for variable in each.variables if variable.lines]
    whole = Share(sum(each.readable == each.lines for each in having), len(having))
    return Audit(
        path,
        level,
        line_share(listed),
        variable_share(listed),
        whole,
        call_share(listed),
        sum(each.inlined for each in listed),
        listed,
    )


@dataclass(frozen=True)
class Kept:
    """What is left, at another level of optimisation, of the lines and of the variables' lines of the first."""

    level: int | None
    lines: Share
    variables: Share


def kept(first: Audit, other: Audit) -> Kept:
    """Compare the audits of one source at two levels."""
    lines, left = _statements(first), _statements(other)
    readable = {line for line, is_readable in _variable_lines(other) if is_readable}
    wanted = {line for line, _ in _variable_lines(first)}
    return Kept(other.level, Share(len(lines & left), len(lines)), Share(len(wanted & readable), len(wanted)))


def _statements(audit: Audit) -> set[tuple[str, int]]:
    return {(each.file, line) for each in audit.functions for line in each.statements}


def _variable_lines(audit: Audit) -> Iterator[tuple[tuple[str, str, str, int, int], bool]]:
    for function in audit.functions:
        for variable in function.variables:
            for line in variable.lines:
                key = function.file, function.name, variable.name, variable.line, line
                yield key, line in variable.readable
