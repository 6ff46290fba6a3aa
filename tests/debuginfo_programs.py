"""Modules that are made through `jitdbg.debuginfo`, for the tests of what debuggers see of them.

Their sources exist as line numbers alone; each has a last line, at which everything has its value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llvmlite.ir as ir

from jitdbg.debuginfo import DIBuilder, line_table

I1, I8, I16, I32, I64 = (ir.IntType(bits) for bits in (1, 8, 16, 32, 64))
FLOAT, DOUBLE = ir.FloatType(), ir.DoubleType()
POINTER = I8.as_pointer()
LAST_LINE = 90


class Program:
    """A module of the source NAME.toy with a function NAME, whose last line is reached with all values in place."""

    def __init__(self, name: str, **options: Any) -> None:
        self.module = ir.Module(name)
        self.di = DIBuilder(self.module, f"{name}.toy", directory="/made-up", **options)
        body = ir.Function(self.module, ir.FunctionType(I32, []), name)
        self.builder = ir.IRBuilder(body.append_basic_block("entry"))
        self.int = self.di.integer("int", 32)
        self.function = self.di.function(body, name, self.di.subroutine(self.int), 1)
        self.line = 1

    def slot(self, type: Any, value: Any = None) -> ir.Value:
        """Make memory with a constant in it."""
        slot = self.builder.alloca(type)
        if value is not None:
            self.builder.store(ir.Constant(type, value), slot)
        return slot

    def local(self, name: str, debug_type: Any, type: Any, value: Any = None) -> ir.Value:
        """Make a local variable with a constant value, in the next line."""
        self.line += 1
        with self.function.at(self.builder, self.line):
            slot = self.slot(type, value)
            self.function.variable(name, debug_type, self.line).declare(self.builder, slot)
        return slot

    def text(self) -> str:
        """End the function and give the module's text."""
        with self.function.at(self.builder, LAST_LINE):
            self.builder.ret(I32(0))
        self.di.finish()
        return str(self.module)


def scalars(**options: Any) -> str:
    """Basic types of all kinds and sizes."""
    program = Program("scalars", **options)
    di = program.di
    program.local("i8", di.integer("int8_t", 8), I8, -8)
    program.local("u8", di.integer("uint8_t", 8, signed=False), I8, 200)
    program.local("i16", di.integer("short", 16), I16, -1616)
    program.local("i32", program.int, I32, -323232)
    program.local("u32", di.integer("unsigned", 32, signed=False), I32, 4_000_000_000)
    program.local("i64", di.integer("long", 64), I64, -(1 << 60))
    program.local("f", di.floating("float", 32), FLOAT, 0.5)
    program.local("d", di.floating("double", 64), DOUBLE, -2.25)
    program.local("yes", di.boolean(), I8, 1)
    program.local("letter", di.character(), I8, 65)
    program.local("rune", di.character("char32_t", 32), I32, 0x1F600)
    return program.text()


def references(**options: Any) -> str:
    """Types that lead to others: pointers, references, qualifiers, typedefs, functions, a list."""
    program = Program("references", **options)
    di, builder, function = program.di, program.builder, program.function
    number = program.local("number", program.int, I32, 7)
    with function.at(builder, 20):
        node_type = ir.LiteralStructType([I32, POINTER])
        last, first = builder.alloca(node_type), builder.alloca(node_type)
        for node, value, link in ((last, 2, POINTER(None)), (first, 1, builder.bitcast(last, POINTER))):
            builder.store(I32(value), builder.gep(node, [I32(0), I32(0)]))
            builder.store(link, builder.gep(node, [I32(0), I32(1)]))
        node = di.struct("Node", line=3)
        node.member("value", program.int, 4).member("next", di.pointer(node), 5)
        list_type = di.typedef("List", di.pointer(di.const(node)), 6)
        callback = di.pointer(di.subroutine(program.int, []))
        for name, debug_type, value in (
            ("to_number", di.pointer(program.int), number),
            ("list", list_type, first),
            ("anything", di.pointer(), number),
            ("alias", di.reference(program.int), number),
            ("moved", di.reference(program.int, rvalue=True), number),
            ("function", callback, builder.function),
            ("unknown", di.pointer(di.struct("Opaque", opaque=True)), number),
        ):
            slot = builder.alloca(POINTER)
            builder.store(builder.bitcast(value, POINTER), slot)
            function.variable(name, debug_type, 20).declare(builder, slot)
    program.local("fixed", di.const(program.int), I32, 11)
    program.local("moving", di.volatile(program.int), I32, 12)
    program.local("metres", di.typedef("Metres", di.floating("double", 64), 8), DOUBLE, 1.5)
    return program.text()


def aggregates(**options: Any) -> str:
    """Types that consist of others."""
    program = Program("aggregates", **options)
    di, int_ = program.di, program.int
    unsigned = di.integer("unsigned", 32, signed=False)
    row = ir.ArrayType(I32, 3)
    program.local("primes", di.array(int_, 3), row, [2, 3, 5])
    matrix = ir.ArrayType(row, 2)
    program.local("matrix", di.array(int_, 2, 3), matrix, [ir.Constant(row, [1, 2, 3]), ir.Constant(row, [4, 5, 6])])
    program.local("vector", di.vector(di.floating("float", 32), 4), ir.VectorType(FLOAT, 4), [1.0, 2.0, 3.0, 4.5])
    point = di.struct("Point", {"x": di.floating("double", 64), "tag": di.character()}, 30)
    inner = ir.LiteralStructType([DOUBLE, I8])
    program.local("point", point, inner, [ir.Constant(DOUBLE, 1.25), ir.Constant(I8, 66)])
    flags = di.struct("Flags", line=31).member("low", unsigned, bits=3).member("high", unsigned, bits=5)
    flags.member("signed_one", int_, bits=4).member("whole", int_)
    packed_flags = 0b101 | 0b10011 << 3 | 0b1110 << 8
    program.local("flags", flags, ir.ArrayType(I32, 2), [packed_flags, 77])
    program.local("either", di.union("Either", {"i": int_, "f": di.floating("float", 32)}, 32), I32, 0x3FC00000)
    program.local("color", di.enumeration("Color", int_, {"RED": 0, "GREEN": 5, "NONE": -1}, 33), I32, 5)
    packed = di.struct("Packed", {"c": di.character(), "n": int_}, 34, packed=True)
    program.local("packed", packed, ir.ArrayType(I8, 5), [ir.Constant(I8, byte) for byte in (67, 1, 1, 0, 0)])
    holder = di.struct("Holder", line=35).member("", di.union("", {"as_int": int_, "as_unsigned": unsigned}))
    program.local("holder", holder.member("last", point), ir.ArrayType(I64, 3), [9, 0, 0])
    with program.function.at(program.builder, 40):
        count = program.slot(I64, 4)
        counter = program.function.variable("count", di.integer("long", 64), 40, artificial=True)
        counter.declare(program.builder, count)
        memory = program.builder.alloca(I32, size=program.builder.load(count))
        for index in range(4):
            program.builder.store(I32(index * index), program.builder.gep(memory, [I32(index)]))
        program.function.variable("squares", di.array(int_, counter), 40).declare(program.builder, memory)
    return program.text()


def rarities(**options: Any) -> str:
    """What few languages have: wide and complex numbers, bounds other than 0, arrays without an end, indirection."""
    program = Program("rarities", **options)
    di, builder, function, int_ = program.di, program.builder, program.function, program.int
    wide = ir.IntType(128)
    program.local("wide", di.integer("__int128", 128), wide, -(1 << 100))
    program.local("word", di.character("char16_t", 16), I16, 0x20AC)
    program.local("half", di.floating("half", 16), I16, 0x3E00)
    program.local("extended", di.floating("long double", 128), wide, 0x3FFF_C000_0000_0000_0000)
    pair = ir.ArrayType(DOUBLE, 2)
    program.local("complex_", di.basic_type("complex double", 128, "DW_ATE_complex_float"), pair, [1.5, -2.5])
    row = ir.ArrayType(I32, 3)
    primes = program.local("one_based", di.array(int_, 3, lower_bound=1), row, [2, 3, 5])
    nested = di.struct("Outer", {"x": int_}, 50)
    program.local("nested", di.struct("Inner", {"y": int_}, 51, scope=nested), I32, 8)
    placed = di.struct("Placed", line=52).member("first", int_, offset=32).member("second", int_, offset=0)
    program.local("placed", placed, ir.ArrayType(I32, 2), [1, 2])
    di.retain(di.struct("Retained", {"a": int_, "b": int_}, 53))
    with function.at(builder, 60):
        to_primes = builder.alloca(POINTER)
        builder.store(builder.bitcast(primes, POINTER), to_primes)
        for name, debug_type, operations in (
            ("endless", di.pointer(di.array(int_, None)), ()),
            ("anyhow", di.pointer(di.unspecified("decltype(nullptr)")), ()),
            ("variadic", di.pointer(di.subroutine(int_, [int_], variadic=True)), ()),
            ("indirect", int_, ("DW_OP_deref",)),
            ("second", int_, ("DW_OP_deref", "DW_OP_plus_uconst", 4)),
        ):
            function.variable(name, debug_type, 60).declare(builder, to_primes, *operations)
        hidden = program.slot(I32, 9)
        function.variable("hidden", int_, 60, artificial=True).declare(builder, hidden)
    return program.text()


def strings(**options: Any) -> str:
    """Strings as a language has them: a pointer with a length, and DWARF's own string type."""
    program = Program("strings", **options)
    di, builder = program.di, program.builder
    text = ir.ArrayType(I8, 5)
    data = program.slot(text, bytearray(b"hello"))
    string = di.struct("String", {"data": di.pointer(di.character()), "length": di.integer("long", 64)}, 40)
    slot = program.local("greeting", di.typedef("string", string, 40), ir.LiteralStructType([POINTER, I64]))
    with program.function.at(builder, 41):
        builder.store(builder.bitcast(data, POINTER), builder.gep(slot, [I32(0), I32(0)]))
        builder.store(I64(5), builder.gep(slot, [I32(0), I32(1)]))
    return program.text()


def characters(**options: Any) -> str:
    """Characters that have names of a language's own, alone, in arrays, and pointed to."""
    program = Program("characters", **options)
    di, builder = program.di, program.builder
    for name, bits, value in (("octet", 8, 0xE9), ("unit", 16, 0x20AC), ("rune", 32, 0x1F600)):
        type, integer = di.character(name, bits), ir.IntType(bits)
        row = ir.ArrayType(integer, 3)
        program.local(f"one_{name}", type, integer, value)
        text = program.local(f"{name}s", di.array(type, 3), row, [ord("A"), value, 0])
        pointer = program.local(f"to_{name}s", di.pointer(type), POINTER)
        with program.function.at(builder, program.line):
            builder.store(builder.bitcast(text, POINTER), pointer)
    return program.text()


def fixed_strings(**options: Any) -> str:
    """Strings of Fortran, which are no arrays."""
    program = Program("fixed_strings", language="Fortran08", **options)
    fixed = program.di.string("character(5)", 5)
    program.local("fixed", fixed, ir.ArrayType(I8, 5), bytearray(b"fixed"))
    return program.text()


def scopes(**options: Any) -> str:
    """Blocks whose variables hide others, a namespace, global variables and constants, a label, parameters by value."""
    program = Program("scopes", language="C_plus_plus_14", **options)
    di, builder, function, module = program.di, program.builder, program.function, program.module
    for name, value, linkage in (("counter", 41, ""), ("hidden", 42, "internal")):
        made = ir.GlobalVariable(module, I32, name)
        made.initializer, made.linkage = I32(value), linkage
        di.global_variable(made, name, program.int, 2)
    config = di.namespace("config")
    limit = ir.GlobalVariable(module, I32, "_ZN6config5limitE")
    limit.initializer = I32(99)
    di.global_variable(limit, "limit", program.int, 3, scope=config, linkage_name=limit.name)
    di.constant("ANSWER", di.const(program.int), 43, 4)
    function.import_module(config, 5)
    program.local("x", program.int, I32, 1)
    block = function.lexical_block(10, 3)
    with block.at(builder, 11, 5):
        slot = program.slot(I32, 2)
        block.variable("x", program.int, 11).declare(builder, slot)
    with block.at(builder, 12):
        builder.store(I32(3), slot)
    with function.at(builder, 13):
        again = builder.append_basic_block("again")
        builder.branch(again)
        builder.position_at_end(again)
    function.label(builder, "again", 13)
    with function.at(builder, 14):
        builder.call(_doubled(program), [I32(21)])
    return program.text()


def _doubled(program: Program) -> ir.Function:
    """Make ``doubled``, whose parameter and result are known by value."""
    di, int_ = program.di, program.int
    body = ir.Function(program.module, ir.FunctionType(I32, [I32]), "doubled_i32")
    builder = ir.IRBuilder(body.append_basic_block("entry"))
    function = di.function(body, "doubled", di.subroutine(int_, [int_]), 50)
    with function.prologue(builder):
        function.parameter("n", int_).value(builder, body.args[0])
    with function.at(builder, 51):
        result = builder.mul(body.args[0], I32(2))
        function.variable("result", int_, 51).value(builder, result)
    with function.at(builder, 52):
        builder.ret(result)
    return body


def modules(**options: Any) -> str:
    """A module of the source language, with a variable, a type and a function, which the program imports."""
    program = Program("modules", language="C_plus_plus_14", **options)
    di, builder, module = program.di, program.builder, program.module
    geometry = di.imported_source_module("geometry", 30)
    sides = ir.GlobalVariable(module, I32, "sides")
    sides.initializer = I32(4)
    di.global_variable(sides, "sides", program.int, 31, scope=geometry)
    area = ir.Function(module, ir.FunctionType(I32, [I32]), "area")
    inner = ir.IRBuilder(area.append_basic_block("entry"))
    function = di.function(area, "area", di.subroutine(program.int, [program.int]), 32, scope=geometry)
    with function.prologue(inner):
        slot = inner.alloca(I32)
        inner.store(area.args[0], slot)
        function.parameter("side", program.int).declare(inner, slot)
    with function.at(inner, 33):
        inner.ret(inner.mul(inner.load(slot), inner.load(slot)))
    program.function.import_module(geometry, 5)
    program.local("point", di.struct("Point", {"x": program.int}, 34, scope=geometry), I32, 8)
    with program.function.at(builder, 40):
        builder.call(area, [I32(7)])
    return program.text()


def inlined(**options: Any) -> str:
    """A call that the compiler has inlined twice, and within it another one."""
    program = Program("inlined", **options)
    di, builder, int_ = program.di, program.builder, program.int
    sink = ir.GlobalVariable(program.module, I32, "sink")
    sink.initializer = I32(0)
    square = di.function(None, "square", di.subroutine(int_, [int_]), 60)
    helper = di.function(None, "helper", di.subroutine(), 70)
    for line, value in ((10, 5), (11, 6)):
        call = square.inlined_at(program.function, line, 3)
        with call.at(builder, 61):
            slot = program.slot(I32, value)
            call.parameter("n", int_, 60).declare(builder, slot)
        with call.at(builder, 62):
            loaded = builder.load(slot)
            builder.store(builder.mul(loaded, loaded), sink)
        with helper.inlined_at(call, 63).at(builder, 71):
            builder.store(I32(0), sink)
    return program.text()


def line_tables(**options: Any) -> str:
    """A function of which only the lines are known."""
    module = ir.Module("line_tables")
    body = ir.Function(module, ir.FunctionType(I32, []), "line_tables")
    builder = ir.IRBuilder(body.append_basic_block("entry"))
    slot = builder.alloca(I32)
    lines = {builder.store(I32(line), slot): line for line in (7, 8)}
    builder.ret(builder.load(slot))
    line_table(module, "line_tables.toy", lines, directory="/made-up", **options)
    return str(module)


def embedded(**options: Any) -> str:
    """A source that exists in the debug info alone."""
    program = Program("embedded", source="the first line\nthe second line\n", **options)
    program.local("x", program.int, I32, 1)
    return program.text()


PROGRAMS: dict[str, Callable[..., str]] = {
    made.__name__: made
    for made in (
        scalars,
        references,
        aggregates,
        rarities,
        strings,
        characters,
        fixed_strings,
        scopes,
        modules,
        inlined,
        line_tables,
        embedded,
    )
}
