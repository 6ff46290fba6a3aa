"""AArch64: relocations, stubs and veneers.

Source: ELF for the Arm 64-bit Architecture (AAELF64, 2023Q3), section 5.7 "Relocation" and the "TLS descriptor"
sequences of 5.7.11; for instructions the Arm Architecture Reference Manual, C6.2. It is for the small and the tiny code
model, little-endian, LP64.

Most relocations fill a field of an instruction. An address takes two of them: ``adrp`` gives its 4 KiB page, relative
to the instruction's own, and the next instruction the low twelve bits. An image is loaded at a multiple of a page, so
both are the same wherever it is: such a pair needs no loader, and both halves count as relative, although the value of
the second one does not depend on the place.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from jitdbg.elf import constants as c
from jitdbg.linker.arch.kinds import Field, Form, Kind, Operand

if TYPE_CHECKING:
    from jitdbg.linker.model import Relocation

# The largest page of Linux on AArch64: it loads no image that is laid out for less than its own.
PAGE: Final = 1 << 16
# What adrp counts in, whatever the kernel's pages are.
_ADRP_PAGE = 1 << 12
# Where the ABI asks for no check: no 64-bit sum is outside.
_ANY = (-1 << 66, 1 << 66)


def _page_distance(value: int, place: int) -> int:
    """Page(S + A) - Page(P), of S + A - P."""
    return (value + place & -_ADRP_PAGE) - (place & -_ADRP_PAGE)


def _in_page(value: int, place: int) -> int:
    """(S + A) & 0xfff, of S + A - P."""
    return value + place & _ADRP_PAGE - 1


def _low12(value: int, _place: int) -> int:
    return value & _ADRP_PAGE - 1


def _adr_immediate(value: int) -> int:
    return (value & 3) << 29 | (value >> 2 & 0x7FFFF) << 5


def _adrp_immediate(value: int) -> int:
    return _adr_immediate(value >> 12)


_ADR_MASK = 3 << 29 | 0x7FFFF << 5
_IMMEDIATE12_MASK = 0xFFF << 10


def _branch(bits: int, start: int, remedy: str) -> Form:
    """A distance in instructions; ``bits`` of it are stored from bit ``start`` on."""
    mask = (1 << bits) - 1
    field = Field(mask << start, lambda value: (value >> 2 & mask) << start, align=4)
    return Form(4, "<I", -1 << (bits + 1), 1 << (bits + 1), relative=True, field=field, remedy=remedy)


def _load(scale: int) -> Field:
    """The low twelve bits of an address, for a load or store of 2 ** scale bytes."""
    return Field(_IMMEDIATE12_MASK, lambda value: value >> scale << 10, 1 << scale, _in_page)


def _load_form(scale: int) -> Form:
    return Form(4, "<I", 0, _ADRP_PAGE, relative=True, field=_load(scale))


def _thread_load(scale: int, *, checked: bool) -> Form:
    """The low twelve bits of an offset in the thread-local block, for a load or store of 2 ** scale bytes."""
    field = Field(_IMMEDIATE12_MASK, lambda value: value >> scale << 10, 1 << scale, None if checked else _low12)
    return Form(4, "<I", 0, _ADRP_PAGE, field=field, remedy=_FEWER_THREAD_LOCALS)


def _move(group: int, *, checked: bool = True, remedy: str = "") -> Form:
    """movz or movk: 16 bits of an unsigned value."""
    shift = 16 * group
    field = Field(0xFFFF << 5, lambda value: (value >> shift & 0xFFFF) << 5)
    return Form(4, "<I", *((0, 1 << (shift + 16)) if checked else _ANY), field=field, remedy=remedy or _MORE_MOVES)


def _signed_move(group: int, *, checked: bool = True, relative: bool = False, remedy: str = "") -> Form:
    """movz for a value that is not negative, movn with the complement for another one."""
    shift = 16 * group

    def encode(value: int) -> int:
        return (value >> shift & 0xFFFF) << 5 | 1 << 30 if value >= 0 else (~value >> shift & 0xFFFF) << 5

    limits = (-1 << (shift + 16), 1 << (shift + 16)) if checked else _ANY
    field = Field(0xFFFF << 5 | 1 << 30, encode)
    return Form(4, "<I", *limits, relative=relative, field=field, remedy=remedy or _MORE_MOVES)


def _next_move(group: int) -> Form:
    """movk: 16 bits of a distance whose upper part a movz or movn before has given."""
    shift = 16 * group
    field = Field(0xFFFF << 5, lambda value: (value >> shift & 0xFFFF) << 5)
    return Form(4, "<I", *_ANY, relative=True, field=field)


_FEWER_THREAD_LOCALS = "have fewer or smaller thread-local variables in an image"
_MORE_MOVES = "load the value by as many instructions as it has 16-bit parts"
_TOO_FAR = "bring the code closer to what it refers to, or compile with -mcmodel=small"

_ABS64 = Form(8, "<q", -1 << 63, 1 << 64)
_ABS32 = Form(4, "<i", -1 << 31, 1 << 32)
_ABS16 = Form(2, "<h", -1 << 15, 1 << 16)
_PREL64 = Form(8, "<q", -1 << 63, 1 << 64, relative=True)
_PREL32 = Form(4, "<i", -1 << 31, 1 << 32, relative=True)
_PREL16 = Form(2, "<h", -1 << 15, 1 << 16, relative=True)
_PLT32 = Form(4, "<i", -1 << 31, 1 << 31, relative=True)

_JUMP26 = _branch(26, 0, "divide the section: a branch reaches 128 MiB, and a veneer stands at the end of a section")
_BRANCH19 = _branch(19, 5, "keep the branch and its target in one section of less than 1 MiB")
_BRANCH14 = _branch(14, 5, "keep the branch and its target in one section of less than 32 KiB")
_LOAD19 = _branch(19, 5, _TOO_FAR)
_ADR = Form(4, "<I", -1 << 20, 1 << 20, relative=True, field=Field(_ADR_MASK, _adr_immediate), remedy=_TOO_FAR)
_ADRP_FIELD = Field(_ADR_MASK, _adrp_immediate, measure=_page_distance)
_ADRP = Form(4, "<I", -1 << 32, 1 << 32, relative=True, field=_ADRP_FIELD)
_ADRP_UNCHECKED = Form(4, "<I", *_ANY, relative=True, field=_ADRP_FIELD)
_LOW12, _LOW12_16, _LOW12_32, _LOW12_64, _LOW12_128 = map(_load_form, range(5))
# The whole GOT is to be within reach of one register.
_GOT15 = Form(
    *(4, "<I", 0, 1 << 15),
    field=Field(_IMMEDIATE12_MASK, lambda value: value >> 3 << 10, 8),
    remedy="compile with -fPIC instead of -fpic",
)
_THREAD_HIGH12 = Form(
    *(4, "<I", 0, 1 << 24),
    field=Field(_IMMEDIATE12_MASK, lambda value: value >> 12 << 10),
    remedy=_FEWER_THREAD_LOCALS,
)
_UNUSED = Form(4, "<I", *_ANY)

_KINDS: dict[int, tuple[Operand, Form]] = {
    c.R_AARCH64_NONE: (Operand.NOTHING, _UNUSED),
    c.R_AARCH64_NONE_WITHDRAWN: (Operand.NOTHING, _UNUSED),
    # S + A; 64 bits by the loader where S is not known before (R_AARCH64_RELATIVE or the same relocation, dynamic)
    c.R_AARCH64_ABS64: (Operand.ADDRESS, _ABS64),
    c.R_AARCH64_ABS32: (Operand.ADDRESS, _ABS32),
    c.R_AARCH64_ABS16: (Operand.ADDRESS, _ABS16),
    # S + A - P
    c.R_AARCH64_PREL64: (Operand.ADDRESS, _PREL64),
    c.R_AARCH64_PREL32: (Operand.ADDRESS, _PREL32),
    c.R_AARCH64_PREL16: (Operand.ADDRESS, _PREL16),
    c.R_AARCH64_PLT32: (Operand.CALL, _PLT32),
    # S + A in a chain of moves, for absolute symbols
    c.R_AARCH64_MOVW_UABS_G0: (Operand.ADDRESS, _move(0)),
    c.R_AARCH64_MOVW_UABS_G0_NC: (Operand.ADDRESS, _move(0, checked=False)),
    c.R_AARCH64_MOVW_UABS_G1: (Operand.ADDRESS, _move(1)),
    c.R_AARCH64_MOVW_UABS_G1_NC: (Operand.ADDRESS, _move(1, checked=False)),
    c.R_AARCH64_MOVW_UABS_G2: (Operand.ADDRESS, _move(2)),
    c.R_AARCH64_MOVW_UABS_G2_NC: (Operand.ADDRESS, _move(2, checked=False)),
    c.R_AARCH64_MOVW_UABS_G3: (Operand.ADDRESS, _move(3, checked=False)),
    c.R_AARCH64_MOVW_SABS_G0: (Operand.ADDRESS, _signed_move(0)),
    c.R_AARCH64_MOVW_SABS_G1: (Operand.ADDRESS, _signed_move(1)),
    c.R_AARCH64_MOVW_SABS_G2: (Operand.ADDRESS, _signed_move(2)),
    # S + A - P in a chain of moves
    c.R_AARCH64_MOVW_PREL_G0: (Operand.ADDRESS, _signed_move(0, relative=True, remedy=_TOO_FAR)),
    c.R_AARCH64_MOVW_PREL_G0_NC: (Operand.ADDRESS, _next_move(0)),
    c.R_AARCH64_MOVW_PREL_G1: (Operand.ADDRESS, _signed_move(1, relative=True, remedy=_TOO_FAR)),
    c.R_AARCH64_MOVW_PREL_G1_NC: (Operand.ADDRESS, _next_move(1)),
    c.R_AARCH64_MOVW_PREL_G2: (Operand.ADDRESS, _signed_move(2, relative=True, remedy=_TOO_FAR)),
    c.R_AARCH64_MOVW_PREL_G2_NC: (Operand.ADDRESS, _next_move(2)),
    c.R_AARCH64_MOVW_PREL_G3: (Operand.ADDRESS, _signed_move(3, checked=False, relative=True)),
    # S + A - P, or the page, or what is within the page
    c.R_AARCH64_LD_PREL_LO19: (Operand.ADDRESS, _LOAD19),
    c.R_AARCH64_ADR_PREL_LO21: (Operand.ADDRESS, _ADR),
    c.R_AARCH64_ADR_PREL_PG_HI21: (Operand.ADDRESS, _ADRP),
    c.R_AARCH64_ADR_PREL_PG_HI21_NC: (Operand.ADDRESS, _ADRP_UNCHECKED),
    c.R_AARCH64_ADD_ABS_LO12_NC: (Operand.ADDRESS, _LOW12),
    c.R_AARCH64_LDST8_ABS_LO12_NC: (Operand.ADDRESS, _LOW12),
    c.R_AARCH64_LDST16_ABS_LO12_NC: (Operand.ADDRESS, _LOW12_16),
    c.R_AARCH64_LDST32_ABS_LO12_NC: (Operand.ADDRESS, _LOW12_32),
    c.R_AARCH64_LDST64_ABS_LO12_NC: (Operand.ADDRESS, _LOW12_64),
    c.R_AARCH64_LDST128_ABS_LO12_NC: (Operand.ADDRESS, _LOW12_128),
    # S + A - P: branches; those with a link or without a condition go through a stub or a veneer where they have to
    c.R_AARCH64_TSTBR14: (Operand.CALL, _BRANCH14),
    c.R_AARCH64_CONDBR19: (Operand.CALL, _BRANCH19),
    c.R_AARCH64_JUMP26: (Operand.CALL, _JUMP26),
    c.R_AARCH64_CALL26: (Operand.CALL, _JUMP26),
    # the address of the GOT entry
    c.R_AARCH64_GOT_LD_PREL19: (Operand.GOT_ENTRY, _LOAD19),
    c.R_AARCH64_ADR_GOT_PAGE: (Operand.GOT_ENTRY, _ADRP),
    c.R_AARCH64_LD64_GOT_LO12_NC: (Operand.GOT_ENTRY, _LOW12_64),
    c.R_AARCH64_GOTPCREL32: (Operand.GOT_ENTRY, _PLT32),
    # the entry's offset in the GOT, or from the page that the GOT begins in
    c.R_AARCH64_LD64_GOTOFF_LO15: (Operand.GOT_INDEX, _GOT15),
    c.R_AARCH64_LD64_GOTPAGE_LO15: (Operand.GOT_PAGE_INDEX, _GOT15),
    # S + A - GOT
    c.R_AARCH64_GOTREL64: (Operand.FROM_GOT, _ABS64),
    c.R_AARCH64_GOTREL32: (Operand.FROM_GOT, _ABS32),
    # general dynamic
    c.R_AARCH64_TLSGD_ADR_PREL21: (Operand.THREAD_PAIR, _ADR),
    c.R_AARCH64_TLSGD_ADR_PAGE21: (Operand.THREAD_PAIR, _ADRP),
    c.R_AARCH64_TLSGD_ADD_LO12_NC: (Operand.THREAD_PAIR, _LOW12),
    # local dynamic
    c.R_AARCH64_TLSLD_ADR_PREL21: (Operand.THREAD_MODULE, _ADR),
    c.R_AARCH64_TLSLD_ADR_PAGE21: (Operand.THREAD_MODULE, _ADRP),
    c.R_AARCH64_TLSLD_ADD_LO12_NC: (Operand.THREAD_MODULE, _LOW12),
    c.R_AARCH64_TLSLD_LD_PREL19: (Operand.THREAD_MODULE, _LOAD19),
    c.R_AARCH64_TLSLD_MOVW_DTPREL_G2: (Operand.THREAD_OFFSET, _signed_move(2)),
    c.R_AARCH64_TLSLD_MOVW_DTPREL_G1: (Operand.THREAD_OFFSET, _signed_move(1)),
    c.R_AARCH64_TLSLD_MOVW_DTPREL_G1_NC: (Operand.THREAD_OFFSET, _move(1, checked=False)),
    c.R_AARCH64_TLSLD_MOVW_DTPREL_G0: (Operand.THREAD_OFFSET, _signed_move(0)),
    c.R_AARCH64_TLSLD_MOVW_DTPREL_G0_NC: (Operand.THREAD_OFFSET, _move(0, checked=False)),
    c.R_AARCH64_TLSLD_ADD_DTPREL_HI12: (Operand.THREAD_OFFSET, _THREAD_HIGH12),
    c.R_AARCH64_TLSLD_ADD_DTPREL_LO12: (Operand.THREAD_OFFSET, _thread_load(0, checked=True)),
    c.R_AARCH64_TLSLD_ADD_DTPREL_LO12_NC: (Operand.THREAD_OFFSET, _thread_load(0, checked=False)),
    c.R_AARCH64_TLSLD_LDST8_DTPREL_LO12: (Operand.THREAD_OFFSET, _thread_load(0, checked=True)),
    c.R_AARCH64_TLSLD_LDST8_DTPREL_LO12_NC: (Operand.THREAD_OFFSET, _thread_load(0, checked=False)),
    c.R_AARCH64_TLSLD_LDST16_DTPREL_LO12: (Operand.THREAD_OFFSET, _thread_load(1, checked=True)),
    c.R_AARCH64_TLSLD_LDST16_DTPREL_LO12_NC: (Operand.THREAD_OFFSET, _thread_load(1, checked=False)),
    c.R_AARCH64_TLSLD_LDST32_DTPREL_LO12: (Operand.THREAD_OFFSET, _thread_load(2, checked=True)),
    c.R_AARCH64_TLSLD_LDST32_DTPREL_LO12_NC: (Operand.THREAD_OFFSET, _thread_load(2, checked=False)),
    c.R_AARCH64_TLSLD_LDST64_DTPREL_LO12: (Operand.THREAD_OFFSET, _thread_load(3, checked=True)),
    c.R_AARCH64_TLSLD_LDST64_DTPREL_LO12_NC: (Operand.THREAD_OFFSET, _thread_load(3, checked=False)),
    c.R_AARCH64_TLSLD_LDST128_DTPREL_LO12: (Operand.THREAD_OFFSET, _thread_load(4, checked=True)),
    c.R_AARCH64_TLSLD_LDST128_DTPREL_LO12_NC: (Operand.THREAD_OFFSET, _thread_load(4, checked=False)),
    c.R_AARCH64_TLS_DTPREL: (Operand.THREAD_OFFSET, _ABS64),
    # initial exec
    c.R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21: (Operand.THREAD_POINTER_ENTRY, _ADRP),
    c.R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC: (Operand.THREAD_POINTER_ENTRY, _LOW12_64),
    c.R_AARCH64_TLSIE_LD_GOTTPREL_PREL19: (Operand.THREAD_POINTER_ENTRY, _LOAD19),
    c.R_AARCH64_TLS_TPREL: (Operand.THREAD_POINTER_OFFSET, _ABS64),
    # descriptors
    c.R_AARCH64_TLSDESC_LD_PREL19: (Operand.THREAD_DESCRIPTOR, _LOAD19),
    c.R_AARCH64_TLSDESC_ADR_PREL21: (Operand.THREAD_DESCRIPTOR, _ADR),
    c.R_AARCH64_TLSDESC_ADR_PAGE21: (Operand.THREAD_DESCRIPTOR, _ADRP),
    c.R_AARCH64_TLSDESC_LD64_LO12: (Operand.THREAD_DESCRIPTOR, _LOW12_64),
    c.R_AARCH64_TLSDESC_ADD_LO12: (Operand.THREAD_DESCRIPTOR, _LOW12),
    c.R_AARCH64_TLSDESC_CALL: (Operand.NOTHING, _UNUSED),
}
# Local exec: the distance from the thread pointer is known in executables alone.
_LOCAL_EXEC = (
    *range(c.R_AARCH64_TLSLE_MOVW_TPREL_G2, c.R_AARCH64_TLSLE_LDST64_TPREL_LO12_NC + 1),
    *(c.R_AARCH64_TLSLE_LDST128_TPREL_LO12, c.R_AARCH64_TLSLE_LDST128_TPREL_LO12_NC),
)
_KINDS.update(dict.fromkeys(_LOCAL_EXEC, (Operand.EXECUTABLE_ONLY, _UNUSED)))

_RELAXABLE = (c.R_AARCH64_ADR_GOT_PAGE, c.R_AARCH64_LD64_GOT_LO12_NC)

KINDS: dict[int, Kind] = {
    r_type: Kind(c.relocation_name(c.EM_AARCH64, r_type), operand, form, r_type in _RELAXABLE)
    for r_type, (operand, form) in _KINDS.items()
}

# The loader's relocations.
ABSOLUTE: Final = c.R_AARCH64_ABS64
GLOB_DAT: Final = c.R_AARCH64_GLOB_DAT
JUMP_SLOT: Final = c.R_AARCH64_JUMP_SLOT
RELATIVE: Final = c.R_AARCH64_RELATIVE
IRELATIVE: Final = c.R_AARCH64_IRELATIVE
DTPMOD: Final = c.R_AARCH64_TLS_DTPMOD
DTPOFF: Final = c.R_AARCH64_TLS_DTPREL
TPOFF: Final = c.R_AARCH64_TLS_TPREL
TLSDESC: Final = c.R_AARCH64_TLSDESC

# The bits of an object's property note that hold for an image if they hold for all of its objects: stubs begin with a
# landing pad (BTI), and no code of the linker's own saves its return address (PAC, GCS).
FEATURES_PROPERTY: Final = c.GNU_PROPERTY_AARCH64_FEATURE_1_AND
# What is left of the features once there are veneers: those jump indirectly to what may have no landing pad.
FEATURES_WITH_VENEERS: Final = ~c.GNU_PROPERTY_AARCH64_FEATURE_1_BTI

# Between functions: udf #0, so that nobody runs padding.
FILLER: Final = b"\0"

# bti c; adrp x16, page of the entry; ldr x17, [x16, its place in the page]; br x17. gdb and lldb step through stubs in
# .plt, and binutils, which name stubs by their place, count on a header of this size.
STUB_SECTION: Final = ".plt"
STUB_HEADER_SIZE: Final = 32
STUB_SIZE: Final = 16
_STUB = bytes.fromhex("5f2403d5 10000090 110240f9 20021fd6")

# adrp x16, page of the target; add x16, x16, its place in the page; br x16. The ABI leaves x16 and x17 to linkers.
VENEER_SIZE: Final = 12
_VENEER = bytes.fromhex("10000090 10020091 00021fd6")
# How far a direct branch reaches, and which relocations are for one that may take a veneer.
BRANCH_REACH: Final = _JUMP26.high
FAR_BRANCHES: Final = frozenset((c.R_AARCH64_CALL26, c.R_AARCH64_JUMP26))
# Disassemblers take what follows for code.
CODE_SYMBOL: Final = "$x"

# bti c; adrp x0, __dso_handle; add x0, x0, :lo12:__dso_handle; adrp x16, :got:__cxa_finalize;
# ldr x16, [x16, :got_lo12:__cxa_finalize]; cbz x16, 1f; br x16; 1: ret
FINALIZE: Final = bytes.fromhex("5f2403d5 00000090 00000091 10000090 100240f9 500000b4 00021fd6 c0035fd6")
FINALIZE_RELOCATIONS: Final = (
    (4, c.R_AARCH64_ADR_PREL_PG_HI21, "__dso_handle", 0),
    (8, c.R_AARCH64_ADD_ABS_LO12_NC, "__dso_handle", 0),
    (12, c.R_AARCH64_ADR_GOT_PAGE, "__cxa_finalize", 0),
    (16, c.R_AARCH64_LD64_GOT_LO12_NC, "__cxa_finalize", 0),
)

# bti c; mov x1, xzr; adrp x2, __dso_handle; add x2, x2, :lo12:__dso_handle; b __cxa_atexit
ATEXIT: Final = bytes.fromhex("5f2403d5 e1031faa 02000090 42000091 00000014")
ATEXIT_RELOCATIONS: Final = (
    (8, c.R_AARCH64_ADR_PREL_PG_HI21, "__dso_handle", 0),
    (12, c.R_AARCH64_ADD_ABS_LO12_NC, "__dso_handle", 0),
    (16, c.R_AARCH64_JUMP26, "__cxa_atexit", 0),
)


_INSTRUCTION = struct.Struct("<I")
_ADD, _LDR, _ADRP_CODE = 0x91000000, 0xF9400000, 0x90000000


def stub(address: int, entry: int) -> bytes:
    """Return the code of a stub at ``address`` that jumps to where the table entry at ``entry`` points.

    Raises struct.error where the entry is out of reach.
    """
    code = bytearray(_STUB)
    _ADRP.pack_into(code, 4, _page_distance(entry - (address + 4), address + 4))
    _LOW12_64.pack_into(code, 8, entry & _ADRP_PAGE - 1)
    return bytes(code)


def stub_tags(features: int, others: int) -> Sequence[int]:
    """Return the tags that say that stubs begin with a landing pad, and that some take another calling convention.

    Lazy binding would lose registers of the latter. AAELF64 5.11 "Dynamic section".
    """
    landing_pads = features & c.GNU_PROPERTY_AARCH64_FEATURE_1_BTI
    tags = {c.DT_AARCH64_BTI_PLT: landing_pads, c.DT_AARCH64_VARIANT_PCS: others & c.STO_AARCH64_VARIANT_PCS}
    return [tag for tag, holds in tags.items() if holds]


def veneer(address: int, target: int) -> bytes:
    """Return the code of a veneer at ``address`` that jumps to ``target``, which can be 4 GiB away.

    Raises struct.error where it is further.
    """
    code = bytearray(_VENEER)
    _ADRP.pack_into(code, 0, _page_distance(target - address, address))
    _LOW12.pack_into(code, 4, target & _ADRP_PAGE - 1)
    return bytes(code)


def relax(code: bytearray, loads: Sequence[Relocation]) -> Mapping[int, int]:
    """Make ``adrp xN, :got:foo; ldr xN, [xN, :got_lo12:foo]`` into ``adrp xN, foo; add xN, xN, :lo12:foo``.

    AAELF64 5.7.6 "Relocation optimization". Both have to stand together and use one register. Where another instruction
    of the section has a half of such a pair for the same symbol, all of them stay: a branch may lead from there into
    a pair.
    """
    pairs, apart = _pairs(code, loads)
    changed = {}
    for page in pairs:
        symbol = page.info >> 32
        if symbol not in apart:
            register = code[page.offset] & 31
            _INSTRUCTION.pack_into(code, page.offset + 4, _ADD | register << 5 | register)
            changed[page.number] = symbol << 32 | c.R_AARCH64_ADR_PREL_PG_HI21
            changed[page.number + 1] = symbol << 32 | c.R_AARCH64_ADD_ABS_LO12_NC
    return changed


def _pairs(code: bytearray, loads: Sequence[Relocation]) -> tuple[list[Relocation], set[int]]:
    """Return the first halves of pairs, and the symbols that have halves by themselves."""
    pairs: list[Relocation] = []
    apart: set[int] = set()
    at = 0
    while at < len(loads):
        is_pair = at + 1 < len(loads) and _is_pair(code, loads[at], loads[at + 1])
        if is_pair:
            pairs.append(loads[at])
        else:
            apart.add(loads[at].info >> 32)
        at += 1 + is_pair
    return pairs, apart


def _is_pair(code: bytearray, first: Relocation, second: Relocation) -> bool:
    symbol, offset = first.info >> 32, first.offset
    page_type, load_type = _RELAXABLE
    if first.info != symbol << 32 | page_type or second.info != symbol << 32 | load_type:
        return False
    if second.number != first.number + 1 or second.offset != offset + 4 or first.addend or second.addend:
        return False
    if offset + 8 > len(code):
        return False
    (page,), (load,) = _INSTRUCTION.unpack_from(code, offset), _INSTRUCTION.unpack_from(code, offset + 4)
    register = page & 31
    return bool(page & 0x9F000000 == _ADRP_CODE and load & 0xFFC003FF == _LDR | register << 5 | register)
