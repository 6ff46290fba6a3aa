"""Variables of IR as its own source: their names, where they hold, and that LLVM takes what is made of any module."""

from __future__ import annotations

import io
import json
import re
import subprocess
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile

from jitdbg import frontend, irtext
from jitdbg.codegen import Options, compile_text, target
from jitdbg.debuginfo.irsource import globals
from jitdbg.debuginfo.lines import annotate, annotation
from jitdbg.elf import ElfFile
from jitdbg.elf.note import VALUES_SECTION
from jitdbg.tools import tool
from tests.irtexts import NASTY, verified
from tests.unit.debuginfo.test_lines import C

PROGRAM = Path(__file__).parents[2] / "programs" / "irsource.ll"


def annotated(text: str, **options: bool) -> str:
    own = target(Options())
    scanned, edits = annotation(
        text, filename="m.ll", directory="/d", parse=lambda asked: frontend.module(asked, own), **options
    )
    return irtext.edited(scanned.text, edits)


def held(text: str) -> dict[str, list[list[int]]]:
    """Give on which lines of its one function each result holds its value, by the section of the object."""
    elf = ElfFile(compile_text(text, Options(), ir_path="/d/m.ll").data)
    section = elf.find_section(VALUES_SECTION)
    assert section
    (record,) = [json.loads(line) for line in bytes(elf.contents(section)).splitlines()]
    assert record["file"] == "m.ll"
    values: dict[str, list[list[int]]] = record["values"]
    return values


def test_names_are_identifiers_that_no_other_value_has() -> None:
    text = """define i32 @f(i32, i32 %x.1, i32 %"x 1", i32 %for, i32 %7) {
  %_0 = add i32 %0, %7
  %9 = add i32 %_0, 1
  ret i32 %9
}
"""
    module = annotated(text)
    for name in ("_0", "x_1", "x_1_", "for_", "_7", "_0_", "_9"):
        assert f'!DILocalVariable(name: "{name}"' in module


GLOBALS = r"""
%pt = type { i32, ptr }
$one = comdat any
@plain = global i32 5 @same.line = internal global [2 x i8] c"a,", align 4
@one = linkonce_odr global %pt { i32 1, ptr @define }, comdat, align 8
@define = thread_local global i64 7 #0
@"two words" = constant <{ i8, [2 x i16] }> <{ i8 1, [2 x i16] [i16 1, i16 2] }>
@far = global ptr getelementptr (i8, ptr @plain, i64 2), section "a, b" ; , @comment = global
@go.1 = dso_local unnamed_addr constant <2 x float> <float 1.0, float 2.0>
@go_1 = global i8 0
@0 = common global i16 0
attributes #0 = { "x" }
@.str = private constant [1 x i8] c"p"
@there = external global i32
@copy = available_externally global i32 1
@other = addrspace(1) global i32 1
@alias = alias i32, ptr @plain
@equal = global ptr no_cfi @go, align 8
@attributed = global i32 1 "foo"="bar" memory(none)
!a\20b = !{!0}
!0 = !{}
@llvm.used = appending global [1 x ptr] [ptr @plain], section "llvm.metadata"
define i32 @go(i32 %n) {
  br i1 true, label %b, label %b
b:
  ret i32 %n
}
@places = global [2 x ptr] [ptr blockaddress(@go, %b), ptr blockaddress(@go, %b)]
@ordered = global i32 1 uselistorder_bb @go, %b, { 2, 0, 1 }
@last = global i32 1"""


def test_global_variables_have_identifiers_and_each_its_type() -> None:
    module = annotated(GLOBALS)
    names = re.findall(r'!DIGlobalVariable\(name: "([^"]+)".*?isLocal: (\w+)', module)
    own = "plain same_line one define two_words far go_1_ go_1 _0 equal attributed places ordered last"
    assert names == [(name, "true" if name == "same_line" else "false") for name in own.split()]
    attached = [line for line in str(verified(module)).splitlines() if line.startswith("@") and ", !dbg !" in line]
    assert len(attached) == len(names)


def test_a_global_variable_has_no_name_of_a_function() -> None:
    module = annotated("@a.b = global i32 1\ndefine void @a_b() {\n  ret void\n}\n")
    assert '!DIGlobalVariable(name: "a_b_"' in module


def test_no_blanks_and_no_words_keep_a_definition_from_being_read() -> None:
    blanks = "@y = global i32 1\n@x = internal" + " " * 1_000_000 + "alias i32, ptr @y\n"
    assert [each.name for each in globals.definitions(blanks, blanks, ())] == ["y"]
    words = "@x = " + "word  " * 100_000
    assert globals.definitions(words, words, ()) == []


def test_a_type_is_described_once_however_often_it_is_used() -> None:
    nested = "".join(f"%t{n} = type {{ %t{n - 1}, %t{n - 1} }}\n" for n in range(1, 40))
    many = "".join(f"@g{n} = global %wide zeroinitializer\n" for n in range(1_000))
    wide = f"%wide = type {{ {', '.join(['i32'] * 300)} }}\n"
    others = "@g = global ptr null\n@t = internal global %t20 zeroinitializer\n"
    module = annotated(f"%t0 = type {{ i8, i8 }}\n{nested}{wide}{many}{others}")
    assert module.count("!DIGlobalVariable(") == 1_002
    assert module.count('name: "wide"') == module.count('name: "t20"') == 1


def test_what_is_larger_than_memory_has_no_debug_info() -> None:
    assert "DIGlobalVariable(" not in annotated("@x = global [2305843009213693952 x i8] zeroinitializer\n")


def test_lines_alone_have_no_global_variables() -> None:
    assert "DIGlobalVariable" not in annotate(GLOBALS, filename="m.ll", directory="/d")


def test_a_value_holds_where_its_definition_dominates() -> None:
    text = """define i32 @f(i1 %c) {
entry:
  %a = add i32 1, 2
  br i1 %c, label %left, label %right
left:
  %l = add i32 %a, 1
  br label %join
right:
  %r = add i32 %a, 2
  br label %join
join:
  %p = phi i32 [ %l, %left ], [ %r, %right ]
  %q = add i32 %p, 1
  ret i32 %q
dead:
  %d = add i32 1, 1
  ret i32 %d
}
"""
    runs = held(text)
    assert runs["a"] == [[4, 14]]
    assert (runs["l"], runs["r"]) == ([[7, 7]], [[10, 10]])
    assert (runs["p"], runs["q"]) == ([[13, 14]], [[14, 14]])
    assert runs["d"] == [[17, 17]]


def test_on_a_line_of_its_own_definition_a_value_does_not_hold() -> None:
    text = "define i32 @f() {\n  %a = add i32 1, 2 %b = add i32 %a, 1\n  ret i32 %b }\n"
    assert held(text) == {"a": [[3, 3]], "b": [[3, 3]]}


def test_a_result_of_an_invoke_holds_at_its_normal_destination_only() -> None:
    text = """declare i32 @may()
declare i32 @__gxx_personality_v0(...)
define i32 @f(i1 %c) personality ptr @__gxx_personality_v0 {
  %alone = invoke i32 @may() to label %next unwind label %pad
next:
  %shared = invoke i32 @may() to label %next2 unwind label %pad
next2:
  %p = phi i32 [ %shared, %next ], [ 7, %pad ]
  ret i32 %p
pad:
  %lp = landingpad { ptr, i32 } cleanup
  br label %next2
}
"""
    runs = held(text)
    assert runs["alone"] == [[6, 6]]
    assert runs["lp"] == [[12, 12]]
    assert "shared" not in runs, "it is assigned nowhere but in the phi"


def test_what_has_no_place_in_memory_has_no_variable() -> None:
    text = """declare token @llvm.call.preallocated.setup(i32)
declare ptr @g(ptr)
define void @bare(i32 %x) naked { unreachable }
define ptr @tail(ptr %x) {
  %last = musttail call ptr @g(ptr %x)
  ret ptr %last
}
define i32 @wide(<vscale x 4 x i32> %scaled) { ret i32 0 }
"""
    module = annotated(text)
    assert str(verified(module))
    assert module.count("!DILocalVariable") == 1, "that of @tail's argument"


def test_a_module_of_everything_that_is_hard_to_read_verifies() -> None:
    assert str(verified(annotated(NASTY))).count("#dbg_declare") > 20


@pytest.mark.parametrize("level", [0, 2])
@pytest.mark.parametrize("flags", [("-O0",), ("-O2",), ("-O2", "-g")], ids=" ".join)
def test_what_clang_makes_becomes_code_with_clean_dwarf(flags: tuple[str, ...], level: int, tmp_path: Path) -> None:
    command = [tool("clang").path, *flags, "-w", "-S", "-emit-llvm", "-x", "c", "-", "-o", "-"]
    text = subprocess.run(command, input=C, capture_output=True, text=True, check=True, timeout=60).stdout
    assert verdict(text, level, tmp_path) == ""


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_ir_of_all_kinds_becomes_code_with_clean_dwarf(level: int, tmp_path: Path) -> None:
    assert verdict(PROGRAM.read_text(), level, tmp_path) == ""
    assert verdict(GLOBALS, level, tmp_path) == ""


def verdict(text: str, level: int, folder: Path) -> str:
    """Give what llvm-dwarfdump has against the debug info of the object that comes of a text."""
    path = folder / "made.o"
    path.write_bytes(compile_text(text, Options(level), ir_path="/d/m.ll").data)
    command = [tool("llvm-dwarfdump").path, "--verify", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.stdout if done.returncode else ""


def test_another_machine_gets_its_variables_without_the_section() -> None:
    data = compile_text(
        "define i32 @f(i32 %x) {\n  ret i32 %x\n}\n", Options(triple="aarch64-linux-gnu"), ir_path="/d/m.ll"
    ).data
    elf = ElfFile(data)
    assert elf.find_section(".debug_info")
    assert elf.find_section(VALUES_SECTION) is None


LOOP = """define i32 @f(i32 %n) {
entry:
  %once = add i32 %n, 1
  br label %head
head:
  %i = phi i32 [ 0, %entry ], [ %next, %body ]
  %more = icmp slt i32 %i, %n
  br i1 %more, label %body, label %done
body:
  %next = add i32 %i, 1
  br label %head
done:
  ret i32 %i
}
"""


def test_optimised_code_ends_a_value_where_its_definition_dominates_no_longer() -> None:
    made = annotated(LOOP, optimised=True)
    assert str(verified(made))
    emptied = {line: text.count(" poison, ") for line, text in enumerate(made.split("\n"), 1)}
    assert {line: count for line, count in emptied.items() if count} == {7: 3}, "%i, %more and %next, as %head begins"
    assert "poison" not in annotated(LOOP)
    assert made.split("\n")[6].index("poison") < made.split("\n")[6].index("store i32 %i,")


def test_optimised_code_says_which_calls_it_makes_and_which_became_jumps() -> None:
    text = """declare void @far(i32)
define void @leaf(i32 %x) noinline {
  call void @far(i32 %x)
  ret void
}
define void @jumps(i32 %x) {
  tail call void @leaf(i32 %x)
  ret void
}
define i32 @calls(i32 %x) {
  call void @leaf(i32 %x)
  ret i32 %x
}
"""
    sites = [calls(text, level) for level in (0, 2)]
    assert sites == [{}, {"leaf": [True], "jumps": [True], "calls": [False]}]


def calls(text: str, level: int) -> dict[str, list[bool]]:
    """Give for each function that has calls described whether each of them is a jump."""
    data = compile_text(text, Options(level), ir_path="/d/m.ll").data
    (unit,) = ELFFile(io.BytesIO(data)).get_dwarf_info().iter_CUs()
    found: dict[str, list[bool]] = {}
    for die in unit.iter_DIEs():
        if die.tag == "DW_TAG_call_site":
            name = die.get_parent().attributes["DW_AT_name"].value.decode()
            found.setdefault(name, []).append("DW_AT_call_tail_call" in die.attributes)
    return found
