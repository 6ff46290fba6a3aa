"""What can't be linked, in one sentence that says where and what to do."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pytest

from jitdbg.elf import ElfFile
from jitdbg.errors import LinkError, ToolMissingError
from jitdbg.linker import LINKERS, Object, link
from tests.linking import assembled, compiled_file

EXTERNAL = [name for name in LINKERS if name != "memory"]


@pytest.fixture(params=LINKERS)
def linker(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def refusal(linker: str, *objects: Object) -> str:
    with pytest.raises(LinkError) as caught:
        link(objects, soname="x.so", linker=linker)
    return str(caught.value)


def test_duplicate_definitions_name_both_places(linker: str) -> None:
    first = Object("a.o", assembled(".globl f; f: ret").data)
    second = Object("b.o", assembled(".globl f; nop; f: ret").data)
    message = refusal(linker, first, second)
    assert re.search(r"f is defined twice: in a\.o \(\.text\+0x0\) and in b\.o \(\.text\+0x1\)", message)


def test_pc_relative_reference_to_an_import_is_explained(linker: str) -> None:
    message = refusal(linker, assembled("f: movl imported(%rip), %eax; ret"))
    assert "code.o: R_X86_64_PC32 at .text+0x2 against imported" in message
    assert "-fPIC" in message


def test_absolute_address_in_code_is_explained(linker: str) -> None:
    message = refusal(linker, assembled("f: movl $value, %eax; ret; .data; value: .long 1"))
    assert "code.o: R_X86_64_32 at .text+0x1 against " in message
    assert "-fPIC" in message


def test_what_is_no_object_is_refused_by_name(linker: str) -> None:
    image = link([assembled(".globl f; f: ret")], soname="x.so", linker=linker)
    assert refusal(linker, Object("image.so", image)).startswith("image.so: this is no relocatable object")
    assert refusal(linker, Object("empty.o", b"")).startswith("empty.o: this is not an ELF file")
    foreign = bytearray(assembled("nop").data)
    foreign[18] = 40
    assert "only objects for AArch64 and x86-64" in refusal(linker, Object("arm.o", bytes(foreign)))
    assert "no objects" in refusal(linker)


@pytest.mark.parametrize(
    ("magic", "words"),
    [
        (b"!<arch>\n", "an archive: take its objects out with `ar x`"),
        (b"!<thin>\n", "a thin archive: give the objects that `ar t` lists"),
        (b"BC\xc0\xde", "LLVM bitcode, as clang -flto writes it: give it to jitdbg run or build"),
        (b"\xde\xc0\x17\x0b", "LLVM bitcode, as clang -flto writes it: give it to jitdbg run or build"),
    ],
)
def test_what_holds_objects_in_another_form_is_told_by_its_name(linker: str, magic: bytes, words: str) -> None:
    assert refusal(linker, Object("m.o", magic.ljust(80, b"\0"))).startswith(f"m.o: this is {words}")


def test_an_object_in_which_gcc_has_left_no_code_is_refused(linker: str, tmp_path: Path) -> None:
    (tmp_path / "m.c").write_text("int f(int x) { return x + 1; }\n")
    slim = compiled_file(tmp_path / "m.c", "-flto", "-fno-fat-lto-objects", compiler="gcc")
    fat = compiled_file(tmp_path / "m.c", "-flto", "-ffat-lto-objects", compiler="gcc")
    assert refusal(linker, slim) == (
        "m.o: GCC's -flto has left no machine code in this object; compile without it, or with -ffat-lto-objects"
    )
    image = ElfFile(link([fat], soname="m.so", linker=linker))
    assert [symbol.name for symbol in image.dynamic_symbols if symbol.defined and symbol.name] == ["f"]
    assert not [section.name for section in image.sections if "lto" in section.name]


def test_unknown_linker_is_refused_with_the_choices() -> None:
    with pytest.raises(LinkError, match=r"no linker called 'gold'.*ld, lld, mold, cc"):
        link([assembled("nop")], soname="x.so", linker="gold")


def test_build_id_has_a_limit(linker: str) -> None:
    with pytest.raises(LinkError, match="1 to 255 bytes, not 256"):
        link([assembled("nop")], soname="x.so", linker=linker, build_id=bytes(256))


def test_library_that_is_not_there_is_named(linker: str) -> None:
    with pytest.raises(LinkError, match=r"library libnowhere\.so is not installed"):
        link([assembled("call f@PLT")], soname="x.so", linker=linker, libraries=["libnowhere.so"])


@pytest.mark.parametrize("linker", EXTERNAL)
def test_at_signs_that_a_linker_takes_for_a_version_are_explained(linker: str) -> None:
    data = assembled(".globl xfxxYAXXZ; xfxxYAXXZ: ret").data.replace(b"xfxxYAXXZ", b"?f@@YAXXZ")
    assert "?f@@YAXXZ has @@ in its name" in refusal(linker, Object("msvc.o", data))


def test_definitions_in_versions_are_refused(linker: str) -> None:
    item = Object("old.o", assembled(".globl f; f: ret\n.symver f, g@V1").data)
    assert "old.o: g is defined in version V1" in refusal(linker, item)


@pytest.mark.parametrize("linker", EXTERNAL)
def test_missing_linker_says_how_to_install_it(linker: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code = Object("code.o", assembled("nop").data)
    with pytest.raises(ToolMissingError, match="install"):
        link([code], soname="x.so", linker=linker)


@pytest.mark.parametrize("linker", EXTERNAL)
def test_nothing_is_left_behind(linker: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    good, bad = assembled(".globl f; f: ret"), assembled("f: movl imported(%rip), %eax; ret")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    link([good], soname="x.so", linker=linker)
    refusal(linker, bad)
    assert os.listdir(tmp_path) == []


def test_linker_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "fails"
    program.write_text("#!/bin/sh\necho cannot link 000001.o today; exit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("JITDBG_LD", str(program))
    assert refusal("ld", assembled("nop")) == "ld can't link this (exit code 3): cannot link code.o today"
