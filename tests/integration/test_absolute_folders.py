"""Debug info names absolute folders, whatever the source: debuggers and IDEs find no files by relative ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import llvmlite.ir as ir
import pytest

from jitdbg import inspection
from jitdbg.build import build
from jitdbg.debuginfo import DIBuilder

OWN = """
define i32 @one() !dbg !3 {
  ret i32 1, !dbg !6
}
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!7}
!0 = distinct !DICompileUnit(language: DW_LANG_C99, file: !1, producer: "x", emissionKind: FullDebug)
!1 = !DIFile(filename: "one.toy", directory: "DIRECTORY")
!3 = distinct !DISubprogram(name: "one", file: !1, line: 1, type: !4, unit: !0, spFlags: DISPFlagDefinition)
!4 = !DISubroutineType(types: !5)
!5 = !{null}
!6 = !DILocation(line: 1, column: 1, scope: !3)
!7 = !{i32 2, !"Debug Info Version", i32 3}
"""


def of_ir() -> object:
    Path("one.ll").write_text("define i32 @one() {\n  ret i32 1\n}\n")
    return "one.ll"


def of_ir_with_its_own(directory: str) -> Callable[[], object]:
    def make() -> object:
        Path("one.ll").write_text(OWN.replace("DIRECTORY", directory))
        return "one.ll"

    return make


def of_c() -> object:
    os.makedirs("below", exist_ok=True)
    Path("below/one.c").write_text("int one(void) { return 1; }\n")
    return "below/one.c"


def of_a_builder() -> object:
    module = ir.Module("one")
    function = ir.Function(module, ir.FunctionType(ir.IntType(32), []), "one")
    builder = ir.IRBuilder(function.append_basic_block())
    with DIBuilder(module, "one.toy") as info:
        integer = info.integer("int", 32)
        entry = info.function(function, "one", info.subroutine(integer, []), line=1)
        with entry.at(builder, line=1, column=1):
            builder.ret(ir.Constant(ir.IntType(32), 1))
    return module


@pytest.mark.parametrize(
    "source",
    [of_ir, of_ir_with_its_own("."), of_ir_with_its_own(""), of_ir_with_its_own("below"), of_c, of_a_builder],
    ids=["IR", "a dot", "no folder", "a relative folder", "C", "a DIBuilder"],
)
def test_every_compile_unit_has_an_absolute_folder(
    source: Callable[[], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    image = build(source(), soname="one.so", debug="auto", cflags=["-g"])

    units = inspection.inspect(image, "one.so").units
    assert units
    assert all(os.path.isabs(unit.directory) for unit in units), units
