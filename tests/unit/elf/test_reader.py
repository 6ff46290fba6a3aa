"""Reading ELF: the system's own libraries and written objects, and what is refused."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from jitdbg.elf import ElfFile, exported, undefined, undefined_uses
from jitdbg.elf import constants as c
from jitdbg.elf.writer import ObjectWriter
from jitdbg.errors import ElfError
from jitdbg.linker.libraries import find_library, providers
from tests.linking import run_program


def libc() -> Path:
    path = find_library("libc.so.6", c.EM_X86_64)
    assert path
    return Path(path)


def example() -> bytes:
    """Return an object with a function that calls ``callee``, and a pointer to ``target`` outside of any function."""
    writer = ObjectWriter()
    text = writer.add_section(".text", bytes(64), sh_flags=6, sh_addralign=16)
    data = writer.add_section(".data", bytes(32), sh_flags=3, sh_addralign=8)
    writer.add_symbol("caller", text, 16, 16, st_type=c.STT_FUNC)
    callee, target = writer.add_symbol("callee"), writer.add_symbol("target")
    writer.add_symbol("maybe", binding=c.STB_WEAK)
    writer.add_relocation(text, 20, c.R_X86_64_PLT32, callee, -4)
    writer.add_relocation(text, 25, c.R_X86_64_PLT32, callee, -4)
    writer.add_relocation(text, 50, c.R_X86_64_PLT32, callee, -4)
    writer.add_relocation(data, 8, c.R_X86_64_64, target)
    return bytes(writer)


def test_library_of_the_system_is_as_readelf_says() -> None:
    elf = ElfFile(libc().read_bytes(), "libc")
    printed = run_program(["readelf", "-WSn", libc()])
    assert elf.soname == "libc.so.6"
    assert elf.build_id
    assert f"Build ID: {elf.build_id.hex()}" in printed
    assert all(f" {section.name} " in printed for section in elf.sections[1:])
    names = exported(elf)
    assert {"puts", "malloc", "pthread_create"} <= set(names)
    symbols = run_program(["readelf", "-W", "--dyn-syms", libc()])
    assert f"{names['puts'].st_value:016x}" in symbols
    assert len(elf.dynamic_symbols) == int(symbols.partition("contains ")[2].split()[0])


def test_written_object_is_read_back() -> None:
    elf = ElfFile(example(), "example.o")
    assert [section.name for section in elf.sections][1:3] == [".text", ".data"]
    assert [s.name for s in elf.symbols] == ["", "caller", "callee", "target", "maybe"]
    tables = {table.target.name: table for table in elf.relocations()}
    assert list(tables[".text"].r_offset) == [20, 25, 50]
    assert list(tables[".text"].r_addend) == [-4, -4, -4]
    assert [info & 0xFFFFFFFF for info in tables[".data"].r_info] == [c.R_X86_64_64]


def test_undefined_names_say_where_they_are_used() -> None:
    uses = undefined(ElfFile(example(), "example.o"))
    assert {name: [str(use) for use in places] for name, places in uses.items()} == {
        "callee": ["caller", ".text+0x32"],
        "target": [".data+0x8"],
    }


def test_what_objects_give_each_other_is_not_undefined() -> None:
    writer = ObjectWriter()
    text = writer.add_section(".text", bytes(4), sh_flags=6)
    writer.add_symbol("callee", text, st_type=c.STT_FUNC)
    files = [ElfFile(example(), "example.o"), ElfFile(bytes(writer), "other.o")]
    assert undefined_uses(files) == {"target": (".data+0x8",), "maybe": ()}


@pytest.mark.parametrize("name", ["puts", "memcpy", "pthread_cond_wait", "pow", "_Unwind_Resume", "no_such_name"])
def test_versions_are_those_of_the_library_itself(name: str) -> None:
    export = providers(c.EM_X86_64).find(name)
    if export is None:
        assert name == "no_such_name"
        return
    path = find_library(export.soname, c.EM_X86_64)
    assert path
    assert f" {name}@@{export.version}" in run_program(["readelf", "-W", "--dyn-syms", path])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data[:10], "this is not an ELF file"),
        (lambda data: b"MZ" + data[2:], "not an ELF file"),
        (lambda data: data[:4] + b"\1" + data[5:], "only 64-bit little-endian"),
        (lambda data: data[:58] + b"\7\0" + data[60:], "section headers of 7 bytes"),
        (lambda data: data[:40] + struct.pack("<Q", 1 << 60) + data[48:], "past the end of the file"),
        (lambda data: data[:62] + b"\xf0\xf0" + data[64:], "which does not exist"),
    ],
)
def test_broken_headers_are_refused_with_name_and_offset(change: object, words: str) -> None:
    changed = change(example())  # type: ignore[operator]
    with pytest.raises(ElfError, match=r"bad\.o: .*\(offset 0x[0-9a-f]+\)") as caught:
        _ = ElfFile(changed, "bad.o").sections
    assert words in str(caught.value)


def test_contents_that_are_not_there_are_refused() -> None:
    data = bytearray(example())
    elf = ElfFile(bytes(data))
    struct.pack_into("<Q", data, elf.header.e_shoff + 64 + 32, 1 << 40)
    broken = ElfFile(bytes(data), "bad.o")
    with pytest.raises(ElfError, match=r"bad\.o: section \.text runs past the end"):
        broken.contents(broken.sections[1])


def test_note_that_runs_over_is_refused() -> None:
    writer = ObjectWriter()
    writer.add_section(".note.x", struct.pack("<III", 4, 100, 1) + b"abc\0", sh_type=c.SHT_NOTE)
    with pytest.raises(ElfError, match="a note runs past the end"):
        ElfFile(bytes(writer)).notes()
