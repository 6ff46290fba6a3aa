"""Values of AArch64 that are no distances: absolute ones, thread-local offsets, what the loader and stubs do."""

from __future__ import annotations

import pytest

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from tests.aarch64_objects import (
    ABSOLUTE,
    ADD,
    ADRP,
    BL,
    HIGH_ADD,
    LDRB,
    LDRH,
    LDRQ,
    LDRW,
    LDRX,
    MOVK,
    MOVZ,
    NOTHING,
    PLACE,
    STUB_HEADER,
    WORD,
    Instruction,
    address,
    field_value,
    loader_entries,
    made,
    name_of,
    place,
    signed_move,
    stored,
    target_address,
)

ABSOLUTES = [
    *((c.R_AARCH64_ABS16, NOTHING, -1 << 15, 1 << 16), (c.R_AARCH64_ABS32, NOTHING, -1 << 31, 1 << 32)),
    *((c.R_AARCH64_MOVW_UABS_G0, MOVZ[0], 0, 1 << 16), (c.R_AARCH64_MOVW_UABS_G1, MOVZ[1], 0, 1 << 32)),
    (c.R_AARCH64_MOVW_UABS_G2, MOVZ[2], 0, 1 << 48),
    (c.R_AARCH64_MOVW_SABS_G0, signed_move(0), -1 << 16, 1 << 16),
    (c.R_AARCH64_MOVW_SABS_G1, signed_move(1), -1 << 32, 1 << 32),
    (c.R_AARCH64_MOVW_SABS_G2, signed_move(2), -1 << 48, 1 << 48),
]
GROUPS = {
    c.R_AARCH64_MOVW_UABS_G1: 1,
    c.R_AARCH64_MOVW_UABS_G2: 2,
    c.R_AARCH64_MOVW_SABS_G1: 1,
    c.R_AARCH64_MOVW_SABS_G2: 2,
}


@pytest.mark.parametrize(
    ("r_type", "instruction", "low", "high"), ABSOLUTES, ids=[name_of(row[0]) for row in ABSOLUTES]
)
def test_edges_of_absolute_values(r_type: int, instruction: Instruction, low: int, high: int) -> None:
    width = {c.R_AARCH64_ABS16: 16}.get(r_type, 32)
    ignored = (1 << 16 * GROUPS.get(r_type, 0)) - 1
    for value in (0, 1, high - 1, low, 0x1234):
        if low <= value < high:
            found = field_value(r_type, instruction, value - ABSOLUTE, target="absolute")
            expected = value % (1 << width) if instruction is NOTHING else value
            assert found | ignored == expected | ignored
    for value in (low - 1, high):
        with pytest.raises(LinkError, match=f"{name_of(r_type)} against absolute: the value .* does not fit into"):
            made(r_type, value - ABSOLUTE, target="absolute")


def test_chain_of_moves_gives_all_bits_of_an_absolute_value() -> None:
    value, types = (
        0xFEDC_BA98_7654_3210,
        (
            *(c.R_AARCH64_MOVW_UABS_G0_NC, c.R_AARCH64_MOVW_UABS_G1_NC, c.R_AARCH64_MOVW_UABS_G2_NC),
            c.R_AARCH64_MOVW_UABS_G3,
        ),
    )
    addend = value - ABSOLUTE - (1 << 64)
    parts = [field_value(r_type, MOVK[group], addend, target="absolute") for group, r_type in enumerate(types)]
    assert sum(parts) == value


@pytest.mark.parametrize("distance", [0x1234_5678_9ABC, -0x1234_5678_9ABC, -1, 0xFFFF_FFFF_FFFF, -1 << 48])
def test_chain_of_moves_gives_all_bits_of_a_distance(distance: int) -> None:
    image = made(c.R_AARCH64_MOVW_PREL_G0_NC)
    addend = distance - (target_address(image, "local") - place(image))
    top = field_value(c.R_AARCH64_MOVW_PREL_G2, signed_move(2), addend)
    middle = field_value(c.R_AARCH64_MOVW_PREL_G1_NC, MOVK[1], addend)
    low = field_value(c.R_AARCH64_MOVW_PREL_G0_NC, MOVK[0], addend)
    assert (top & ~0xFFFF_FFFF) + middle + low == distance
    assert field_value(c.R_AARCH64_MOVW_PREL_G2_NC, MOVK[2], addend) == distance & 0xFFFF << 32
    assert field_value(c.R_AARCH64_MOVW_PREL_G3, signed_move(3), addend) >> 48 == distance >> 48


@pytest.mark.parametrize(
    ("r_type", "group"),
    [(c.R_AARCH64_MOVW_PREL_G0, 0), (c.R_AARCH64_MOVW_PREL_G1, 1), (c.R_AARCH64_MOVW_PREL_G2, 2)],
)
def test_edges_of_distances_in_moves(r_type: int, group: int) -> None:
    image = made(r_type, -0x10000)
    zero, limit = place(image) - target_address(image, "local"), 1 << 16 * (group + 1)
    for value in (0, limit - 1, -limit):
        assert field_value(r_type, signed_move(group), zero + value) >> 16 * group == value >> 16 * group
    for value in (limit, -limit - 1):
        with pytest.raises(LinkError, match=f"{name_of(r_type)} against local: the distance"):
            made(r_type, zero + value)


THREAD_OFFSETS = [
    (c.R_AARCH64_TLSLD_ADD_DTPREL_HI12, HIGH_ADD, 1, 1 << 24),
    (c.R_AARCH64_TLSLD_ADD_DTPREL_LO12, ADD, 1, 1 << 12),
    *(
        (getattr(c, f"R_AARCH64_TLSLD_LDST{bits}_DTPREL_LO12"), instruction, bits // 8, 1 << 12)
        for bits, instruction in ((8, LDRB), (16, LDRH), (32, LDRW), (64, LDRX), (128, LDRQ))
    ),
]


@pytest.mark.parametrize(
    ("r_type", "instruction", "step", "high"), THREAD_OFFSETS, ids=[name_of(row[0]) for row in THREAD_OFFSETS]
)
def test_edges_of_thread_local_offsets(r_type: int, instruction: Instruction, step: int, high: int) -> None:
    ignored = 0xFFF if high > 1 << 12 else 0
    for value in (0, step, high - step):
        assert field_value(r_type, instruction, value - 32, target="thread") | ignored == value | ignored
    for value in (-step, high):
        with pytest.raises(LinkError, match=f"{name_of(r_type)} against thread: the value .* thread-local variables"):
            made(r_type, value - 32, target="thread")


@pytest.mark.parametrize(("bits", "instruction"), [(8, LDRB), (16, LDRH), (32, LDRW), (64, LDRX), (128, LDRQ)])
def test_low_bits_of_thread_local_offsets(bits: int, instruction: Instruction) -> None:
    r_type = getattr(c, f"R_AARCH64_TLSLD_LDST{bits}_DTPREL_LO12_NC")
    assert field_value(r_type, instruction, 0x123450 - 32, target="thread") == 0x450
    assert field_value(c.R_AARCH64_TLSLD_ADD_DTPREL_LO12_NC, ADD, 0x123457 - 32, target="thread") == 0x457


def test_thread_local_offsets_in_moves() -> None:
    value = 0x1234_5678_9ABC
    types = (c.R_AARCH64_TLSLD_MOVW_DTPREL_G0_NC, c.R_AARCH64_TLSLD_MOVW_DTPREL_G1_NC)
    parts = [field_value(r_type, MOVK[group], value - 32, target="thread") for group, r_type in enumerate(types)]
    top = field_value(c.R_AARCH64_TLSLD_MOVW_DTPREL_G2, signed_move(2), value - 32, target="thread")
    assert top + sum(parts) == value
    for r_type, limit in ((c.R_AARCH64_TLSLD_MOVW_DTPREL_G0, 1 << 16), (c.R_AARCH64_TLSLD_MOVW_DTPREL_G1, 1 << 32)):
        with pytest.raises(LinkError, match=f"{name_of(r_type)} against thread"):
            made(r_type, limit - 32, target="thread")


def test_edges_of_distances_from_the_got() -> None:
    image = made(c.R_AARCH64_GOTREL32, -0x80)
    zero = address(image, ".got") - target_address(image, "local")
    for value in (0, (-1) << 31, (1 << 32) - 1):
        assert stored(made(c.R_AARCH64_GOTREL32, zero + value), 4) == value & 0xFFFF_FFFF
    for value in (((-1) << 31) - 1, 1 << 32):
        with pytest.raises(LinkError, match="R_AARCH64_GOTREL32 against local: the value"):
            made(c.R_AARCH64_GOTREL32, zero + value)


@pytest.mark.parametrize("addend", [0, 1, -1, (1 << 63) - 1, -(1 << 63)])
def test_64_bits_wrap(addend: int) -> None:
    image = made(c.R_AARCH64_PREL64, addend)
    assert stored(image, 8) == (target_address(image, "local") - place(image) + addend) & WORD
    image = made(c.R_AARCH64_GOTREL64, addend)
    assert stored(image, 8) == (target_address(image, "local") - address(image, ".got") + addend) & WORD


def test_address_in_data_is_left_to_the_loader() -> None:
    image = made(c.R_AARCH64_ABS64, 5, section=".data")
    data = address(image, ".data")
    assert loader_entries(image) == [(data + PLACE, c.R_AARCH64_RELATIVE, data + 0x45)]
    imported = loader_entries(made(c.R_AARCH64_ABS64, -7, section=".data", target="import"))
    assert [entry[1:] for entry in imported] == [(c.R_AARCH64_ABS64, -7)]
    assert stored(made(c.R_AARCH64_ABS64, -1, section=".data", target="absolute"), 8, ".data") == ABSOLUTE - 1


def test_address_in_debug_sections_is_the_link_time_address() -> None:
    image = made(c.R_AARCH64_ABS64, 5, section=".debug_info")
    assert stored(image, 8, ".debug_info") == address(image, ".data") + 0x45
    assert stored(made(c.R_AARCH64_ABS32, 5, section=".debug_info"), 4, ".debug_info") == address(image, ".data") + 0x45
    assert stored(made(c.R_AARCH64_TLS_DTPREL, 5, section=".debug_info", target="thread"), 8, ".debug_info") == 37


@pytest.mark.parametrize(
    ("r_type", "expected"),
    [
        (c.R_AARCH64_TLSGD_ADR_PAGE21, [(c.R_AARCH64_TLS_DTPMOD, 0)]),
        (c.R_AARCH64_TLSLD_ADR_PAGE21, [(c.R_AARCH64_TLS_DTPMOD, 0)]),
        (c.R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21, [(c.R_AARCH64_TLS_TPREL, 32)]),
        (c.R_AARCH64_TLSDESC_ADR_PAGE21, [(c.R_AARCH64_TLSDESC, 32)]),
    ],
)
def test_entries_of_thread_local_variables(r_type: int, expected: list[tuple[int, int]]) -> None:
    image = made(r_type, target="thread")
    assert [entry[1:] for entry in loader_entries(image)] == expected
    assert loader_entries(image)[0][0] == address(image, ".got")


def test_thread_pointer_offset_in_data_is_left_to_the_loader() -> None:
    image = made(c.R_AARCH64_TLS_TPREL, 3, section=".data", target="thread")
    assert [entry[1:] for entry in loader_entries(image)] == [(c.R_AARCH64_TLS_TPREL, 35)]


def test_stub_jumps_to_where_its_entry_points() -> None:
    image = made(c.R_AARCH64_CALL26, word=BL.word, target="import")
    elf = ElfFile(image)
    plt = elf.find_section(".plt")
    assert plt
    code = elf.contents(plt)[STUB_HEADER:]
    landing_pad, page, entry, jump = (int.from_bytes(code[offset : offset + 4], "little") for offset in range(0, 16, 4))
    assert landing_pad == 0xD503245F  # bti c
    assert page & 0x9F00001F == 0x90000010  # adrp x16
    assert entry & 0xFFC003FF == 0xF9400211  # ldr x17, [x16, ...]
    assert jump == 0xD61F0220  # br x17
    found = ((plt.sh_addr + STUB_HEADER + 4) & -4096) + ADRP.read(page) + LDRX.read(entry)
    assert loader_entries(image, ".rela.plt") == [(found, c.R_AARCH64_JUMP_SLOT, 0)]
    assert not loader_entries(image)


def test_own_function_that_can_be_replaced_is_called_through_a_stub() -> None:
    assert ElfFile(made(c.R_AARCH64_CALL26, target="code")).find_section(".plt") is None
    image = made(c.R_AARCH64_CALL26, target="code", interposable=True)
    assert [entry[1] for entry in loader_entries(image, ".rela.plt")] == [c.R_AARCH64_JUMP_SLOT]


def test_marks_change_nothing() -> None:
    for r_type in (c.R_AARCH64_NONE, c.R_AARCH64_NONE_WITHDRAWN, c.R_AARCH64_TLSDESC_CALL):
        assert stored(made(r_type, 77, word=0xD63F0020, target="thread"), 8) == 0xD63F0020


@pytest.mark.parametrize(
    "r_type",
    [
        *range(c.R_AARCH64_TLSLE_MOVW_TPREL_G2, c.R_AARCH64_TLSLE_LDST64_TPREL_LO12_NC + 1),
        *(c.R_AARCH64_TLSLE_LDST128_TPREL_LO12, c.R_AARCH64_TLSLE_LDST128_TPREL_LO12_NC),
        *(c.R_AARCH64_JUMP_SLOT, 565, 5000),
    ],
)
def test_what_no_shared_library_can_have_is_refused(r_type: int) -> None:
    with pytest.raises(LinkError, match=rf"one\.o: \.text\+0x10: {name_of(r_type)} against thread .*-fPIC"):
        made(r_type, target="thread")


@pytest.mark.parametrize(
    "r_type",
    [
        *(c.R_AARCH64_PREL32, c.R_AARCH64_PREL64, c.R_AARCH64_ABS32, c.R_AARCH64_ADR_PREL_PG_HI21),
        *(c.R_AARCH64_ADD_ABS_LO12_NC, c.R_AARCH64_LDST64_ABS_LO12_NC, c.R_AARCH64_ADR_PREL_LO21),
        *(c.R_AARCH64_MOVW_UABS_G3, c.R_AARCH64_MOVW_PREL_G0, c.R_AARCH64_LD_PREL_LO19),
    ],
)
def test_import_can_not_be_at_a_fixed_distance(r_type: int) -> None:
    with pytest.raises(LinkError, match=rf"one\.o: {name_of(r_type)} at \.text\+0x10 against import .*-fPIC"):
        made(r_type, target="import")


@pytest.mark.parametrize("r_type", [c.R_AARCH64_MOVW_UABS_G0, c.R_AARCH64_ABS32, c.R_AARCH64_ABS16])
def test_address_of_the_image_can_not_be_an_absolute_value(r_type: int) -> None:
    with pytest.raises(LinkError, match=rf"one\.o: {name_of(r_type)} at \.text\+0x10 against local .*-fPIC"):
        made(r_type)


@pytest.mark.parametrize("r_type", [c.R_AARCH64_ABS64, c.R_AARCH64_PREL32, c.R_AARCH64_ADR_PREL_PG_HI21])
@pytest.mark.parametrize("section", [".text", ".data", ".debug_info"])
def test_place_outside_of_the_section_is_refused(r_type: int, section: str) -> None:
    for offset in (128, 1 << 40, WORD):
        with pytest.raises(LinkError, match=r"one\.o"):
            made(r_type, section=section, offset=offset)
