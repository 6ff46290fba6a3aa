"""Objects that no compiler made: a LinkError that says where, or an image; never anything else."""

from __future__ import annotations

import gc
import struct
import zlib
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.elf.writer import ObjectWriter
from jitdbg.errors import LinkError
from jitdbg.linker import Object, link
from tests.linking import compiled
from tests.mutations import mutated

COMPRESSED = struct.Struct("<IIQQ").pack

MACHINES = {"x86-64": "--target=x86_64-linux-gnu", "AArch64": "--target=aarch64-linux-gnu"}

# Mutated objects that once led to something else than an image or a LinkError, packed by zlib, with what is said of
# them now; nothing where they are linked.
CORPUS = Path(__file__).parents[2] / "corpus"
FOUND = {
    "image-beyond-all-memory": "that is more than a process has room for",
    "ifunc-beyond-all-addresses": "",
    "unwind-record-without-version": "the unwind record has no room for a version",
    "local-name-outside-of-the-strings": "symbol 33 has no name in its string table",
}


def seeds(machine: str) -> list[bytes]:
    target = MACHINES[machine]
    code_model = "-mcmodel=large" if machine == "x86-64" else "-mcmodel=tiny"
    return [
        compiled("linker_basics.c", target, "-O0").data,
        compiled("linker_tls.c", target, "-O1").data,
        compiled("linker_classes.cc", target, "-O1", "-g0").data,
        compiled("linker_ifunc.c", target, "-O0", "-gz=zlib").data,
        compiled("linker_constructors.c", target, "-O0", "-fno-use-init-array").data,
        compiled("linker_basics.c", target, "-O2", "-fno-plt", "-ffunction-sections", code_model).data,
    ]


def outcome(data: bytes, **options: object) -> str:
    """Link the bytes and return the error's words; empty for an image, which has to be one."""
    try:
        image = link([Object("hostile.o", data)], soname="x.so", linker="memory", **options)  # type: ignore[arg-type]
    except LinkError as error:
        return str(error)
    elf = ElfFile(image)
    assert elf.header.e_type == c.ET_DYN
    assert all(s.sh_offset + s.sh_size <= len(image) for s in elf.sections if s.sh_type != c.SHT_NOBITS)
    assert all(s.p_offset + s.p_filesz <= len(image) for s in elf.segments)
    return ""


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(MACHINES)), st.booleans())
def test_mutated_objects(random: Random, machine: str, bound: bool) -> None:
    outcome(mutated(random, random.choice(seeds(machine))), bindings={"puts": 1, "printf": 2} if bound else {})


@pytest.mark.long
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("machine", MACHINES)
def test_many_mutated_objects(machine: str) -> None:
    for number in range(30_000):
        random = Random(number)
        data = mutated(random, random.choice(seeds(machine)))
        try:
            outcome(data, bindings={"puts": 1, "printf": 2} if number % 2 else {})
        except Exception as error:
            raise AssertionError(f"mutation {number}: {error!r}") from error


@pytest.mark.parametrize("name", FOUND)
def test_what_mutations_have_found_is_mended(name: str) -> None:
    said = outcome(zlib.decompress((CORPUS / f"{name}.o.z").read_bytes()))
    assert FOUND[name] in said
    assert bool(FOUND[name]) == bool(said)


def test_the_corpus_is_all_tested() -> None:
    assert {path.name.removesuffix(".o.z") for path in CORPUS.iterdir()} == set(FOUND)


def test_every_truncation_is_refused() -> None:
    data = seeds("x86-64")[4]
    for size in [*range(200), *range(200, len(data), 97)]:
        assert outcome(data[:size]).startswith("hostile.o"), size


def written(**section: object) -> bytes:
    writer = ObjectWriter()
    writer.add_section(".text", bytes(16), sh_flags=c.SHF_ALLOC | c.SHF_EXECINSTR)
    writer.add_section(**section)  # type: ignore[arg-type]
    return bytes(writer)


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"name": ".data", "sh_flags": 3, "sh_addralign": 3}, "alignment of 3"),
        ({"name": ".data", "sh_flags": 3, "sh_addralign": 1 << 23}, "alignment of 8388608"),
        ({"name": ".bss", "sh_flags": 3, "sh_type": c.SHT_NOBITS, "size": 1 << 62}, "that is more than a process"),
        ({"name": ".rel.text", "sh_type": c.SHT_REL}, "relocations without addends"),
        ({"name": ".rela.text", "sh_type": c.SHT_RELA, "sh_info": 99, "sh_entsize": 24}, "section 99"),
        ({"name": ".rela.text", "sh_type": c.SHT_RELA, "sh_info": 1, "sh_entsize": 7}, "no table of 24-byte reloc"),
        ({"name": ".debug_info", "sh_flags": c.SHF_COMPRESSED, "data": b"short"}, "no header"),
        ({"name": ".debug_info", "sh_flags": c.SHF_COMPRESSED, "data": COMPRESSED(2, 0, 8, 1)}, "zstd"),
        ({"name": ".debug_info", "sh_flags": c.SHF_COMPRESSED, "data": COMPRESSED(2, 0, 8, 1) + b"xx"}, "zstd"),
        ({"name": ".debug_info", "sh_flags": c.SHF_COMPRESSED, "data": COMPRESSED(2, 0, 1 << 50, 1)}, "hold"),
        ({"name": ".debug_info", "sh_flags": c.SHF_COMPRESSED, "data": COMPRESSED(9, 0, 8, 1)}, "not known"),
        ({"name": ".debug_info", "sh_flags": c.SHF_COMPRESSED, "data": COMPRESSED(1, 0, 1 << 50, 1)}, "hold"),
        ({"name": ".debug_info", "sh_flags": c.SHF_COMPRESSED, "data": COMPRESSED(1, 0, 8, 1) + b"xx"}, "broken"),
        ({"name": ".eh_frame", "sh_flags": 2, "data": b"\xff" * 16}, "does not fit into the section"),
        ({"name": ".eh_frame", "sh_flags": 2, "data": struct.pack("<II", 12, 9) + bytes(8)}, "no CIE before it"),
        ({"name": ".preinit_array", "sh_flags": 3, "sh_type": c.SHT_PREINIT_ARRAY, "data": bytes(8)}, "executable"),
        ({"name": ".ctors", "sh_flags": 3, "data": bytes(7)}, "no array of addresses"),
        ({"name": ".ctors", "data": bytes(8)}, "has to be loaded"),
        ({"name": ".init_array.7", "data": bytes(8)}, "has to be loaded"),
        ({"name": ".first", "sh_type": c.SHT_INIT_ARRAY, "data": bytes(8)}, "has to be loaded"),
        ({"name": ".eh_frame", "data": bytes(8)}, "has to be loaded"),
    ],
)
def test_sections_that_make_no_sense(section: dict[str, object], words: str) -> None:
    assert words in outcome(written(**section))


def test_sections_that_overlap_do_not_multiply() -> None:
    data = bytearray(compiled("linker_basics.c", "-O0").data)
    elf = ElfFile(bytes(data))
    for section in elf.sections:
        if section.name.startswith(".debug"):
            place = elf.header.e_shoff + section.shndx * 64
            struct.pack_into("<QQ", data, place + 24, 64, len(data) - 64)
    assert "larger than what the file has left" in outcome(bytes(data))


def test_symbol_tables_that_make_no_sense() -> None:
    data = compiled("linker_basics.c", "-O0").data
    elf = ElfFile(data)
    table = next(section for section in elf.sections if section.sh_type == c.SHT_SYMTAB)

    def changed(offset: int, code: str, value: int) -> str:
        copy = bytearray(data)
        struct.pack_into(code, copy, offset, value)
        return outcome(bytes(copy))

    header = elf.header.e_shoff + table.shndx * 64
    last = table.sh_offset + table.sh_size - 24
    assert "of its symbols are local" in changed(header + 44, "<I", 1 << 20)
    assert "24-byte symbols" in changed(header + 56, "<Q", 25)
    assert "does not exist" in changed(header + 40, "<I", 4000)
    assert "has no name" in changed(last, "<I", 1 << 30)
    assert "symbol 1 has no name" in changed(table.sh_offset + 24, "<I", len(data))
    assert "does not exist" in changed(last + 6, "<H", 60000)
    assert "SHT_SYMTAB_SHNDX" in changed(last + 6, "<H", c.SHN_XINDEX)


@pytest.mark.parametrize("program", ["linker_tls.c", "linker_classes.cc"])
def test_nothing_of_a_link_waits_for_the_collector(program: str) -> None:
    item = Object(program, compiled(program, "-O1").data)
    link([item], soname="x.so", linker="memory", build_id=b"1")
    gc.collect()
    gc.disable()
    try:
        link([Object(program, item.data)], soname="x.so", linker="memory", build_id=b"1")
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize("name", [".text", ".data", ".debug_info", ".init_array", ".eh_frame"])
@pytest.mark.parametrize("r_type", [c.R_X86_64_64, c.R_X86_64_PC32, c.R_X86_64_REX_GOTPCRELX, 250])
def test_relocations_for_sections_without_contents(name: str, r_type: int) -> None:
    writer = ObjectWriter()
    flags = {".text": 6, ".debug_info": 0, ".eh_frame": 2}.get(name, 3)
    empty = writer.add_section(name, sh_type=c.SHT_NOBITS, sh_flags=flags, size=64)
    own = writer.add_symbol("own", empty, 8, st_type=c.STT_OBJECT)
    for offset in (0, 8, 60):
        writer.add_relocation(empty, offset, r_type, own, -4)
    assert outcome(bytes(writer)).startswith("hostile.o")


@pytest.mark.parametrize("addend", [(1 << 63) - 1, -(1 << 63)])
@pytest.mark.parametrize("defined", [True, False])
def test_addresses_beyond_64_bits_wrap(addend: int, defined: bool) -> None:
    writer = ObjectWriter()
    data = writer.add_section(".data", bytes(16), sh_flags=3, sh_addralign=8)
    symbol = writer.add_symbol("value", data if defined else 0, 8)
    writer.add_relocation(data, 0, c.R_X86_64_64, symbol, addend)
    assert outcome(bytes(writer)) == ""


def test_unknown_relocations_of_a_long_table_are_named() -> None:
    writer = ObjectWriter()
    debug = writer.add_section(".debug_info", bytes(4000))
    symbol = writer.add_symbol("value", debug, 0, binding=c.STB_LOCAL)
    for index in range(500):
        writer.add_relocation(debug, index * 8, 250, symbol)
    assert "hostile.o: .debug_info+0x0: relocation type 250 against value" in outcome(bytes(writer))
