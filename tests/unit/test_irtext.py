"""IR text: what is found in it agrees with LLVM's parser, and edits say what they should, on the lines they should."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import llvmlite.binding as llvm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jitdbg import irtext
from jitdbg.elf import ElfFile
from jitdbg.elf.constants import relocation_name
from jitdbg.tools import tool
from tests.irtexts import NASTY, definitions, laid_out_anew, opcodes, promised, verified

llvm.initialize_native_target()
llvm.initialize_native_asmprinter()

CXX = """
#include <stdexcept>
#include <string>
#include <vector>
struct Shape { virtual ~Shape() {} virtual int area(int x) { return x; } };
struct Square : Shape {
  std::string name;
  int area(int x) override { if (x < 0) throw std::runtime_error("negative"); return x * x + (int)name.size(); }
};
int measure(Shape &shape, int x) {
  try { return shape.area(x); } catch (const std::exception &) { return -1; } catch (int i) { return i; }
}
int all(const std::vector<int> &values) {
  std::string text;
  for (int value : values) { Square square; text += std::to_string(measure(square, value)); }
  switch (text.size()) { case 1: return 7; case 3: return 8; default: return text.size(); }
}
"""


def _object(text: str, opt_level: int = 0) -> ElfFile:
    module = verified(text)
    machine = llvm.Target.from_default_triple().create_target_machine(opt=opt_level, reloc="pic", codemodel="small")
    if opt_level:
        passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=opt_level))
        passes.getModulePassManager().run(module, passes)
    return ElfFile(machine.emit_object(module))


def _relocations(elf: ElfFile) -> set[tuple[str, str]]:
    return {
        (elf.symbols[info >> 32].name, relocation_name(elf.header.e_machine, info & 0xFFFFFFFF))
        for table in elf.relocations()
        if table.target.name == ".text"
        for info in table.r_info
    }


def _frame_tables(elf: ElfFile) -> int:
    return sum(len(table.r_offset) for table in elf.relocations() if table.target.name == ".eh_frame")


def _found(text: str) -> list[list[str]]:
    """Return the text of each instruction of each definition, as found by us."""
    return [
        [text[start:end] for start, end in irtext.instructions(text, header)]
        for header in irtext.functions(text)
        if header.is_definition
    ]


def _assert_same_instructions(text: str, module: llvm.ModuleRef) -> None:
    found, expected = _found(text), [opcodes(function) for function in definitions(module)]
    assert [len(body) for body in found] == [len(body) for body in expected]
    for body, words in zip(found, expected, strict=True):
        for instruction, opcode in zip(body, words, strict=True):
            tokens = re.sub(r";[^\n]*|/\*.*?\*/", " ", instruction)
            assert re.match(rf'(%(?:[-\w$.]+|"[^"]*")\s*=)?\s*(\w+\s+)?{opcode}\b', tokens)


# Functions


def test_functions_are_those_that_llvm_sees_in_the_order_of_the_text() -> None:
    expected = [(function.name, not function.is_declaration) for function in verified(NASTY).functions]
    found = [(header.name, header.is_definition) for header in irtext.functions(NASTY)]
    numbered = [name if name not in ("0", "1") else "" for name, _ in found]
    assert sorted(zip(numbered, (is_definition for _, is_definition in found), strict=True)) == sorted(expected)
    assert [name for name, _ in found][:5] == [
        "printf",
        "de\\clare",
        "llvm.memcpy.p0.p0.i64",
        "__gxx_personality_v0",
        "x y",
    ]


def test_offsets_of_a_header_enclose_the_keyword_the_attributes_and_the_body() -> None:
    text = "; x\ndefine i32 @f({ i32 } %x) unnamed_addr addrspace(0) #0 prefix { i8 } { i8 1 } { ret i32 1 }"
    (header,) = irtext.functions(text)
    assert text[header.keyword :].startswith("define")
    assert text[header.attributes :].startswith(" #0")
    assert text[header.body_start : header.body_end] == " ret i32 1 "
    (declared,) = irtext.functions("declare void @g()")
    assert (declared.body_start, declared.body_end) == (-1, -1)
    assert irtext.instructions("declare void @g()", declared) == []


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("f", "f"),
        ("-$.9", "-$.9"),
        ('"a b"', "a b"),
        (r'"\22\5C"', '"\\'),
        (r'"\C3\A4"', "ä"),
        ("0", "0"),
        ('"(){"', "(){"),
    ],
)
def test_names_are_given_without_quotes_and_escapes(spelled: str, name: str) -> None:
    (header,) = irtext.functions(f"define void @{spelled}() {{ ret void }}")
    assert header.name == name


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_escapes_are_undone(string: str) -> None:
    escaped = irtext.escaped(string)
    assert escaped.isascii()
    assert '"' not in escaped
    assert irtext.unescaped(escaped) == string


# Instructions


def test_instructions_are_those_that_llvm_sees() -> None:
    _assert_same_instructions(NASTY, verified(NASTY))


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0))
def test_layout_makes_no_difference(seed: int) -> None:
    text = laid_out_anew(NASTY, seed)
    _assert_same_instructions(text, verified(text))


@pytest.mark.parametrize("flags", [("-O0",), ("-O2",), ("-O2", "-g")], ids=" ".join)
def test_instructions_of_a_real_program_are_those_that_llvm_sees(flags: tuple[str, ...], tmp_path: Path) -> None:
    text = _compiled(CXX, "c++", flags, tmp_path)
    _assert_same_instructions(text, verified(text))


def _compiled(source: str, language: str, flags: tuple[str, ...], folder: Path) -> str:
    out = folder / "out.ll"
    command = [tool("clang").path, *flags, "-w", "-S", "-emit-llvm", "-x", language, "-", "-o", str(out)]
    subprocess.run(command, input=source.encode(), check=True, timeout=60)
    return out.read_text()


def test_an_instruction_ends_at_its_last_token() -> None:
    text = "define i32 @f() {\n  %x = call i32 @f() #1, !tbaa !2 ; why\n\n\nlabel: ; }\n  ret i32 %x ; end\n}"
    (header,) = irtext.functions(text)
    assert [text[start:end] for start, end in irtext.instructions(text, header)] == [
        "%x = call i32 @f() #1, !tbaa !2",
        "ret i32 %x",
    ]


def test_labels_records_and_use_list_orders_are_no_instructions() -> None:
    text = """define void @f(i32 %x) {
      #dbg_value(i32 %x, !1, !DIExpression(DW_OP_plus_uconst, 1), !DILocation(line: 1, scope: !2))
      br label %ret
      "a: b":
    ret:
      #dbg_label(!3, !4)
      ret void
      uselistorder label %ret, { 1, 0 }
    }"""
    assert _found(text) == [["br label %ret", "ret void"]]


@given(
    st.lists(st.sampled_from([*' \n"{}()[];!@%=,:#~^\\', "/*", "*/", "define ", "declare", "ret", "@f(", "%x =", 'c"']))
)
def test_text_that_is_not_ir_does_no_harm(tokens: list[str]) -> None:
    text = "".join(tokens)
    assert len(irtext.blanked(text)) == len(text)
    for header in irtext.functions(text):
        irtext.instructions(text, header)
    promised(text)
    irtext.without_bodies(text, {"f"})


# Promises


def _attributes(module: llvm.ModuleRef) -> dict[str, bytes]:
    return {function.name: b" ".join(function.attributes) for function in module.functions}


def test_definitions_get_unwind_tables_and_declarations_are_bound_early() -> None:
    attributes = _attributes(verified(promised(NASTY)))
    for function in definitions(verified(NASTY)):
        assert b"uwtable" in attributes[function.name]
    assert b"nonlazybind" in attributes["printf"]
    assert b"nonlazybind" in attributes["de\\clare"]
    assert b"nonlazybind" in attributes["avail"], "its body is for the optimiser alone"
    assert b"nonlazybind" not in attributes["llvm.memcpy.p0.p0.i64"]
    assert b"nonlazybind" not in attributes["may"]


@settings(max_examples=30, deadline=None)
@given(st.integers(min_value=0))
def test_promises_are_kept_in_any_layout(seed: int) -> None:
    text = laid_out_anew(NASTY, seed)
    attributes = _attributes(verified(promised(text, frame_pointers=True)))
    assert all(b"uwtable" in attributes[function.name] for function in definitions(verified(text)))


@pytest.mark.parametrize("opt_level", [0, 2])
def test_functions_that_throw_nothing_have_unwind_tables_too(opt_level: int) -> None:
    text = """
    define i32 @f(i32 %x) nounwind { ret i32 %x }
    define i32 @g(i32 %x) nounwind noinline #0 {
      %y = call i32 @f(i32 %x)
      ret i32 %y
    }
    define void @h() #1 { ret void }
    attributes #0 = { noinline nounwind }
    attributes #1 = { nounwind uwtable(sync) }
    """
    assert _frame_tables(_object(promised(text), opt_level)) == 3
    assert _frame_tables(_object(promised(text, unwind_tables=False), opt_level)) == 1
    assert "sync" not in str(verified(promised(text)))


@pytest.mark.parametrize("opt_level", [0, 2])
def test_what_is_only_declared_is_reached_through_the_got(opt_level: int) -> None:
    text = """
    declare dso_local i32 @plain(i32)
    declare extern_weak dso_local i32 @weak(i32)
    @data = external dso_local global i32
    define i32 @f() {
      %a = load i32, ptr @data
      %b = call i32 @plain(i32 %a)
      %c = call i32 @weak(i32 %b)
      ret i32 %c
    }
    """
    kinds = dict(_relocations(_object(promised(text), opt_level)))
    assert set(kinds) == {"data", "plain", "weak"}
    assert all("GOTPCREL" in kind for kind in kinds.values()), kinds


def test_calls_that_llvm_makes_by_itself_go_through_the_got_where_it_can() -> None:
    text = """
    declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
    define void @f(ptr %a, ptr %b, i64 %n) {
      call void @llvm.memcpy.p0.p0.i64(ptr %a, ptr %b, i64 %n, i1 false)
      ret void
    }
    """
    assert _relocations(_object(text, 2)) == {("memcpy", "R_X86_64_PLT32")}
    kept = promised(text)
    assert _relocations(_object(kept, 2)) == {("memcpy", "R_X86_64_GOTPCRELX")}
    # FastISel does not ask. When this fails, the remark in promise() can go.
    assert _relocations(_object(kept, 0)) == {("memcpy", "R_X86_64_PLT32")}


def test_a_module_flag_that_is_there_is_not_added_again() -> None:
    flags = '!llvm.module.flags = !{!7}\n!7 = !{i32 7, !"RtLibUseGOT", i32 1}\n'
    module = verified(promised(f"define void @f() {{ ret void }}\n{flags}"))
    assert str(module).count("RtLibUseGOT") == 1
    commented = "".join(f"; {line}\n" for line in flags.splitlines())
    assert '!"RtLibUseGOT"' in str(verified(promised(commented)))
    not_listed = flags.replace("{!7}", "{!8}") + '!8 = !{i32 1, !"wchar_size", i32 4}\n'
    assert '!"RtLibUseGOT"' in str(verified(promised(not_listed)))


def test_nodes_of_our_own_have_numbers_that_nobody_uses() -> None:
    text = "define void @f() { ret void }\n!x = !{!4293000000, !4292000007}\n"
    taken = text + "!4293000000 = !{i32 5}\n!4292000007 = !{i32 6}\n!y = !{!4294967294}\n!4294967294 = !{i32 7}\n"
    assert "!{i32 7}" in str(verified(promised(taken)))
    assert irtext.unused_metadata(taken) == 4291000000
    assert "RtLibUseGOT" in str(verified(promised(promised(taken).replace("RtLib", "Other"))))


@pytest.mark.parametrize("group", ["", "#0"])
def test_frame_pointers_are_kept_whatever_the_text_says(group: str) -> None:
    text = f'define i32 @f(i32 %x) {group} {{ ret i32 %x }}\nattributes #0 = {{ "frame-pointer" = "none" }}\n'
    set_up = bytes.fromhex("554889e5")  # push %rbp; mov %rsp, %rbp
    assert set_up in _code(_object(promised(text, frame_pointers=True), 2))
    assert set_up not in _code(_object(promised(text), 2))


def _code(elf: ElfFile) -> bytes:
    section = elf.find_section(".text")
    assert section
    return bytes(elf.contents(section))


def test_promises_move_no_line() -> None:
    broken = NASTY + "define void @broken() {\n  ret bogus\n}\n"
    with pytest.raises(RuntimeError, match=rf":{broken.count(chr(10), 0, broken.index('bogus')) + 1}:\d+: error"):
        llvm.parse_assembly(promised(broken, frame_pointers=True))


@pytest.mark.parametrize("end", ["", "\n", " ; the end", "\n\n"])
def test_the_last_line_may_end_in_any_way(end: str) -> None:
    assert "RtLibUseGOT" in str(verified(promised("define void @f() { ret void }" + end)))


# Removing bodies


def test_a_removed_body_leaves_its_lines() -> None:
    text = irtext.without_bodies(NASTY, {"x y", "words"})
    assert [line for line in text.splitlines() if line.startswith("attributes")] == [
        line for line in NASTY.splitlines() if line.startswith("attributes")
    ]
    assert text.count("\n") == NASTY.count("\n")
    bodies = {function.name: opcodes(function) for function in definitions(verified(text))}
    assert bodies["x y"] == bodies["words"] == ["unreachable"]
    assert bodies["avail"] == ["ret"]


def test_use_list_orders_go_with_the_uses() -> None:
    text = """
    @x = global i32 0
    define i32 @f() {
      %a = load i32, ptr @x
      %b = load i32, ptr @x
      ret i32 %b
    }
    define i32 @g() {
      %a = load i32, ptr @x
      ret i32 %a
    }
    uselistorder ptr @x, { 1, 0, 2 }
    """
    verified(text)
    verified(irtext.without_bodies(text, {"f"}))


class Judge:
    """Says that a text fails if these functions have bodies; counts how often it was asked."""

    def __init__(self, *guilty: str) -> None:
        self.guilty, self.asked = guilty, 0

    def fails(self, text: str) -> bool:
        self.asked += 1
        bodies = {function.name: opcodes(function) for function in definitions(verified(text))}
        return all(bodies[name] != ["unreachable"] for name in self.guilty)


FUNCTIONS = "".join(f"define i32 @f{number}() {{\n  ret i32 {number}\n}}\n" for number in range(100))


@pytest.mark.parametrize("guilty", ["f0", "f49", "f50", "f99"])
def test_the_culprit_is_found_in_few_steps(guilty: str) -> None:
    judge = Judge(guilty)
    assert irtext.culprit(FUNCTIONS, judge.fails) == guilty
    assert judge.asked <= 16


def test_there_is_no_culprit_where_no_single_function_is_to_blame() -> None:
    assert irtext.culprit(FUNCTIONS, Judge("f3", "f80").fails) is None
    assert irtext.culprit(FUNCTIONS, lambda text: False) is None  # noqa: ARG005
    assert irtext.culprit(FUNCTIONS, lambda text: True) is None  # noqa: ARG005
    assert irtext.culprit("", lambda text: True) is None  # noqa: ARG005


def test_a_function_that_does_not_verify_is_found() -> None:
    bad = "define i32 @bad() {\n  %x = add i32 %y, 1\n  %y = add i32 1, 1\n  ret i32 %x\n}\n"

    def fails(text: str) -> bool:
        try:
            verified(text)
        except RuntimeError:
            return True
        return False

    assert irtext.culprit(FUNCTIONS + bad, fails) == "bad"
