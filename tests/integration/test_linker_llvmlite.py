"""Objects as llvmlite makes them, in each of LLVM's code models, linked into images and run."""

from __future__ import annotations

from pathlib import Path

import llvmlite.binding as llvm
import pytest

from jitdbg.elf import constants as c
from jitdbg.linker import Object
from tests.linking import link_and_run

PROGRAM = """
@counter = global i32 3
@text = private constant [12 x i8] c"count: %d\\0A\\00\\00"
@table = internal global [2 x ptr] [ptr @next, ptr @text]
@stdout = external global ptr
declare i32 @printf(ptr, ...)
declare i32 @fflush(ptr)

define i32 @next(i32 %more) noinline {
  %old = load i32, ptr @counter
  %new = add i32 %old, %more
  store i32 %new, ptr @counter
  ret i32 %new
}

define void @run() {
  %direct = call i32 @next(i32 2)
  call i32 (ptr, ...) @printf(ptr @text, i32 %direct)
  %function = load ptr, ptr @table
  %indirect = call i32 %function(i32 30)
  %words = load ptr, ptr getelementptr ([2 x ptr], ptr @table, i32 0, i32 1)
  call i32 (ptr, ...) @printf(ptr %words, i32 %indirect)
  %stream = load ptr, ptr @stdout
  call i32 @fflush(ptr %stream)
  ret void
}
"""
MODELS = ("jitdefault", "small", "medium", "large")


def compiled(model: str, opt_level: int) -> Object:
    """Return the program's object in a code model; "jitdefault" is what MCJIT takes unless told otherwise."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    machine = target.create_target_machine(opt=opt_level, reloc="pic", codemodel=model, jit=model == "jitdefault")
    return Object(f"{model}.o", machine.emit_object(llvm.parse_assembly(PROGRAM)))


@pytest.mark.parametrize("linker", ["memory", "ld", "lld", "mold"])
@pytest.mark.parametrize("opt_level", [0, 2])
@pytest.mark.parametrize("model", MODELS)
def test_program_runs_in_every_code_model(tmp_path: Path, model: str, opt_level: int, linker: str) -> None:
    assert link_and_run(tmp_path, linker, compiled(model, opt_level)) == "count: 5\ncount: 35\nunloaded\n"


def test_the_default_for_jits_is_the_large_code_model() -> None:
    types = {info & 0xFFFFFFFF for table in compiled("jitdefault", 0).elf.relocations() for info in table.r_info}
    assert {c.R_X86_64_GOT64, c.R_X86_64_GOTOFF64, c.R_X86_64_GOTPC64} <= types
