"""From a source position to the IR lines that carry it, in texts as frontends write them and as people do."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from jitdbg.debugger.irlines import IrText, Position
from jitdbg.debugger.sources import EDITED, MISSING, UNCHANGED, UNCHECKED

# Each line of interest has a mark at its end. `twice` was inlined into `f` before LLVM, `square` not yet.
TEXT = r"""; ModuleID = 'shapes.c'
source_filename = "shapes.c"
declare void @decoy()
define i32 @f(i32 %a, i1 %big) !dbg !10 { ; define-f
entry:
  %copy = alloca i32 ; no-position
  %1 = call i32 @square(i32 %a), !dbg !20 ; call-square
  %2 = shl i32 %1, 1, !dbg !21 ; twice-first
  switch i1 %big, label %end [ ; switch
    i1 true, label %more
  ], !dbg !22
more:
  %3 = shl i32 %2, 1, !dbg !25 ; twice-second
    #dbg_value(i32 %3, !40, !DIExpression(), !20)
  br label %end, !dbg !DILocation(line: 8, column: 4, scope: !10) ; inline-node
end:
  %4 = phi i32 [ %2, %entry ], [ %3, %more ], !dbg !26 ; phi
  %5 = add i32 %4, 1, !dbg !27 ; add
  ret i32 %5, !dbg !28 ; return
}
define internal i32 @square(i32 %x) #1
  !dbg !11
{
  %1 = mul i32 %x, %x, !dbg !30 ; multiply
  ret i32 %1, !dbg !31 ; square-return
} ; end-square
define i32 @"a;b"() !dbg !50 { ret i32 7, !dbg !51 } ; one-line
define i32 @_ZN2ns3runIiEEii(i32 %x) !dbg !12 { ; define-run
  ret i32 %x, !dbg !32 ; run
}
define void @bare() { ; bare
  ret void
}
attributes #1 = { noinline }
!llvm.dbg.cu = !{!0}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, emissionKind: FullDebug)
!1 = !DIFile(filename: "src/shapes.c", directory: ".",
  checksumkind: CSK_MD5, checksum: "00112233445566778899aabbccddeeff")
!2 = !DIFile(filename: "inline.h", directory: "/usr/include", source: "\22!DIFile(\22")
!9 = !DISubroutineType(types: !{null})
!10 = distinct !DISubprogram(name: "f", file: !1, line: 4, scopeLine: 5, unit: !0)
!11 = distinct !DISubprogram(name: "square", file: !1, line: 1, scopeLine: 1, unit: !0)
!12 = distinct !DISubprogram(name: "run<int>", linkageName: "_ZN2ns3runIiEEii",
  file: !1, line: 14, scopeLine: 14, unit: !0)
!13 = distinct !DISubprogram(name: "twice", scope: !2, file: !2, line: 2, unit: !0)
!14 = !DILexicalBlock(scope: !15, line: 7, column: 3)
!15 = distinct !DILexicalBlock(scope: !10, file: !1, line: 6, column: 1)
!20 = !DILocation(line: 6, column: 11, scope: !10)
!21 = !DILocation(line: 2, column: 30, scope: !13, inlinedAt: !23)
!22 = !DILocation(line: 7, column: 7, scope: !15)
!23 = distinct !DILocation(line: 6, column: 5, scope: !10)
!24 = distinct !DILocation(line: 8, column: 5, scope: !14)
!25 = !DILocation(line: 2, column: 30, scope: !13, inlinedAt: !24)
!26 = !DILocation(line: 0, scope: !10)
!27 = !DILocation(line: 9, column: 5, scope: !14)
!28 = !DILocation(line: 9, column: 3, scope: !10)
!30 = !DILocation(line: 1, column: 35, scope: !11)
!31 = !DILocation(line: 1, column: 28, scope: !11)
!32 = !DILocation(line: 14, column: 9, scope: !12)
!40 = !DILocalVariable(name: "y", scope: !13)
!50 = distinct !DISubprogram(name: "\22odd\22", file: !1, line: 12, scopeLine: 12, unit: !0)
!51 = !DILocation(line: 12, column: 2, scope: !50)
!60 = distinct !DILocation(line: 3, column: 3, scope: !10, inlinedAt: !60)
"""


def line(mark: str) -> int:
    """Give the number of the line with a mark."""
    found = [number for number, text in enumerate(TEXT.split("\n"), 1) if re.search(rf"; {mark}$", text)]
    assert len(found) == 1, mark
    return found[0]


def lines(*marks: str) -> list[int]:
    return [line(mark) for mark in marks]


@pytest.fixture(scope="module")
def ir() -> IrText:
    return IrText(TEXT)


def in_f(line: int, column: int | None = None) -> Position:
    return Position("f", "/home/somebody/src/shapes.c", line, column)


def in_twice(column: int | None = None) -> Position:
    return Position("twice", "/usr/include/inline.h", 2, column)


def test_a_position_with_a_column_leads_to_the_instructions_that_carry_just_that(ir: IrText) -> None:
    assert ir.lines("f", [in_f(9, 5)]) == lines("add")
    assert ir.lines("f", [in_f(9, 3)]) == lines("return")
    assert list(ir.lines("f", [in_f(9, 4)])) == []


def test_a_position_without_a_column_leads_to_all_of_its_line(ir: IrText) -> None:
    assert ir.lines("f", [in_f(9)]) == lines("add", "return")
    assert ir.lines("f", [in_f(9, 0)]) == lines("add", "return")


def test_a_location_within_its_instruction_is_read_too(ir: IrText) -> None:
    assert ir.lines("f", [in_f(8, 4)]) == lines("inline-node")


def test_an_instruction_of_several_lines_counts_by_its_first(ir: IrText) -> None:
    assert ir.lines("f", [in_f(7, 7)]) == lines("switch")


def test_inlined_code_is_told_apart_by_the_call_that_it_was_inlined_at(ir: IrText) -> None:
    assert ir.lines("f", [in_twice(30), in_f(6, 5)]) == lines("twice-first")
    assert ir.lines("f", [in_twice(), in_f(8)]) == lines("twice-second")
    assert list(ir.lines("f", [in_twice(), in_f(7)])) == []


def test_the_code_around_an_inlined_call_is_not_the_code_inlined(ir: IrText) -> None:
    assert ir.lines("f", [in_f(6)]) == lines("call-square")
    assert list(ir.lines("f", [in_twice()])) == []


def test_what_llvm_inlined_is_found_in_the_callee(ir: IrText) -> None:
    square = Position("square", "shapes.c", 1, 35)
    assert ir.lines("f", [square, in_f(6, 11)]) == lines("multiply")


def test_the_prologue_leads_to_the_line_of_the_define(ir: IrText) -> None:
    assert ir.lines("f", [in_f(5, 0)]) == lines("define-f")
    assert ir.lines("f", [in_f(5)]) == lines("define-f")


def test_line_0_is_no_position(ir: IrText) -> None:
    assert list(ir.lines("f", [in_f(0, 0)])) == []
    assert list(ir.lines("f", [])) == []


def test_files_are_told_apart_by_their_names_and_not_by_their_directories(ir: IrText) -> None:
    assert ir.lines("f", [Position("f", "/kept/elsewhere/shapes.c", 9, 5)]) == lines("add")
    assert list(ir.lines("f", [Position("f", "/home/somebody/src/other.c", 9, 5)])) == []


def test_a_symbol_that_the_text_lacks_gives_way_to_the_name_in_the_source(ir: IrText) -> None:
    run = Position("int ns::run<int>(int)", "shapes.c", 14, 9)
    assert ir.lines("_ZN2ns3runIiEEii.constprop.0", [run]) == lines("run")
    assert list(ir.lines("unknown", [run._replace(function=None)])) == []


@pytest.mark.parametrize("name", ["_ZN2ns3runIiEEii", "run<int>", "ns::run<int>", "int ns::run<int>(int)"])
def test_a_function_is_found_by_what_ir_and_debuggers_call_it(ir: IrText, name: str) -> None:
    (found,) = ir.functions(name)
    assert (found.name, found.first) == ("_ZN2ns3runIiEEii", line("define-run"))


def test_a_function_reaches_from_its_define_to_its_brace(ir: IrText) -> None:
    (square,) = ir.functions("square")
    assert ir.line(square.first).startswith("define internal i32 @square")
    assert square.last == line("end-square")
    (bare,) = ir.functions("bare")
    assert (bare.first, bare.last) == (line("bare"), line("bare") + 2)
    (quoted,) = ir.functions("a;b")
    assert (quoted.first, quoted.last) == (line("one-line"), line("one-line"))
    assert ir.functions('"odd"')[0].name == "a;b"


def test_what_is_declared_or_unknown_has_no_text(ir: IrText) -> None:
    assert list(ir.functions("decoy")) == []
    assert list(ir.functions("nothing")) == []


def test_a_line_is_given_by_its_number(ir: IrText) -> None:
    assert ir.line(1) == "; ModuleID = 'shapes.c'"
    assert ir.line(line("add")) == "  %5 = add i32 %4, 1, !dbg !27 ; add"
    assert [ir.line(number) for number in (-1, 0, 10_000)] == ["", "", ""]
    assert IrText("declare void @f()").line(1) == "declare void @f()"


def test_ir_as_its_own_source_is_its_own_line(ir: IrText) -> None:
    assert ir.is_source("/kept/shapes.ll")
    assert ir.lines("f", [Position("f", "/kept/shapes.ll", 12, 3)]) == (12,)
    assert not ir.is_source("/home/somebody/src/shapes.c")
    assert not IrText('!1 = !DIFile(filename: "a.ll", directory: "/")').is_source("/kept/a.ll")


def test_a_source_is_checked_against_the_checksum_that_the_text_has_of_it(ir: IrText, tmp_path: Path) -> None:
    path = tmp_path / "shapes.c"
    path.write_text("another text\n")
    edited = ir.source(str(path))
    assert (edited.state, edited.lines) == (EDITED, ())
    assert edited.warning.startswith(f"{path} has been edited since it was compiled: ")

    digest = hashlib.md5(path.read_bytes()).hexdigest()
    same = IrText(TEXT.replace("00112233445566778899aabbccddeeff", digest)).source(str(path))
    assert (same.state, same.line(1), same.warning) == (UNCHANGED, "another text", "")


def test_what_has_no_checksum_is_shown_unchecked(ir: IrText, tmp_path: Path) -> None:
    path = tmp_path / "inline.h"
    path.write_text("int twice(int);\n")
    shown = ir.source(str(path))
    assert (shown.state, shown.line(1), shown.line(3), shown.warning) == (UNCHECKED, "int twice(int);", "", "")


def test_a_missing_source_is_told(ir: IrText, tmp_path: Path) -> None:
    gone = ir.source(str(tmp_path / "shapes.c"))
    assert (gone.state, gone.line(1)) == (MISSING, "")
    assert gone.warning == f"{tmp_path}/shapes.c can't be read: its lines are not shown"


def test_ir_as_its_own_source_is_shown_from_the_image_when_its_file_was_edited(ir: IrText, tmp_path: Path) -> None:
    path = tmp_path / "shapes.ll"
    assert ir.source(str(path)).state == MISSING
    assert ir.source(str(path)).line(3) == "declare void @decoy()"
    path.write_text(TEXT)
    assert ir.source(str(path)).warning == ""
    path.write_text(TEXT.replace("decoy", "other"))
    edited = ir.source(str(path))
    assert (edited.state, edited.line(3)) == (EDITED, "declare void @decoy()")
    assert edited.warning == f"{path} has been edited since it was compiled: its text of that time is shown"


def test_damaged_debug_info_gives_no_lines_and_no_error() -> None:
    function = "define void @f() !dbg !1 { ret void, !dbg !2 }\n"
    ir = IrText(function + "!1 = distinct !DISubprogram(name: \n!2 = !DILocation(scope: !9")
    assert list(ir.lines("f", [Position("f", "a.c", 1)])) == []
    assert [each.name for each in ir.functions("f")] == ["f"]
