"""Bound images: addresses of this process in slots, which can be swapped."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pytest

from jitdbg.elf import ElfFile
from jitdbg.errors import LinkError
from jitdbg.linker import LINKERS, SLOTS_SECTION, link
from tests.linking import assembled

CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
# Through the GOT, through a PLT, by a plain call, as an address in data, and as an address in code.
USES = """
    .text
    .globl by_got, by_plt, by_pc, by_data, taken
    .type by_got,@function
    .type by_plt,@function
    .type by_pc,@function
    .type by_data,@function
    .type taken,@function
    by_got: jmpq *callee@GOTPCREL(%rip)
    by_plt: jmp callee@PLT
    by_pc: .byte 0xe9; .reloc ., R_X86_64_PC32, callee-4; .long 0
    by_data: jmpq *pointer(%rip)
    taken: movq callee@GOTPCREL(%rip), %rax; ret
    .data
    .balign 8
    pointer: .quad callee
"""


@pytest.fixture(params=LINKERS)
def linker(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def load(folder: Path, image: bytes) -> ctypes.CDLL:
    path = folder / f"{os.urandom(8).hex()}.so"
    path.write_bytes(image)
    return ctypes.CDLL(str(path))


def slot(library: ctypes.CDLL, image: bytes, index: int, anchor: str) -> ctypes.c_uint64:
    """Return the slot of that index in a loaded image, whose base the exported function ``anchor`` gives away."""
    elf = ElfFile(image)
    symbol = next(symbol for symbol in elf.dynamic_symbols if symbol.name == anchor)
    address = ctypes.cast(getattr(library, anchor), ctypes.c_void_p).value
    section = elf.find_section(SLOTS_SECTION)
    assert address
    assert section
    return ctypes.c_uint64.from_address(address - symbol.st_value + section.sh_addr + index * 8)


def address_of(callback: object) -> int:
    address = ctypes.cast(callback, ctypes.c_void_p).value  # type: ignore[arg-type]
    assert address
    return address


def test_every_kind_of_reference_reaches_the_bound_address(tmp_path: Path, linker: str) -> None:
    callee = CALLBACK(lambda x: x * 7)
    image = link([assembled(USES)], soname="x.so", linker=linker, bindings={"callee": address_of(callee)})
    library = load(tmp_path, image)
    assert [getattr(library, name)(6) for name in ("by_got", "by_plt", "by_pc", "by_data")] == [42] * 4
    library.taken.restype = ctypes.c_uint64
    assert library.taken() == address_of(callee)


def test_swapping_a_slot_redirects_code_that_was_linked_before(tmp_path: Path, linker: str) -> None:
    old, new = CALLBACK(lambda x: x + 1), CALLBACK(lambda x: x + 100)
    bindings = {"unused": 4711, "callee": address_of(old)}
    image = link([assembled(USES)], soname="x.so", linker=linker, bindings=bindings)
    library = load(tmp_path, image)
    assert slot(library, image, 0, "by_got").value == 4711
    slot(library, image, 1, "by_got").value = address_of(new)
    assert [getattr(library, name)(1) for name in ("by_got", "by_plt", "by_pc")] == [101] * 3


def test_bound_names_are_no_dynamic_symbols(linker: str) -> None:
    image = link([assembled(USES)], soname="x.so", linker=linker, bindings={"callee": 1, "unused": 2})
    elf = ElfFile(image)
    assert not [s.name for s in elf.dynamic_symbols if "callee" in s.name or "unused" in s.name]
    section = elf.find_section(SLOTS_SECTION)
    assert section
    assert bytes(elf.contents(section)) == (1).to_bytes(8, "little") + (2).to_bytes(8, "little")


def test_bindings_serve_several_objects(tmp_path: Path, linker: str) -> None:
    more = assembled(".globl other; .type other,@function; other: jmp callee@PLT")
    callee = CALLBACK(lambda x: -x)
    bindings = {"callee": address_of(callee)}
    library = load(tmp_path, link([assembled(USES), more], soname="x.so", linker=linker, bindings=bindings))
    assert (library.by_plt(5), library.other(6)) == (-5, -6)


def test_reference_that_can_not_go_through_a_slot_is_refused(linker: str) -> None:
    source = ".data; .globl x; x: .long 0; .reloc x, R_X86_64_GOTOFF64, callee; .quad 0"
    with pytest.raises(LinkError, match=r"code.o: R_X86_64_GOTOFF64 at \.data\+0x0 can't refer to callee"):
        link([assembled(source)], soname="x.so", linker=linker, bindings={"callee": 1})


def test_a_name_that_the_objects_define_is_not_bound(tmp_path: Path, linker: str) -> None:
    source = ".globl callee,f; .type f,@function; .type callee,@function; callee: movl $3,%eax; ret; f: jmp callee@PLT"
    image = link([assembled(source)], soname="x.so", linker=linker, bindings={"callee": 1})
    assert load(tmp_path, image).f() == 3
