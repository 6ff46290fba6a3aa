"""The builder: what it puts into a module is what LLVM takes, and mistakes are refused in words."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import llvmlite.ir as ir
import pytest
from elftools.elf.elffile import ELFFile

from jitdbg.codegen import Options, compile_text
from jitdbg.debuginfo import DebugInfoError, DIBuilder, line_table
from jitdbg.debuginfo.records import OPERATIONS
from jitdbg.debuginfo.types import Layout
from jitdbg.debuginfo.unit import LANGUAGES
from tests.debuginfo_programs import PROGRAMS
from tests.irtexts import verified

I8, I32, I64 = (ir.IntType(bits) for bits in (8, 32, 64))


class Unit:
    """A module with a function ``f`` under construction, and its builder."""

    def __init__(self, *, parameters: int = 1, **options: Any) -> None:
        self.module = ir.Module("m")
        self.di = DIBuilder(self.module, "f.toy", directory="/src", **options)
        self.body = ir.Function(self.module, ir.FunctionType(I32, [I32]), "f")
        self.builder = ir.IRBuilder(self.body.append_basic_block("entry"))
        self.int = self.di.integer("int", 32)
        self.long = self.di.integer("long", 64)
        self.f = self.di.function(self.body, "f", self.di.subroutine(self.int, [self.int] * parameters), 3)

    def text(self) -> str:
        with self.f.at(self.builder, 9):
            self.builder.ret(I32(0))
        self.di.finish()
        return str(verified(str(self.module)))


@pytest.mark.parametrize("dwarf_version", [4, 5])
@pytest.mark.parametrize("name", PROGRAMS)
def test_llvm_takes_every_construct_and_keeps_it(name: str, dwarf_version: int) -> None:
    text = PROGRAMS[name](dwarf_version=dwarf_version)
    read = str(verified(text))
    assert f'"Dwarf Version", i32 {dwarf_version}' in read
    for kind in ("DISubprogram", "DILexicalBlock", "DILocalVariable", "DICompositeType", "#dbg_"):
        assert (kind in read) == (kind in text), kind


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_llvm_knows_every_language(language: str) -> None:
    assert f"language: DW_LANG_{language}" in Unit(language=language).text()


@pytest.mark.parametrize(
    ("language", "is_typedef"), [("C11", True), ("Zig", True), ("Rust", False), ("Ada2012", False)]
)
def test_wide_characters_have_the_name_that_debuggers_know(language: str, is_typedef: bool) -> None:
    unit = Unit(language=language)
    unit.di.retain(unit.di.character("rune", 32))
    text = unit.text()
    assert ('!DIDerivedType(tag: DW_TAG_typedef, name: "rune"' in text) == is_typedef
    assert ('!DIBasicType(name: "char32_t", size: 32, encoding: DW_ATE_UTF)' in text) == is_typedef
    assert ('!DIBasicType(name: "rune", size: 32, encoding: DW_ATE_UTF)' in text) != is_typedef


def test_instructions_get_the_position_and_the_builder_its_old_one_back() -> None:
    unit = Unit()
    with unit.f.at(unit.builder, 4, 2):
        outer = unit.builder.add(I32(1), I32(2))
        with unit.f.lexical_block(5).at(unit.builder, 6, 70_000):
            inner = unit.builder.add(I32(1), I32(2))
        last = unit.builder.add(I32(1), I32(2))
    assert unit.builder.debug_metadata is None
    assert str(outer.metadata["dbg"]).endswith(f"!DILocation(line: 4, column: 2, scope: {unit.f.reference})")
    assert "line: 6, column: 0, scope:" in str(inner.metadata["dbg"]), "a column that has no room is not known"
    assert last.metadata["dbg"] is outer.metadata["dbg"], "one node for one position"


def test_a_function_can_be_built_within_another() -> None:
    unit = Unit()
    inner_body = ir.Function(unit.module, ir.FunctionType(I32, [I32]), "inner")
    inner = unit.di.function(inner_body, "inner", unit.f.type_, 7)
    with unit.f.at(unit.builder, 4):
        entry = unit.builder.block
        unit.builder.position_at_end(inner_body.append_basic_block("entry"))
        with inner.prologue(unit.builder):
            slot = unit.builder.alloca(I32)
            unit.builder.store(inner_body.args[0], slot)
            inner.parameter("n", unit.int).declare(unit.builder, slot)
        with inner.at(unit.builder, 8):
            unit.builder.ret(I32(0))
        unit.builder.position_at_end(entry)
        unit.builder.add(I32(1), I32(2))
    assert '!DILocalVariable(name: "n", arg: 1' in unit.text()


def test_a_record_follows_a_value_that_is_replaced() -> None:
    unit = Unit()
    with unit.f.at(unit.builder, 4):
        old = unit.builder.add(unit.body.args[0], I32(1))
        unit.f.variable("x", unit.int).value(unit.builder, old)
        unit.builder.mul(old, old)
    new = ir.instructions.Instruction(unit.builder.block, I32, "sub", (unit.body.args[0], I32(1)), "new")
    new.metadata = dict(old.metadata)
    str(unit.module)
    unit.builder.block.replace(old, new)
    assert "#dbg_value(i32 %new," in unit.text()


def test_nodes_are_shown_as_they_are_defined() -> None:
    unit = Unit()
    block = unit.f.lexical_block(5, 6)
    call = unit.di.function(None, "g", unit.f.type_, 7).inlined_at(block, 8)
    shown = (repr(block), repr(unit.f.variable("x", unit.int, 4)), repr(call.site), repr(unit.int))
    kinds = ("distinct !DILexicalBlock(", "!DILocalVariable(", "distinct !DILocation(", "!DIBasicType(")
    for text, kind in zip(shown, kinds, strict=True):
        assert re.fullmatch(rf"<\w+ !\d+ = {re.escape(kind)}.*\)>", text), text


def test_parameters_of_one_line_have_one_position() -> None:
    unit = Unit(parameters=3)
    f = unit.f
    with f.prologue(unit.builder):
        for name, line in (("a", 3), ("b", 3), ("c", 4)):
            f.parameter(name, unit.int, line).declare(unit.builder, unit.builder.alloca(I32))
    unit.text()
    records = [each for each in unit.builder.block.instructions if str(each).startswith("#dbg_declare(")]
    first, second, third = (each.metadata["dbg"] for each in records)
    assert first is second
    assert (first.line, third.line) == (3, 4)


def test_parameters_that_the_source_has_not_need_none_in_the_type() -> None:
    unit = Unit()
    for name, artificial in (("environment", True), ("n", False), ("count", True)):
        unit.f.parameter(name, unit.int, artificial=artificial)
    assert re.findall(r'"(\w+)", arg: (\d).*?(DIFlagArtificial)?\)', unit.text()) == [
        ("environment", "1", "DIFlagArtificial"),
        ("n", "2", ""),
        ("count", "3", "DIFlagArtificial"),
    ]


@pytest.mark.parametrize("options", [{"variadic": True}, {"prototyped": False}])
def test_a_type_that_says_nothing_of_more_parameters_lets_them_be(options: dict[str, bool]) -> None:
    unit = Unit()
    type = unit.di.subroutine(unit.int, variadic=options.pop("variadic", False))
    function = unit.di.function(None, "g", type, 20, **options)
    assert [function.parameter(name, unit.int).argument for name in "ab"] == [1, 2]


def test_parameters_can_have_one_name() -> None:
    unit = Unit(parameters=2)
    for _ in range(2):
        unit.f.parameter("_", unit.int)
    assert re.findall(r'name: "_", arg: (\d)', unit.text()) == ["1", "2"]


def test_a_parameter_without_line_is_one_for_all_copies() -> None:
    unit = Unit()
    inlined = unit.di.function(None, "g", unit.f.type_, 20)
    calls = [inlined.inlined_at(unit.f, line) for line in (4, 5)]
    first, second = (call.parameter("n", unit.int) for call in calls)
    assert first is second
    hidden = calls[0].parameter("environment", unit.int, artificial=True)
    assert hidden is not first
    assert "flags: DIFlagArtificial" in str(hidden)


@pytest.mark.parametrize(
    ("held", "described"),
    [
        (ir.ArrayType(ir.IntType(1), 8), lambda di: di.array(di.boolean(), 8)),
        (ir.ArrayType(ir.IntType(24), 3), lambda di: di.array(di.integer("int", 32), 3)),
        (ir.ArrayType(ir.ArrayType(ir.IntType(1), 3), 3), lambda di: di.array(di.boolean(), 3, 3)),
        (I64, lambda di: di.integer("int", 32)),
        (ir.LiteralStructType([I8]), lambda di: di.integer("int", 32)),  # nobody here knows its size
        (I8, lambda di: di.array(di.integer("int", 32), None)),
    ],
)
def test_what_has_room_is_not_refused(held: ir.Type, described: Callable[[DIBuilder], Any]) -> None:
    unit = Unit()
    type = described(unit.di)
    unit.di.global_variable(ir.GlobalVariable(unit.module, held, "g"), "g", type)
    with unit.f.at(unit.builder, 4):
        unit.f.variable("x", type).declare(unit.builder, unit.builder.alloca(held))
    assert '"x"' in unit.text()


def test_functions_without_description_can_be_in_a_module() -> None:
    unit = Unit()
    ir.Function(unit.module, ir.FunctionType(I32, []), "declared")
    body = ir.Function(unit.module, ir.FunctionType(I32, []), "plain")
    ir.IRBuilder(body.append_basic_block("entry")).ret(I32(0))
    other = DIBuilder(unit.module, "g.toy")
    described = ir.Function(unit.module, ir.FunctionType(I32, []), "other")
    builder = ir.IRBuilder(described.append_basic_block("entry"))
    with other.function(described, "other", other.subroutine(), 1).at(builder, 2):
        builder.ret(I32(0))
    text = unit.text()  # where only the first of the builders has ended
    other.finish()
    assert text.count("distinct !DISubprogram") == 2


def test_a_variable_that_has_no_place_is_listed_all_the_same() -> None:
    unit = Unit()
    unit.f.variable("lost", unit.int, 4)
    text = unit.text()
    assert "retainedNodes" in text
    assert '!DILocalVariable(name: "lost"' in text


def test_a_file_has_the_checksum_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "there.toy").write_text("x")
    di = Unit().di
    assert di.file("there.toy", directory=tmp_path).checksum == hashlib.md5(b"x").hexdigest()
    assert di.file("here.toy", source="y").checksum == hashlib.md5(b"y").hexdigest()
    assert di.file("gone.toy", directory=tmp_path).checksum is None
    assert di.file("gone.toy", checksum="0" * 32).checksum == "0" * 32


def test_names_of_all_sorts_reach_llvm_whole() -> None:
    unit = Unit(producer='toy "1.0" ü', flags="-O \\")
    unit.di.retain(unit.di.struct('list<"a", \\b>', {"größe": unit.int}))
    text = unit.text()
    for name in (r"toy \221.0\22 \C3\BC", r"-O \\", r"list<\22a\22, \\b>", r"gr\C3\B6\C3\9Fe"):
        assert f'"{name}"' in text.replace(r"\5C", "\\\\"), name


def described(unit: Unit) -> tuple[Any, list[Any]]:
    """Give the unit's entry in the DWARF that comes of it, and the entries below."""
    dwarf = ELFFile(io.BytesIO(compile_text(unit.text(), Options()).data)).get_dwarf_info()
    (read,) = dwarf.iter_CUs()
    return read, list(read.get_top_DIE().iter_children())


def test_what_is_said_of_a_unit_and_of_functions_reaches_the_dwarf() -> None:
    unit = Unit(language="C99", producer="toy 1.0", flags="-O -g")
    body = ir.Function(unit.module, ir.FunctionType(ir.VoidType(), []), "_ZN4loudEv")
    with unit.di.function(
        body, "loud", unit.di.subroutine(), 20, linkage_name=body.name, scope_line=22, prototyped=False,
        artificial=True, noreturn=True,
    ).at(builder := ir.IRBuilder(body.append_basic_block()), 23):  # fmt: skip
        builder.ret_void()
    read, entries = described(unit)

    top = read.get_top_DIE().attributes
    assert (top["DW_AT_language"].value, top["DW_AT_producer"].value) == (0x0C, b"toy 1.0 -O -g")
    loud = next(each for each in entries if each.attributes["DW_AT_name"].value == b"loud").attributes
    quiet = next(each for each in entries if each.attributes["DW_AT_name"].value == b"f").attributes
    assert loud["DW_AT_linkage_name"].value == b"_ZN4loudEv"
    assert loud["DW_AT_decl_line"].value == 20
    said = {"DW_AT_prototyped", "DW_AT_artificial", "DW_AT_noreturn"}
    assert said.intersection(loud) == {"DW_AT_artificial", "DW_AT_noreturn"}
    assert said.intersection(quiet) == {"DW_AT_prototyped"}
    assert "scopeLine: 22" in str(unit.module), "a frame that needs no code to be set up begins with its first line"


def test_functions_lie_in_namespaces_and_inlined_code_has_labels() -> None:
    unit = Unit()
    inner = unit.di.function(None, "inner", unit.f.type_, 7, scope=unit.di.namespace("space"))
    call = inner.inlined_at(unit.f, 8)
    with call.at(unit.builder, 9):
        call.label(unit.builder, "here", 9)
        unit.builder.add(I32(1), I32(2))
    text = unit.text()
    assert "#dbg_label(" in text
    assert '!DINamespace(name: "space", scope: null)' in text


def test_source_modules_are_scopes_and_are_imported() -> None:
    unit = Unit()
    geometry = unit.di.imported_source_module("geometry", 2)
    unit.di.import_module(geometry, 3)
    opaque = unit.di.unspecified("handle")
    inner = unit.di.function(None, "inner", unit.di.subroutine(opaque, []), 7, scope=geometry)
    with inner.inlined_at(unit.f, 8).at(unit.builder, 9):
        unit.builder.add(I32(1), I32(2))
    text = unit.text()
    (number,) = re.findall(r'!(\d+) = !DIModule\(.*name: "geometry"', text)
    assert re.search(rf"!DIImportedEntity\(tag: DW_TAG_imported_module, .*entity: !{number}, .*line: 3\)", text)
    assert re.search(rf'!DISubprogram\(name: "inner", scope: !{number},', text)
    assert '!DIBasicType(tag: DW_TAG_unspecified_type, name: "handle")' in text


def test_two_units_share_a_module() -> None:
    unit = Unit()
    DIBuilder(unit.module, "g.toy")
    assert len(unit.module.namedmetadata["llvm.dbg.cu"].operands) == 2
    assert unit.text().count("Dwarf Version") == 1


def test_equal_types_are_made_once_and_structures_each_time() -> None:
    di = Unit().di
    assert di.pointer(di.integer("int", 32)) is di.pointer(di.integer("int", 32))
    assert di.integer("int", 32) is not di.integer("int", 32, signed=False)
    assert di.struct("S") is not di.struct("S")


def test_structures_are_laid_out_as_llvm_does_it() -> None:
    di = Unit().di
    byte, short, integer, long = (di.integer(f"i{bits}", bits) for bits in (8, 16, 32, 64))
    inner = di.struct("Inner", {"a": byte, "b": short})
    made = di.struct("S", {"a": byte, "b": long, "c": byte, "d": inner, "e": di.array(integer, 3), "f": byte})
    same = ir.LiteralStructType([I8, I64, I8, ir.LiteralStructType([I8, ir.IntType(16)]), ir.ArrayType(I32, 3), I8])
    target = llvm.create_target_data("e-m:e-i64:64-n8:16:32:64-S128")
    offsets = [8 * same.get_element_offset(target, index) for index in range(6)]
    assert [member.offset for member in made.members] == offsets
    assert made.layout() == Layout(8 * same.get_abi_size(target), 64)


def test_bit_fields_are_laid_out_as_c_does_it() -> None:
    di = Unit().di
    integer, byte = di.integer("int", 32), di.integer("char", 8)
    fields = di.struct("S").member("a", integer, bits=30).member("b", integer, bits=3).member("c", byte)
    assert [member.offset for member in fields.members] == [0, 32, 40]
    assert fields.layout() == Layout(64, 32)


def test_lines_come_in_one_call() -> None:
    unit = Unit()
    module = ir.Module("m")
    body = ir.Function(module, ir.FunctionType(I32, []), "f")
    unpositioned = ir.Function(module, ir.FunctionType(I32, []), "g")
    builder = ir.IRBuilder(body.append_basic_block())
    first, second = builder.add(I32(1), I32(2)), builder.add(I32(3), I32(4))
    end = builder.ret(first)
    ir.IRBuilder(unpositioned.append_basic_block()).ret(I32(0))
    line_table(module, "f.toy", {first: 5, second: 4})
    assert [each.metadata["dbg"].line for each in (first, second, end)] == [5, 4, 4]
    text = str(verified(str(module)))
    assert "emissionKind: LineTablesOnly" in text
    assert text.count("distinct !DISubprogram") == 1
    assert 'name: "f", scope' in text
    assert unit.f.line == 3


# ---------------------------------------------------------------------------------------------------------- mistakes


def _outside_of_its_block(unit: Unit) -> None:
    inner = unit.f.lexical_block(5)
    with unit.f.at(unit.builder, 4):
        inner.variable("x", unit.int, 6).declare(unit.builder, unit.builder.alloca(I32))


def _global_twice(unit: Unit) -> None:
    variable = ir.GlobalVariable(unit.module, I32, "g")
    for _ in range(2):
        unit.di.global_variable(variable, "g", unit.int)


def _at_a_small_slot_after_a_large_one(unit: Unit) -> None:
    for name, type in (("x", I64), ("y", I8)):
        unit.f.variable(name, unit.int, 4).declare(unit.builder, unit.builder.alloca(type))


def _declared_twice(unit: Unit) -> None:
    slot = unit.builder.alloca(I32)
    unit.f.variable("x", unit.int).declare(unit.builder, slot).declare(unit.builder, slot)


def _contains_itself_through_another(unit: Unit) -> None:
    inner = unit.di.struct("Inner")
    outer = unit.di.struct("Outer").member("inner", unit.di.const(unit.di.array(inner, 2)))
    inner.member("outer", unit.di.typedef("O", outer))


def _member_after_use(unit: Unit) -> None:
    inner = unit.di.struct("Inner", {"a": unit.int})
    unit.di.struct("Outer", {"inner": inner})
    inner.member("b", unit.int)


def _no_position(unit: Unit) -> None:
    with unit.f.at(unit.builder, 4):
        unit.builder.add(I32(1), I32(2))
    unit.builder.mul(I32(1), I32(2), name="lost")
    unit.text()


def _terminator_without_position(unit: Unit) -> None:
    unit.builder.ret(I32(0))
    unit.di.finish()


def _position_of_another_function(unit: Unit) -> None:
    other = unit.di.function(None, "other", unit.f.type_, 20)
    with other.at(unit.builder, 21):
        unit.builder.add(I32(1), I32(2))
    unit.text()


def _in_a_function_without_description(unit: Unit) -> None:
    body = ir.Function(unit.module, ir.FunctionType(I32, []), "lost")
    builder = ir.IRBuilder(body.append_basic_block("entry"))
    with unit.f.at(builder, 4):
        builder.ret(I32(0))
    unit.text()


def _too_many_parameters(unit: Unit) -> None:
    unit.f.parameter("hidden", unit.int, artificial=True)
    for name in ("a", "b"):
        unit.f.parameter(name, unit.int)


def _call_in_the_prologue(unit: Unit) -> None:
    unit.builder.call(unit.body, [I32(1)])
    unit.text()


def _without_body(unit: Unit) -> None:
    declared = ir.Function(unit.module, ir.FunctionType(I32, []), "declared")
    unit.di.function(declared, "declared", unit.f.type_, 5)
    unit.text()


def _of_another_module(kind: str) -> Callable[[Unit], object]:
    """Use a node of another module, whose number is that of some other node here."""

    def use(unit: Unit) -> object:
        foreign = Unit().di
        module = foreign.module
        module.name = "other"
        uses: dict[str, Callable[[], object]] = {
            "variable": lambda: unit.f.variable("x", foreign.integer("long", 64), 4),
            "member": lambda: unit.di.struct("S", {"a": foreign.integer("long", 64)}),
            "pointer": lambda: unit.di.pointer(foreign.integer("long", 64)),
            "scope": lambda: unit.di.function(None, "g", unit.f.type_, 9, scope=foreign.namespace("space")),
            "file": lambda: unit.f.lexical_block(9, file=foreign.file("z.toy")),
        }
        return uses[kind]()

    return use


def _at(*operations: str | int) -> Callable[[Unit], object]:
    return lambda unit: unit.f.variable("x", unit.int, 4).declare(unit.builder, unit.builder.alloca(I32), *operations)


def _part(offset: int, size: int) -> Callable[[Unit], object]:
    return lambda unit: unit.f.variable("x", unit.int, 4).value(
        unit.builder, I32(1), "DW_OP_LLVM_fragment", offset, size
    )


def _embraced(unit: Unit) -> None:
    with DIBuilder(unit.module, "g.toy") as di:
        body = ir.Function(unit.module, ir.FunctionType(I32, []), "g")
        di.function(body, "g", di.subroutine(), 5)
        ir.IRBuilder(body.append_basic_block()).ret(I32(0))


MISTAKES: list[tuple[Callable[[Unit], object], str]] = [
    (
        _outside_of_its_block,
        r"^variable 'x' \(f.toy:6\) belongs to the block at f.toy:5, and the builder is at f.toy:4, outside of it",
    ),
    (_declared_twice, "variable 'x' has been declared at an address already"),
    (
        lambda unit: unit.di.function(None, "g", unit.f.type_, 1).variable("x", unit.int).value(unit.builder, I32(1)),
        r"variable 'x' belongs to function 'g' \(f.toy:1\), and the builder is in code without a position",
    ),
    (lambda unit: unit.f.variable("x", unit.int).declare(unit.builder, I32(1)), "'x' is declared at a i32: give a p"),
    (
        lambda unit: unit.f.variable("x", unit.int, 4).declare(unit.builder, unit.builder.alloca(I8)),
        r"variable 'x' \(f.toy:4\) has 32 bits, as type 'int' has, but its slot, a i8, has 8",
    ),
    (
        lambda unit: unit.di.global_variable(ir.GlobalVariable(unit.module, I32, "g"), "g", unit.long, 7),
        r"variable 'g' \(f.toy:7\) has 64 bits, as type 'long' has, but its memory, a i32, has 32",
    ),
    (_at_a_small_slot_after_a_large_one, "variable 'y' .* has 32 bits, as type 'int' has, but its slot, a i8, has 8"),
    (
        lambda unit: unit.f.variable("x", unit.di.integer("long", 64)).value(unit.builder, I32(1)),
        "its value, a i32",
    ),
    (
        lambda unit: (made := unit.di.struct("S")).member("s", unit.di.array(made, 0)),
        "struct 'S' would contain itself by value, through its member 's': use a pointer there",
    ),
    (_contains_itself_through_another, "struct 'Inner' would contain itself by value, through its member 'outer'"),
    (_member_after_use, "struct 'Inner' gets the member 'b' after something holds it by value"),
    (lambda unit: unit.di.struct("S").member("a", unit.int).member("a", unit.int), "struct 'S' has two members 'a'"),
    (lambda unit: unit.di.struct("S", {"o": unit.di.union("U", opaque=True)}), "union 'U' is opaque, its size not"),
    (lambda unit: unit.di.struct("S", {"f": unit.di.subroutine()}), "a function has no size: use a pointer to it"),
    (
        lambda unit: unit.di.struct("S", {"v": unit.di.array(unit.int, None)}),
        "no fixed size",
    ),
    (lambda unit: unit.di.struct("S").member("b", unit.int, bits=33), "bit-field 'b' of struct 'S' has 33 of the 32"),
    (
        lambda unit: unit.di.struct("S").member("b", unit.di.typedef("real", unit.di.floating("double", 64)), bits=3),
        "bit-field 'b' of struct 'S' is of type 'real': give an integer type or an enumeration",
    ),
    (lambda unit: unit.di.array(unit.int), r"an array of type .int. has the counts \[\]"),
    (lambda unit: unit.di.array(unit.int, -1), r"has the counts \[-1\]"),
    (
        lambda unit: unit.di.enumeration("E", unit.di.character(), {"BIG": 128}),
        "BIG = 128 of enumeration 'E' is no char",
    ),
    (lambda unit: unit.di.integer("int", 0), "type 'int' has a size of 0 bits"),
    (lambda unit: unit.di.integer("", 32), "'' is no name for a type"),
    (lambda unit: unit.f.variable("a\0b", unit.int), "is no name for a variable"),
    (
        lambda unit: unit.di.floating("f24", 24),
        "type 'f24' has 24 bits, and no debugger shows a DW_ATE_float of so many: give one of 16, 32, 64, 80, 128",
    ),
    (
        lambda unit: unit.di.basic_type("c", 160, "DW_ATE_complex_float"),
        "type 'c' has 160 bits, and no debugger shows a DW_ATE_complex_float of so many: give one of 32, 64, 128",
    ),
    (lambda unit: unit.di.character("c", 64), "type 'c' has 64 bits, and no debugger shows a DW_ATE_UTF of so many"),
    (lambda unit: unit.f.at(unit.builder, -1), "position is in line -1: lines are integers from 1"),
    (lambda unit: unit.f.at(unit.builder, 1 << 33), "in line 8589934592: the last that DWARF has room for is 42949672"),
    (lambda unit: unit.di.file("x.toy", checksum="beef"), "'beef' is no MD5 of x.toy"),
    (lambda unit: unit.di.function(unit.body, "f", unit.f.type_, 3), "function 'f' is described twice"),
    (_global_twice, "variable 'g' is described twice"),
    (lambda _: Unit(language="C_plus_plus_12"), "DWARF knows no language 'C_plus_plus_12': .* C_plus_plus_1"),
    (lambda _: Unit(dwarf_version=3), "DWARF 3 is not made here"),
    (lambda unit: DIBuilder(unit.module, "g.toy", dwarf_version=4), "module 'm' has the flag 'Dwarf Version' with 5"),
    (
        _no_position,
        r"^function 'f' \(f.toy:3\): `%\"lost\" = mul i32 1, 2` of block 'entry' has no position: build it within",
    ),
    (_terminator_without_position, "`ret i32 0` of block 'entry' has no position"),
    (_position_of_another_function, r"has a position in function 'other' \(f.toy:20\)"),
    (
        _in_a_function_without_description,
        r"^`ret i32 0` of block 'entry' has a position in function 'f' \(f.toy:3\), but stands in @lost, which nothing",
    ),
    (_too_many_parameters, r"^parameter 'b' of function 'f' \(f.toy:3\) is one more than the 1 of its type: give them"),
    (_call_in_the_prologue, "`%.* = call i32 @\"f\".i32 1.` of block 'entry' has no position"),
    (_without_body, "function 'declared' .* has no instructions: describe only what the module defines"),
    (_embraced, "function 'g' .* has no position"),
    # What LLVM would refuse by the numbers of its nodes, or crash on.
    (
        _of_another_module("variable"),
        "variable 'x' has type 'long' of another module as its type: make it with a DIBuil",
    ),
    (_of_another_module("member"), "struct 'S', in its member 'a' has type 'long' of another module"),
    (_of_another_module("pointer"), "what is pointed to has type 'long' of another module"),
    (_of_another_module("scope"), "function 'g' has a scope of another module, namespace 'space': make it"),
    (_of_another_module("file"), "code lies in a file of another module, file 'z.toy'"),
    (lambda unit: unit.f.variable("x", I32), "variable 'x' has <.*i32> as its type: give a type that a DIBuilder"),
    (lambda unit: unit.f.parameter("n", None), "parameter 'n' has None as its type"),  # type: ignore[arg-type]
    (lambda unit: unit.di.struct("S", {"a": I32}), "struct 'S', in its member 'a' has <.*i32> as its type"),
    (lambda unit: unit.di.typedef("T", I32), "typedef 'T' has <.*i32> as its type"),
    (lambda unit: unit.di.retain(I32), "what is retained has <.*i32> as its type"),
    (lambda unit: unit.di.subroutine(I32), "a function's result or parameter has <.*i32> as its type"),
    (lambda unit: unit.di.function(None, "g", unit.int, 9), "function 'g' has type 'int' as its type: make one with"),  # type: ignore[arg-type]
    (
        lambda unit: unit.di.function(None, "g", unit.f.type_, 9, scope=unit.f.variable("v", unit.int)),
        "function 'g' has variable 'v' as its scope: give a file, function, block, structure, namespace or module",
    ),
    (lambda unit: unit.di.namespace("n", scope=unit.int), "namespace 'n' has type 'int' as its scope"),
    (lambda unit: unit.di.import_module(unit.int), "an import has type 'int' as its scope"),
    (lambda unit: unit.f.lexical_block(5, file="f.toy"), "'f.toy' is given as a file: give what DIBuilder.file"),  # type: ignore[arg-type]
    (lambda unit: unit.di.array(unit.int, "n"), r"has the counts \['n'\]: give numbers not below 0, variables"),  # type: ignore[arg-type]
    (lambda unit: unit.di.string("s", -1), "type 's' has a length of -1: give bytes, or a variable"),
    (lambda unit: unit.di.enumeration("E", unit.di.floating("f", 32), {}), "enumeration 'E' has values of type 'f': g"),
    (lambda unit: unit.di.struct("S").member("a", unit.int, offset=-8), "member 'a' of struct 'S' lies at -8 bits"),
    (
        lambda unit: unit.di.basic_type("t", 32, "DW_ATE_no"),
        "type 't' has the encoding 'DW_ATE_no': give one of DWARF's",
    ),
    (lambda unit: unit.di.constant("c", unit.int, 1.5), "constant 'c' is 1.5: give an integer"),  # type: ignore[arg-type]
    (_at("DW_OP_bogus"), "'DW_OP_bogus' is no operation that LLVM has for variables: give one such as DW_OP_deref"),
    (_at(8), "8 is no operation"),
    (_at("DW_OP_plus_uconst"), r"DW_OP_plus_uconst has the operands \[\]: give 1 numbers"),
    (_at("DW_OP_plus_uconst", -8), r"DW_OP_plus_uconst has the operands \[-8\]"),
    (_at("DW_OP_stack_value", "DW_OP_deref"), "DW_OP_stack_value stands before DW_OP_deref: it has to be the last"),
    (_part(16, 32), r"variable 'x' \(f.toy:4\) has 32 bits, and 32 from bit 16 on are no part of it"),
    (_part(0, 32), "leave DW_OP_LLVM_fragment away for the whole"),
]


@pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if each not in ("DW_OP_swap", "DW_OP_LLVM_entry_value")]
)
def test_llvm_takes_every_operation_that_is_let_pass(operation: str) -> None:
    unit = Unit()
    operands = [8] * OPERATIONS[operation]
    with unit.f.at(unit.builder, 4):
        value = unit.builder.add(I32(1), I32(2))
        unit.f.variable("x", unit.int, 4).value(unit.builder, value, "DW_OP_dup", operation, *operands)
    assert operation in str(verified(unit.text()))


def test_calls_of_optimised_code_are_described() -> None:
    assert "DIFlagAllCallsDescribed" in Unit(optimized=True).text()
    assert "DIFlagAllCallsDescribed" not in Unit().text()


@pytest.mark.parametrize(("mistake", "words"), MISTAKES)
def test_a_mistake_is_refused_in_words(mistake: Callable[[Unit], object], words: str) -> None:
    with pytest.raises(DebugInfoError, match=words) as caught:
        mistake(Unit())
    assert "\n" not in str(caught.value)


def test_an_error_within_the_with_is_not_hidden() -> None:
    unit = Unit()
    with pytest.raises(ZeroDivisionError), unit.di:
        _ = 1 // 0
