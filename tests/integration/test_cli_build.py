"""``jitdbg build`` as a process: libraries for hosts that know nothing of jitdbg, and for other machines."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import llvmlite.binding as llvm
import pytest

from jitdbg import elf
from jitdbg.codegen import Options, compile_text
from jitdbg.elf import constants as c
from jitdbg.tools import tool
from tests.debuginfo_programs import PROGRAMS
from tests.linking import run_program
from tests.sources import FIB

EXAMPLES = Path(__file__).parents[2] / "examples"


def build(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jitdbg", "build", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, env={**os.environ, **environment})


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example of a host in C."""
    path = tmp_path_factory.mktemp("host") / "host"
    run_program([tool("clang").path, "-g", EXAMPLES / "host.c", "-o", path, "-ldl"])
    return path


def test_a_host_in_c_loads_what_was_built(host: Path, tmp_path: Path) -> None:
    for source, options in (("fib.ll", []), ("fib-toy.ll", ["-O2"]), ("fib.ll", ["--linker", "lld"])):
        done = build(EXAMPLES / source, "-o", tmp_path / "fib.so", *options)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert run_program([host, tmp_path / "fib.so", "fib", "20"]) == "fib(20) = 6765\n"


def test_source_that_is_embedded_and_in_no_file_is_written_beside(tmp_path: Path) -> None:
    (tmp_path / "embedded.ll").write_text(PROGRAMS["embedded"]())
    assert build(tmp_path / "embedded.ll", "-o", tmp_path / "e.so").returncode == 0
    kept = tmp_path / "e.so.src" / "embedded.toy"
    assert kept.read_text() == "the first line\nthe second line\n"
    dwarf = run_program([tool("llvm-dwarfdump").path, "--debug-line", tmp_path / "e.so"])
    assert str(kept) in dwarf


def test_the_text_of_bitcode_takes_no_file_s_place(tmp_path: Path) -> None:
    (tmp_path / "own.ll").write_text(FIB)
    (tmp_path / "own.bc").write_bytes(llvm.parse_assembly(FIB).as_bitcode())
    done = build(tmp_path / "own.bc", "-o", tmp_path / "own")
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "own.ll").read_text() == FIB
    kept = tmp_path / "own.src" / "own.ll"
    assert "@fib" in kept.read_text()
    dwarf = run_program([tool("llvm-dwarfdump").path, "--debug-info", tmp_path / "own"])
    assert f'DW_AT_comp_dir\t("{kept.parent}")' in dwarf


def test_builds_of_different_processes_are_equal(tmp_path: Path) -> None:
    images = []
    for seed in ("1", "2"):
        assert build(EXAMPLES / "fib.ll", "-o", tmp_path / "fib.so", PYTHONHASHSEED=seed).returncode == 0
        images.append((tmp_path / "fib.so").read_bytes())
    assert images[0] == images[1]


def test_a_missing_linker_is_one_sentence(tmp_path: Path) -> None:
    done = build(EXAMPLES / "fib.ll", "-o", tmp_path / "fib.so", "--linker", "mold", JITDBG_MOLD="/absent/mold")
    assert done.returncode == 2
    assert done.stderr.startswith("jitdbg: error: ")
    assert "/absent/mold" in done.stderr
    assert done.stderr.count("\n") == 1
    assert os.listdir(tmp_path) == []


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    command = f"ulimit -f 1; exec '{sys.executable}' -m jitdbg build '{EXAMPLES}/fib.ll' -o '{tmp_path}/fib.so'"
    (tmp_path / "fib.so").write_bytes(b"the old one")
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "File too large" in done.stderr
    assert (tmp_path / "fib.so").read_bytes() == b"the old one"
    assert os.listdir(tmp_path) == ["fib.so"]


@pytest.mark.parametrize("linker", [None, "memory", "lld"])
def test_an_image_for_another_machine_is_built(linker: str | None, tmp_path: Path) -> None:
    (tmp_path / "fib.ll").write_text(FIB)
    options = ["--linker", linker] if linker else []
    done = build(tmp_path / "fib.ll", "--target", "aarch64-linux-gnu", "-o", tmp_path / "fib.so", *options)
    assert (done.returncode, done.stderr) == (0, "")
    image = elf.ElfFile((tmp_path / "fib.so").read_bytes())
    assert image.header.e_machine == c.EM_AARCH64
    assert "fib" in elf.exported(image)
    assert elf.describe(image).modules[0].name == "fib"


@pytest.mark.parametrize("linker", ["ld", "cc"])
def test_a_linker_that_cannot_serve_the_machine_says_so(linker: str, tmp_path: Path) -> None:
    (tmp_path / "fib.ll").write_text(FIB)
    done = build(tmp_path / "fib.ll", "--target", "aarch64-linux-gnu", "--linker", linker, "-o", tmp_path / "fib.so")
    words = f"jitdbg: error: {linker} does not link for AArch64; take the linker memory, lld or mold\n"
    assert (done.returncode, done.stderr) == (2, words)
    assert os.listdir(tmp_path) == ["fib.ll"]


def test_a_missing_linker_for_another_machine_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "fib.ll").write_text(FIB)
    arguments = [tmp_path / "fib.ll", "--target", "aarch64-linux-gnu", "--linker", "lld", "-o", tmp_path / "fib.so"]
    done = build(*arguments, JITDBG_LLD="/absent/lld")
    assert done.returncode == 2
    assert "/absent/lld" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "target",
    [
        *("x86_64-pc-windows-msvc", "x86_64-windows", "aarch64-apple-darwin", "i686-linux-gnu", "aarch64_be-linux-gnu"),
        *("riscv64-linux-gnu", "x86_64-linux-gnux32"),
    ],
)
def test_a_target_that_images_can_t_be_made_for_is_refused_in_a_sentence(target: str, tmp_path: Path) -> None:
    done = build(EXAMPLES / "fib.ll", "--target", target, "-o", tmp_path / "fib.so")
    assert done.returncode == 2
    assert done.stderr == (
        f"jitdbg: error: images can't be made for {target}: name a system that has ELF, on x86-64 or little-endian "
        "AArch64, as in x86_64-linux-gnu or aarch64-linux-gnu\n"
    )
    assert os.listdir(tmp_path) == []


def test_an_object_is_taken_for_its_own_machine_alone(tmp_path: Path) -> None:
    (tmp_path / "a64.o").write_bytes(compile_text(FIB, Options(triple="aarch64-linux-gnu")).data)
    for target, words in {
        "aarch64-unknown-linux-gnu": "",
        "x86_64-linux-gnu": "a64.o is made for AArch64, x86_64-linux-gnu is x86-64: compile it for that",
        "nonsense": "'nonsense' is no target of this LLVM",
    }.items():
        done = build(tmp_path / "a64.o", "--target", target, "-o", tmp_path / "a64.so")
        assert done.returncode == (2 if words else 0)
        assert words in done.stderr
    assert elf.ElfFile((tmp_path / "a64.so").read_bytes()).header.e_machine == c.EM_AARCH64
