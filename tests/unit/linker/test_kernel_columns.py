"""Long tables of relocations: the kernel stores what Python stores, and leaves to Python what has to be explained."""

from __future__ import annotations

import pytest

from jitdbg.elf import constants as c
from jitdbg.elf.writer import ObjectWriter
from jitdbg.errors import LinkError
from jitdbg.kernel import compiled, load
from jitdbg.linker import Object, link
from jitdbg.linker.arch.x86_64 import KINDS as KINDS_OF_X86_64
from jitdbg.linker.columns import store_packed
from jitdbg.linker.model import RELOCATION
from jitdbg.linker.recurring import kernel

COUNT, STEP = 700, 13
DISTANCES, VALUES = ".text", ".debug_info"
KINDS = [
    (DISTANCES, c.R_X86_64_PC32),
    (DISTANCES, c.R_X86_64_PLT32),
    (DISTANCES, c.R_X86_64_PC64),
    (VALUES, c.R_X86_64_32),
    (VALUES, c.R_X86_64_32S),
    (VALUES, c.R_X86_64_64),
    (VALUES, c.R_X86_64_PC32),
]
EDGES = [0, -1, 1 << 15, 1 << 31, -1 << 31, 1 << 32, 1 << 40, (1 << 63) - 1, -1 << 63]


@pytest.fixture(scope="session")
def native(tmp_path_factory: pytest.TempPathFactory) -> kernel.Kernel:
    path = tmp_path_factory.mktemp("kernel") / "kernel.so"
    path.write_bytes(compiled())
    return load(path)


def made(section: str, r_type: int, addend: int = 0, offset: int | None = None) -> Object:
    """Return an object with many relocations; the last but one is as the caller wants it."""
    writer = ObjectWriter()
    flags = {DISTANCES: c.SHF_ALLOC | c.SHF_EXECINSTR}.get(section, 0)
    code = writer.add_section(DISTANCES, bytes(COUNT * STEP), sh_flags=c.SHF_ALLOC | c.SHF_EXECINSTR)
    place = code if flags else writer.add_section(section, bytes(COUNT * STEP))
    symbols = [writer.add_symbol(f"f{n}", code, n * 16, 16, binding=c.STB_LOCAL) for n in range(40)]
    for index in range(COUNT):
        changed = index == COUNT - 2
        where = offset if changed and offset is not None else index * STEP
        writer.add_relocation(place, where, r_type, symbols[index * index % 40], addend if changed else index)
    return Object("one.o", bytes(writer))


def outcome(item: Object, monkeypatch: pytest.MonkeyPatch, found: kernel.Kernel | None) -> bytes | str:
    monkeypatch.setattr(kernel, "_state", kernel.State(kernel=found))
    try:
        # With RELRO no shape is known.
        return link([item], soname="x.so", linker="memory", build_id=bytes(20), relro=True)
    except LinkError as error:
        return str(error)


@pytest.mark.parametrize(("section", "r_type"), KINDS)
def test_the_kernel_stores_what_python_stores(
    section: str, r_type: int, native: kernel.Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[int] = []
    watched = native._replace(store=lambda *given: answers.append(native.store(*given)) or answers[-1])
    item = made(section, r_type)
    assert outcome(item, monkeypatch, watched) == outcome(item, monkeypatch, None)
    assert answers == [1]


@pytest.mark.parametrize(("section", "r_type"), KINDS)
@pytest.mark.parametrize("addend", EDGES)
def test_edges_of_ranges_are_those_of_python(
    section: str, r_type: int, addend: int, native: kernel.Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for near in (addend - 1, addend, addend + 1):
        item = made(section, r_type, max(-1 << 63, min(near, (1 << 63) - 1)))
        assert outcome(item, monkeypatch, native) == outcome(item, monkeypatch, None)


@pytest.mark.parametrize("offset", [COUNT * STEP - 3, COUNT * STEP, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
@pytest.mark.parametrize("section", [DISTANCES, VALUES])
def test_places_outside_of_the_section_are_refused_in_pythons_words(
    section: str, offset: int, native: kernel.Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = made(section, c.R_X86_64_PC32, offset=offset)
    said = outcome(item, monkeypatch, native)
    assert "lies outside of the section" in str(said)
    assert said == outcome(item, monkeypatch, None)


ROW = RELOCATION.pack(4, 7, 2)
SEVEN, EIGHT, ONE = (number.to_bytes(8, "little") for number in (7, 8, 1))


@pytest.mark.parametrize(
    ("table", "infos", "operands"),
    [
        (ROW[:-1], SEVEN, ONE),
        (ROW, SEVEN[:-1], ONE[:-1]),
        (ROW, SEVEN, ONE + ONE),
        (RELOCATION.pack(13, 7, 2), SEVEN, ONE),
        (RELOCATION.pack((1 << 64) - 4, 7, 2), SEVEN, ONE),
        (RELOCATION.pack(4, 7, 1 << 31), SEVEN, ONE),
    ],
)
def test_what_does_not_fit_is_left_to_python(
    table: bytes, infos: bytes, operands: bytes, native: kernel.Kernel
) -> None:
    data = bytearray(16)
    assert native.store(data, table, infos, operands, 4, False, False) == 0
    assert data == bytes(16)


def test_relocations_that_are_not_meant_stay_as_they_are(native: kernel.Kernel) -> None:
    data = bytearray(16)
    rows = ROW + RELOCATION.pack(8, 8, 2) + RELOCATION.pack(12, 7, 3)
    assert native.store(data, rows, SEVEN, ONE, 4, False, False) == 1
    assert data == bytes(4) + b"\3\0\0\0" + bytes(4) + b"\4\0\0\0"
    assert native.store(data, rows, b"", b"", 4, False, False) == 1
    assert native.store(bytearray(), rows, SEVEN, ONE, 4, False, False) == 0


def test_different_infos_are_found_once_in_their_order(native: kernel.Kernel) -> None:
    rows = b"".join(RELOCATION.pack(0, info, 0) for info in (8, 7, 8, 0, 7, (1 << 64) - 1))
    assert native.different(rows) == EIGHT + SEVEN + bytes(8) + b"\xff" * 8
    assert native.different(b"") == native.different(rows[:-1]) == b""


def test_infos_that_are_made_to_meet_in_the_index_are_left_to_python(native: kernel.Kernel) -> None:
    # Multiples of the hash's inverse differ in the bits alone that the index does not look at.
    inverse = pow(0x9E3779B97F4A7C15, -1, 1 << 64)
    infos = [number * inverse % (1 << 64) for number in range(2000)]
    assert native.different(b"".join(RELOCATION.pack(0, info, 0) for info in infos)) == b""
    column = b"".join(info.to_bytes(8, "little") for info in infos)
    assert native.store(bytearray(16), ROW, column, column, 4, False, False) == 0


def test_operands_of_more_than_64_bits_are_left_to_python(native: kernel.Kernel) -> None:
    form = KINDS_OF_X86_64[c.R_X86_64_64].form
    assert not store_packed(native, bytearray(16), ROW, form, {7: 1 << 63})


def test_forms_that_share_places_are_stored_in_one_order(
    native: kernel.Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words are the kernel's, parts of instructions Python's: on one place the last one has the say."""
    writer = ObjectWriter(c.EM_AARCH64)
    code = writer.add_section(".text", bytes(8 * COUNT), sh_flags=c.SHF_ALLOC | c.SHF_EXECINSTR)
    symbols = [writer.add_symbol(f"f{n}", code, n * 16, 16, binding=c.STB_LOCAL) for n in range(40)]
    types = (c.R_AARCH64_PREL32, c.R_AARCH64_CALL26, c.R_AARCH64_PREL64, c.R_AARCH64_ADR_PREL_PG_HI21)
    for index in range(COUNT):
        writer.add_relocation(code, index * 7 % (COUNT - 1) * 8, types[index % 4], symbols[index * index % 40])
        writer.add_relocation(code, index * 7 % (COUNT - 1) * 8, types[index // 4 % 4], symbols[index % 40])
    item = Object("one.o", bytes(writer))
    without = outcome(item, monkeypatch, None)
    assert isinstance(without, bytes)
    assert outcome(item, monkeypatch, native) == without


def test_a_process_that_links_much_at_once_asks_for_a_kernel(
    native: kernel.Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(kernel, "_state", kernel.State(provide=lambda may: (asked.append(may), native)[1]))
    link([made(*KINDS[0])], soname="x.so", linker="memory", relro=True)
    assert asked == [False]
    assert kernel.is_installed()
