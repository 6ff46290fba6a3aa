"""What every object promises, read from its bytes."""

import pytest

from jitdbg import codegen
from jitdbg.codegen import Options
from jitdbg.elf import ElfFile
from jitdbg.elf.constants import relocation_name
from jitdbg.errors import CodegenError, JitdbgError, TargetError
from jitdbg.signature import Signature

TEXT = """
declare i32 @imported(i32)
@counter = global i32 0
define i32 @outer(i32 %x) nounwind {
  %y = call i32 @imported(i32 %x)
  %z = call i32 @inner(i32 %y)
  %c = load i32, ptr @counter
  %r = add i32 %z, %c
  ret i32 %r
}
define i32 @inner(i32 %x) noinline nounwind {
  %y = mul i32 %x, %x
  ret i32 %y
}
"""


def _object(text: str, **options: object) -> ElfFile:
    return ElfFile(codegen.compile_text(text, Options(**options)).data)


def _relocations(elf: ElfFile) -> set[tuple[str, str]]:
    machine, symbols = elf.header.e_machine, elf.symbols
    return {
        (symbols[info >> 32].name, relocation_name(machine, info & 0xFFFFFFFF))
        for table in elf.relocations()
        if table.target.name == ".text"
        for info in table.r_info
    }


@pytest.mark.parametrize("opt_level", [0, 1, 2, 3])
def test_imports_are_called_through_the_got_and_own_functions_directly(opt_level: int) -> None:
    kinds = _relocations(_object(TEXT, opt_level=opt_level))
    assert ("imported", "R_X86_64_GOTPCRELX") in kinds
    assert not any("64" in kind.removeprefix("R_X86_64_") for _, kind in kinds), "small code model"
    assert {kind for name, kind in kinds if name == "inner"} <= {"R_X86_64_PLT32"}


@pytest.mark.parametrize("opt_level", [0, 2])
def test_every_function_has_unwind_tables_unless_refused(opt_level: int) -> None:
    assert _fde_count(_object(TEXT, opt_level=opt_level)) == 2
    assert _fde_count(_object(TEXT, opt_level=opt_level, unwind_tables=False)) == 0


def _fde_count(elf: ElfFile) -> int:
    return sum(len(table.r_offset) for table in elf.relocations() if table.target.name == ".eh_frame")


def test_frame_pointers_are_kept_on_request() -> None:
    push_rbp = b"\x55\x48\x89\xe5"
    leaf = "define i32 @f(i32 %x) { ret i32 %x }"
    assert push_rbp not in _code(_object(leaf, opt_level=2))
    assert push_rbp in _code(_object(leaf, opt_level=2, frame_pointers=True))


def _code(elf: ElfFile) -> bytes:
    section = elf.find_section(".text")
    assert section
    return bytes(elf.contents(section))


def test_levels_above_zero_run_a_real_pipeline() -> None:
    loop = """
    define i64 @sum(i64 %n) {
    entry: br label %loop
    loop:
      %i = phi i64 [ 0, %entry ], [ %j, %loop ]
      %s = phi i64 [ 0, %entry ], [ %t, %loop ]
      %t = add i64 %s, %i
      %j = add i64 %i, 1
      %more = icmp ult i64 %j, %n
      br i1 %more, label %loop, label %exit
    exit: ret i64 %t
    }
    """
    sizes = [len(_code(_object(loop, opt_level=level))) for level in range(4)]
    assert b"\x72" in _code(_object(loop)), "unoptimised, it still loops (jb)"
    assert b"\x72" not in _code(_object(loop, opt_level=2)), "optimised, the sum has a closed form"
    assert sizes[1] < sizes[0]


def test_always_inline_is_obeyed_without_optimisation() -> None:
    text = "define internal i32 @in(i32 %x) alwaysinline { ret i32 %x }\n"
    text += "define i32 @f(i32 %x) { %y = call i32 @in(i32 %x)\n ret i32 %y }"
    assert _relocations(_object(text)) == set()
    assert "in" not in {symbol.name for symbol in _object(text).symbols}


def test_what_the_ir_tells_of_the_exports_is_kept() -> None:
    compiled = codegen.compile_text(TEXT, Options())
    signature = Signature("i32", ("i32",))
    assert compiled.signatures == {"outer": signature, "inner": signature}
    assert compiled.globals == {"counter": "i32"}


def test_code_for_another_machine_is_made_by_name() -> None:
    assert _object(TEXT, triple="aarch64-unknown-linux-gnu").header.e_machine == 183
    with pytest.raises(TargetError, match="'nonsense-triple' is no target of this LLVM"):
        _object(TEXT, triple="nonsense-triple")


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(JitdbgError, match="optimisation level 4 does not exist"):
        Options(opt_level=4)


def test_a_feature_without_its_sign_is_refused() -> None:
    with pytest.raises(JitdbgError, match=r"the CPU feature 'avx' says neither \+ nor -: write \+avx or -avx"):
        Options(features="+sse2,avx")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"cpu": "nonsense"}, "'nonsense' is no CPU that LLVM knows for x86_64"),
        ({"features": "+nonsense"}, r"'\+nonsense' is no CPU feature that LLVM knows"),
    ],
)
def test_what_llvm_does_not_know_of_a_processor_is_refused(
    options: dict[str, str], words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CodegenError, match=words):
        _object(TEXT, **options)
    assert capfd.readouterr().err == ""
    assert _object(TEXT, cpu="x86-64-v2", features="+avx2").sections
