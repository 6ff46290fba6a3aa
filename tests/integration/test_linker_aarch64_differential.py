"""AArch64 images of the in-memory linker against those of ld.lld and of GNU ld with gcc: equal when run under QEMU."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jitdbg.elf import ElfFile, exported
from jitdbg.linker import Object, link
from jitdbg.tools import tool
from tests.aarch64_programs import READELF, cross_compiled, linked_by_gcc, run_emulated, written
from tests.linking import run_program

PROGRAMS = (
    ["linker_basics.c"],
    ["linker_constructors.c"],
    ["linker_vectors.c"],
    ["linker_ifunc.c"],
    ["linker_lists.c"],
    ["linker_first.c", "linker_second.c"],
    ["linker_tls.c"],
    ["linker_classes.cc"],
    ["linker_inline_first.cc", "linker_inline_second.cc"],
)
THREADS = (["linker_tls.c"], ["linker_inline_first.cc", "linker_inline_second.cc"])
# glibc gives variables of the initial-exec model no more than 16 bytes' alignment, once the program runs.
STATIC_THREADS = THREADS[1:]
COMPILED = (
    ("clang", PROGRAMS, "-O0"),
    ("clang", PROGRAMS, "-O2 -ffunction-sections -fdata-sections"),
    ("clang", PROGRAMS, "-O1 -fno-plt -gdwarf-4 -gz=zlib"),
    ("clang", STATIC_THREADS, "-O1 -ftls-model=initial-exec"),
    ("clang", THREADS, "-O1 -ftls-model=local-dynamic"),
    ("clang", THREADS, "-O1 -ftls-model=local-dynamic -mllvm -aarch64-elf-ldtls-generation"),
    ("gcc", PROGRAMS, "-O0"),
    ("gcc", PROGRAMS, "-O2"),
    ("gcc", PROGRAMS, "-O1 -fpic -gdwarf-4"),
    ("gcc", THREADS, "-O1 -mtls-dialect=trad"),
    ("gcc", STATIC_THREADS, "-O1 -ftls-model=initial-exec"),
    ("gcc", THREADS, "-O1 -mcmodel=tiny -fpic"),
)
CASES = [(compiler, program, flags) for compiler, programs, flags in COMPILED for program in programs]
IDS = [f"{program[0]}-{compiler} {flags}" for compiler, program, flags in CASES]
# What some linkers export of themselves.
MARKS = {
    *("__bss_start", "_edata", "_end", "__bss_start__", "__bss_end__", "__end__", "_bss_end__"),
    *("__start_entries", "__stop_entries", "_init", "_fini"),
}


def objects(compiler: str, program: list[str], flags: str) -> list[Object]:
    return [cross_compiled(name, *flags.split(), "-fcommon", compiler=compiler) for name in program]


def oracle(parts: list[Object], number: int) -> tuple[str, bytes]:
    """Link with one of the other linkers.

    ld.lld knows neither traditional TLS nor the local-dynamic model; GNU ld 2.40 asserts on local IFUNC symbols.
    """
    _, program, flags = CASES[number]
    if "ifunc" in program[0] or (number % 2 and "trad" not in flags and "ldtls" not in flags):
        return "lld", link(parts, soname="x.so", linker="lld")
    return "ld", linked_by_gcc(parts)


@pytest.mark.parametrize("number", range(len(CASES)), ids=IDS)
def test_image_equals_that_of_another_linker(tmp_path: Path, number: int) -> None:
    compiler, program, flags = CASES[number]
    parts = objects(compiler, program, flags)
    ours = link(parts, soname="x.so", linker="memory")
    name, theirs = oracle(parts, number)
    assert run_emulated(tmp_path, ours) == run_emulated(tmp_path, theirs), name
    assert {*exported(ElfFile(ours))} - MARKS == {*exported(ElfFile(theirs))} - MARKS, name


# eu-elflint does not know IFUNC on AArch64.
QUIET = [number for number, case in enumerate(CASES) if number % 2 == 0 and "ifunc" not in case[1][0]]


@pytest.mark.parametrize("number", QUIET, ids=[IDS[number] for number in QUIET])
def test_image_has_no_complaints(tmp_path: Path, number: int) -> None:
    compiler, program, flags = CASES[number]
    (path,) = written(tmp_path, link(objects(compiler, program, flags), soname="x.so", linker="memory"))
    lint = run_program(["sh", "-c", 'eu-elflint --gnu-ld "$1" || true', "sh", path]).splitlines()
    # Protected symbols are exported by every linker, and are not pre-emptible for that.
    assert [line for line in lint if "(guarded): symbol in dynamic" not in line] in ([], ["No errors"])
    assert run_program(["sh", "-c", f'{READELF} -aW "$1" 2>&1 >/dev/null', "sh", path]) == ""
    # Ranges of inline functions that another object has given already all begin at 0, whoever links.
    if compiler == "clang" and len(program) == 1:
        run_program([tool("llvm-dwarfdump").path, "--verify", path])


def dwarf(path: Path) -> str:
    """Dump debug info without addresses and without the file's name."""
    text = run_program([tool("llvm-dwarfdump").path, "--debug-info", "--debug-line", path])
    return re.sub(r".*file format.*", "", re.sub(r"0x[0-9a-f]+|[0-9a-f]{8}", "", text))


@pytest.mark.parametrize("program", [PROGRAMS[0], PROGRAMS[7]], ids=["c", "c++"])
def test_debug_info_is_equal_but_for_addresses(tmp_path: Path, program: list[str]) -> None:
    parts = objects("clang", program, "-O1")
    images = [link(parts, soname="x.so", linker=name) for name in ("memory", "lld")]
    ours, theirs = map(dwarf, written(tmp_path, *images))
    assert len(ours) > 1000
    assert ours == theirs
