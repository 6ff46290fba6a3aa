"""Syntax tree to an llvmlite module with debug info. What concerns debug info says `di`, `scope` or `described`."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

import llvmlite.ir as ir
import syntax
from syntax import TOO_DEEP, Node, SourceError

from jitdbg.debuginfo import DIBuilder
from jitdbg.debuginfo import types as described

BYTE, INTEGER, DOUBLE = ir.IntType(8), ir.IntType(64), ir.DoubleType()


@dataclass(frozen=True)
class Type:
    name: str
    ir: ir.Type
    fields: dict[str, Type] = field(default_factory=dict)
    line: int = 0


class Value(NamedTuple):
    ir: ir.Value
    type: Type | None


class Variable(NamedTuple):
    address: ir.Value
    type: Type


class Prototype(NamedTuple):
    parameters: list[Type]
    result: Type | None


NUMBER = Type("number", DOUBLE)
TEXT = Type("text", ir.LiteralStructType([BYTE.as_pointer(), INTEGER]))


@dataclass
class Program:
    """What all units know of each other."""

    types: dict[str, Type] = field(default_factory=lambda: {"number": NUMBER, "text": TEXT})
    functions: dict[str, Prototype] = field(
        default_factory=lambda: {"print": Prototype([NUMBER], None), "say": Prototype([TEXT], None)}
    )
    variables: dict[str, Type] = field(default_factory=dict)

    def copy(self) -> Program:
        return Program(dict(self.types), dict(self.functions), dict(self.variables))


class Compiler:
    """Compiles one unit, a file or an input; ``program`` then knows what is in it."""

    def __init__(self, program: Program, name: str, path: str, source: str | None = None) -> None:
        self.program = program.copy()
        self.module = ir.Module(name)
        self.builder = ir.IRBuilder()
        # C is what debuggers print the values and read the expressions of an unknown language as.
        self.di = DIBuilder(self.module, path, source=source, language="C11")
        self.described_types: dict[str, described.Type] = {}
        self.names: ChainMap[str, Variable] = ChainMap()

    def unit(self, items: list[Node], *, echo: bool = False) -> ir.Module:
        """Compile definitions, and all statements as a function that has the module's name."""
        statements = [item for item in items if not isinstance(item, syntax.Struct | syntax.Function)]
        self.has_statements = bool(statements)
        for item in items:
            if isinstance(item, syntax.Struct):
                self.struct(item)
            elif isinstance(item, syntax.Function):
                parameters = [self.type(each, each.type) for each in item.parameters]
                self.program.functions[item.name] = Prototype(parameters, item.result and self.type(item, item.result))
        if statements:
            self.entry(statements, echo)
        for item in items:
            if isinstance(item, syntax.Function) and item.body:
                self.function(item, item.body)
        self.di.finish()
        return self.module

    # -------------------------------------------------------------------------------------------------- definitions

    def struct(self, node: syntax.Struct) -> None:
        fields = {each.name: self.type(each, each.type) for each in node.fields}
        layout = ir.LiteralStructType([each.ir for each in fields.values()])
        self.program.types[node.name] = Type(node.name, layout, fields, node.line)

    def function(self, node: syntax.Function, block: syntax.Block) -> None:
        body, prototype = self.declared(node.name), self.program.functions[node.name]
        if body.blocks:
            raise SourceError(node.line, node.column, f"there are two definitions of {node.name!r}")
        self.scope = self.di.function(body, node.name, self.signature(prototype), node.line)
        self.result = prototype.result
        self.names = ChainMap({}, self.names.maps[-1])
        self.builder.position_at_end(body.append_basic_block("entry"))
        with self.scope.prologue(self.builder):
            for parameter, type, argument in zip(node.parameters, prototype.parameters, body.args, strict=True):
                slot = self.builder.alloca(type.ir, name=parameter.name)
                self.builder.store(argument, slot)
                self.names[parameter.name] = Variable(slot, type)
                described = self.described(type)
                self.scope.parameter(parameter.name, described, parameter.line).declare(self.builder, slot)
        self.statements(block.statements)
        if not self.builder.block.is_terminated:
            with self.scope.at(self.builder, block.end.line, block.end.column):
                self.builder.ret(ir.Constant(self.result.ir, None)) if self.result else self.builder.ret_void()

    def entry(self, statements: list[Node], echo: bool) -> None:
        """Compile the statements that are in no function; what they define is known everywhere."""
        body = ir.Function(self.module, ir.FunctionType(ir.VoidType(), []), self.module.name)
        self.scope = self.di.function(body, self.module.name, self.di.subroutine(), statements[0].line)
        self.result = None
        self.builder.position_at_end(body.append_basic_block("entry"))
        value = self.statements(statements)
        if self.builder.block.is_terminated:
            return
        with self.scope.at(self.builder, statements[-1].line):
            if echo and value and value.type in (NUMBER, TEXT):
                self.builder.call(self.declared("print" if value.type is NUMBER else "say"), [value.ir])
            self.builder.ret_void()

    def declared(self, name: str) -> ir.Function:
        """Give a function of this unit or another: the engine binds what other units define."""
        if name not in self.module.globals:
            parameters, result = self.program.functions[name]
            type = ir.FunctionType(result.ir if result else ir.VoidType(), [each.ir for each in parameters])
            ir.Function(self.module, type, name)
        return self.module.globals[name]

    # --------------------------------------------------------------------------------------------- types, as debug info

    def type(self, node: Node, name: str) -> Type:
        if name not in self.program.types:
            raise SourceError(node.line, node.column, f"there is no type {name!r}")
        return self.program.types[name]

    def described(self, type: Type) -> described.Type:
        if type.name not in self.described_types:
            self.described_types[type.name] = self.describe(type)
        return self.described_types[type.name]

    def describe(self, type: Type) -> described.Type:
        if type is NUMBER:
            return self.di.floating("number", 64)
        if type is TEXT:
            characters = self.di.pointer(self.di.character())
            return self.di.struct("text", {"data": characters, "length": self.di.integer("long", 64)})
        return self.di.struct(type.name, {name: self.described(each) for name, each in type.fields.items()}, type.line)

    def signature(self, prototype: Prototype) -> described.SubroutineType:
        result = self.described(prototype.result) if prototype.result else None
        return self.di.subroutine(result, [self.described(each) for each in prototype.parameters])

    # --------------------------------------------------------------------------------------------------- statements

    def statements(self, nodes: list[Node]) -> Value | None:
        value = None
        for node in nodes:
            if self.builder.block.is_terminated:
                break
            value = self.visit(node)
        return value

    def visit(self, node: Node) -> Value | None:
        """Compile a node: all instructions that it builds itself get its position."""
        with self.scope.at(self.builder, node.line, node.column):
            try:
                return getattr(self, f"visit_{type(node).__name__}")(node)
            except RecursionError:
                raise SourceError(node.line, node.column, TOO_DEEP) from None

    @contextmanager
    def lexical_block(self, node: Node) -> Iterator[None]:
        outer = self.scope, self.names
        self.scope, self.names = self.scope.lexical_block(node.line, node.column), self.names.new_child()
        yield
        self.scope, self.names = outer

    def visit_Block(self, node: syntax.Block) -> None:
        with self.lexical_block(node):
            self.statements(node.statements)

    def visit_Let(self, node: syntax.Let) -> None:
        value = self.value(node.value)
        make = self.local if len(self.names.maps) > 1 else self.shared
        self.builder.store(value.ir, make(node, node.name, value.type).address)

    def local(self, node: Node, name: str, type: Type) -> Variable:
        with self.builder.goto_entry_block():
            slot = self.builder.alloca(type.ir, name=name)
        self.scope.variable(name, self.described(type), node.line).declare(self.builder, slot)
        self.names[name] = Variable(slot, type)
        return self.names[name]

    def shared(self, node: Node, name: str, type: Type) -> Variable:
        if name in self.module.globals:
            raise SourceError(node.line, node.column, f"{name!r} has another meaning here already")
        made = ir.GlobalVariable(self.module, type.ir, name)
        made.initializer = ir.Constant(type.ir, None)
        self.di.global_variable(made, name, self.described(type), node.line)
        self.program.variables[name] = type
        self.names[name] = Variable(made, type)
        return self.names[name]

    def visit_Assign(self, node: syntax.Assign) -> None:
        target = self.find_address(node.target)
        if target is None:
            raise SourceError(node.line, node.column, "only a variable, or a member of one, can be assigned to")
        self.builder.store(self.value(node.value, target.type).ir, target.address)

    def visit_Return(self, node: syntax.Return) -> None:
        if (node.value is None) != (self.result is None):
            returned = self.result.name if self.result else "nothing"
            raise SourceError(node.line, node.column, f"this function returns {returned}")
        self.builder.ret(self.value(node.value, self.result).ir) if node.value else self.builder.ret_void()

    def visit_If(self, node: syntax.If) -> None:
        with self.builder.if_else(self.truth(node.condition)) as (then, otherwise):
            with then:
                self.visit(node.then)
            with otherwise:
                if node.otherwise:
                    self.visit(node.otherwise)

    def visit_While(self, node: syntax.While) -> None:
        with self.loop(lambda: self.truth(node.condition)):
            self.visit(node.body)

    def visit_For(self, node: syntax.For) -> None:
        with self.lexical_block(node), self.scope.at(self.builder, node.line, node.column):
            last = self.value(node.last, NUMBER).ir
            slot = self.local(node, node.name, NUMBER).address
            self.builder.store(self.value(node.first, NUMBER).ir, slot)
            with self.loop(lambda: self.builder.fcmp_ordered("<=", self.builder.load(slot), last)):
                self.visit(node.body)
                if not self.builder.block.is_terminated:
                    self.builder.store(self.builder.fadd(self.builder.load(slot), DOUBLE(1)), slot)

    @contextmanager
    def loop(self, condition: Callable[[], ir.Value]) -> Iterator[None]:
        head, body, end = (self.builder.append_basic_block(name) for name in ("head", "body", "end"))
        self.builder.branch(head)
        self.builder.position_at_end(head)
        self.builder.cbranch(condition(), body, end)
        self.builder.position_at_end(body)
        yield
        if not self.builder.block.is_terminated:
            self.builder.branch(head)
        self.builder.position_at_end(end)

    # -------------------------------------------------------------------------------------------------- expressions

    def value(self, node: Node, wanted: Type | None = None) -> Value:
        value = self.visit(node)
        if value is None or value.type is None or wanted not in (None, value.type):
            found = value.type.name if value and value.type else "nothing"
            raise SourceError(
                node.line, node.column, f"this is {found}, and {wanted.name if wanted else 'a value'} is needed"
            )
        return value

    def truth(self, node: Node) -> ir.Value:
        return self.builder.fcmp_unordered("!=", self.value(node, NUMBER).ir, DOUBLE(0))

    def visit_Number(self, node: syntax.Number) -> Value:
        return Value(DOUBLE(node.value), NUMBER)

    def visit_Text(self, node: syntax.Text) -> Value:
        data = bytearray(node.value.encode() + b"\0")  # for debuggers: the length is without
        stored = ir.GlobalVariable(self.module, ir.ArrayType(BYTE, len(data)), self.module.get_unique_name("text"))
        stored.initializer, stored.linkage, stored.global_constant = (
            ir.Constant(stored.value_type, data),
            "private",
            True,
        )
        return Value(ir.Constant(TEXT.ir, [stored.bitcast(BYTE.as_pointer()), INTEGER(len(data) - 1)]), TEXT)

    def visit_Name(self, node: syntax.Name) -> Value:
        variable = self.find_address(node)
        return Value(self.builder.load(variable.address), variable.type)

    def visit_Member(self, node: syntax.Member) -> Value:
        if variable := self.find_address(node):
            return Value(self.builder.load(variable.address), variable.type)
        value = self.value(node.value)
        index, type = self.member(node, value.type)
        return Value(self.builder.extract_value(value.ir, index), type)

    def find_address(self, node: Node) -> Variable | None:
        """Give where a variable, or a member of one, lies; None for what has no address."""
        if isinstance(node, syntax.Name):
            return self.variable(node)
        outer = self.find_address(node.value) if isinstance(node, syntax.Member) else None
        if outer is None:
            return None
        index, type = self.member(node, outer.type)
        zero, place = ir.IntType(32)(0), ir.IntType(32)(index)
        return Variable(self.builder.gep(outer.address, [zero, place]), type)

    def variable(self, node: syntax.Name) -> Variable:
        if node.name not in self.names and node.name in self.program.variables:
            type = self.program.variables[node.name]
            elsewhere = ir.GlobalVariable(self.module, type.ir, node.name)
            self.names.maps[-1][node.name] = Variable(elsewhere, type)
        if node.name not in self.names:
            raise SourceError(node.line, node.column, f"there is no variable {node.name!r}")
        return self.names[node.name]

    def member(self, node: syntax.Member, type: Type | None) -> tuple[int, Type]:
        if type is None or node.name not in type.fields:
            raise SourceError(node.line, node.column, f"{type.name if type else 'nothing'} has no member {node.name!r}")
        return list(type.fields).index(node.name), type.fields[node.name]

    def visit_Binary(self, node: syntax.Binary) -> Value:
        left, right = self.value(node.left, NUMBER).ir, self.value(node.right, NUMBER).ir
        if node.operator in ("<", ">", "=="):
            return Value(self.builder.uitofp(self.builder.fcmp_ordered(node.operator, left, right), DOUBLE), NUMBER)
        operations = {"+": self.builder.fadd, "-": self.builder.fsub, "*": self.builder.fmul, "/": self.builder.fdiv}
        return Value(operations[node.operator](left, right), NUMBER)

    def visit_Call(self, node: syntax.Call) -> Value:
        """Call a function, or make a struct of its members."""
        made, prototype = self.program.types.get(node.callee), self.program.functions.get(node.callee)
        expected = list(made.fields.values()) if made else prototype.parameters if prototype else None
        if expected is None or len(expected) != len(node.arguments):
            what = f"{node.callee!r} takes {len(expected)} arguments" if expected is not None else f"no {node.callee!r}"
            raise SourceError(node.line, node.column, what)
        arguments = [self.value(each, type).ir for each, type in zip(node.arguments, expected, strict=True)]
        if prototype and not made:
            return Value(self.builder.call(self.declared(node.callee), arguments), prototype.result)
        value = ir.Constant(made.ir, ir.Undefined)
        for index, argument in enumerate(arguments):
            value = self.builder.insert_value(value, argument, index)
        return Value(value, made)
