"""The line table of a compile unit: address → file, line, column (DWARF 5, section 6.2; DWARF 4 alike).

pyelftools reads the header. The program itself runs here: pyelftools makes two objects of each opcode, which for
a unit of 50,000 lines is seconds and hundreds of megabytes, and packed columns are what a look-up wants anyway.

All rows count, whether ``is_stmt`` or not: that flag is advice on where to put breakpoints. Of rows at one address the
last is valid, as other symbolizers have it.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from elftools.dwarf.lineprogram import LineProgram

from jitdbg.symbols.code import Code
from jitdbg.symbols.intervals import NOTHING
from jitdbg.symbols.leb128 import skip_leb128, sleb128, uleb128

# Table 7.25 and 7.26 (DWARF 5), as plain numbers: this is an inner loop.
DW_LNS_copy, DW_LNS_advance_pc, DW_LNS_advance_line, DW_LNS_set_file, DW_LNS_set_column = range(1, 6)
DW_LNS_const_add_pc, DW_LNS_fixed_advance_pc = 8, 9
DW_LNE_end_sequence, DW_LNE_set_address = 1, 2

_END_OF_SEQUENCE = -1  # in the column of files


class Row(NamedTuple):
    """Where an instruction comes from: the index of a file; line and column, each 0 where unknown."""

    file: int
    line: int
    column: int


class LineTable:
    """The rows of a unit's live sequences, in columns, sorted by address (relative to the image's base)."""

    def __init__(self, file_names: tuple[str, ...] = ()) -> None:
        self.file_names = file_names
        self.addresses = array("Q")
        self.files = array("q")
        self.lines = array("Q")
        self.columns = array("Q")

    def index(self, address: int) -> int:
        """Return the index of the row that is valid at an address, or NOTHING."""
        position = bisect_right(self.addresses, address) - 1
        return NOTHING if position < 0 or self.files[position] == _END_OF_SEQUENCE else position

    def row(self, index: int) -> Row:
        """Return the row with an index."""
        return Row(self.files[index], self.lines[index], self.columns[index])

    def runs(self) -> Iterator[tuple[int, int]]:
        """Yield (low, high) of the rows that hold for any instruction."""
        for (low, high), file in zip(pairwise(self.addresses), self.files, strict=False):
            if low < high and file != _END_OF_SEQUENCE:
                yield low, high

    def file_name(self, index: int) -> str | None:
        """Return the path of the unit's file with an index, or None."""
        return self.file_names[index] if 0 <= index < len(self.file_names) else None

    def append(self, address: int, file: int, line: int, column: int) -> None:
        """Add one row."""
        self.addresses.append(address)
        self.files.append(file)
        self.lines.append(line)
        self.columns.append(column)

    def extend(self, other: LineTable, rows: slice) -> None:
        """Add rows of another table."""
        self.addresses += other.addresses[rows]
        self.files += other.files[rows]
        self.lines += other.lines[rows]
        self.columns += other.columns[rows]


def read_line_table(program: LineProgram, data: bytes, comp_dir: str, code: Code) -> LineTable:
    """Run the line number program at its place in ``data`` (.debug_line) and sort its sequences.

    Sequences that don't start in code belong to functions that the linker has discarded; of overlapping ones (two
    functions folded into one) the first stays.
    """
    rows = _run(program, data)
    ends = [index + 1 for index, file in enumerate(rows.files) if file == _END_OF_SEQUENCE]
    sequences = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
    table = LineTable(file_names(program, comp_dir))
    for sequence in sorted(sequences, key=lambda sequence: rows.addresses[sequence.start]):
        start = rows.addresses[sequence.start]
        if code.contains(start) and (not table.addresses or table.addresses[-1] <= start):
            table.extend(rows, sequence)
    return table


def _run(program: LineProgram, data: bytes) -> LineTable:
    """Run a line number program; ``op_index`` is left out, since only VLIW machines have it."""
    table = LineTable()
    append = table.append
    opcode_base, unit = program["opcode_base"], program["minimum_instruction_length"]
    advances = _special_opcodes(program)
    address, file, line, column = 0, 1, 1, 0
    position, end = program.program_start_offset, program.program_end_offset
    while position < end:
        opcode = data[position]
        position += 1
        if opcode >= opcode_base:
            address_advance, line_advance = advances[opcode - opcode_base]
            address += address_advance
            line += line_advance
            append(address, file, line, column)
        elif opcode == DW_LNS_set_column:
            column, position = uleb128(data, position)
        elif opcode == DW_LNS_advance_line:
            advance, position = sleb128(data, position)
            line += advance
        elif opcode == DW_LNS_copy:
            append(address, file, line, column)
        elif opcode == DW_LNS_advance_pc:
            advance, position = uleb128(data, position)
            address += advance * unit
        elif opcode == DW_LNS_set_file:
            file, position = uleb128(data, position)
        elif opcode == DW_LNS_const_add_pc:
            address += advances[255 - opcode_base][0]
        elif opcode == DW_LNS_fixed_advance_pc:
            address += int.from_bytes(data[position : position + 2], "little")
            position += 2
        elif opcode == 0:
            length, position = uleb128(data, position)
            if data[position] == DW_LNE_set_address:
                address = int.from_bytes(data[position + 1 : position + length], "little")
            elif data[position] == DW_LNE_end_sequence:
                append(address, _END_OF_SEQUENCE, 0, 0)
                address, file, line, column = 0, 1, 1, 0
            position += length
        else:  # flags, which don't matter here, and opcodes of the future: the header gives the number of operands
            for _ in range(program["standard_opcode_lengths"][opcode - 1]):
                position = skip_leb128(data, position)
    return table


def _special_opcodes(program: LineProgram) -> list[tuple[int, int]]:
    """Return what each special opcode adds to address and line (section 6.2.5.1)."""
    unit, line_base, line_range = (program[name] for name in ("minimum_instruction_length", "line_base", "line_range"))
    adjusted = range(256 - program["opcode_base"])
    return [(unit * (opcode // line_range), line_base + opcode % line_range) for opcode in adjusted]


def file_names(program: LineProgram, comp_dir: str) -> tuple[str, ...]:
    """Return the paths of a line program's files, by index.

    DWARF 5 counts files and directories from 0, directory 0 being the compilation's. DWARF 4 counts files from 1, and
    its directory 0, the compilation's, is not in the table.
    """
    directories = [os.fsdecode(directory) for directory in program["include_directory"] or ()]
    files = [(os.fsdecode(entry["name"]), entry["dir_index"] or 0) for entry in program["file_entry"] or ()]
    if program["version"] < 5:
        directories.insert(0, comp_dir)
        files.insert(0, ("", 0))
    return tuple(_join(comp_dir, directories, directory, name) for name, directory in files)


def _join(comp_dir: str, directories: list[str], index: int, name: str) -> str:
    directory = directories[index] if index < len(directories) else ""
    return os.path.join(comp_dir, directory, name)
