"""IR text as its own source: what LLVM reads, and what stands in the line table of the object."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
from pathlib import Path

import llvmlite.binding as llvm
import pytest
from elftools.dwarf.compileunit import CompileUnit
from elftools.dwarf.die import DIE
from elftools.elf.elffile import ELFFile
from hypothesis import given, settings
from hypothesis import strategies as st

from jitdbg import irtext
from jitdbg.debuginfo.lines import annotate, has_debug_info
from jitdbg.debuginfo.producer import PRODUCER
from jitdbg.tools import tool
from tests.irtexts import NASTY, laid_out_anew, promised, verified

llvm.initialize_native_target()
llvm.initialize_native_asmprinter()
llvm.initialize_native_asmparser()

LOOP = """\
; A loop, with what makes no code of its own (a slot, phis, a jump to what follows), and instructions on two lines.
define i32 @sum(i32 %n) {
entry:
  %slot = alloca i32
  store i32 %n, ptr %slot          ; first
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %i2, %body ]
  %acc = phi i32 [ 0, %entry ],
               [ %acc2, %body ]
  %more = icmp slt i32 %i, %n      ; compare
  br i1 %more, label %body,        ; branch
     label %done
body:
  %acc2 = add i32                  ; add
      %acc, %i
  %i2 = add i32 %i, 1              ; next
  br label %head                   ; back
done:
  ret i32 %acc                     ; return
}
"""

C = """
#include <stdio.h>
#include <string.h>
typedef float four __attribute__((vector_size(16)));
struct record { int number; double weight; char name[8]; };
int counter;
static int helper(int x) { return x * 3 + counter++; }
struct record make(int i, double d) { struct record r = {i, d, "define"}; r.name[1] = (char)i; return r; }
four scale(four a, four b) { return a * b + (four){1, 2, 3, 4}; }
int dispatch(int x) {
  static void *labels[] = {&&a, &&b};
  goto *labels[x & 1];
a: return helper(x);
b: __asm__ volatile("nop # ret void; {" : : "r"(x) : "memory");
  switch (x) { case 1: return 5; case 7: return 9; case 12: return printf("%d", x); default: return -x; }
}
long total(int n, long *p) { long s = 0; for (int i = 0; i < n; i++) s += p[i] * helper(i); return s; }
"""


def _annotated(text: str) -> str:
    return annotate(text, filename="module.ll", directory="/somewhere")


def _compiled(flags: tuple[str, ...], folder: Path) -> str:
    out = folder / "out.ll"
    command = [tool("clang").path, *flags, "-w", "-S", "-emit-llvm", "-x", "c", "-", "-o", str(out)]
    subprocess.run(command, input=C.encode(), check=True, timeout=60)
    return out.read_text()


def _unit(text: str, opt_level: int = 0) -> CompileUnit:
    """Return the one compile unit of the object that LLVM makes of annotated text."""
    module = verified(text)
    machine = llvm.Target.from_default_triple().create_target_machine(opt=opt_level, reloc="pic", codemodel="small")
    if opt_level:
        passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=opt_level))
        passes.getModulePassManager().run(module, passes)
    (unit,) = ELFFile(io.BytesIO(machine.emit_object(module))).get_dwarf_info().iter_CUs()
    return unit


def _rows(unit: CompileUnit) -> list[tuple[int, int, bool]]:
    """Return line, column and prologue_end of each row that belongs to a line."""
    program = unit.dwarfinfo.line_program_for_CU(unit)
    states = [entry.state for entry in program.get_entries() if entry.state]
    return [(state.line, state.column, state.prologue_end) for state in states if state.line and not state.end_sequence]


def _subprograms(unit: CompileUnit) -> dict[str, DIE]:
    dies = [die for die in unit.iter_DIEs() if die.tag == "DW_TAG_subprogram"]
    return {die.attributes["DW_AT_name"].value.decode(): die for die in dies if "DW_AT_low_pc" in die.attributes}


def _marks(text: str) -> dict[str, int]:
    return {found[1]: text.count("\n", 0, found.start()) + 1 for found in re.finditer(r"; (\w+)$", text, re.MULTILINE)}


def _places(module: str) -> list[list[tuple[int, int]]]:
    """Return line and column of each instruction of each function, read from a module that LLVM printed."""
    location = r"^!(\d+) = !DILocation\(line: (\d+)(?:, column: (\d+))?"
    nodes = {
        number: (int(line), int(column or 0)) for number, line, column in re.findall(location, module, re.MULTILINE)
    }
    functions = re.split(r"^define ", module, flags=re.MULTILINE)[1:]
    return [[nodes[number] for number in re.findall(r"!dbg !(\d+)", function)[1:]] for function in functions]


def _expected_places(text: str) -> list[list[tuple[int, int]]]:
    return [
        [
            (text.count("\n", 0, start) + 1, len(text[text.rfind("\n", 0, start) + 1 : start].encode()) + 1)
            for start, _ in irtext.instructions(text, header)
        ]
        for header in irtext.functions(text)
        if header.is_definition
    ]


# What LLVM reads


def test_every_instruction_has_its_line_and_column() -> None:
    assert _places(str(verified(_annotated(NASTY)))) == _expected_places(NASTY)


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=0))
def test_layout_makes_no_difference(seed: int) -> None:
    text = laid_out_anew(NASTY, seed)
    assert _places(str(verified(_annotated(text)))) == _expected_places(text)


def test_promises_go_with_it() -> None:
    module = str(verified(promised(_annotated(NASTY), frame_pointers=True)))
    assert _places(module) == _expected_places(NASTY)


def test_columns_count_bytes_and_are_unknown_where_they_are_too_large() -> None:
    text = 'define void @f() { br label %"ä"\n"ä":ret void }\n'
    assert _places(str(verified(_annotated(text)))) == [[(1, 20), (2, 6)]]
    far = "define void @f() {" + " " * 70_000 + "ret void }"
    assert _places(str(verified(_annotated(far)))) == [[(1, 0)]]


# What stands in the object


def test_the_line_table_leads_to_the_first_line_of_each_instruction() -> None:
    marks = _marks(LOOP)
    lines = {line for line, _, _ in _rows(_unit(_annotated(LOOP)))}
    assert lines >= set(marks.values())
    slot = LOOP.splitlines().index("  %slot = alloca i32") + 1
    assert lines - set(marks.values()) <= {slot}, "a function is entered at its first instruction"


@pytest.mark.parametrize("opt_level", [0, 2])
def test_the_prologue_ends_at_the_first_instruction_that_has_code(opt_level: int) -> None:
    text = """\
    declare i32 @g(i32)
    define i32 @f(i32 %x)
    {
      ; a comment
      %y = call i32 @g(i32 %x)
      %z = call i32 @g(i32 %y)
      ret i32 %z
    }
    """
    unit = _unit(_annotated(text), opt_level)
    assert [(line, column) for line, column, is_prologue_end in _rows(unit) if is_prologue_end] == [(5, 7)]
    assert _rows(unit)[0][0] == 5, "a debugger that stops at the very entry shows the first instruction too"


def test_unit_and_file_say_where_the_text_is() -> None:
    text = 'define void @f() { ret void } ; "\\" ä\n'
    annotated = annotate(text, filename='m "1".ll', directory="/some\\where")
    unit = _unit(annotated)
    attributes = {name: attribute.value for name, attribute in unit.get_top_DIE().attributes.items()}
    assert attributes["DW_AT_name"] == b'm "1".ll'
    assert attributes["DW_AT_comp_dir"] == b"/some\\where"
    assert attributes["DW_AT_producer"] == PRODUCER.encode()
    assert attributes["DW_AT_language"] == 0x0002  # DW_LANG_C
    assert unit.header.version == 5
    (file,) = unit.dwarfinfo.line_program_for_CU(unit).header["file_names"]
    assert bytes(file["DW_LNCT_MD5"]) == hashlib.md5(text.encode()).digest()


def test_functions_have_their_names_lines_and_visibility() -> None:
    text = r"""define void @f() { ret void }

define internal void @"a b\22"() noinline {
  call void @f()
  ret void
}
define void @"\01plain"() { call void @"a b\22"() ret void }
define void @0() { ret void }
"""
    dies = _subprograms(_unit(_annotated(text)))
    assert {name: die.attributes["DW_AT_decl_line"].value for name, die in dies.items()} == {
        "f": 1,
        'a b"': 3,
        "plain": 7,
        "0": 8,
    }
    assert [name for name, die in dies.items() if "DW_AT_external" not in die.attributes] == ['a b"']


def test_optimised_code_has_lines_too() -> None:
    marks = _marks(LOOP)
    lines = {line for line, _, _ in _rows(_unit(_annotated(LOOP), opt_level=2))}
    assert marks["compare"] in lines or marks["add"] in lines
    assert lines <= set(range(2, 21))


def test_inlined_functions_keep_their_lines() -> None:
    text = """\
define internal i32 @callee(i32 %x) alwaysinline {
  %y = mul i32 %x, %x
  ret i32 %y
}
define i32 @caller(i32 %x) {
  %y = call i32 @callee(i32 %x)
  ret i32 %y
}
"""
    unit = _unit(_annotated(text), opt_level=2)
    assert "DW_TAG_inlined_subroutine" in {die.tag for die in unit.iter_DIEs()}
    assert 2 in {line for line, _, _ in _rows(unit)}


# Debug info that was there


@pytest.mark.parametrize("flags", [("-O0", "-g"), ("-O2", "-g"), ("-O2", "-gline-tables-only"), ("-O2",)], ids=" ".join)
def test_debug_info_of_a_c_program_is_superseded(flags: tuple[str, ...], tmp_path: Path) -> None:
    text = _compiled(flags, tmp_path)
    annotated = _annotated(text)
    assert _places(str(verified(annotated))) == _expected_places(text)
    unit = _unit(annotated)
    assert unit.get_top_DIE().attributes["DW_AT_name"].value == b"module.ll"
    assert {"make", "scale", "dispatch", "total"} <= set(_subprograms(unit))
    assert not {"DW_TAG_variable", "DW_TAG_structure_type"} & {die.tag for die in unit.iter_DIEs()}
    assert _lines_of_functions(annotated) == _lines_of_functions(text)


def _lines_of_functions(text: str) -> list[tuple[str, int]]:
    return [(header.name, text.count("\n", 0, header.keyword)) for header in irtext.functions(text)]


OLD = """\
define i32 @f(i32 %x) !dbg !5 {{
  call void @llvm.dbg.value(metadata i32 %x, metadata !8,
    metadata !DIExpression()), !dbg !9
  tail call void @llvm.dbg.value(metadata i32 1, metadata !8, metadata !DIExpression()) #0, !dbg !9
  %y = add i32 %x, 1, !dbg !DILocation(line: 70, scope: !DILexicalBlock(scope: !5, file: !1, line: 3)), !keep !{{}}
  br label %loop, !dbg !9
loop:
  %z = phi i32 [ %y, %0 ], [ %w, %loop ]
  %w = add i32 %z, 1 , !dbg
    !9
  %c = icmp eq i32 %w, 100, !dbg !9, !keep !{{}}
  br i1 %c, label %end, label %loop, !dbg !9, !llvm.loop !10
end:
  ret i32 %w, !dbg !9
}}
declare !dbg !12 void @g()
declare void @llvm.dbg.value(metadata, metadata, metadata)
attributes #0 = {{ nounwind }}
!llvm.dbg.cu = !{{!0}}
!llvm.module.flags = !{{!3, !4}}
!0 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, producer: "emissionKind: 1", emissionKind: {kind})
!1 = !DIFile(filename: "old.c", directory: "/old")
!3 = !{{i32 7, !"Dwarf Version", i32 4}}
!4 = !{{i32 2, !"Debug Info Version", i32 {version}}}
!5 = distinct !DISubprogram(name: "f", file: !1, line: 60, type: !6, unit: !0, spFlags: DISPFlagDefinition)
!6 = !DISubroutineType(types: !7)
!7 = !{{null}}
!8 = !DILocalVariable(name: "x", scope: !5, file: !1, line: 61)
!9 = !DILocation(line: 61, column: 3, scope: !5)
!10 = distinct !{{!10, !9, !DILocation(line: 62, scope: !5), !11}}
!11 = !{{!"llvm.loop.mustprogress"}}
!12 = !DISubprogram(name: "g", file: !1, line: 63, type: !6, spFlags: 0)
"""


def _old(*, kind: str = "FullDebug", version: int = 3) -> str:
    return OLD.format(kind=kind, version=version)


@pytest.mark.parametrize("kind", ["FullDebug", "1", "LineTablesOnly", "NoDebug"])
def test_intrinsics_inline_locations_and_those_of_loops_are_superseded(kind: str) -> None:
    text = _old(kind=kind)
    verified(text)
    annotated = _annotated(text)
    module = str(verified(annotated))
    assert _places(module) == [[(line, 3) for line in (5, 6, 8, 9, 11, 12, 14)]]
    assert "llvm.loop.mustprogress" in module
    assert module.count("!keep !") == 2
    assert module.count('"Dwarf Version", i32 5') == module.count('"Debug Info Version", i32 3') == 1
    assert {line for line, _, _ in _rows(_unit(annotated))} <= set(range(5, 15))


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=0))
def test_debug_info_in_any_layout_is_superseded(seed: int) -> None:
    text = laid_out_anew(_old(), seed)
    assert len(_places(str(verified(_annotated(text))))[0]) == 7


def test_flags_in_comments_and_strings_are_left_alone() -> None:
    text = """\
; !llvm.module.flags = !{!1}
; !1 = !{i32 2, !"Debug Info Version", i32 3}
@x = constant [21 x i8] c", !dbg !9 #dbg_value("
define void @f() { ret void }
"""
    module = str(verified(_annotated(text)))
    assert '!"Debug Info Version", i32 3' in module
    assert '@x = constant [21 x i8] c", !dbg !9 #dbg_value("' in module


# Whether there is any


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_old(), True),
        (_old(kind="LineTablesOnly"), True),
        (_old(kind="NoDebug"), False),
        (_old(version=2), False),
        (_old().replace("!{!3, !4}", "!{!3}"), True),
        (_old().replace("!{!0}", "!{}"), False),
        (re.sub("^", "; ", _old(), flags=re.MULTILINE), False),
        (LOOP, False),
        (_annotated(LOOP), True),
        ("", False),
    ],
    ids=["full", "lines", "none", "version 2", "no version", "unlisted", "comment", "no trace", "annotated", "empty"],
)
def test_debug_info_counts_if_llvm_will_use_it(text: str, *, expected: bool) -> None:
    assert has_debug_info(text) is expected
