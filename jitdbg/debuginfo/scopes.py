"""Where code and its variables belong: functions, lexical blocks, inlined calls."""

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
from jitdbg.debuginfo.positions import Call, Location, Prologue, kept_column
from jitdbg.debuginfo.types import SubroutineType, Type, checked_type
from jitdbg.debuginfo.variables import ImportedModule, Label, Variable
from jitdbg.errors import DebugInfoError


class LocalScope(Node):
    """A function or a block in one: what positions, variables, labels and imports belong to."""

    __slots__ = ("_of_variable", "_shared", "file", "function", "line", "parent")

    is_scope = True

    def __init__(self, parent: LocalScope | None, file: File, line: int) -> None:
        self.parent, self.file, self.line = parent, file, checked_line(line, "scope")
        self.function: Function = parent.function if parent else self  # type: ignore[assignment]
        self._shared: dict[tuple[int, int], LexicalBlock] | None = None
        self._of_variable: Location | None = None

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
        return Location(self, line, column, site)

    def location_of_variable(self, line: int, site: Location | None) -> Location:
        """Give the position of a variable that is declared elsewhere: parameters have one line, and so one position."""
        last = self._of_variable
        if last is None or last.line != line or last.site is not site:
            last = self._of_variable = Location(self, line, 0, site)
        return last

    def at(self, builder: ir.IRBuilder, line: int, column: int = 0) -> Location:
        """Give every instruction that ``builder`` builds inside the ``with`` this position."""
        return Location(self, line, column, None, checked_builder(builder))

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

    __slots__ = ()

    def __init__(self, parent: LocalScope, line: int, column: int, file: File) -> None:
        column = kept_column(column)
        LocalScope.__init__(self, parent, file, line)  # super() looks for it in every call
        self.write(
            parent.module,
            f"distinct !DILexicalBlock(scope: {parent.reference}, file: {file.reference}, line: {line}, "
            f"column: {column})",
        )


class Function(LocalScope):
    """A function (DISubprogram): ``body`` is that of llvmlite, None where only inlined copies of it exist."""

    __slots__ = (
        "_artificial", "_parameters", "body", "flags", "linkage_name", "name", "optimized", "retained", "scope",
        "scope_line", "type_", "unit", "variables",
    )  # fmt: skip

    def __init__(
        self, module: ir.Module, unit: Node, body: ir.Function | None, name: str, type: SubroutineType, line: int,
        file: File, scope: Node, scope_line: int | None, linkage_name: str | None, flags: str, optimized: bool,
    ) -> None:  # fmt: skip
        self.name = checked_name("function", name)
        if not isinstance(checked_type(type, module, "function", name), SubroutineType):
            raise DebugInfoError(f"function {name!r} has {type.described} as its type: make one with subroutine()")
        self.type_, self.body, self.unit = type, body, unit
        self.scope = scope if scope is file else checked_scope(scope, module, f"function {name!r}")
        self.scope_line = line if scope_line is None else checked_line(scope_line, "function", name)
        self.linkage_name = checked_linkage_name(linkage_name, "function", name)
        self.flags, self.optimized = flags, optimized
        self.variables: list[Variable] = []
        self.retained: list[Node] = []
        self._parameters = self._artificial = 0
        LocalScope.__init__(self, None, file, line)
        Node.__init__(self, module)

    @property
    def described(self) -> str:
        """What an error calls the function."""
        return f"function {self.name!r} ({self.file.filename}:{self.line})"

    def prologue(self, builder: ir.IRBuilder) -> Prologue:
        """Build the prologue inside the ``with``: what brings the arguments to their slots, and has no position.

        A breakpoint on the function stops after it.
        """
        return Prologue(builder)

    def parameter(self, name: str, type: Type, line: int = 0, *, artificial: bool = False) -> Variable:
        """Make the next parameter; without ``line`` it stands in the function's line.

        ``artificial`` is for one that the source has not, and that the function's type need not have.
        """
        if artificial:
            self._artificial += 1
        elif self._parameters - self._artificial >= len(self.type_.parameters):
            self._check_further_parameter(name)
        self._parameters += 1
        return Variable(self, name, type, line or self.line, self._parameters, artificial)

    def _check_further_parameter(self, name: str) -> None:
        """Refuse a parameter that the type has none for; one with an ellipsis, or of old C, says nothing of it."""
        if not self.type_.variadic and "DIFlagPrototyped" in self.flags:
            raise DebugInfoError(
                f"parameter {name!r} of {self.described} is one more than the {len(self.type_.parameters)} of its "
                "type: give them all to subroutine(), or make those artificial that the source has not"
            )

    def __str__(self) -> str:
        local = "DISPFlagLocalToUnit | " if self.body and self.body.linkage in ("internal", "private") else ""
        optimized = " | DISPFlagOptimized" if self.optimized else ""
        linkage_name = f", linkageName: {quoted(self.linkage_name)}" if self.linkage_name else ""
        flags = f", flags: {self.flags}" if self.flags else ""
        retained = self._retained_nodes()
        return (
            f"{self.reference} = distinct !DISubprogram(name: {quoted(self.name)}{linkage_name}, "
            f"scope: {self.scope.reference}, file: {self.file.reference}, line: {self.line}, "
            f"type: {self.type_.reference}, scopeLine: {self.scope_line}{flags}, "
            f"spFlags: {local}DISPFlagDefinition{optimized}, unit: {self.unit.reference}{retained})"
        )

    def _retained_nodes(self) -> str:
        """Give the field that lists what LLVM would else lose: imports, labels, and variables that may get lost."""
        variables = [each for each in self.variables if self.optimized or not each.has_place]
        retained = [*variables, *self.retained]
        return f", retainedNodes: {listed(retained)}" if retained else ""


class InlinedScope:
    """A scope as one call has it inlined, at ``site``. Blocks and variables are shared by all copies of a function."""

    def __init__(self, scope: LocalScope, site: Location) -> None:
        self.scope, self.site = scope, site

    def at(self, builder: ir.IRBuilder, line: int, column: int = 0) -> Location:
        """Give what is built inside the ``with`` a position in the inlined code."""
        return Location(self.scope, line, column, self.site, checked_builder(builder))

    def lexical_block(self, line: int, column: int = 0) -> InlinedScope:
        """Give the block that begins there, one for all copies."""
        return InlinedScope(self.scope.shared_block(line, column), self.site)

    def variable(self, name: str, type: Type, line: int = 0) -> Variable:
        """Give the local variable of that name and line, one for all copies."""
        return self._find(name, line) or self.scope.variable(name, type, line)

    def parameter(self, name: str, type: Type, line: int = 0, *, artificial: bool = False) -> Variable:
        """Give the parameter of that name and line, one for all copies."""
        function = self.scope.function
        return self._find(name, line or function.line) or function.parameter(name, type, line, artificial=artificial)

    def label(self, builder: ir.IRBuilder, name: str, line: int = 0) -> Label:
        """Put a label where ``builder`` stands, in this copy."""
        return Label(self.scope, name, line).insert(builder, self.scope.location(line, 0, self.site))

    def _find(self, name: str, line: int) -> Variable | None:
        for known in self.scope.function.variables:
            if known.scope is self.scope and (known.name, known.line) == (name, line):
                return known
        return None


Scope: TypeAlias = "LocalScope | InlinedScope"
