"""The in-memory linker against the others, over C and C++ compiled in many ways: equal in all but addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from jitdbg.elf import ElfFile, exported
from jitdbg.linker import Object, link
from jitdbg.tools import tool
from tests.linking import compiled, compiled_file, run_images, run_program

ORACLES = ("ld", "lld", "mold")
PROGRAMS = (
    ["linker_basics.c"],
    ["linker_constructors.c"],
    ["linker_tls.c"],
    ["linker_vectors.c"],
    ["linker_ifunc.c"],
    ["linker_lists.c"],
    ["linker_first.c", "linker_second.c"],
    ["linker_classes.cc"],
    ["linker_inline_first.cc", "linker_inline_second.cc"],
)
CLANG = (
    "-O0",
    "-O2",
    "-O2 -ffunction-sections -fdata-sections",
    "-O1 -fno-plt",
    "-O1 -gdwarf-4",
    "-O1 -gz=zlib",
    "-O0 -mcmodel=medium",
    "-O1 -mcmodel=large",
    "-O1 -ftls-model=initial-exec",
    "-O1 -ftls-model=local-dynamic",
    "-O1 -mtls-dialect=gnu2",
    "-O1 -fno-use-init-array",
    "-Os -gsplit-dwarf=single",
)
# What some linkers export of themselves.
MARKS = {"__bss_start", "_edata", "_end", "__start_entries", "__stop_entries"}
GCC = (
    "-O0",
    "-O2",
    "-O2 -fno-plt -ffunction-sections",
    "-O1 -mtls-dialect=gnu2",
    "-O1 -gdwarf-4",
    "-O1 -mcmodel=medium",
    "-O1 -mcmodel=large",
)


def objects(program: list[str], flags: str, compiler: str) -> list[Object]:
    programs = {"gcc": ("gcc", "g++"), "clang": ("", "")}[compiler]
    return [compiled(name, *flags.split(), "-fcommon", compiler=programs[name.endswith(".cc")]) for name in program]


CASES = [
    (program, flags, compiler)
    for compiler, choices in (("clang", CLANG), ("gcc", GCC))
    for flags in choices
    for program in PROGRAMS
]
IDS = [f"{program[0]}-{compiler} {flags}" for program, flags, compiler in CASES]


def addresses_out(text: str) -> str:
    """Take addresses, offsets and the name of the file out of a dump."""
    return re.sub(r".*file format.*", "", re.sub(r"0x[0-9a-f]+|[0-9a-f]{8}", "", text))


def dwarf(path: Path) -> str:
    arguments = [tool("llvm-dwarfdump").path, "--debug-info", "--debug-line", path]
    return addresses_out(run_program(arguments))


def dumped(folder: Path, linker: str, parts: list[Object]) -> str:
    path = folder / f"{linker}.so"
    path.write_bytes(link(parts, soname="x.so", linker=linker))
    return dwarf(path)


def oracles(program: list[str], flags: str, compiler: str) -> Sequence[str]:
    """Return the linkers that link a program, and right.

    Of the large code model, lld loses exceptions, mold refuses GCC's debug info, and GNU ld functions with a resolver.
    """
    if "large" not in flags:
        return ORACLES
    if program == ["linker_ifunc.c"]:
        return ["mold"]
    return ["ld"] if compiler == "gcc" else ["ld", "mold"]


@pytest.mark.parametrize(("program", "flags", "compiler"), CASES, ids=IDS)
def test_image_equals_that_of_another_linker(tmp_path: Path, program: list[str], flags: str, compiler: str) -> None:
    parts = objects(program, flags, compiler)
    others = oracles(program, flags, compiler)
    oracle = others[CASES.index((program, flags, compiler)) % len(others)]
    images = {name: link(parts, soname="x.so", linker=name) for name in ("memory", oracle)}
    ours, theirs = (run_images(tmp_path, image) for image in images.values())
    assert ours == theirs, oracle
    ours_exported, theirs_exported = ({*exported(ElfFile(image))} - MARKS for image in images.values())
    assert ours_exported == theirs_exported, oracle


@pytest.mark.long
@pytest.mark.parametrize(("program", "flags", "compiler"), CASES, ids=IDS)
def test_image_equals_those_of_all_others(tmp_path: Path, program: list[str], flags: str, compiler: str) -> None:
    parts = objects(program, flags, compiler)
    images = {name: link(parts, soname="x.so", linker=name) for name in ("memory", *oracles(program, flags, compiler))}
    printed = {name: run_images(tmp_path, image) for name, image in images.items()}
    assert set(printed.values()) == {printed["memory"]}, printed
    names = {name: {*exported(ElfFile(image))} - MARKS for name, image in images.items()}
    assert all(each == names["memory"] for each in names.values()), names


@pytest.mark.parametrize(("program", "flags", "compiler"), CASES[::3], ids=IDS[::3])
def test_image_has_no_complaints(tmp_path: Path, program: list[str], flags: str, compiler: str) -> None:
    path = tmp_path / "image.so"
    path.write_bytes(link(objects(program, flags, compiler), soname="x.so", linker="memory"))
    lint = run_program(["sh", "-c", 'eu-elflint --gnu-ld "$1" || true', "sh", path]).splitlines()
    # Protected symbols are exported by every linker, and are not pre-emptible for that.
    assert [line for line in lint if "(guarded): symbol in dynamic" not in line] in ([], ["No errors"])
    complaints = run_program(["sh", "-c", 'readelf -aW "$1" 2>&1 >/dev/null', "sh", path])
    assert complaints == ""
    if "split" not in flags and compiler == "clang":
        run_program([tool("llvm-dwarfdump").path, "--verify", path])


# What of C++ is in two objects, in one of them left out: code, types and the tables that refer to them.
@pytest.mark.parametrize(
    "flags",
    [
        "-O0 -gdwarf-5 -gdwarf-aranges",
        "-O1 -gdwarf-5 -gdwarf-aranges -glldb",
        "-O1 -gdwarf-5 -gdwarf64",
        "-O1 -gdwarf-5 -gpubnames -fdebug-types-section",
        "-O1 -gdwarf-4 -ggnu-pubnames -gdwarf-aranges -fdebug-types-section",
    ],
)
def test_debug_info_of_what_was_left_out_is_as_right_as_elsewhere(tmp_path: Path, flags: str) -> None:
    def complaints(linker: str) -> list[str]:
        path = tmp_path / f"{linker}.so"
        path.write_bytes(link(objects(PROGRAMS[8], flags, "clang"), soname="x.so", linker=linker))
        verify = '"$1" --verify "$2" || true'
        lines = run_program(["sh", "-c", verify, "sh", tool("llvm-dwarfdump").path, path]).splitlines()
        return [re.sub("0x[0-9a-f]+", "", line) for line in lines if line.startswith("error:")]

    assert complaints("memory") == complaints("lld")


def test_macros_of_a_group_are_those_that_stay(tmp_path: Path) -> None:
    (tmp_path / "shared.h").write_text("".join(f"#define NAME_{number} {number}\n" for number in range(50)))
    parts = []
    for name in ("first", "second"):
        source = tmp_path / f"{name}.c"
        source.write_text(f'#include "shared.h"\nint {name}(void) {{ return NAME_7; }}\n')
        parts.append(compiled_file(source, "-g3", compiler="gcc"))
    path = tmp_path / "image.so"
    path.write_bytes(link(parts, soname="x.so", linker="memory"))
    dump = run_program(["readelf", "--debug-dump=macro", path])
    units = re.findall(r"^ +Offset: +0x([0-9a-f]+)", dump, re.MULTILINE)
    imports = re.findall(r"DW_MACRO_import - offset : 0x([0-9a-f]+)", dump)
    assert len(imports) == 2 * len(set(imports)) > 0
    assert set(imports) < set(units) - {"0"}


@pytest.mark.parametrize(
    ("program", "flags"), [(PROGRAMS[0], "-O1"), (PROGRAMS[2], "-O0"), (PROGRAMS[7], "-O0 -gdwarf-4")]
)
def test_debug_info_is_equal_but_for_addresses(tmp_path: Path, program: list[str], flags: str) -> None:
    parts = objects(program, flags, "clang")
    ours, theirs = (dumped(tmp_path, linker, parts) for linker in ("memory", "lld"))
    assert len(ours) > 1000
    assert ours == theirs


WITH_PLAIN_DEBUG_INFO = [case for case in CASES if not re.search("large|split|gz", case[1])]


@pytest.mark.long
@pytest.mark.parametrize(("program", "flags", "compiler"), WITH_PLAIN_DEBUG_INFO)
def test_all_debug_info_is_equal_but_for_addresses(
    tmp_path: Path, program: list[str], flags: str, compiler: str
) -> None:
    parts = objects(program, flags, compiler)
    ours, theirs = (dumped(tmp_path, linker, parts) for linker in ("memory", "lld"))
    assert len(ours) > 1000
    assert ours == theirs
