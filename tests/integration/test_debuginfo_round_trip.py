"""The builder's DWARF of a program says what clang's says of the same program."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import llvmlite.ir as ir
import pytest
from elftools.dwarf.die import DIE
from elftools.elf.elffile import ELFFile

from jitdbg import codegen
from jitdbg.debuginfo import DIBuilder
from jitdbg.tools import tool

SOURCE = Path(__file__).parents[1] / "programs" / "debuginfo_round_trip.c"
I8, I32 = ir.IntType(8), ir.IntType(32)
POINTER = I8.as_pointer()
# What has other spellings for the same thing, or is the code generator's.
NOT_COMPARED = {
    "DW_AT_addr_base",
    "DW_AT_decl_file",
    "DW_AT_frame_base",
    "DW_AT_high_pc",
    "DW_AT_location",
    "DW_AT_low_pc",
    "DW_AT_producer",
    "DW_AT_ranges",
    "DW_AT_sibling",
    "DW_AT_stmt_list",
    "DW_AT_str_offsets_base",
}


def built(dwarf_version: int) -> str:
    """Make, by hand, what clang makes of the program: as far as debug info goes."""
    module = ir.Module("round_trip")
    global_counter = ir.GlobalVariable(module, I32, "counter")
    global_counter.initializer, global_counter.linkage = I32(3), "internal"
    body = ir.Function(module, ir.FunctionType(I32, [POINTER, POINTER, ir.IntType(1)]), "walk")
    builder = ir.IRBuilder(body.append_basic_block("entry"))
    with DIBuilder(module, SOURCE, directory=SOURCE.parent, language="C11", dwarf_version=dwarf_version) as di:
        integer, unsigned = di.integer("int", 32), di.integer("unsigned int", 32, signed=False)
        truth = di.boolean("_Bool")
        color = di.enumeration("Color", integer, {"RED": 0, "GREEN": 5, "NONE": -1}, 2)
        either = di.union("Either", {"i": integer, "f": di.floating("float", 32)}, 3)
        node = di.struct("Node", line=4).member("count", di.typedef("Count", unsigned, 1), 5)
        node.member("next", di.pointer(node), 6).member("low", unsigned, 7, bits=3).member("high", unsigned, 8, bits=5)
        node.member("color", color, 9).member("either", either, 10)
        node.member("matrix", di.array(di.floating("double", 64), 2, 3), 11)
        di.global_variable(global_counter, "counter", integer, 13)
        node_pointer = di.pointer(di.const(node))
        visit = di.pointer(di.subroutine(integer, [integer], variadic=True))
        walk = di.function(body, "walk", di.subroutine(integer, [node_pointer, visit, truth]), 14)
        slots = [builder.alloca(type) for type in (POINTER, POINTER, I8, I32, I32)]
        with walk.prologue(builder):
            for name, type, slot in zip(("node", "visit", "deep"), walk.type_.parameters, slots, strict=False):
                walk.parameter(name, type, 14).declare(builder, slot)
        with walk.at(builder, 15, 7):
            walk.variable("sum", integer, 15).declare(builder, slots[3])
        block = walk.lexical_block(16, 16)
        with block.at(builder, 17, 9):
            block.variable("each", integer, 17).declare(builder, slots[4])
            builder.store(I32(0), slots[4])
        with walk.at(builder, 22, 3):
            builder.ret(builder.load(global_counter))
    return str(module)


def by_clang(dwarf_version: int, folder: Path) -> Path:
    output = folder / "clang.o"
    command = [tool("clang").path, f"-gdwarf-{dwarf_version}", "-O0", "-fPIC", "-c", SOURCE.name, "-o", output]
    subprocess.run(command, check=True, timeout=60, cwd=SOURCE.parent)
    return output


def tree(path: Path) -> Any:
    """Give the entries of an object's only unit as nested tuples, with what they refer to in place of offsets."""
    with path.open("rb") as stream:
        dwarf = ELFFile(stream).get_dwarf_info(relocate_dwarf_sections=True)
        (unit,) = dwarf.iter_CUs()
        return _entry(unit.get_top_DIE(), children=True)


def _entry(entry: DIE, *, children: bool, above: tuple[int, ...] = ()) -> Any:
    if entry.offset in above:
        return "recursion"
    above = (*above, entry.offset)
    attributes = {}
    for name, attribute in entry.attributes.items():
        if name == "DW_AT_type":
            attributes[name] = _entry(entry.get_DIE_from_attribute(name), children=True, above=above)
        elif name == "DW_AT_name" and entry.tag == "DW_TAG_compile_unit":
            attributes[name] = Path(attribute.value.decode()).name
        elif name not in NOT_COMPARED:
            attributes[name] = attribute.value
    inner = [_entry(child, children=True, above=above) for child in entry.iter_children()] if children else []
    # The order of types in a unit is that of their first use, which is nobody's concern.
    order = repr if entry.tag == "DW_TAG_compile_unit" else lambda _: 0
    return entry.tag, attributes, sorted(inner, key=order)


@pytest.mark.parametrize("dwarf_version", [4, 5])
def test_types_and_variables_are_described_as_clang_does_it(dwarf_version: int, tmp_path: Path) -> None:
    ours = tmp_path / "ours.o"
    ours.write_bytes(codegen.compile_text(built(dwarf_version), codegen.Options(), "round_trip").data)

    described, expected = tree(ours), tree(by_clang(dwarf_version, tmp_path))

    assert described[1] == expected[1], "the unit itself"
    for mine, theirs in zip(described[2], expected[2], strict=True):
        assert mine == theirs
    assert {child[0] for child in expected[2]} >= {"DW_TAG_subprogram", "DW_TAG_structure_type", "DW_TAG_variable"}
