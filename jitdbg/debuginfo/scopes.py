"""Where code and its variables belong: functions, lexical blocks, inlined calls; and positions within them.

A position reaches instructions through `IRBuilder.debug_metadata`, llvmlite's own door: what is built while it is
set gets it. Nothing else here knows "the present scope", so that any number of builders can be at work, and a
function can be built in the middle of another.
"""

from __future__ import annotations

from typing import TypeAlias

import llvmlite.ir as ir

from jitdbg.debuginfo.files import File, checked_file
from jitdbg.debuginfo.nodes import (
    Node,
    checked_builder,
    checked_line,
    checked_linkage_name,
    checked_name,
    checked_scope,
    listed,
    quoted,
)
from jitdbg.debuginfo.types import SubroutineType, Type, checked_type
from jitdbg.debuginfo.variables import ImportedModule, Label, Variable
from jitdbg.errors import DebugInfoError

_LARGEST_COLUMN = 0xFFFF  # DILocation has 16 bits for it


def kept_column(column: int) -> int:
    """Refuse what is no column; one that LLVM has no bits for becomes 0, "not known"."""
    if column.__class__ is not int or column < 0:
        raise DebugInfoError(
            f"{column!r} is given as a column: columns are integers from 1, and 0 says that it is none"
        )
    return column if column <= _LARGEST_COLUMN else 0


class Location(Node):
    """A position in the source (DILocation), inlined at ``site`` where there is one.

    It has no number, but is spelled where it is used: LLVM, which unites equal ones, then needs to wait for none.
    """

    __slots__ = ("column", "function", "line", "scope", "site")

    def __init__(self, scope: LocalScope, line: int, column: int, site: Location | None) -> None:
        self.scope, self.line, self.column, self.site = scope, line, column, site
        self.function: Function = site.function if site else scope.function
        """The function whose machine code has the position."""
        inlined = f", inlinedAt: {site.reference}" if site else ""
        self.reference = f"!DILocation(line: {line}, column: {column}, scope: {scope.reference}{inlined})"

    @property
    def described(self) -> str:
        """FILE:LINE."""
        return f"{self.scope.file.filename}:{self.line}"

    def __str__(self) -> str:
        return self.reference


class Call(Location):
    """Where a call was that is inlined: one of equal position is another call, and so has a number."""

    __slots__ = ("_definition",)

    def __init__(self, scope: LocalScope, line: int, column: int, site: Location | None) -> None:
        super().__init__(scope, line, column, site)
        self._definition = f"distinct {self.reference}"
        Node.__init__(self, scope.module)

    def __str__(self) -> str:
        return f"{self.reference} = {self._definition}"


class Position:
    """What `at` gives: for the length of a ``with``, a builder gives its instructions this location, or none."""

    __slots__ = ("_builder", "_location", "_outer")

    def __init__(self, builder: ir.IRBuilder, location: Location | None) -> None:
        self._builder, self._location = builder, location

    def __enter__(self) -> None:
        self._outer = self._builder.debug_metadata
        self._builder.debug_metadata = self._location

    def __exit__(self, *_: object) -> None:
        self._builder.debug_metadata = self._outer


class LocalScope(Node):
    """A function or a block in one: what positions, variables, labels and imports belong to."""

    __slots__ = ("_shared", "file", "function", "line", "module", "parent")

    is_scope = True

    def __init__(self, module: ir.Module, parent: LocalScope | None, file: File, line: int) -> None:
        self.module, self.parent, self.file, self.line = module, parent, file, checked_line(line, "scope")
        self.function: Function = parent.function if parent else self  # type: ignore[assignment]
        self._shared: dict[tuple[int, int], LexicalBlock] | None = None
        super().__init__(module)

    @property
    def described(self) -> str:
        """What an error calls the scope."""
        return f"the block at {self.file.filename}:{self.line}"

    def encloses(self, other: LocalScope | None) -> bool:
        """Say whether ``other`` is this scope, or one within it."""
        while other is not None and other is not self:
            other = other.parent
        return other is self

    def location(self, line: int, column: int = 0, site: Location | None = None) -> Location:
        """Give a position; a column beyond 65,535 is not kept, nor one of 0."""
        if site is not None and not isinstance(site, Location):
            raise DebugInfoError(f"{site!r} is given as a call's position: give the site of what inlined_at() has made")
        return Location(self, checked_line(line, "position"), kept_column(column), site)

    def at(self, builder: ir.IRBuilder, line: int, column: int = 0) -> Position:
        """Give every instruction that ``builder`` builds inside the ``with`` this position."""
        location = Location(self, checked_line(line, "position"), kept_column(column), None)
        return Position(checked_builder(builder), location)

    def lexical_block(self, line: int, column: int = 0, *, file: File | None = None) -> LexicalBlock:
        """Make a block within this scope: its variables are its own."""
        return LexicalBlock(self, line, column, checked_file(file, self.module) if file else self.file)

    def shared_block(self, line: int, column: int) -> LexicalBlock:
        """Give the block that begins there, the same one each time."""
        line, column = checked_line(line, "block"), kept_column(column)
        if self._shared is None:  # most scopes are inlined nowhere
            self._shared = {}
        if (line, column) not in self._shared:
            self._shared[line, column] = self.lexical_block(line, column)
        return self._shared[line, column]

    def variable(self, name: str, type: Type, line: int = 0, *, artificial: bool = False) -> Variable:
        """Make a local variable of this scope; `Variable.declare` or `Variable.value` says where it is."""
        return Variable(self, name, type, line, 0, artificial)

    def label(self, builder: ir.IRBuilder, name: str, line: int = 0) -> Label:
        """Put a label where ``builder`` stands."""
        return Label(self, name, line).insert(builder, self.location(line))

    def import_module(self, module: Node, line: int = 0) -> ImportedModule:
        """Let the names of a module or namespace be found without its name, in this scope."""
        imported = ImportedModule(self.module, self, module, self.file, line)
        self.function.retained.append(imported)
        return imported

    def inlined_at(self, caller: Scope, line: int, column: int = 0) -> InlinedScope:
        """Give this scope as it is inlined into ``caller``, by a call at ``line``: use it like any other scope."""
        if not isinstance(caller, LocalScope | InlinedScope):
            raise DebugInfoError(f"{caller!r} is given as a caller: give a function, or a block or inlined call in one")
        site = caller.site if isinstance(caller, InlinedScope) else None
        outer = caller.scope if isinstance(caller, InlinedScope) else caller
        return InlinedScope(self, Call(outer, checked_line(line, "call"), kept_column(column), site))


class LexicalBlock(LocalScope):
    """A block within a function (DW_TAG_lexical_block)."""

    __slots__ = ("column",)

    parent: LocalScope

    def __init__(self, parent: LocalScope, line: int, column: int, file: File) -> None:
        self.column = kept_column(column)
        super().__init__(parent.module, parent, file, line)

    def __str__(self) -> str:
        return (
            f"{self.reference} = distinct !DILexicalBlock(scope: {self.parent.reference}, file: {self.file.reference}, "
            f"line: {self.line}, column: {self.column})"
        )


class Function(LocalScope):
    """A function (DISubprogram): ``body`` is that of llvmlite, None where only inlined copies of it exist."""

    __slots__ = (
        "_parameters", "body", "flags", "linkage_name", "name", "optimized", "retained", "scope", "scope_line", "type_",
        "unit", "variables",
    )  # fmt: skip

    def __init__(
        self, module: ir.Module, unit: Node, body: ir.Function | None, name: str, type: SubroutineType, line: int,
        file: File, scope: Node, *, scope_line: int | None, linkage_name: str | None, flags: str, optimized: bool,
    ) -> None:  # fmt: skip
        self.name = checked_name("function", name)
        if not isinstance(checked_type(type, module, "function", name), SubroutineType):
            raise DebugInfoError(f"function {name!r} has {type.described} as its type: make one with subroutine()")
        self.type_, self.body, self.unit = type, body, unit
        self.scope = scope if scope is file else checked_scope(scope, module, f"function {name!r}")
        self.scope_line = line if scope_line is None else checked_line(scope_line, "function", name)
        self.linkage_name = checked_linkage_name(linkage_name, f"function {name!r}")
        self.flags, self.optimized = flags, optimized
        self.variables: list[Variable] = []
        self.retained: list[Node] = []
        self._parameters = 0
        super().__init__(module, None, file, line)

    @property
    def described(self) -> str:
        """What an error calls the function."""
        return f"function {self.name!r} ({self.file.filename}:{self.line})"

    def prologue(self, builder: ir.IRBuilder) -> Position:
        """Build the prologue inside the ``with``: what brings the arguments to their slots, and has no position.

        A breakpoint on the function stops after it.
        """
        return Position(checked_builder(builder), None)

    def parameter(self, name: str, type: Type, line: int = 0) -> Variable:
        """Make the next parameter; without ``line`` it stands in the function's line."""
        self._parameters += 1
        return Variable(self, name, type, line or self.line, self._parameters, False)

    def __str__(self) -> str:
        local = "DISPFlagLocalToUnit | " if self.body and self.body.linkage in ("internal", "private") else ""
        optimized = " | DISPFlagOptimized" if self.optimized else ""
        retained = [each for each in self.variables if self.optimized or not each.has_place] + self.retained
        return (
            f"{self.reference} = distinct !DISubprogram(name: {quoted(self.name)}"
            + (f", linkageName: {quoted(self.linkage_name)}" if self.linkage_name else "")
            + f", scope: {self.scope.reference}, file: {self.file.reference}, line: {self.line}"
            + f", type: {self.type_.reference}, scopeLine: {self.scope_line}"
            + (f", flags: {self.flags}" if self.flags else "")
            + f", spFlags: {local}DISPFlagDefinition{optimized}, unit: {self.unit.reference}"
            + (f", retainedNodes: {listed(retained)})" if retained else ")")
        )


class InlinedScope:
    """A scope as one call has it inlined, at ``site``. Blocks and variables are shared by all copies of a function."""

    def __init__(self, scope: LocalScope, site: Location) -> None:
        self.scope, self.site = scope, site

    def at(self, builder: ir.IRBuilder, line: int, column: int = 0) -> Position:
        """Give what is built inside the ``with`` a position in the inlined code."""
        return Position(checked_builder(builder), self.scope.location(line, column, self.site))

    def lexical_block(self, line: int, column: int = 0) -> InlinedScope:
        """Give the block that begins there, one for all copies."""
        return InlinedScope(self.scope.shared_block(line, column), self.site)

    def variable(self, name: str, type: Type, line: int = 0) -> Variable:
        """Give the local variable of that name and line, one for all copies."""
        return self._find(name, line) or self.scope.variable(name, type, line)

    def parameter(self, name: str, type: Type, line: int = 0) -> Variable:
        """Give the parameter of that name and line, one for all copies."""
        return self._find(name, line) or self.scope.function.parameter(name, type, line)

    def label(self, builder: ir.IRBuilder, name: str, line: int = 0) -> Label:
        """Put a label where ``builder`` stands, in this copy."""
        return Label(self.scope, name, line).insert(builder, self.scope.location(line, 0, self.site))

    def _find(self, name: str, line: int) -> Variable | None:
        for known in self.scope.function.variables:
            if known.scope is self.scope and (known.name, known.line) == (name, line):
                return known
        return None


Scope: TypeAlias = "LocalScope | InlinedScope"
