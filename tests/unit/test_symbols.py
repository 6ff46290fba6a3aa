"""The parts of symbolication on bytes made by hand: intervals, line programs, symbol tables, memory that may go."""

from __future__ import annotations

import ctypes
import mmap
import struct
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import pytest
from elftools.dwarf.lineprogram import LineProgram
from elftools.dwarf.structs import DWARFStructs
from hypothesis import given
from hypothesis import strategies as st

from jitdbg.errors import JitdbgError
from jitdbg.symbols import Frame, symbolize, symbolize_all
from jitdbg.symbols.aranges import read_aranges
from jitdbg.symbols.code import Code
from jitdbg.symbols.demangle import demangle
from jitdbg.symbols.intervals import NOTHING, flatten
from jitdbg.symbols.leb128 import skip_leb128, sleb128, uleb128
from jitdbg.symbols.lines import LineTable, Row, read_line_table
from jitdbg.symbols.loaded import find_link_map, find_link_map_by_dladdr, read_link_map
from jitdbg.symbols.memory import read_c_string, read_memory, read_through_proc
from jitdbg.symbols.symtab import Symbol, SymbolTable

NO_SYMBOLS = SymbolTable(b"", b"", ())
CODE = Code("test.so", (range(0x1000, 0x9000),), NO_SYMBOLS)

# Line number opcodes (DWARF 5, sections 6.2.5.2 and 6.2.5.3).
COPY, ADVANCE_PC, ADVANCE_LINE, SET_FILE, SET_COLUMN, NEGATE_STMT = 1, 2, 3, 4, 5, 6
CONST_ADD_PC, FIXED_ADVANCE_PC, SET_ISA = 8, 9, 12
END_SEQUENCE = bytes([0, 1, 1])


# --- intervals


def test_the_innermost_interval_wins() -> None:
    cover = flatten([(10, 50, 0), (20, 40, 1), (25, 30, 2)])
    assert [cover.find(address) for address in (9, 10, 20, 25, 29, 30, 40, 49, 50)] == [
        NOTHING, 0, 1, 2, 2, 1, 0, 0, NOTHING,
    ]  # fmt: skip


def test_empty_and_backward_intervals_cover_nothing() -> None:
    assert flatten([(5, 5, 0), (9, 3, 1)]).find(5) == NOTHING


INTERVALS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=12)


@given(INTERVALS)
def test_flattening_agrees_with_asking_each_interval(pairs: list[tuple[int, int]]) -> None:
    cover = flatten((low, high, index) for index, (low, high) in enumerate(pairs))
    for address in range(32):
        covering = [index for index, (low, high) in enumerate(pairs) if low <= address < high]
        assert cover.find(address) == max(covering, default=NOTHING)


# --- numbers


@given(st.integers(0, 2**70))
def test_unsigned_numbers_are_decoded(value: int) -> None:
    data = encode_uleb128(value)
    assert uleb128(b"\xff" + data + b"\0", 1) == (value, 1 + len(data))
    assert skip_leb128(data, 0) == len(data)


@pytest.mark.parametrize(("data", "value"), [(b"\x02", 2), (b"\x7e", -2), (b"\xff\0", 127), (b"\x80\x7f", -128)])
def test_signed_numbers_are_decoded(data: bytes, value: int) -> None:
    assert sleb128(data, 0) == (value, len(data))


def encode_uleb128(value: int) -> bytes:
    data = bytearray()
    while value >= 0x80:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*data, value])


# --- line programs


def line_table(*instructions: bytes, **header: Any) -> LineTable:
    """Run a program whose special opcodes start at 13, with line_base −5 and line_range 14, as clang's do."""
    data = b"".join(instructions)
    fields = {
        "version": 5,
        "opcode_base": 13,
        "line_base": -5,
        "line_range": 14,
        "minimum_instruction_length": 1,
        "standard_opcode_lengths": [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1],
        "include_directory": [b"/sources"],
        "file_entry": [{"name": b"a.c", "dir_index": 0}, {"name": b"a.c", "dir_index": 0}],
    } | header
    structs = DWARFStructs(little_endian=True, dwarf_format=32, address_size=8, dwarf_version=5)
    program = LineProgram(fields, BytesIO(data), structs, 0, len(data))  # type: ignore[arg-type]
    return read_line_table(program, data, "/sources", CODE)


def at(address: int) -> bytes:
    return bytes([0, 9, 2]) + struct.pack("<Q", address)


def special(line: int, address: int = 0) -> bytes:
    return bytes([13 + 14 * address + line + 5])


def row(table: LineTable, address: int) -> Row | None:
    index = table.index(address)
    return None if index == NOTHING else table.row(index)


def lines(table: LineTable, addresses: Iterable[int]) -> list[int | None]:
    rows = [row(table, address) for address in addresses]
    return [found and found.line for found in rows]


def test_rows_hold_until_the_next_one_and_end_with_their_sequence() -> None:
    table = line_table(at(0x1000), special(2), special(1, 4), bytes([ADVANCE_PC, 8]), END_SEQUENCE)
    assert lines(table, (0xFFF, 0x1000, 0x1003, 0x1004, 0x100B, 0x100C)) == [None, 3, 3, 4, 4, None]


def test_every_way_to_advance_is_understood() -> None:
    table = line_table(
        at(0x1000),
        bytes([ADVANCE_LINE, 9, SET_COLUMN, 7, SET_FILE, 0, COPY]),
        bytes([CONST_ADD_PC, COPY]),  # (255 − 13) / 14 = 17 bytes
        bytes([FIXED_ADVANCE_PC, 0, 1, SET_COLUMN, 0x81, 1, COPY]),
        bytes([ADVANCE_PC, 0x80, 1, ADVANCE_LINE, 0x7F, SET_FILE, 1, COPY]),
        bytes([ADVANCE_PC, 1]),
        END_SEQUENCE,
    )
    rows = [row(table, 0x1000 + offset) for offset in (0, 17, 17 + 256, 17 + 256 + 128)]
    assert rows == [Row(0, 10, 7), Row(0, 10, 7), Row(0, 10, 129), Row(1, 9, 129)]


def test_advances_count_in_instructions() -> None:
    table = line_table(at(0x1000), special(1), special(1, 1), END_SEQUENCE, minimum_instruction_length=4)
    assert lines(table, (0x1003, 0x1004)) == [2, None]
    assert list(table.addresses) == [0x1000, 0x1004, 0x1004]


def test_rows_count_whether_or_not_a_statement_begins() -> None:
    table = line_table(
        at(0x1000), special(1), bytes([NEGATE_STMT]), special(1, 2), bytes([ADVANCE_PC, 2]), END_SEQUENCE
    )
    assert lines(table, (0x1000, 0x1002)) == [2, 3]


def test_the_last_of_several_rows_at_an_address_is_valid() -> None:
    table = line_table(at(0x1000), special(1), special(1), special(1), bytes([ADVANCE_PC, 2]), END_SEQUENCE)
    assert lines(table, (0x1000, 0x1001)) == [4, 4]


def test_sequences_may_come_in_any_order_and_touch() -> None:
    second = at(0x2000) + special(4) + bytes([ADVANCE_PC, 16]) + END_SEQUENCE
    first = at(0x1FF0) + special(1) + bytes([ADVANCE_PC, 16]) + END_SEQUENCE
    table = line_table(second, first)
    assert lines(table, (0x1FEF, 0x1FF0, 0x1FFF, 0x2000, 0x200F, 0x2010)) == [None, 2, 2, 5, 5, None]


@pytest.mark.parametrize("tombstone", [0, 1, 2**64 - 1])
def test_sequences_of_discarded_functions_are_left_out(tombstone: int) -> None:
    discarded = at(tombstone) + special(7) + END_SEQUENCE
    table = line_table(discarded, at(0x1000), special(1), bytes([ADVANCE_PC, 4]), END_SEQUENCE)
    assert lines(table, (tombstone, 0x1000)) == [None, 2]


def test_of_two_folded_functions_the_first_keeps_its_lines() -> None:
    one = at(0x1000) + special(1) + bytes([ADVANCE_PC, 8]) + END_SEQUENCE
    other = at(0x1000) + special(5) + special(1, 4) + bytes([ADVANCE_PC, 4]) + END_SEQUENCE
    assert lines(line_table(one, other), (0x1000, 0x1004, 0x1008)) == [2, 2, None]


def test_opcodes_of_the_future_are_stepped_over() -> None:
    unknown = bytes([13, 0x81, 1, 2])  # a standard opcode with two operands
    extended = bytes([0, 4, 0x99, 1, 2, 3])
    table = line_table(
        at(0x1000), unknown, extended, bytes([SET_ISA, 3]), bytes([14 + 5 + 1, ADVANCE_PC, 4]), END_SEQUENCE,
        opcode_base=14, standard_opcode_lengths=[0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 2],
    )  # fmt: skip
    assert lines(table, (0x1000,)) == [2]


def test_dwarf_5_counts_files_and_directories_from_0() -> None:
    table = line_table(
        include_directory=[b"/sources", b"include", b"/usr/include"],
        file_entry=[
            {"name": b"a.c", "dir_index": 0},
            {"name": b"a.h", "dir_index": 1},
            {"name": b"stdio.h", "dir_index": 2},
            {"name": b"/abs/x.c", "dir_index": 0},
        ],
    )
    assert table.file_names == ("/sources/a.c", "/sources/include/a.h", "/usr/include/stdio.h", "/abs/x.c")
    assert (table.file_name(0), table.file_name(4), table.file_name(-1)) == ("/sources/a.c", None, None)


def test_dwarf_4_counts_files_and_directories_from_1() -> None:
    table = line_table(
        version=4,
        include_directory=[b"include"],
        file_entry=[{"name": b"a.c", "dir_index": 0}, {"name": b"a.h", "dir_index": 1}],
    )
    names = table.file_name(1), table.file_name(2), table.file_name(3)
    assert names == ("/sources/a.c", "/sources/include/a.h", None)


# --- address ranges of units


def aranges(unit: int, ranges: Sequence[tuple[int, int]], *, is_64: bool = False, address_size: int = 8) -> bytes:
    rest = struct.pack("<HQBB" if is_64 else "<HIBB", 2, unit, address_size, 0)
    prefix_size = 12 if is_64 else 4
    rest += bytes(-(len(rest) + prefix_size) % 16)
    rest += b"".join(struct.pack("<QQ", *item) for item in [*ranges, (0, 0)])
    length = struct.pack("<IQ", 0xFFFFFFFF, len(rest)) if is_64 else struct.pack("<I", len(rest))
    return length + rest


@pytest.mark.parametrize("is_64", [False, True])
def test_address_ranges_are_read_in_both_formats(is_64: bool) -> None:
    data = aranges(0, [(0x1000, 16), (0x2000, 8)], is_64=is_64) + aranges(0x99, [(0x3000, 1)], is_64=is_64)
    assert list(read_aranges(data)) == [(0, 0x1000, 0x1010), (0, 0x2000, 0x2008), (0x99, 0x3000, 0x3001)]


def test_address_ranges_of_other_processors_are_passed_over() -> None:
    data = aranges(0, [(0x1000, 16)], address_size=4) + aranges(7, [(0x3000, 1)])
    assert list(read_aranges(data)) == [(7, 0x3000, 0x3001)]


# --- symbol tables

FUNC, OBJECT, NOTYPE = 2, 1, 0
LOCAL, GLOBAL, WEAK = 0, 1, 2
TEXT = 1


def symbol_table(*symbols: tuple[str, int, int], binding: int = GLOBAL, kind: int = FUNC) -> SymbolTable:
    """Make a table of (name, start, size); a name may say ``local:`` or ``weak:`` or ``object:`` or ``label:``."""
    entries, strings = b"", b"\0"
    for name, start, size in symbols:
        *words, name = name.split(":")
        own_binding = {"local": LOCAL, "weak": WEAK}.get(words[0], binding) if words else binding
        own_kind = {"object": OBJECT, "label": NOTYPE}.get(words[0], kind) if words else kind
        entries += struct.pack("<IBBHQQ", len(strings), own_binding << 4 | own_kind, 0, TEXT, start, size)
        strings += name.encode() + b"\0"
    return SymbolTable(entries, strings, ((TEXT, 0x1000, 0x2000),))


def names(table: SymbolTable, *addresses: int) -> list[str | None]:
    found = [table.find(address) for address in addresses]
    return [symbol and symbol.name for symbol in found]


def test_a_symbol_covers_its_size_and_no_more() -> None:
    table = symbol_table(("f", 0x1000, 16))
    assert table.find(0x100F) == Symbol(0x1000, "f")
    assert names(table, 0xFFF, 0x1010) == [None, None]


def test_a_symbol_without_size_reaches_to_the_next_or_to_its_sections_end() -> None:
    table = symbol_table(("a", 0x1000, 0), ("b", 0x1010, 0))
    assert names(table, 0x100F, 0x1010, 0x1FFF, 0x2000) == ["a", "b", "b", None]


def test_a_label_inside_a_function_does_not_hide_it() -> None:
    assert names(symbol_table(("f", 0x1000, 64), ("label:spot", 0x1010, 0)), 0x1020) == ["f"]


def test_the_inner_of_two_functions_wins() -> None:
    assert names(symbol_table(("inner", 0x1010, 8), ("outer", 0x1000, 64)), 0x1014, 0x1018) == ["inner", "outer"]


def test_the_public_name_of_several_wins() -> None:
    table = symbol_table(("_IO_puts", 0x1000, 8), ("weak:puts", 0x1000, 8), ("local:aputs", 0x1000, 8))
    assert names(table, 0x1000) == ["puts"]


def test_data_and_symbols_of_other_sections_name_no_code() -> None:
    table = symbol_table(("object:table", 0x1000, 8))
    assert names(table, 0x1000) == [None]
    assert SymbolTable(table.symbols, table.strings, ()).find(0x1000) is None


def test_an_empty_table_knows_nothing() -> None:
    assert NO_SYMBOLS.find(0) is None


# --- C++ names


def test_cxx_names_are_demangled_and_others_left_alone() -> None:
    assert demangle("_ZN8geometry6nestedILi3EEEii") == "int geometry::nested<3>(int)"
    assert [demangle(name) for name in ("main", "_Zwrong", "")] == [None, None, None]


# --- memory

LIBC = ctypes.CDLL(None)
LIBC.mmap.restype = ctypes.c_void_p
LIBC.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)


def anonymous_pages(count: int) -> int:
    """Map pages that stay until the process ends."""
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    address: int = LIBC.mmap(
        None, ctypes.c_size_t(count * mmap.PAGESIZE), mmap.PROT_READ | mmap.PROT_WRITE, flags, -1, 0
    )
    return address


@pytest.mark.parametrize("way", ["system call", "file"])
def test_memory_is_read_where_it_is_mapped_and_only_there(way: str) -> None:
    def read(address: int, length: int) -> bytes | None:
        return read_memory(address, length) if way == "system call" else read_through_proc([(address, length)])

    page = mmap.PAGESIZE
    address = anonymous_pages(3)
    ctypes.memmove(address + page - 4, b"abcd", 4)
    LIBC.munmap(address + page, page)
    assert read(address + page - 4, 4) == b"abcd"
    assert read(address + page, 1) is None
    assert read(address + page - 4, 8) is None
    assert read(address + 2 * page, 4) == bytes(4)
    assert read(0, 1) is None
    assert read(2**64 - page, 1) is None


def test_a_string_is_read_across_pages() -> None:
    text = b"x" * (2 * mmap.PAGESIZE)
    buffer = ctypes.create_string_buffer(text)
    assert read_c_string(ctypes.addressof(buffer)) == text
    assert read_c_string(0) is None


# --- the loader


def test_both_ways_to_ask_the_loader_agree() -> None:
    function = ctypes.cast(ctypes.CDLL(None).puts, ctypes.c_void_p).value
    assert function is not None
    pointer = find_link_map(function)
    assert pointer is not None
    assert find_link_map_by_dladdr(function) == pointer
    link_map = read_link_map(pointer)
    assert link_map is not None
    assert b"libc" in link_map.name
    assert 0 < link_map.base < function


def test_an_address_outside_of_all_objects_has_no_frames() -> None:
    buffer = ctypes.create_string_buffer(64)
    addresses = [0, 1, ctypes.addressof(buffer), 2**47, 2**64 - 1, 2**64, -1]
    assert [symbolize(address) for address in addresses] == [()] * 7
    assert symbolize(0, is_return_address=True) == ()


@pytest.mark.parametrize("address", ["x", 1.5, None])
def test_what_is_no_address_is_refused(address: object) -> None:
    with pytest.raises(JitdbgError, match=f"^{address!r} is given as an address: give an int"):
        symbolize(address)  # type: ignore[arg-type]
    with pytest.raises(JitdbgError, match="is given as an address"):
        symbolize_all([1, address])  # type: ignore[list-item]


def test_a_frame_is_a_fact() -> None:
    frame = Frame("f", "f", 1, "/a.c", 2, None, False, "/a.so", 3)
    assert frame == Frame("f", "f", 1, "/a.c", 2, None, False, "/a.so", 3)
    with pytest.raises(AttributeError):
        frame.line = 3  # type: ignore[misc]
