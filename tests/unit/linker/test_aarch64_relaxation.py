"""Loads of the image's own addresses from the GOT become computations on AArch64, where that is safe."""

from __future__ import annotations

import pytest

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.elf.writer import ObjectWriter
from jitdbg.linker import Object, link
from tests.aarch64_objects import ADD, ADRP, ALLOC, EXEC, LDRX, WRITE, address, loader_entries

NOP = 0xD503201F
PAGE_OF, LOAD_FROM = c.R_AARCH64_ADR_GOT_PAGE, c.R_AARCH64_LD64_GOT_LO12_NC


def adrp(register: int) -> int:
    return 0x90000000 | register


def ldr(register: int, base: int) -> int:
    return 0xF9400000 | base << 5 | register


def made(*code: tuple[int, int, str], interposable: bool = False) -> tuple[bytes, list[int]]:
    """Return the image of instructions with a relocation (or 0) and a symbol each, and how they are in it."""
    writer = ObjectWriter(c.EM_AARCH64)
    words = b"".join(word.to_bytes(4, "little") for word, _, _ in code)
    text = writer.add_section(".text", words, sh_flags=ALLOC | EXEC, sh_addralign=4)
    data = writer.add_section(".data", bytes(64), sh_flags=ALLOC | WRITE, sh_addralign=8)
    symbols = {
        "own": writer.add_symbol("own", data, 24, 8, st_type=c.STT_OBJECT),
        "other": writer.add_symbol("other", data, 32, 8, st_type=c.STT_OBJECT),
        "import": writer.add_symbol("import"),
    }
    for index, (_, r_type, symbol) in enumerate(code):
        if r_type:
            writer.add_relocation(text, index * 4, r_type, symbols[symbol])
    image = link([Object("one.o", bytes(writer))], soname="x.so", linker="memory", interposable=interposable)
    elf = ElfFile(image)
    section = elf.find_section(".text")
    assert section
    contents = elf.contents(section)
    return image, [int.from_bytes(contents[offset : offset + 4], "little") for offset in range(0, len(words), 4)]


def pair(symbol: str, register: int = 3) -> list[tuple[int, int, str]]:
    return [(adrp(register), PAGE_OF, symbol), (ldr(register, register), LOAD_FROM, symbol)]


def test_pair_computes_the_address() -> None:
    image, code = made(*pair("own"))
    assert code[0] & 0x9F00001F == adrp(3)
    assert code[1] & 0xFFC003FF == 0x91000063  # add x3, x3, ...
    page = address(image, ".text") & -4096
    assert page + ADRP.read(code[0]) + ADD.read(code[1]) == address(image, ".data") + 24
    assert ElfFile(image).find_section(".got") is None
    assert not loader_entries(image)


LEFT_ALONE = {
    "other register": [(adrp(3), PAGE_OF, "own"), (ldr(4, 3), LOAD_FROM, "own")],
    "other base": [(adrp(3), PAGE_OF, "own"), (ldr(3, 4), LOAD_FROM, "own")],
    "instruction between": [(adrp(3), PAGE_OF, "own"), (NOP, 0, ""), (ldr(3, 3), LOAD_FROM, "own")],
    "load first": [(ldr(3, 3), LOAD_FROM, "own"), (adrp(3), PAGE_OF, "own")],
    "page alone": [(adrp(3), PAGE_OF, "own")],
    "another page for the same load": [(adrp(3), PAGE_OF, "own"), (NOP, 0, ""), *pair("own")],
    "another load of the same page": [*pair("own"), (ldr(5, 3), LOAD_FROM, "own")],
    "32 bits": [(adrp(3), PAGE_OF, "own"), (0xB9400063, LOAD_FROM, "own")],
    "import": pair("import"),
}


@pytest.mark.parametrize("name", LEFT_ALONE)
def test_what_is_no_pair_keeps_its_load(name: str) -> None:
    image, code = made(*LEFT_ALONE[name])
    entry = address(image, ".got")
    for index, (word, r_type, _) in enumerate(LEFT_ALONE[name]):
        if r_type == LOAD_FROM:
            assert code[index] & ~(0xFFF << 10) == word
            assert (entry - LDRX.read(code[index])) % 4096 == 0
        elif r_type == PAGE_OF:
            place = address(image, ".text") + index * 4
            assert (place & -4096) + ADRP.read(code[index]) == entry & -4096


def test_pairs_of_one_symbol_do_not_depend_on_those_of_another() -> None:
    image, code = made(*pair("own"), (adrp(5), PAGE_OF, "other"))
    assert code[1] & 0xFFC003FF == 0x91000063
    assert [entry[1:] for entry in loader_entries(image)] == [(c.R_AARCH64_RELATIVE, address(image, ".data") + 32)]


def test_symbol_that_can_be_replaced_keeps_its_load() -> None:
    image, code = made(*pair("own"), interposable=True)
    assert code[1] & 0xFFC003FF == ldr(3, 3)
    assert [entry[1] for entry in loader_entries(image)] == [c.R_AARCH64_GLOB_DAT]
