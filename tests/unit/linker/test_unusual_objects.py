"""Objects that are right but rare: what they mean in the image is what other linkers make of them."""

from __future__ import annotations

import ctypes
import struct
from pathlib import Path

import pytest

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.linker import Object, link
from tests.linking import assembled, compiled_file, run_program

RETURN = "\n.text\n.globl run\nrun: mov ${}, %eax\nret\n"
_TERMINATOR = struct.pack("<I", 0)


def linked(*sources: str) -> ElfFile:
    return ElfFile(image(*sources))


def image(*sources: str) -> bytes:
    objects = [Object(f"part{index}.o", assembled(source).data) for index, source in enumerate(sources)]
    return link(objects, soname="x.so", linker="memory")


def compiled_text(folder: Path, text: str, *flags: str, suffix: str = ".c") -> Object:
    source = folder / f"code{suffix}"
    source.write_text(text)
    return compiled_file(source, *flags)


def debug_sections(data: bytes) -> dict[str, bytes]:
    elf = ElfFile(link([Object("x.o", data)], soname="x.so", linker="memory"))
    return {section.name: bytes(elf.contents(section)) for section in elf.sections if "debug" in section.name}


def call(folder: Path, data: bytes) -> int:
    path = folder / "x.so"
    path.write_bytes(data)
    return int(ctypes.CDLL(str(path)).run())


def test_a_list_takes_constant_and_writable_parts(tmp_path: Path) -> None:
    items = [f'.section entries,"{flags}"\n.quad {value}\n' for flags, value in (("aw", 1), ("a", 2), ("aw", 3))]
    count = "lea __stop_entries(%rip), %rax\nlea __start_entries(%rip), %rcx\nsub %rcx, %rax\nret\n"
    assert call(tmp_path, image(*items, f".text\n.globl run\nrun: {count}")) == 24


def test_only_the_images_own_build_id_stays() -> None:
    elf = linked('.section .note.gnu.build-id,"a",@note\n.long 4,4,3\n.asciz "GNU"\n.long 1\n' + RETURN.format(1))
    assert [section.name for section in elf.sections].count(".note.gnu.build-id") == 1
    assert len([note for note in elf.notes() if note.n_type == c.NT_GNU_BUILD_ID]) == 1


def test_large_zeroes_push_nothing_out_of_reach() -> None:
    large = (
        '.section .lbss,"awl",@nobits\n.zero 0xc0000000\n.text\nlea small(%rip), %rax\n.local small\n.comm small,4\n'
    )
    sections = {section.name: section for section in linked(large).sections}
    assert sections[".bss"].sh_addr < sections[".lbss"].sh_addr


def test_an_ordinary_reference_to_a_thread_local_variable_is_refused() -> None:
    variable = '.section .tdata,"awT"\n.globl v\n.type v,@object\nv: .long 3\n'
    with pytest.raises(
        LinkError, match=r"part1\.o: \.text\+0x3: R_X86_64_.*GOTPCRELX? against v treats a thread-local"
    ):
        linked(variable, "mov v@GOTPCREL(%rip), %rax\n")
    with pytest.raises(LinkError, match="R_X86_64_PC32 against v treats a thread-local"):
        linked(variable, "mov v(%rip), %eax\n.hidden v\n")


@pytest.mark.parametrize(("symbol", "name"), [("v", "v"), (".tdata", r"\.tdata")])
@pytest.mark.parametrize("r_type", ["PC32", "PLT32", "REX_GOTPCRELX", "64"])
def test_an_ordinary_reference_to_a_local_thread_local_variable_is_refused(symbol: str, name: str, r_type: str) -> None:
    variable = '.section .tdata,"awT"\n.type v,@object\nv: .long 3\n'
    with pytest.raises(
        LinkError, match=rf"part0\.o: \.data\+0x0: R_X86_64_{r_type} against {name} treats a thread-local"
    ):
        linked(f"{variable}.data\n.reloc ., R_X86_64_{r_type}, {symbol}\n.quad 0\n")


def test_resolvers_may_call_imports(tmp_path: Path) -> None:
    source = """#include <stdlib.h>
        static int one(void) { return 42; }
        static void *resolve(void) { return getenv("JITDBG_NO_SUCH") ? 0 : (void *)one; }
        int chosen(void) __attribute__((ifunc("resolve")));
        int (*pointer)(void) = chosen;
        int run(void) { return pointer() + chosen(); }"""
    data = link([compiled_text(tmp_path, source, "-O1")], soname="x.so", linker="memory")
    sections = {section.name: section for section in ElfFile(data).sections}
    assert sections[".rela.plt"].sh_addr == sections[".rela.dyn"].sh_addr + sections[".rela.dyn"].sh_size
    assert call(tmp_path, data) == 84


def test_lists_of_constructors_are_one_list_whatever_their_flags(tmp_path: Path) -> None:
    kinds = ((".init_array", "aw"), (".init_array", "a"), (".init_array", "awx"), (".own", "aw"))
    parts = [
        f'.section {name},"{flags}",@init_array\n.quad made{number}\n'
        f".text\nmade{number}: incl count(%rip)\nret\n.hidden count\n"
        for number, (name, flags) in enumerate(kinds)
    ]
    own = ".data\n.globl count\n.hidden count\ncount: .long 0\n.text\n.globl run\nrun: mov count(%rip), %eax\nret\n"
    assert call(tmp_path, image(*parts, own)) == 4


def test_loads_with_a_prefix_of_apx_come_from_the_table(tmp_path: Path) -> None:
    # The same relocation at an instruction that every processor has.
    load = "mov 0(%rip), %rax\n.reloc .-4, R_X86_64_CODE_4_GOTPCRELX, number-4\nmov (%rax), %eax\nret\n"
    assert call(tmp_path, image(f".globl run\nrun: {load}.data\n.globl number\nnumber: .long 77\n")) == 77


def test_local_resolvers_have_names() -> None:
    elf = linked(".type pick, @gnu_indirect_function\npick: ret\n.type other, @function\nother: ret\n")
    names = {symbol.name: (symbol.type, symbol.binding) for symbol in elf.symbols}
    assert names["pick"] == (c.STT_GNU_IFUNC, c.STB_LOCAL)
    assert names["other"] == (c.STT_FUNC, c.STB_LOCAL)


def test_no_terminator_stands_between_unwind_tables() -> None:
    records = (
        '.section .eh_frame,"a",@progbits\n.p2align 3\n'
        '.long 20, 0\n.byte 1\n.asciz "zR"\n.byte 1, 0x78, 16, 1, 0x1b, 0xc, 7, 8, 0x90, 1, 0, 0\n'
        ".long 16, 28\n.long run-., 6, 0\n"
    )
    parts = [(RETURN.format(number) + records).replace("run", f"run{number}") for number in range(3)]
    elf = linked(*parts)
    section = elf.find_section(".eh_frame")
    assert section
    data, position = bytes(elf.contents(section)), 0
    while data[position : position + 4] != _TERMINATOR:
        position += 4 + struct.unpack_from("<I", data, position)[0]
    assert position == len(data) - 4


def test_absolute_unwind_tables_are_refused_even_where_writable() -> None:
    # An assembler insists on its own flags for .eh_frame, so the section gets its name afterwards.
    records = (
        '.text\n.globl g\ng: ret\n.section .xx_frame,"aw",@progbits\n'
        '.long 20, 0\n.byte 1\n.asciz ""\n.byte 1, 0x78, 16\n.byte 0xc, 7, 8, 0x90, 1\n.p2align 2\n.zero 4\n'
        ".long 20, 28\n.quad g\n.quad 1\n"
    )
    data = assembled(records).data.replace(b".xx_frame", b".eh_frame")
    with pytest.raises(LinkError, match=r"R_X86_64_64 .*\.eh_frame|\.eh_frame.*R_X86_64_64"):
        link([Object("old.o", data)], soname="x.so", linker="memory")


def test_debug_sections_compressed_in_the_old_way(tmp_path: Path) -> None:
    source = "struct pair { int a; int b; }; int run(void) { struct pair p = {1, 2}; return p.a + p.b; }"
    flags = ("-gz=none", "-fdebug-prefix-map=/=/")
    plain = compiled_text(tmp_path, source, *flags, "-c")
    old = tmp_path / "old.o"
    (tmp_path / "plain.o").write_bytes(plain.data)
    run_program(["objcopy", "--compress-debug-sections=zlib-gnu", tmp_path / "plain.o", old])
    assert b".zdebug_" in old.read_bytes()

    assert debug_sections(old.read_bytes()) == debug_sections(plain.data)


def test_debug_sections_compressed_with_zstd(tmp_path: Path) -> None:
    # A compiler leaves alone what would not become smaller.
    source = "".join(f"int run{number}(int number) {{ int twice = 2 * number; return twice; }}" for number in range(99))
    plain, packed = (
        compiled_text(tmp_path, source, f"-gz={way}", "-fdebug-prefix-map=/=/") for way in ("none", "zstd")
    )
    assert b"\x28\xb5\x2f\xfd" in packed.data  # RFC 8878, 3.1.1: what a frame begins with
    assert debug_sections(packed.data) == debug_sections(plain.data)
