"""What has a name and a place: local variables, parameters, labels, global variables, imported modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import llvmlite.ir as ir

from jitdbg.debuginfo.nodes import (
    Node,
    checked_builder,
    checked_line,
    checked_linkage_name,
    checked_name,
    checked_scope,
    quoted,
    quoted_name,
)
from jitdbg.debuginfo.positions import Location
from jitdbg.debuginfo.records import FRAGMENT, Record, expression
from jitdbg.debuginfo.sizes import find_size
from jitdbg.debuginfo.types import Type, checked_type
from jitdbg.errors import DebugInfoError

if TYPE_CHECKING:
    from jitdbg.debuginfo.files import File
    from jitdbg.debuginfo.scopes import LocalScope

# What most variables have, made once.
_NO_OPERATIONS = ", !DIExpression()"
_IN_NO_CALL = (None,)

Operation = str | int
"""An operation of a DIExpression ("DW_OP_deref") or its operand."""


class Variable(Node):
    """A local variable, or with ``argument``, its number, a parameter (DILocalVariable)."""

    __slots__ = ("_sites", "argument", "has_place", "line", "name", "scope", "type_")

    def __init__(self, scope: LocalScope, name: str, type: Type, line: int, argument: int, artificial: bool) -> None:
        self.scope, self.name, self.argument = scope, name, argument
        named = quoted_name("variable", name)
        self.type_ = checked_type(type, scope.module, "parameter" if argument else "variable", name)
        self.line = checked_line(line, "variable", name)
        self._sites: tuple[Location | None, ...] = ()
        self.has_place = False
        scope.function.variables.append(self)
        number = f", arg: {argument}" if argument else ""
        flags = ", flags: DIFlagArtificial" if artificial else ""
        self.write(
            scope.module,
            f"!DILocalVariable(name: {named}{number}, scope: {scope.reference}, file: {scope.file.reference}, "
            f"line: {line}, type: {type.reference}{flags})",
        )

    def declare(self, builder: ir.IRBuilder, address: ir.Value, *operations: Operation) -> Variable:
        """Say that the variable lies at ``address``, as long as its scope lasts.

        ``operations`` lead from the address to the variable: ``"DW_OP_deref"`` where a pointer to it lies there.
        """
        location = self._location(builder)
        site = location.site
        if site in self._sites:
            raise DebugInfoError(f"{self.described} has been declared at an address already: a variable has one")
        if isinstance(address, ir.AllocaInstr):
            if not operations and not address.operands and address.allocated_type is not self.type_.held_by:
                check_room(self, address.allocated_type, "its slot")
        elif not isinstance(getattr(address, "type", None), ir.PointerType):
            given = address.type if isinstance(address, ir.Value) else repr(address)
            raise DebugInfoError(f"{self.described} is declared at a {given}: give a pointer, or use value()")
        self._insert(builder, "#dbg_declare", location, address, operations)
        self._sites = (*self._sites, site) if site or self._sites else _IN_NO_CALL
        return self

    def value(self, builder: ir.IRBuilder, value: ir.Value | None, *operations: Operation) -> Variable:
        """Say that the variable has this value from here on; None says that it has none any more.

        Only code that is optimised keeps such values apart: at -O0 a register or slot may have another value soon.
        """
        location = self._location(builder)
        if value is None:
            value = ir.Constant(ir.IntType(1), ir.Undefined)
        elif not isinstance(value, ir.Value):
            raise DebugInfoError(f"{self.described} has {value!r} as its value: give an ir.Value, or None for no more")
        elif not operations:
            check_room(self, value.type, "its value")
        self._insert(builder, "#dbg_value", location, value, operations)
        return self

    @property
    def described(self) -> str:
        """What an error calls the variable."""
        place = f" ({self.scope.file.filename}:{self.line})" if self.line else ""
        return f"{'parameter' if self.argument else 'variable'} {self.name!r}{place}"

    def _location(self, builder: ir.IRBuilder) -> Location:
        """Give the position of a record: one in the variable's scope, since LLVM takes the scope of the position."""
        location = checked_builder(builder).debug_metadata
        if location is None and builder._block.parent is self.scope.function.body:
            return self.scope.location_of_variable(self.line, None)  # the prologue
        inner = getattr(location, "scope", None)
        if inner is self.scope:
            return location  # type: ignore[no-any-return]
        if not self.scope.encloses(inner):
            where = f"at {location.described}" if hasattr(location, "described") else "in code without a position"
            raise DebugInfoError(
                f"{self.described} belongs to {self.scope.described}, and the builder is {where}, outside of it: "
                "place it within `with scope.at(…)` of its own scope"
            )
        return self.scope.location_of_variable(self.line, location.site)

    def _check_fragment(self, operations: tuple[Operation, ...]) -> None:
        """Refuse a part that is none; what `expression` says of its operands comes first."""
        expression(operations)
        offset, size = (int(operand) for operand in operations[-2:])
        whole = find_size_of(self.type_)
        if whole is not None and (offset + size > whole or size in (0, whole)):
            raise DebugInfoError(
                f"{self.described} has {whole} bits, and {size} from bit {offset} on are no part of it: leave "
                f"{FRAGMENT} away for the whole"
            )

    def _insert(
        self, builder: ir.IRBuilder, keyword: str, location: Location, value: ir.Value,
        operations: tuple[Operation, ...],
    ) -> None:  # fmt: skip
        if FRAGMENT in operations:
            self._check_fragment(operations)
        said = f", {expression(operations)}" if operations else _NO_OPERATIONS
        self.has_place = True
        # The door that all of llvmlite's own instructions go through.
        builder._insert(Record(builder._block, keyword, location, value, self, said))


def check_room(variable: Variable | GlobalVariable, given: ir.Type, what: str) -> None:
    """Refuse what a variable has no room in."""
    has, needs = find_size(given), find_size_of(variable.type_)
    if has is None or needs is None:
        return
    if -(-has // 8) < needs // 8:
        raise DebugInfoError(
            f"{variable.described} has {needs} bits, as {variable.type_.described} has, but {what}, a {given}, has "
            f"{has}: a debugger would show what lies beside it"
        )
    variable.type_.held_by = given


def find_size_of(type: Type) -> int | None:
    """Give the size of a type's values in bits, None where it is not fixed."""
    try:
        return type.layout().size
    except DebugInfoError:
        return None


class Label(Node):
    """A label in a function (DILabel)."""

    def __init__(self, scope: LocalScope, name: str, line: int) -> None:
        self.scope, self.name, self.line = scope, checked_name("label", name), checked_line(line, "label", name)
        scope.function.retained.append(self)
        super().__init__(scope.module)

    def insert(self, builder: ir.IRBuilder, location: Location) -> Label:
        """Put it where ``builder`` stands."""
        block = checked_builder(builder).block
        builder._insert(Record(block, "#dbg_label", location, None, self))
        return self

    def __str__(self) -> str:
        return self.defined("DILabel", scope=self.scope, name=quoted(self.name), file=self.scope.file, line=self.line)


class GlobalVariable(Node):
    """A global variable, or a constant that has no storage (DIGlobalVariable)."""

    def __init__(
        self, module: ir.Module, variable: ir.GlobalVariable | None, name: str, type: Type, line: int, file: File,
        scope: Node, linkage_name: str | None,
    ) -> None:  # fmt: skip
        self.linkage_name = checked_linkage_name(linkage_name, "variable", name)
        self.variable, self.name, self.file = variable, checked_name("variable", name), file
        self.type_ = checked_type(type, module, "variable", name)
        self.scope = checked_scope(scope, module, f"variable {name!r}")
        self.line = checked_line(line, "variable", name)
        if variable is not None:
            check_room(self, variable.value_type, "its memory")
        super().__init__(module)

    @property
    def described(self) -> str:
        """What an error calls the variable."""
        place = f" ({self.file.filename}:{self.line})" if self.line else ""
        return f"variable {self.name!r}{place}"

    def __str__(self) -> str:
        return self.distinct(
            "DIGlobalVariable", name=quoted(self.name),
            linkageName=self.linkage_name and quoted(self.linkage_name),
            scope=self.scope, file=self.file, line=self.line, type=self.type_, isDefinition=True,
            isLocal=self.variable is None or self.variable.linkage in ("internal", "private"),
        )  # fmt: skip


class GlobalVariableExpression(Node):
    """A global variable, with what leads from its address to it (DIGlobalVariableExpression)."""

    def __init__(self, module: ir.Module, variable: GlobalVariable, *operations: Operation) -> None:
        self.variable, self.operations = variable, operations
        super().__init__(module)

    def __str__(self) -> str:
        return self.defined("DIGlobalVariableExpression", var=self.variable, expr=expression(self.operations))


class ImportedModule(Node):
    """Says that names of a module or namespace are known in a scope (DW_TAG_imported_module)."""

    def __init__(self, module: ir.Module, scope: Node, imported: Node, file: File, line: int) -> None:
        self.scope, self.imported, self.file = scope, checked_scope(imported, module, "an import"), file
        self.line = checked_line(line, "import")
        super().__init__(module)

    def __str__(self) -> str:
        return self.defined(
            "DIImportedEntity", tag="DW_TAG_imported_module", scope=self.scope, entity=self.imported, file=self.file,
            line=self.line,
        )  # fmt: skip
