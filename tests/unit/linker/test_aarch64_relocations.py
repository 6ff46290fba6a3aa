"""Distances and places within a page, of AArch64: the arithmetic, both edges of each range, the refusal beyond them.

A first link shows where things end up (the layout depends on no addend); a second one has the addend that makes the
value exactly what is wanted. What is around an instruction's field has to stay.
"""

from __future__ import annotations

import pytest

from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from tests.aarch64_objects import (
    ADD,
    ADR,
    ADRP,
    B_EQ,
    BL,
    LDR_LITERAL,
    LDRB,
    LDRH,
    LDRQ,
    LDRW,
    LDRX,
    NOTHING,
    TBZ,
    B,
    Instruction,
    address,
    field_value,
    made,
    name_of,
    place,
    target_address,
)

# Relocation, instruction, symbol, what the value is relative to the place of, first and last value, step.
DISTANCES = [
    (c.R_AARCH64_JUMP26, B, "code", "code", -1 << 27, 1 << 27, 4),
    (c.R_AARCH64_CALL26, BL, "code", "code", -1 << 27, 1 << 27, 4),
    (c.R_AARCH64_CALL26, BL, "import", "stub", -1 << 27, 1 << 27, 4),
    (c.R_AARCH64_JUMP26, B, "import", "stub", -1 << 27, 1 << 27, 4),
    (c.R_AARCH64_CONDBR19, B_EQ, "code", "code", -1 << 20, 1 << 20, 4),
    (c.R_AARCH64_TSTBR14, TBZ, "code", "code", -1 << 15, 1 << 15, 4),
    (c.R_AARCH64_LD_PREL_LO19, LDR_LITERAL, "local", "local", -1 << 20, 1 << 20, 4),
    (c.R_AARCH64_ADR_PREL_LO21, ADR, "local", "local", -1 << 20, 1 << 20, 1),
    (c.R_AARCH64_GOT_LD_PREL19, LDR_LITERAL, "own", "entry", -1 << 20, 1 << 20, 4),
    (c.R_AARCH64_TLSGD_ADR_PREL21, ADR, "thread", "entry", -1 << 20, 1 << 20, 1),
    (c.R_AARCH64_TLSLD_ADR_PREL21, ADR, "thread", "entry", -1 << 20, 1 << 20, 1),
    (c.R_AARCH64_TLSLD_LD_PREL19, LDR_LITERAL, "thread", "entry", -1 << 20, 1 << 20, 4),
    (c.R_AARCH64_TLSIE_LD_GOTTPREL_PREL19, LDR_LITERAL, "thread", "entry", -1 << 20, 1 << 20, 4),
    (c.R_AARCH64_TLSDESC_LD_PREL19, LDR_LITERAL, "thread", "entry", -1 << 20, 1 << 20, 4),
    (c.R_AARCH64_TLSDESC_ADR_PREL21, ADR, "thread", "entry", -1 << 20, 1 << 20, 1),
    (c.R_AARCH64_PREL16, NOTHING, "local", "local", -1 << 15, 1 << 16, 1),
    (c.R_AARCH64_PREL32, NOTHING, "local", "local", -1 << 31, 1 << 32, 1),
    (c.R_AARCH64_PLT32, NOTHING, "code", "code", -1 << 31, 1 << 31, 1),
    (c.R_AARCH64_PLT32, NOTHING, "import", "stub", -1 << 31, 1 << 31, 1),
    (c.R_AARCH64_GOTPCREL32, NOTHING, "own", "entry", -1 << 31, 1 << 31, 1),
]
DISTANCE_IDS = [f"{name_of(row[0])}-{row[2]}" for row in DISTANCES]
PAGES = [
    (c.R_AARCH64_ADR_PREL_PG_HI21, "local", "local"),
    (c.R_AARCH64_ADR_GOT_PAGE, "own", "entry"),
    (c.R_AARCH64_ADR_GOT_PAGE, "import", "entry"),
    (c.R_AARCH64_TLSGD_ADR_PAGE21, "thread", "entry"),
    (c.R_AARCH64_TLSLD_ADR_PAGE21, "thread", "entry"),
    (c.R_AARCH64_TLSIE_ADR_GOTTPREL_PAGE21, "thread", "entry"),
    (c.R_AARCH64_TLSDESC_ADR_PAGE21, "thread", "entry"),
]
IN_PAGE = [
    (c.R_AARCH64_ADD_ABS_LO12_NC, ADD, 1, "local", "local"),
    (c.R_AARCH64_LDST8_ABS_LO12_NC, LDRB, 1, "local", "local"),
    (c.R_AARCH64_LDST16_ABS_LO12_NC, LDRH, 2, "local", "local"),
    (c.R_AARCH64_LDST32_ABS_LO12_NC, LDRW, 4, "local", "local"),
    (c.R_AARCH64_LDST64_ABS_LO12_NC, LDRX, 8, "local", "local"),
    (c.R_AARCH64_LDST128_ABS_LO12_NC, LDRQ, 16, "local", "local"),
    (c.R_AARCH64_LD64_GOT_LO12_NC, LDRX, 8, "own", "entry"),
    (c.R_AARCH64_LD64_GOT_LO12_NC, LDRX, 8, "import", "entry"),
    (c.R_AARCH64_TLSGD_ADD_LO12_NC, ADD, 1, "thread", "entry"),
    (c.R_AARCH64_TLSLD_ADD_LO12_NC, ADD, 1, "thread", "entry"),
    (c.R_AARCH64_TLSIE_LD64_GOTTPREL_LO12_NC, LDRX, 8, "thread", "entry"),
    (c.R_AARCH64_TLSDESC_LD64_LO12, LDRX, 8, "thread", "entry"),
    (c.R_AARCH64_TLSDESC_ADD_LO12, ADD, 1, "thread", "entry"),
]


def at_zero(r_type: int, target: str, meant: str) -> int:
    """Return the addend with which the distance is 0."""
    near = {c.R_AARCH64_PREL16: c.R_AARCH64_PREL32}.get(r_type, r_type)
    if near in (c.R_AARCH64_TSTBR14, c.R_AARCH64_CONDBR19):
        near = c.R_AARCH64_JUMP26
    image = made(near, 0, target=target)
    return place(image) - target_address(image, meant)


@pytest.mark.parametrize(
    ("r_type", "instruction", "target", "meant", "low", "high", "step"), DISTANCES, ids=DISTANCE_IDS
)
def test_edges_of_distances(
    r_type: int, instruction: Instruction, target: str, meant: str, low: int, high: int, step: int
) -> None:
    zero = at_zero(r_type, target, meant)
    width = {c.R_AARCH64_PREL16: 16}.get(r_type, 32)
    for value in (0, step, -step, low, high - step):
        found = field_value(r_type, instruction, zero + value, target=target)
        assert found == (value if instruction is not NOTHING else value % (1 << width))
    for value in (low - step, high):
        with pytest.raises(LinkError, match=rf"one\.o: \.text\+0x10: {name_of(r_type)} against {target}: the distance"):
            made(r_type, zero + value, target=target)


@pytest.mark.parametrize(
    ("r_type", "target", "meant"), [(row[0], row[2], row[3]) for row in DISTANCES if row[6] == 4], ids=str
)
def test_distance_in_instructions_is_a_multiple_of_four(r_type: int, target: str, meant: str) -> None:
    zero = at_zero(r_type, target, meant)
    for value in (1, 2, 3, -1):
        with pytest.raises(LinkError, match=f"{name_of(r_type)} against {target}: .* multiples of 4.*align"):
            made(r_type, zero + value, target=target)


@pytest.mark.parametrize(("r_type", "target", "meant"), PAGES)
def test_edges_of_page_distances(r_type: int, target: str, meant: str) -> None:
    image = made(r_type, 0, word=ADRP.word, target=target)
    page, start = place(image) & -4096, target_address(image, meant)
    for distance in (0, 4096, -4096, -1 << 32, (1 << 32) - 4096):
        for within in (0, 4095):
            addend = page + distance + within - start
            assert field_value(r_type, ADRP, addend, target=target) == distance
    for value in ((-1 << 32) - 1, 1 << 32):
        with pytest.raises(LinkError, match=f"{name_of(r_type)} against {target}: the distance .* fit into 33 bits"):
            made(r_type, page + value - start, target=target)


def test_page_distance_is_not_checked_where_the_rest_of_the_address_follows() -> None:
    r_type = c.R_AARCH64_ADR_PREL_PG_HI21_NC
    image = made(r_type, 0)
    page, start = place(image) & -4096, target_address(image, "local")
    assert field_value(r_type, ADRP, page + (1 << 32) - start) == -1 << 32
    assert field_value(r_type, ADRP, page + (3 << 32) + 0x5123 - start) == 0x5000 - (1 << 32)


@pytest.mark.parametrize(("r_type", "instruction", "size", "target", "meant"), IN_PAGE)
def test_place_within_the_page(r_type: int, instruction: Instruction, size: int, target: str, meant: str) -> None:
    start = target_address(made(r_type, 0, target=target), meant)
    for within in (0, size, 0x7F0, 4096 - size):
        for page in (0x7000, -0x7000, 1 << 50):
            assert field_value(r_type, instruction, page + within - start, target=target) == within
    for odd in range(1, size):
        with pytest.raises(
            LinkError, match=f"{name_of(r_type)} against {target}: .* multiples of {size}, .* by {size}"
        ):
            made(r_type, odd - start, target=target)


@pytest.mark.parametrize("r_type", [c.R_AARCH64_LD64_GOTPAGE_LO15, c.R_AARCH64_LD64_GOTOFF_LO15])
def test_edges_of_places_in_the_got(r_type: int) -> None:
    got = address(made(r_type, target="own"), ".got")
    base = got & 4095 if r_type == c.R_AARCH64_LD64_GOTPAGE_LO15 else 0
    for value in (0, 8, 32760):
        assert field_value(r_type, LDRX, value - base, target="own") == value
    for value in (-8, 32768):
        with pytest.raises(LinkError, match=f"{name_of(r_type)} against own: .* 15 bits; .* -fPIC instead of -fpic"):
            made(r_type, value - base, target="own")
    with pytest.raises(LinkError, match="multiples of 8"):
        made(r_type, 4 - base, target="own")
