"""Each relocation type of x86-64: its arithmetic, both edges of its range, and the refusal beyond them.

A first link shows where things end up (the layout depends on no addend); a second one has the addend that makes the
value exactly what is wanted.
"""

from __future__ import annotations

import pytest

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.elf.writer import ObjectWriter
from jitdbg.errors import LinkError
from jitdbg.linker import Object, link

ALLOC, WRITE, EXEC, TLS = c.SHF_ALLOC, c.SHF_WRITE, c.SHF_EXECINSTR, c.SHF_TLS
PLACE = 16
"""Where the relocation is in its section."""
WORD = (1 << 64) - 1


def made(r_type: int, addend: int = 0, *, section: str = ".text", target: str = "local", offset: int = PLACE) -> bytes:
    """Return the image of an object with one relocation in ``section`` against one symbol."""
    writer = ObjectWriter()
    text = writer.add_section(".text", bytes(64), sh_flags=ALLOC | EXEC, sh_addralign=16)
    data = writer.add_section(".data", bytes(64), sh_flags=ALLOC | WRITE, sh_addralign=16)
    thread = writer.add_section(".tdata", bytes(64), sh_flags=ALLOC | WRITE | TLS, sh_addralign=16)
    debug = writer.add_section(".debug_info", bytes(64))
    symbols = {
        "local": lambda: writer.add_symbol("local", data, 8, 4, binding=c.STB_LOCAL, st_type=c.STT_OBJECT),
        "own": lambda: writer.add_symbol("own", data, 8, 4, st_type=c.STT_OBJECT),
        "code": lambda: writer.add_symbol("code", text, 32, 4, st_type=c.STT_FUNC),
        "thread": lambda: writer.add_symbol("thread", thread, 24, 4, st_type=c.STT_TLS),
        "import": lambda: writer.add_symbol("import"),
        "absolute": lambda: writer.add_symbol("absolute", c.SHN_ABS, 100, binding=c.STB_LOCAL),
    }
    places = {".text": text, ".data": data, ".debug_info": debug}
    writer.add_relocation(places[section], offset, r_type, symbols[target](), addend)
    writer.add_symbol("anchor", data)
    return link([Object("one.o", bytes(writer))], soname="x.so", linker="memory")


def stored(image: bytes, width: int, section: str = ".text", *, signed: bool = False) -> int:
    elf = ElfFile(image)
    found = elf.find_section(section)
    assert found
    return int.from_bytes(elf.contents(found)[PLACE : PLACE + width], "little", signed=signed)


def address(image: bytes, section: str) -> int:
    found = ElfFile(image).find_section(section)
    assert found
    return found.sh_addr


def place(image: bytes) -> int:
    return address(image, ".text") + PLACE


def loader_entries(image: bytes) -> list[tuple[int, int, int]]:
    """Return (offset, type, addend) of what the loader does."""
    elf = ElfFile(image)
    table = elf.find_section(".rela.dyn")
    if not table:
        return []
    columns = elf.read_relocations(table)
    types = [info & 0xFFFFFFFF for info in columns.r_info]
    return list(zip(columns.r_offset, types, columns.r_addend, strict=True))


# With four, five and six bytes of prefix, opcode and operands before the displacement.
APX_LOADS = (c.R_X86_64_CODE_4_GOTPCRELX, c.R_X86_64_CODE_5_GOTPCRELX, c.R_X86_64_CODE_6_GOTPCRELX)
APX_THREAD_OFFSETS = (c.R_X86_64_CODE_4_GOTTPOFF, c.R_X86_64_CODE_5_GOTTPOFF, c.R_X86_64_CODE_6_GOTTPOFF)
APX_DESCRIPTORS = tuple(r_type + 1 for r_type in APX_THREAD_OFFSETS)
DISTANCES = [
    (c.R_X86_64_PC8, 1, "local"),
    (c.R_X86_64_PC16, 2, "local"),
    (c.R_X86_64_PC32, 4, "local"),
    (c.R_X86_64_PLT32, 4, "code"),
    (c.R_X86_64_PLT32, 4, "import"),
    (c.R_X86_64_GOTPCREL, 4, "own"),
    (c.R_X86_64_GOTPCREL, 4, "import"),
    (c.R_X86_64_GOTPCRELX, 4, "import"),
    (c.R_X86_64_REX_GOTPCRELX, 4, "import"),
    (c.R_X86_64_GOTPC32, 4, "own"),
    (c.R_X86_64_TLSGD, 4, "thread"),
    (c.R_X86_64_TLSLD, 4, "thread"),
    (c.R_X86_64_GOTTPOFF, 4, "thread"),
    (c.R_X86_64_GOTPC32_TLSDESC, 4, "thread"),
    (c.R_X86_64_DTPOFF32, 4, "thread"),
    (c.R_X86_64_GOT32, 4, "own"),
    *[(r_type, 4, "own") for r_type in APX_LOADS],
    *[(r_type, 4, "thread") for r_type in (*APX_THREAD_OFFSETS, *APX_DESCRIPTORS)],
]


def at_zero(r_type: int, width: int, target: str, section: str) -> int:
    """Return the addend with which the stored value is 0."""
    if width == 1:  # code and data are pages apart: no small addend gives a value that fits
        near = made(c.R_X86_64_PC32, 0, target=target, section=section)
        return -stored(near, 4, section, signed=True)
    if width == 2:
        near = made(c.R_X86_64_PC32, 0, target=target, section=section)
        return -stored(near, 4, section, signed=True)
    return -stored(made(r_type, 0, target=target, section=section), width, section, signed=True)


@pytest.mark.parametrize(("r_type", "width", "target"), DISTANCES)
def test_edges_of_signed_fields(r_type: int, width: int, target: str) -> None:
    zero, high = at_zero(r_type, width, target, ".text"), 1 << (8 * width - 1)
    assert stored(made(r_type, zero, target=target), width) == 0
    assert stored(made(r_type, zero + high - 1, target=target), width, signed=True) == high - 1
    assert stored(made(r_type, zero - high, target=target), width, signed=True) == -high
    name = c.relocation_name(c.EM_X86_64, r_type)
    for beyond in (zero + high, zero - high - 1):
        with pytest.raises(LinkError, match=rf"one\.o: \.text\+0x10: {name} against {target}: .* does not fit"):
            made(r_type, beyond, target=target)


@pytest.mark.parametrize(
    ("r_type", "width", "low", "high"),
    [
        (c.R_X86_64_8, 1, -(1 << 7), 1 << 8),
        (c.R_X86_64_16, 2, -(1 << 15), 1 << 16),
        (c.R_X86_64_32, 4, 0, 1 << 32),
        (c.R_X86_64_32S, 4, -(1 << 31), 1 << 31),
    ],
)
@pytest.mark.parametrize("section", [".debug_info", ".text"])
def test_edges_of_absolute_values(r_type: int, width: int, low: int, high: int, section: str) -> None:
    def value(addend: int) -> int:
        return stored(made(r_type, addend - 100, target="absolute", section=section), width, section)

    assert value(high - 1) == (high - 1) % (1 << 8 * width)
    assert value(low) == low % (1 << 8 * width)
    for beyond in (high, low - 1):
        with pytest.raises(LinkError, match="does not fit into"):
            value(beyond)


@pytest.mark.parametrize("target", ["local", "own", "code"])
def test_distance_from_the_got_in_debug_sections(target: str) -> None:
    image = made(c.R_X86_64_GOTOFF64, 5, section=".debug_info", target=target)
    inside = address(image, ".text") + 32 if target == "code" else address(image, ".data") + 8
    got = ElfFile(image).find_section(".got")
    assert stored(image, 8, ".debug_info") == inside + 5 - (got.sh_addr if got else 0) & WORD


@pytest.mark.parametrize("r_type", [c.R_X86_64_GOTPCREL, c.R_X86_64_GOTPC32, c.R_X86_64_PLT32, c.R_X86_64_TLSGD])
def test_debug_sections_have_no_use_for_tables(r_type: int) -> None:
    target = "thread" if r_type == c.R_X86_64_TLSGD else "own"
    with pytest.raises(LinkError, match=r"\.debug_info\+0x10: .* has no meaning in a section that is not loaded"):
        made(r_type, section=".debug_info", target=target)


@pytest.mark.parametrize("addend", [0, 1, -1, (1 << 63) - 1, -(1 << 63)])
@pytest.mark.parametrize(
    ("r_type", "operand"),
    [
        (c.R_X86_64_PC64, lambda image: address(image, ".data") + 8 - place(image)),
        (c.R_X86_64_GOTOFF64, lambda image: address(image, ".data") + 8 - address(image, ".got")),
        (c.R_X86_64_GOTPC64, lambda image: address(image, ".got") - place(image)),
        (c.R_X86_64_GOT64, lambda _: 0),
        (c.R_X86_64_GOTPLT64, lambda _: 0),
        (c.R_X86_64_GOTPCREL64, lambda image: address(image, ".got") - place(image)),
        (c.R_X86_64_PLTOFF64, lambda image: address(image, ".data") + 8 - address(image, ".got")),
        (c.R_X86_64_SIZE64, lambda _: 4),
    ],
)
def test_64_bits_wrap(r_type: int, operand: object, addend: int) -> None:
    image = made(r_type, addend, target="own")
    assert stored(image, 8) == (operand(image) + addend) & WORD  # type: ignore[operator]


def test_size_has_the_range_of_an_unsigned_field() -> None:
    assert stored(made(c.R_X86_64_SIZE32, 3, target="own"), 4) == 7
    assert stored(made(c.R_X86_64_SIZE32, (1 << 32) - 5, target="own"), 4) == (1 << 32) - 1
    for beyond in ((1 << 32) - 4, -5):
        with pytest.raises(LinkError, match="R_X86_64_SIZE32 against own: the value"):
            made(c.R_X86_64_SIZE32, beyond, target="own")


def test_address_in_data_is_left_to_the_loader() -> None:
    image = made(c.R_X86_64_64, 5, section=".data", target="local")
    data = address(image, ".data")
    assert loader_entries(image) == [(data + PLACE, c.R_X86_64_RELATIVE, data + 13)]
    imported = loader_entries(made(c.R_X86_64_64, -7, section=".data", target="import"))
    assert [entry[1:] for entry in imported] == [(c.R_X86_64_64, -7)]
    assert stored(made(c.R_X86_64_64, -1, section=".data", target="absolute"), 8, ".data") == 99


def test_address_in_debug_sections_is_the_link_time_address() -> None:
    image = made(c.R_X86_64_64, 5, section=".debug_info", target="local")
    assert stored(image, 8, ".debug_info") == address(image, ".data") + 13
    assert stored(made(c.R_X86_64_64, 5, section=".debug_info", target="import"), 8, ".debug_info") == 0


def test_thread_local_offsets() -> None:
    assert stored(made(c.R_X86_64_DTPOFF64, 2, section=".debug_info", target="thread"), 8, ".debug_info") == 26
    assert stored(made(c.R_X86_64_DTPOFF32, 2, target="thread"), 4) == 26
    image = made(c.R_X86_64_TPOFF64, 3, section=".data", target="thread")
    assert [entry[1:] for entry in loader_entries(image)] == [(c.R_X86_64_TPOFF64, 27)]


@pytest.mark.parametrize(
    ("r_type", "expected"),
    [
        (c.R_X86_64_TLSGD, [(c.R_X86_64_DTPMOD64, 0)]),
        (c.R_X86_64_TLSLD, [(c.R_X86_64_DTPMOD64, 0)]),
        (c.R_X86_64_GOTTPOFF, [(c.R_X86_64_TPOFF64, 24)]),
        (c.R_X86_64_GOTPC32_TLSDESC, [(c.R_X86_64_TLSDESC, 24)]),
        *[(r_type, [(c.R_X86_64_TPOFF64, 24)]) for r_type in APX_THREAD_OFFSETS],
        *[(r_type, [(c.R_X86_64_TLSDESC, 24)]) for r_type in APX_DESCRIPTORS],
    ],
)
def test_entries_of_thread_local_variables(r_type: int, expected: list[tuple[int, int]]) -> None:
    image = made(r_type, -4, target="thread")
    assert [entry[1:] for entry in loader_entries(image)] == expected
    entry = stored(image, 4, signed=True) + 4 + place(image)
    assert loader_entries(image)[0][0] == entry


def test_marks_change_nothing() -> None:
    for r_type in (c.R_X86_64_NONE, c.R_X86_64_TLSDESC_CALL):
        assert stored(made(r_type, 77, target="thread"), 8) == 0


@pytest.mark.parametrize("r_type", [c.R_X86_64_TPOFF32, c.R_X86_64_COPY, c.R_X86_64_JUMP_SLOT, 200])
def test_what_no_shared_library_can_have_is_refused(r_type: int) -> None:
    name = c.relocation_name(c.EM_X86_64, r_type)
    with pytest.raises(LinkError, match=rf"one\.o: \.text\+0x10: {name} against thread"):
        made(r_type, 0, target="thread")


@pytest.mark.parametrize(
    "r_type", [c.R_X86_64_PC32, c.R_X86_64_PC64, c.R_X86_64_32, c.R_X86_64_32S, c.R_X86_64_GOTOFF64]
)
def test_import_can_not_be_at_a_fixed_distance(r_type: int) -> None:
    name = c.relocation_name(c.EM_X86_64, r_type)
    with pytest.raises(LinkError, match=rf"one\.o: {name} at \.text\+0x10 against import .*-fPIC"):
        made(r_type, 0, target="import")


@pytest.mark.parametrize("r_type", [c.R_X86_64_64, c.R_X86_64_PC32, c.R_X86_64_8])
@pytest.mark.parametrize("section", [".text", ".data", ".debug_info"])
def test_place_outside_of_the_section_is_refused(r_type: int, section: str) -> None:
    target = "absolute" if r_type == c.R_X86_64_8 else "local"
    for offset in (64, 1 << 40, WORD):
        with pytest.raises(LinkError, match=r"one\.o"):
            made(r_type, 0, target=target, section=section, offset=offset)


RELAXED = [
    ("488b05", "488d05", c.R_X86_64_REX_GOTPCRELX),  # mov → lea
    ("4c8b3d", "4c8d3d", c.R_X86_64_REX_GOTPCRELX),
    ("8b0d", "8d0d", c.R_X86_64_GOTPCRELX),
    ("ff15", "67e8", c.R_X86_64_GOTPCRELX),  # call * → call
    ("ff25", "90e9", c.R_X86_64_GOTPCRELX),  # jmp * → jmp
]


def with_code(code: str, r_type: int, binding: int = c.STB_GLOBAL, section: bool = True) -> tuple[bytes, bytes]:
    """Return the image of an instruction that loads from the GOT, and the instruction in it."""
    writer = ObjectWriter()
    instruction = bytes.fromhex(code)
    text = writer.add_section(".text", instruction + bytes(60), sh_flags=ALLOC | EXEC, sh_addralign=16)
    symbol = writer.add_symbol("callee", text if section else 0, 40, 4, binding=binding, st_type=c.STT_FUNC)
    writer.add_relocation(text, len(instruction), r_type, symbol, -4)
    image = link([Object("one.o", bytes(writer))], soname="x.so", linker="memory")
    elf = ElfFile(image)
    found = elf.find_section(".text")
    assert found
    return image, bytes(elf.contents(found)[: len(instruction) + 4])


@pytest.mark.parametrize(("before", "after", "r_type"), RELAXED)
def test_loads_of_own_addresses_are_relaxed(before: str, after: str, r_type: int) -> None:
    image, code = with_code(before, r_type)
    size = len(before) // 2
    assert code[:size].hex() == after
    assert int.from_bytes(code[size:], "little") == 40 - size - 4
    assert ElfFile(image).find_section(".got") is None


@pytest.mark.parametrize(("before", "after", "r_type"), RELAXED)
def test_loads_of_imports_are_not_relaxed(before: str, after: str, r_type: int) -> None:
    image, code = with_code(before, r_type, section=False)
    assert code.hex().startswith(before) != code.hex().startswith(after)
    assert [entry[1] for entry in loader_entries(image)] == [c.R_X86_64_GLOB_DAT]


@pytest.mark.parametrize(("size", "relaxed"), [((1 << 30) - 200, True), (1 << 31, False), (1 << 40, False)])
@pytest.mark.parametrize("common", [True, False])
def test_loads_of_addresses_out_of_reach_stay(size: int, relaxed: bool, common: bool) -> None:
    writer = ObjectWriter()
    text = writer.add_section(".text", bytes.fromhex("488b0500000000"), sh_flags=ALLOC | EXEC)
    zeroes = writer.add_section(".lbss", sh_type=c.SHT_NOBITS, sh_flags=ALLOC | WRITE, size=4 if common else size)
    writer.add_relocation(
        text, 3, c.R_X86_64_REX_GOTPCRELX, writer.add_symbol("far", zeroes, 0 if common else size - 4), -4
    )
    if common:
        writer.add_symbol("large", c.SHN_COMMON, 1, size)
    elf = ElfFile(link([Object("one.o", bytes(writer))], soname="x.so", linker="memory"))
    assert (elf.find_section(".got") is None) == relaxed
    code = elf.find_section(".text")
    assert code
    assert bytes(elf.contents(code)[:3]).hex() == ("488d05" if relaxed else "488b05")


@pytest.mark.parametrize("code", ["48030d", "483b05", "4885 05", "ff35"])
def test_other_instructions_keep_their_load(code: str) -> None:
    image, now = with_code(code, c.R_X86_64_REX_GOTPCRELX)
    assert now[: len(bytes.fromhex(code))] == bytes.fromhex(code)
    assert [entry[1] for entry in loader_entries(image)] == [c.R_X86_64_RELATIVE]


def test_short_field_may_end_a_section_that_also_has_addresses() -> None:
    writer = ObjectWriter()
    data = writer.add_section(".data", bytes(20), sh_flags=ALLOC | WRITE, sh_addralign=8)
    own = writer.add_symbol("own", data, 0, 8)
    writer.add_relocation(data, 8, c.R_X86_64_64, own)
    writer.add_relocation(data, 16, c.R_X86_64_PC32, own)
    image = link([Object("one.o", bytes(writer))], soname="x.so", linker="memory")
    assert stored(image, 4, ".data", signed=True) == -16
    assert [entry[2] for entry in loader_entries(image)] == [address(image, ".data")]


@pytest.mark.parametrize("width", [4, 8])
def test_long_tables_are_exact(width: int) -> None:
    """A table without gaps is stored in one go: the same as one by one, whatever the runs and the addends are."""
    writer = ObjectWriter()
    text = writer.add_section(".text", bytes(64), sh_flags=ALLOC | EXEC, sh_addralign=16)
    debug = writer.add_section(".debug_addr", bytes(8 + 500 * width))
    symbols = [writer.add_symbol(f"s{index}", text, index, binding=c.STB_LOCAL) for index in range(3)]
    r_type = c.R_X86_64_64 if width == 8 else c.R_X86_64_32
    expected = []
    for index in range(500):
        symbol, addend = (index // 100) % 3, index * 7919
        writer.add_relocation(debug, 8 + index * width, r_type, symbols[symbol], addend)
        expected.append(symbol + addend)
    elf = ElfFile(link([Object("one.o", bytes(writer))], soname="x.so", linker="memory"))
    found, code = elf.find_section(".debug_addr"), elf.find_section(".text")
    assert found
    assert code
    table = elf.contents(found)[8:].cast("Q" if width == 8 else "I").tolist()
    assert table == [code.sh_addr + value for value in expected]


def test_a_value_of_a_long_table_that_has_no_room_for_its_sign_is_refused() -> None:
    writer = ObjectWriter()
    text = writer.add_section(".text", bytes(64), sh_flags=ALLOC | EXEC, sh_addralign=16)
    debug = writer.add_section(".debug_own", bytes(4 * 100))
    symbol = writer.add_symbol("f", text, 0, binding=c.STB_LOCAL)
    for index in range(100):
        writer.add_relocation(debug, index * 4, c.R_X86_64_32S, symbol, (1 << 31) - 1 if index == 50 else 0)
    with pytest.raises(LinkError, match=r"debug_own\+0xc8: R_X86_64_32S against f: .* does not fit into 32 bits"):
        link([Object("one.o", bytes(writer))], soname="x.so", linker="memory")


@pytest.mark.parametrize("disturb", ["gap", "negative", "many symbols"])
def test_long_tables_that_are_not_plain(disturb: str) -> None:
    writer = ObjectWriter()
    text = writer.add_section(".text", bytes(64), sh_flags=ALLOC | EXEC, sh_addralign=16)
    debug = writer.add_section(".debug_addr", bytes(5000))
    symbols = [writer.add_symbol(f"s{index}", text, index, binding=c.STB_LOCAL) for index in range(60)]
    expected = {}
    for index in range(300):
        offset = index * 8 + (8 if disturb == "gap" and index > 150 else 0)
        addend = -5 if disturb == "negative" and index == 77 else index
        symbol = index % 60 if disturb == "many symbols" else 3
        writer.add_relocation(debug, offset, c.R_X86_64_64, symbols[symbol], addend)
        expected[offset] = symbol + addend
    elf = ElfFile(link([Object("one.o", bytes(writer))], soname="x.so", linker="memory"))
    found, code = elf.find_section(".debug_addr"), elf.find_section(".text")
    assert found
    assert code
    table = elf.contents(found).cast("Q")
    assert {offset: table[offset // 8] - code.sh_addr for offset in expected} == expected
