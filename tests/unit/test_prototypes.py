"""Types that are read from IR text: those that LLVM reads from it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import llvmlite.binding as llvm
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jitdbg import irtext, prototypes
from jitdbg.errors import SourceError
from jitdbg.prototypes import Signatures
from jitdbg.signature import Signature
from jitdbg.tools import tool
from tests.irtexts import NASTY, laid_out_anew, verified

LOCAL = (llvm.Linkage.internal, llvm.Linkage.private, llvm.Linkage.available_externally, llvm.Linkage.appending)
HIDDEN = llvm.value.Visibility.hidden

# Attributes with brackets of every kind, types with brackets of every kind, and words that are names.
HEADERS = r"""
%pair = type { i32, i32 }
%"odd name" = type <{ i8, [2 x i8] }>
%hidden = type opaque
define dso_local noundef signext range(i16 -3, 5) i16 @words(i8 signext %a, i16 zeroext %zeroext) { ret i16 0 }
define { i32, { i8, [2 x ptr] } } @aggregate(%pair %byval, <4 x float> %v, <{ i8, i16 }> %p) { unreachable }
define align 8 dereferenceable(16) ptr addrspace(1) @spaces(ptr addrspace(3) %p, ptr addrspace(0) %q) { unreachable }
define <vscale x 4 x i32> @scalable([3 x [4 x i8]] %b) { unreachable }
define %"odd name" @"a(b, c)"(%"odd name" %x) { ret %"odd name" %x }
define external void @outside(ptr %hidden, i32 %internal) { ret void }
define weak_odr hidden void @unseen() { ret void }
define protected x86_fp80 @protected(x86_fp80, half, bfloat, fp128, i128) { unreachable }
define i32 @printf_like(ptr %format, ...) { ret i32 0 }
define i32 @nothing_known(...) { ret i32 0 }
define linkonce_odr ptr @inline(ptr captures(ret: address) %p, ptr initializes((0, 4)) %q) { ret ptr %p }
@plain = global i64 3
@local = thread_local(initialexec) global i32 0
@there = external thread_local global i32
@rows = dso_local local_unnamed_addr addrspace(0) externally_initialized constant [2 x [3 x double]] zeroinitializer
@named = global %"odd name" zeroinitializer
@"quoted = global" = protected unnamed_addr global ptr @plain, align 8
@text = private unnamed_addr constant [11 x i8] c"@x = global"
@other = alias i64, ptr @plain
@scale = constant { i32, ptr } { i32 1, ptr @constant }
@constant = weak hidden constant i8 1
@packed = common global <{ i8, i32 }> zeroinitializer
"""


def _signatures(text: str) -> Signatures:
    return prototypes.signatures(irtext.scan(text))


def _said_by_llvm(values: object) -> dict[str, str]:
    exported = [
        value
        for value in values
        if not value.is_declaration and value.linkage not in LOCAL and value.visibility != HIDDEN and value.name
    ]
    return {value.name.removeprefix("\x01"): _bare(str(value.global_value_type)) for value in exported}


def _bare(spelling: str) -> str:
    # LLVM prints what a structure's name stands for after it.
    return re.sub(r'[\s"]', "", spelling.partition(" = type ")[0])


def _agrees_with_llvm(text: str) -> None:
    module, scanned = verified(text), irtext.scan(text)
    functions = {name: _bare(str(known)) for name, known in prototypes.signatures(scanned).items()}
    assert {name: found for name, found in functions.items() if not name.isdigit()} == _said_by_llvm(module.functions)
    variables = {name: _bare(spelling) for name, spelling in prototypes.exports(scanned).variables.items()}
    assert variables == _said_by_llvm(module.global_variables)


@pytest.mark.parametrize("text", [NASTY, HEADERS], ids=["nasty", "headers"])
def test_functions_and_variables_have_the_types_that_llvm_sees(text: str) -> None:
    _agrees_with_llvm(text)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from([NASTY, HEADERS]), st.integers(min_value=0))
def test_they_have_them_in_any_layout(text: str, seed: int) -> None:
    _agrees_with_llvm(laid_out_anew(text, seed))


@pytest.mark.parametrize("opt_level", [0, 2])
def test_what_clang_writes_is_read(tmp_path: Path, opt_level: int) -> None:
    source = tmp_path / "c.cpp"
    source.write_text(
        "#include <string>\n#include <vector>\nstruct big { long a[4]; }; int table[4] = {1}; extern int elsewhere;\n"
        'thread_local int mine = 4; const char *words[] = {"a", "b"}; static int own; bool flag;\n'
        "big pass(big b, unsigned char c, float f, bool t) { b.a[0] += c + elsewhere + own++; return b; }\n"
        "std::string join(std::vector<std::string> all) { std::string s; for (auto &x : all) s += x; return s; }\n"
    )
    command = [tool("clang++").path, "-g", f"-O{opt_level}", "-S", "-emit-llvm", str(source), "-o", "-"]
    _agrees_with_llvm_but_for_places(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def _agrees_with_llvm_but_for_places(text: str) -> None:
    module, known = verified(text), _signatures(text)
    plain = {name: _bare(re.sub(r"ptr byval\([^,)]*\)", "ptr", str(each))) for name, each in known.items()}
    assert plain == _said_by_llvm(module.functions)


def test_only_what_is_exported_has_a_type() -> None:
    text = """
        declare i32 @puts(ptr)
        define internal void @mine() { ret void }
        define i8 @add(i8 zeroext %a, i8 signext %b) { ret i8 %a }
        @theirs = external global i32
        @counter = global i64 3
        @hidden_away = private constant i8 1
    """
    assert _signatures(text) == {"add": Signature("i8", ("i8", "i8"), zero_extended=frozenset({0}))}
    assert prototypes.exports(irtext.scan(text)).variables == {"counter": "i64"}


def test_attributes_that_pass_a_parameter_elsewhere_are_part_of_its_type() -> None:
    text = """
        %S = type { i64, i64, i64 }
        define i64 @sum(i32 %n, ptr byval(%S) align 8 %p) { ret i64 0 }
        define void @two(ptr sret({ i8, [2 x i8] }) %byval, i32 inreg %nest, ptr nest %p) { ret void }
    """
    known = _signatures(text)
    assert str(known["sum"]) == "i64 (i32, ptr byval(%S))"
    assert str(known["two"]) == "void (ptr, i32 inreg, ptr nest)"


def test_the_calling_convention_is_told_where_it_is_not_that_of_c() -> None:
    conventions = {"g": "ghccc", "f": "fastcc", "n": "cc 11", "c": "ccc"}
    known = _signatures("".join(f"define {word} i32 @{name}() {{ ret i32 1 }}\n" for name, word in conventions.items()))
    assert {name: each.convention for name, each in known.items()} == {"g": "ghccc", "f": "", "n": "cc 11", "c": ""}


def test_symbols_have_the_names_that_the_linker_sees() -> None:
    assert list(_signatures('define void @"\\01asm_name"() { ret void }\n')) == ["asm_name"]


def test_a_name_that_is_no_utf8_is_refused() -> None:
    with pytest.raises(SourceError, match=r"the name b'\\xff' of a function or global is no UTF-8"):
        _signatures('define void @"\\FF"() { ret void }\n')


@pytest.mark.parametrize(
    ("added", "complete"),
    [
        ("", True),
        ("@v = global i32 0", True),
        ('@"alias" = constant ptr @f ; ifunc', True),
        ("@also = alias i32 (), ptr @f", False),
        ("@also = weak hidden unnamed_addr alias i32 (), ptr @f", False),
        ("@chosen = ifunc i32 (), ptr @f", False),
        ('module asm ".globl also"', False),
    ],
)
def test_what_else_is_exported_is_noticed(added: str, complete: bool) -> None:
    text = f"define i32 @f() {{\n  ret i32 0\n}}\n{added}\n"
    assert prototypes.exports(irtext.scan(text)).complete is complete
