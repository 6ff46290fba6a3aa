"""RELRO: whole pages of what only the loader writes are read-only once it is done, and nothing else is."""

from __future__ import annotations

import ctypes
from pathlib import Path
from random import Random

import pytest

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.elf.writer import ObjectWriter
from jitdbg.linker import Object, link
from tests.linking import assembled

PAGES = {c.EM_X86_64: 1 << 12, c.EM_AARCH64: 1 << 16}
ALLOC, WRITE, EXEC, TLS = c.SHF_ALLOC, c.SHF_WRITE, c.SHF_EXECINSTR, c.SHF_TLS
PROTECTED = {".tdata": ALLOC | WRITE | TLS, ".data.rel.ro": ALLOC | WRITE, ".init_array": ALLOC | WRITE}


def object_of_odd_sizes(random: Random, machine: int) -> bytes:
    writer = ObjectWriter(machine)
    writer.add_section(".text", bytes(random.randrange(1, 5000)), sh_flags=ALLOC | EXEC, sh_addralign=16)
    for name, flags in (*PROTECTED.items(), (".data", ALLOC | WRITE)):
        if random.random() < 0.8:
            align = random.choice([1, 8, 64, 1024, 4096]) if name != ".init_array" else 8
            writer.add_section(name, bytes(random.randrange(1, 700) * 8), sh_flags=flags, sh_addralign=align)
    if random.random() < 0.5:
        writer.add_section(".bss", sh_type=c.SHT_NOBITS, sh_flags=ALLOC | WRITE, size=random.randrange(1, 9000))
    return bytes(writer)


@pytest.mark.parametrize("machine", PAGES)
def test_protected_pages_hold_what_they_should_and_nothing_else(machine: int) -> None:
    for number in range(60):
        data = object_of_odd_sizes(Random(number), machine)
        elf = ElfFile(link([Object("odd.o", data)], soname="x.so", relro=True))
        (area,) = [segment for segment in elf.segments if segment.p_type == c.PT_GNU_RELRO]
        (memory,) = [s for s in elf.segments if s.p_type == c.PT_LOAD and s.p_flags & c.PF_W]
        end = area.p_vaddr + area.p_memsz
        assert end % PAGES[machine] == 0
        assert memory.p_vaddr == area.p_vaddr
        assert end <= memory.p_vaddr + memory.p_memsz
        for section in elf.sections:
            if section.name in (*PROTECTED, ".dynamic", ".got"):
                assert area.p_vaddr <= section.sh_addr <= section.sh_addr + section.sh_size <= end
            elif section.sh_flags & WRITE:
                assert section.sh_addr >= end


def permissions(address: int) -> str:
    """Return what /proc says of the memory at an address of this process."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        bounds, allowed, *_ = line.split()
        first, last = (int(text, 16) for text in bounds.split("-"))
        if first <= address < last:
            return allowed
    raise AssertionError(f"nothing is mapped at {address:#x}")


@pytest.mark.parametrize("data", ["", ".data\nword: .quad 1\n", ".bss\n.zero 5000\n"])
def test_the_loader_protects_the_tables(tmp_path: Path, data: str) -> None:
    source = f'.globl start\nstart: call puts@PLT\nret\n.section .data.rel.ro,"aw"\n.quad start\n{data}'
    path = tmp_path / "protected.so"
    path.write_bytes(link([assembled(source)], soname="protected.so", relro=True))
    elf = ElfFile(path.read_bytes())
    addresses = {section.name: section.sh_addr for section in elf.sections}
    start = ctypes.cast(ctypes.CDLL(str(path)).start, ctypes.c_void_p).value
    assert start
    base = start - addresses[".text"]
    for name in (".dynamic", ".got", ".data.rel.ro"):
        assert permissions(base + addresses[name]) == "r--p"
    for name in {".data", ".bss"} & set(addresses):
        assert permissions(base + addresses[name]) == "rw-p"
