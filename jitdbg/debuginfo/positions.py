"""Positions in the source, and how instructions get them.

They do so through `IRBuilder.debug_metadata`, llvmlite's own door: what is built while it is set gets it. Nothing else
here knows "the present scope", so that any number of builders can be at work, and a function can be built in the middle
of another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import llvmlite.ir as ir

from jitdbg.debuginfo.nodes import Node, checked_builder, checked_line
from jitdbg.errors import DebugInfoError

if TYPE_CHECKING:
    from jitdbg.debuginfo.scopes import Function, LocalScope

_LARGEST_COLUMN = 0xFFFF  # DILocation has 16 bits for it
_PLAIN = (1 << 30) - 1  # Python compares numbers up to here without a call; `checked_line` sees to those beyond


def kept_column(column: int) -> int:
    """Refuse what is no column; one that LLVM has no bits for becomes 0, "not known"."""
    if type(column) is not int or column < 0:
        raise DebugInfoError(
            f"{column!r} is given as a column: columns are integers from 1, and 0 says that it is none"
        )
    return column if column <= _LARGEST_COLUMN else 0


class Location(Node):
    """A position in the source (DILocation), inlined at ``site`` where there is one.

    As a context manager it is that of what ``builder`` builds inside the ``with``.

    It has no number, but is spelled where it is used: LLVM, which unites equal ones, then needs to wait for none.
    """

    __slots__ = ("_builder", "_outer", "function", "line", "scope", "site")

    def __init__(
        self, scope: LocalScope, line: int, column: int, site: Location | None, builder: ir.IRBuilder | None = None
    ) -> None:
        if not (type(line) is int and 0 <= line <= _PLAIN and type(column) is int and 0 <= column <= _LARGEST_COLUMN):
            line, column = checked_line(line, "position"), kept_column(column)
        self.scope, self.line, self.site = scope, line, site
        self._builder: ir.IRBuilder = builder
        self.function: Function = site.function if site else scope.function
        """The function whose machine code has the position."""
        place = f"{scope.reference}, inlinedAt: {site.reference}" if site else scope.reference
        self.reference = f"!DILocation(line: {line}, column: {column}, scope: {place})"

    def __enter__(self) -> None:
        self._outer = self._builder.debug_metadata
        self._builder.debug_metadata = self

    def __exit__(self, *_: object) -> None:
        self._builder.debug_metadata = self._outer

    @property
    def described(self) -> str:
        """FILE:LINE."""
        return f"{self.scope.file.filename}:{self.line}"

    def __str__(self) -> str:
        return self.reference


class Call(Location):
    """Where a call was that is inlined: one of equal position is another call, and so has a number."""

    __slots__ = ()

    def __init__(self, scope: LocalScope, line: int, column: int, site: Location | None) -> None:
        super().__init__(scope, line, column, site)
        self.write(scope.module, f"distinct {self.reference}")

    __str__ = Node.__str__


class Prologue:
    """For the length of a ``with``, a builder gives its instructions no position."""

    __slots__ = ("_builder", "_outer")

    def __init__(self, builder: ir.IRBuilder) -> None:
        self._builder = checked_builder(builder)

    def __enter__(self) -> None:
        self._outer = self._builder.debug_metadata
        self._builder.debug_metadata = None

    def __exit__(self, *_: object) -> None:
        self._builder.debug_metadata = self._outer
