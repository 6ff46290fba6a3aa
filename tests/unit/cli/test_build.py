"""``jitdbg build``: libraries in files, whole or not at all, the same bytes each time."""

from __future__ import annotations

import ctypes
import os
import stat
from pathlib import Path

import llvmlite.binding as llvm
import pytest

from jitdbg import elf, inspection
from jitdbg.build import build, write_atomically
from jitdbg.cli import main
from jitdbg.codegen import Options, compile_text
from jitdbg.errors import StoreError
from tests.sources import FIB


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "fib.ll"
    path.write_text(FIB)
    return path


def call_fib(library: Path, number: int) -> int:
    result: int = ctypes.CDLL(str(library)).fib(number)
    return result


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("jitdbg: error: ")
    assert captured.err.count("\n") == 1
    return captured.err


def test_a_library_is_built_that_any_process_loads(source: Path, tmp_path: Path) -> None:
    library = tmp_path / "libfib.so"
    assert main(["build", str(source), "-o", str(library)]) == 0
    assert call_fib(library, 20) == 6765


def test_the_library_describes_itself(source: Path, tmp_path: Path) -> None:
    library = tmp_path / "libfib.so"
    assert main(["build", str(source), "-O1", "-o", str(library)]) == 0
    facts = inspection.inspect(library.read_bytes(), str(library))
    assert facts.soname == "libfib.so"
    assert [(module.name, module.source, module.opt_level) for module in facts.modules] == [("fib", str(source), 1)]
    assert inspection.modules_with_ir(library.read_bytes(), str(library)) == {"fib": FIB.encode()}


def test_the_same_source_gives_the_same_bytes(source: Path, tmp_path: Path) -> None:
    outputs = [tmp_path / folder / "fib.so" for folder in ("one", "two")]
    for output in outputs:
        output.parent.mkdir()
        assert main(["build", str(source), "-o", str(output)]) == 0
    assert outputs[0].read_bytes() == outputs[1].read_bytes()


def test_another_source_gives_another_build_id() -> None:
    changed = FIB.replace("i32 %n, 2", "i32 %n, 3", 1)
    ids = {elf.ElfFile(build(text, soname="fib.so")).build_id for text in (FIB, changed)}
    assert len(ids) == 2
    assert None not in ids


def test_code_is_for_any_cpu_unless_one_is_named() -> None:
    text = "define <8 x double> @f(<8 x double> %a) {\n  %b = fadd <8 x double> %a, %a\n  ret <8 x double> %b\n}\n"
    sizes = [len(_code(build(text, soname="f.so", cpu=cpu, opt_level=2))) for cpu in (None, "x86-64-v4", "native")]
    assert sizes[0] == len(_code(build(text, soname="f.so", cpu="x86-64", opt_level=2)))
    assert sizes[1] < sizes[0]


def _code(image: bytes) -> memoryview:
    file = elf.ElfFile(image)
    symbol = elf.exported(file)["f"]
    return file.at_address(symbol.st_value, symbol.st_size)


def test_ir_without_debug_info_is_its_own_source_where_it_lies(source: Path, tmp_path: Path) -> None:
    library = tmp_path / "elsewhere" / "fib.so"
    library.parent.mkdir()
    assert main(["build", str(source), "-o", str(library)]) == 0
    units = inspection.inspect(library.read_bytes(), str(library)).units
    assert [(unit.name, unit.directory) for unit in units] == [("fib.ll", str(tmp_path))]
    assert os.listdir(library.parent) == ["fib.so"]


def test_the_text_of_bitcode_is_written_beside_the_library(tmp_path: Path) -> None:
    (tmp_path / "fib.bc").write_bytes(llvm.parse_assembly(FIB).as_bitcode())
    library = tmp_path / "fib.so"
    assert main(["build", str(tmp_path / "fib.bc"), "-o", str(library)]) == 0
    (unit,) = inspection.inspect(library.read_bytes(), str(library)).units
    assert "define i32 @fib" in Path(unit.directory, unit.name).read_text()


def test_debug_info_can_be_left_out(source: Path, tmp_path: Path) -> None:
    library = tmp_path / "fib.so"
    assert main(["build", str(source), "--debug", "none", "-o", str(library)]) == 0
    assert inspection.inspect(library.read_bytes(), str(library)).units == ()


def test_c_is_built_with_its_flags(tmp_path: Path) -> None:
    (tmp_path / "number.c").write_text("int fib(int n) { return n + NUMBER; }\n")
    library = tmp_path / "number.so"
    assert main(["build", str(tmp_path / "number.c"), "--cflag=-DNUMBER=40", "-o", str(library)]) == 0
    assert call_fib(library, 2) == 42


def test_an_object_is_linked_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "fib.o").write_bytes(compile_text(FIB, Options()).data)
    library = tmp_path / "fib.so"
    assert main(["build", str(tmp_path / "fib.o"), "-o", str(library)]) == 0
    assert call_fib(library, 20) == 6765


def test_broken_source_leaves_what_was_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library = tmp_path / "fib.so"
    library.write_bytes(b"the old one")
    (tmp_path / "broken.ll").write_text("define i32 @f(i32 i32) {\n}\n")
    assert main(["build", str(tmp_path / "broken.ll"), "-o", str(library)]) == 2
    assert "broken.ll:1:" in complaint(capsys)
    assert library.read_bytes() == b"the old one"
    assert sorted(os.listdir(tmp_path)) == ["broken.ll", "fib.so"]


def test_an_output_that_cannot_be_written_is_one_sentence(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["build", str(source), "-o", str(tmp_path / "absent" / "fib.so")]) == 2
    assert "can't be written: No such file or directory" in complaint(capsys)
    (tmp_path / "folder").mkdir()
    assert main(["build", str(source), "-o", str(tmp_path / "folder")]) == 2
    assert "can't be written: Is a directory" in complaint(capsys)
    assert sorted(os.listdir(tmp_path)) == ["fib.ll", "folder"]


def test_the_source_is_not_replaced(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fib.bc").write_bytes(bitcode := llvm.parse_assembly(FIB).as_bitcode())
    for given, output in (("fib.ll", str(source)), (str(source), "./fib.ll"), ("fib.bc", "fib.bc")):
        assert main(["build", given, "-o", output]) == 2
        assert f"{Path(output)} can't be written: it is read for this, and would be lost: " in complaint(capsys)
    assert source.read_text() == FIB
    assert (tmp_path / "fib.bc").read_bytes() == bitcode
    assert sorted(os.listdir(tmp_path)) == ["fib.bc", "fib.ll"]


def test_a_link_to_the_library_stays_one(source: Path, tmp_path: Path) -> None:
    (tmp_path / "libfib.so").symlink_to("libfib.so.1")
    assert main(["build", str(source), "-o", str(tmp_path / "libfib.so")]) == 0
    assert os.readlink(tmp_path / "libfib.so") == "libfib.so.1"
    assert call_fib(tmp_path / "libfib.so.1", 20) == 6765


def test_an_unknown_target_is_one_sentence(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", str(source), "--target", "pdp11-dec-unix", "-o", str(tmp_path / "x.so")]) == 2
    assert "'pdp11-dec-unix' is no target of this LLVM" in complaint(capsys)


def test_a_source_for_another_machine_needs_its_target(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "arm.ll").write_text(f'target triple = "aarch64-linux-gnu"\n{FIB}')
    assert main(["build", str(tmp_path / "arm.ll"), "-o", str(tmp_path / "x.so")]) == 2
    assert "--target aarch64-linux-gnu" in complaint(capsys)


def test_what_is_executable_is_so_within_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "file", b"new", executable=True)
        write_atomically(tmp_path / "text", b"new")
    finally:
        os.umask(before)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("file", "text")] == [0o750, 0o640]


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match="Is a directory"):
        write_atomically(tmp_path / "folder", b"data")
    assert os.listdir(tmp_path) == ["folder"]
