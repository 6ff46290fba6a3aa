"""Functions, from the rows of the line table and the instances of a unit: pure computation, which tests feed by hand.

A debugger stops where the line table says that a statement begins. So a variable is to be readable on a line if the
line has a statement in its scope and in the variable's copy of the function, behind the prologue; and it is readable
there if it has a location at each of those addresses. Copies are laid over each other: a line is readable if it is in
every copy, since nobody chooses the copy to stop in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from jitdbg.audit.definitions import Definitions, Lines
from jitdbg.audit.facts import FunctionFact, Share, VariableFact
from jitdbg.audit.instances import Instance, Origin, Ranges, Variable
from jitdbg.audit.rows import Row
from jitdbg.symbols.intervals import NOTHING, flatten

CallReturns = Callable[[int, int], "set[int] | None"]
"""Gives the addresses behind the calls in a range of addresses; None where that can't be known."""


class Functions:
    """The functions of an image while its units come in."""

    def __init__(self, definitions: Definitions, call_returns: CallReturns) -> None:
        self._definitions, self._call_returns = definitions, call_returns
        self._found: dict[Origin, _Function] = {}

    def facts(self) -> Iterator[FunctionFact]:
        """Give the functions that have code."""
        facts = (each.fact(origin) for origin, each in self._found.items())
        return (fact for fact in facts if fact.code)

    def add(self, rows: Iterable[Row], instances: list[Instance]) -> None:
        """Add a unit: its rows, and its instances, each before those that are inlined into it."""
        cover = flatten((low, high, index) for index, each in enumerate(instances) for low, high in each.ranges)
        own: list[list[Row]] = [[] for _ in instances]
        for row in rows:
            index = cover.find(row.address)
            if index != NOTHING:
                own[index].append(row)
        for instance, its_rows in zip(instances, own, strict=True):
            self._add(instance, list(_body(instance, its_rows)))

    def _add(self, instance: Instance, body: list[Row]) -> None:
        function = self._found.setdefault(instance.origin, _Function())
        function.add_lines(instance, body)
        self._add_calls(function, instance)
        for variable in instance.variables:
            function.add_variable(variable, body, self._definitions.lines(instance.origin, variable))

    def _add_calls(self, function: _Function, instance: Instance) -> None:
        """Add calls; those in inlined code belong to the function that it is in."""
        if instance.parent:
            holder = self._found[instance.outermost.origin]
            holder.inlined += 1
            holder.described |= instance.call_returns
            return
        function.described |= instance.call_returns
        for low, high in instance.ranges:
            function.add_calls(self._call_returns(low, high))


@dataclass
class _Function:
    """A function while its instances come in."""

    code: set[int] = field(default_factory=set)
    statements: set[int] = field(default_factory=set)
    entries: set[int] = field(default_factory=set)
    wanted: dict[tuple[str, str, int], set[int]] = field(default_factory=dict)
    missing: dict[tuple[str, str, int], set[int]] = field(default_factory=dict)
    calls: set[int] | None = field(default_factory=set)
    described: set[int] = field(default_factory=set)
    copies: int = 0
    inlined: int = 0

    def fact(self, origin: Origin) -> FunctionFact:
        """Give the function as it is known now."""
        known = self.calls is not None
        return FunctionFact(
            *origin,
            tuple(sorted(self.code)),
            tuple(sorted(self.statements)),
            tuple(sorted(self.entries)),
            tuple(self._variable(key) for key in self.wanted),
            Share(len(self.described & (self.calls or set())), len(self.calls or ())) if known else None,
            self.copies,
            self.inlined,
        )

    def _variable(self, key: tuple[str, str, int]) -> VariableFact:
        wanted = self.wanted[key]
        return VariableFact(*key, tuple(sorted(wanted)), tuple(sorted(wanted - self.missing[key])))

    def add_lines(self, instance: Instance, body: list[Row]) -> None:
        self.code |= {row.line for row in body}
        self.statements |= {row.line for row in body if row.is_statement}
        if instance.parent:
            self.copies += 1
        elif entry := next((row.line for row in body if row.is_statement), None):
            self.entries.add(entry)

    def add_calls(self, found: set[int] | None) -> None:
        self.calls = None if found is None or self.calls is None else self.calls | found

    def add_variable(self, variable: Variable, body: list[Row], lines: Lines) -> None:
        key = variable.name, variable.kind, variable.line
        wanted = self.wanted.setdefault(key, set())
        missing = self.missing.setdefault(key, set())
        for row in body:
            if row.is_statement and row.line in lines and _within(row.address, variable.scope):
                wanted.add(row.line)
                if not _within(row.address, variable.places):
                    missing.add(row.line)


def _body(instance: Instance, rows: list[Row]) -> Iterator[Row]:
    """Give the rows of a function's own lines behind its prologue, in which no debugger stops of itself."""
    ends = [row.address for row in rows if row.ends_prologue]
    start = min(ends, default=0) if instance.parent is None else 0
    low = min(low for low, _ in instance.ranges)
    for row in rows:
        in_prologue = low <= row.address < start
        if row.line and row.file == instance.origin.file and not in_prologue:
            yield row


def _within(address: int, ranges: Ranges) -> bool:
    return any(low <= address < high for low, high in ranges)
