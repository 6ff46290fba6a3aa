"""x86-64: relocations, stubs and relaxation.

Source: x86-64 psABI 1.0, sections 4.4 "Relocation" (table 4.9 has the arithmetic) and B.2 "Optimize GOTPCRELX
Relocations"; for TLS "ELF Handling For Thread-Local Storage" (Drepper) 4.1.6 and "TLS descriptors for x86" (Oliva).

A value that does not fit its field is an error, never cut off. Which range counts: 32, 16, 8 bits of an address may be
meant signed or unsigned, as assemblers do not say (R_X86_64_32 is unsigned, _32S signed); distances are signed; 64 bits
wrap.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from jitdbg.elf import constants as c
from jitdbg.linker.arch.kinds import Form, Kind, Operand

if TYPE_CHECKING:
    from jitdbg.linker.model import Relocation

_ABS64 = Form(8, "<q", -1 << 63, 1 << 64)
_UNSIGNED32 = Form(4, "<I", 0, 1 << 32)
_SIGNED32 = Form(4, "<i", -1 << 31, 1 << 31)
_ABS16 = Form(2, "<h", -1 << 15, 1 << 16)
_ABS8 = Form(1, "<b", -1 << 7, 1 << 8)
_REL64 = Form(8, "<q", -1 << 63, 1 << 64, relative=True)
_REL32 = Form(4, "<i", -1 << 31, 1 << 31, relative=True)
_REL16 = Form(2, "<h", -1 << 15, 1 << 15, relative=True)
_REL8 = Form(1, "<b", -1 << 7, 1 << 7, relative=True)

KINDS: dict[int, Kind] = {
    # S + A; by the loader where S is not known before (R_X86_64_RELATIVE or the same relocation, dynamic)
    c.R_X86_64_64: Kind("R_X86_64_64", Operand.ADDRESS, _ABS64),
    # S + A, which no loader can fill in: for debug sections and for absolute symbols
    c.R_X86_64_32: Kind("R_X86_64_32", Operand.ADDRESS, _UNSIGNED32),
    c.R_X86_64_32S: Kind("R_X86_64_32S", Operand.ADDRESS, _SIGNED32),
    c.R_X86_64_16: Kind("R_X86_64_16", Operand.ADDRESS, _ABS16),
    c.R_X86_64_8: Kind("R_X86_64_8", Operand.ADDRESS, _ABS8),
    # S + A - P: the symbol has to be in the image itself
    c.R_X86_64_PC64: Kind("R_X86_64_PC64", Operand.ADDRESS, _REL64),
    c.R_X86_64_PC32: Kind("R_X86_64_PC32", Operand.ADDRESS, _REL32),
    c.R_X86_64_PC16: Kind("R_X86_64_PC16", Operand.ADDRESS, _REL16),
    c.R_X86_64_PC8: Kind("R_X86_64_PC8", Operand.ADDRESS, _REL8),
    # L + A - P: a call, through a stub where the callee is elsewhere
    c.R_X86_64_PLT32: Kind("R_X86_64_PLT32", Operand.CALL, _REL32),
    # GOT + G + A - P: a load of the address from the GOT
    c.R_X86_64_GOTPCREL: Kind("R_X86_64_GOTPCREL", Operand.GOT_ENTRY, _REL32),
    c.R_X86_64_GOTPCRELX: Kind("R_X86_64_GOTPCRELX", Operand.GOT_ENTRY, _REL32, relaxable=True),
    c.R_X86_64_REX_GOTPCRELX: Kind("R_X86_64_REX_GOTPCRELX", Operand.GOT_ENTRY, _REL32, relaxable=True),
    c.R_X86_64_GOTPCREL64: Kind("R_X86_64_GOTPCREL64", Operand.GOT_ENTRY, _REL64),
    # G + A: the offset of the entry in the GOT; code of the medium and large models adds the GOT's address itself
    c.R_X86_64_GOT32: Kind("R_X86_64_GOT32", Operand.GOT_INDEX, _SIGNED32),
    c.R_X86_64_GOT64: Kind("R_X86_64_GOT64", Operand.GOT_INDEX, _ABS64),
    c.R_X86_64_GOTPLT64: Kind("R_X86_64_GOTPLT64", Operand.GOT_INDEX, _ABS64),
    # S + A - GOT, L + A - GOT, GOT + A - P
    c.R_X86_64_GOTOFF64: Kind("R_X86_64_GOTOFF64", Operand.FROM_GOT, _ABS64),
    c.R_X86_64_PLTOFF64: Kind("R_X86_64_PLTOFF64", Operand.CALL_FROM_GOT, _ABS64),
    c.R_X86_64_GOTPC32: Kind("R_X86_64_GOTPC32", Operand.GOT, _REL32),
    c.R_X86_64_GOTPC64: Kind("R_X86_64_GOTPC64", Operand.GOT, _REL64),
    # Z + A
    c.R_X86_64_SIZE32: Kind("R_X86_64_SIZE32", Operand.SIZE, _UNSIGNED32),
    c.R_X86_64_SIZE64: Kind("R_X86_64_SIZE64", Operand.SIZE, _ABS64),
    # general dynamic, local dynamic, initial exec, descriptors; local exec is for executables
    c.R_X86_64_TLSGD: Kind("R_X86_64_TLSGD", Operand.THREAD_PAIR, _REL32),
    c.R_X86_64_TLSLD: Kind("R_X86_64_TLSLD", Operand.THREAD_MODULE, _REL32),
    c.R_X86_64_DTPOFF32: Kind("R_X86_64_DTPOFF32", Operand.THREAD_OFFSET, _SIGNED32),
    c.R_X86_64_DTPOFF64: Kind("R_X86_64_DTPOFF64", Operand.THREAD_OFFSET, _ABS64),
    c.R_X86_64_GOTTPOFF: Kind("R_X86_64_GOTTPOFF", Operand.THREAD_POINTER_ENTRY, _REL32),
    c.R_X86_64_TPOFF64: Kind("R_X86_64_TPOFF64", Operand.THREAD_POINTER_OFFSET, _ABS64),
    c.R_X86_64_TPOFF32: Kind("R_X86_64_TPOFF32", Operand.EXECUTABLE_ONLY, _SIGNED32),
    c.R_X86_64_GOTPC32_TLSDESC: Kind("R_X86_64_GOTPC32_TLSDESC", Operand.THREAD_DESCRIPTOR, _REL32),
    c.R_X86_64_TLSDESC_CALL: Kind("R_X86_64_TLSDESC_CALL", Operand.NOTHING, _SIGNED32),
    # loads from the GOT with the prefixes of APX, left as they are
    **{
        r_type: Kind(c.relocation_name(c.EM_X86_64, r_type), operand, _REL32)
        for first, operand in (
            (c.R_X86_64_CODE_4_GOTPCRELX, Operand.GOT_ENTRY),
            (c.R_X86_64_CODE_4_GOTTPOFF, Operand.THREAD_POINTER_ENTRY),
            (c.R_X86_64_CODE_4_GOTPC32_TLSDESC, Operand.THREAD_DESCRIPTOR),
        )
        for r_type in (first, first + 3, first + 6)
    },
    c.R_X86_64_NONE: Kind("R_X86_64_NONE", Operand.NOTHING, _SIGNED32),
}

PAGE: Final = 4096

# The loader's relocations.
ABSOLUTE: Final = c.R_X86_64_64
GLOB_DAT: Final = c.R_X86_64_GLOB_DAT
JUMP_SLOT: Final = c.R_X86_64_JUMP_SLOT
RELATIVE: Final = c.R_X86_64_RELATIVE
IRELATIVE: Final = c.R_X86_64_IRELATIVE
DTPMOD: Final = c.R_X86_64_DTPMOD64
DTPOFF: Final = c.R_X86_64_DTPOFF64
TPOFF: Final = c.R_X86_64_TPOFF64
TLSDESC: Final = c.R_X86_64_TLSDESC

# Stubs have no landing pads (IBT), so no image has the features of its objects.
FEATURES_PROPERTY: Final = None
FEATURES_WITH_VENEERS: Final = 0

# Between functions: int3, so that nobody runs padding.
FILLER: Final = b"\xcc"
CODE_SYMBOL: Final = None

# jmp *entry(%rip), and two bytes of padding, as GNU ld has them without lazy binding: binutils know stubs by their
# code; gdb and lldb step through those in .plt alone.
STUB_SECTION: Final = ".plt"
STUB_HEADER_SIZE: Final = 0
STUB_SIZE: Final = 8

# Branches reach 2 GiB, and an image of the small code model is no larger.
BRANCH_REACH: Final = None
FAR_BRANCHES: Final[frozenset[int]] = frozenset()
VENEER_SIZE: Final = 0

# lea __dso_handle(%rip), %rdi; mov __cxa_finalize@GOTPCREL(%rip), %rax; test %rax, %rax; je 1f; jmp *%rax; 1: ret
FINALIZE: Final = bytes.fromhex("488d3d00000000 488b0500000000 4885c0 7402 ffe0 c3")
FINALIZE_RELOCATIONS: Final = (
    (3, c.R_X86_64_PC32, "__dso_handle", -4),
    (10, c.R_X86_64_REX_GOTPCRELX, "__cxa_finalize", -4),
)

# xor %esi, %esi; lea __dso_handle(%rip), %rdx; jmp __cxa_atexit@PLT
ATEXIT: Final = bytes.fromhex("31f6 488d1500000000 e900000000")
ATEXIT_RELOCATIONS: Final = (
    (5, c.R_X86_64_PC32, "__dso_handle", -4),
    (10, c.R_X86_64_PLT32, "__cxa_atexit", -4),
)

_DISPLACEMENT = struct.Struct("<i")


def stub(address: int, entry: int) -> bytes:
    """Return the code of a stub at ``address`` that jumps to where the table entry at ``entry`` points.

    Raises struct.error where the entry is out of reach.
    """
    return b"\xff\x25" + _DISPLACEMENT.pack(entry - address - 6) + b"\x66\x90"


def stub_tags(_features: int, _others: int) -> Sequence[int]:
    """Return nothing: the machine has no such tags."""
    return ()


def relax(code: bytearray, loads: Sequence[Relocation]) -> Mapping[int, int]:
    """Make instructions that load an address from the GOT compute it instead, and tell what their relocations become.

    psABI B.2: ``mov foo@GOTPCREL(%rip), %reg`` becomes ``lea foo(%rip), %reg``, ``call *foo@GOTPCREL(%rip)`` becomes
    ``addr32 call foo``, ``jmp *foo@GOTPCREL(%rip)`` becomes ``jmp foo; nop``: here ``nop`` comes first, so that the
    displacement stays where it is. Other instructions would need an absolute address, and stay as they are.
    """
    last, changed = len(code) - 4, {}
    for number, offset, info, addend in loads:
        if not 2 <= offset <= last or addend != -4:
            continue
        opcode, modrm = code[offset - 2], code[offset - 1]
        if opcode == 0x8B and modrm & 0xC7 == 0x05:
            code[offset - 2] = 0x8D
        elif opcode == 0xFF and modrm == 0x15:
            code[offset - 2 : offset] = b"\x67\xe8"
        elif opcode == 0xFF and modrm == 0x25:
            code[offset - 2 : offset] = b"\x90\xe9"
        else:
            continue
        changed[number] = info >> 32 << 32 | c.R_X86_64_PC32
    return changed


def veneer(_address: int, _target: int) -> bytes:
    """Return nothing: no branch needs a veneer."""
    return b""
