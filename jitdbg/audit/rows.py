"""The line table of a unit as rows, with the flags that breakpoints go by (DWARF 5, section 6.2)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from elftools.dwarf.compileunit import CompileUnit
from elftools.dwarf.dwarfinfo import DWARFInfo

from jitdbg.symbols.code import Code
from jitdbg.symbols.lines import file_names


class Row(NamedTuple):
    """Code of a line, 0 where of none, begins at an address; a breakpoint can stop there if it ``is_statement``."""

    address: int
    file: str
    line: int
    is_statement: bool
    ends_prologue: bool


class Table(NamedTuple):
    """The files of a unit by index, and its rows by address."""

    files: tuple[str, ...]
    rows: list[Row]

    def file(self, index: int) -> str:
        """Give the path of a file; empty where the table has none of that index."""
        return self.files[index] if 0 <= index < len(self.files) else ""


def read_table(dwarf: DWARFInfo, unit: CompileUnit, code: Code) -> Table:
    """Read a unit's line table; sequences that the linker has discarded lie outside of the code."""
    program = dwarf.line_program_for_CU(unit)
    if program is None:
        return Table((), [])
    attribute = unit.get_top_DIE().attributes.get("DW_AT_comp_dir")
    files = file_names(program, os.fsdecode(attribute.value) if attribute else "")
    table = Table(files, [])
    rows = (row for row in _rows(program, table) if code.contains(row.address))
    table.rows.extend(sorted(rows, key=lambda row: row.address))
    return table


def _rows(program: object, table: Table) -> Iterator[Row]:
    sequence: list[Row] = []
    for entry in program.get_entries():  # type: ignore[attr-defined]
        state = entry.state
        if state is None:
            continue
        if state.end_sequence:
            yield from _last_ones(row for row in sequence if row.address < state.address)
            sequence = []
        else:
            flags = bool(state.is_stmt), bool(state.prologue_end)
            sequence.append(Row(state.address, table.file(state.file), state.line or 0, *flags))


def _last_ones(rows: Iterable[Row]) -> Iterator[Row]:
    """Give of the rows at one address the last, whose the instruction is, and the last that begins a statement.

    gcc has many at one address, a view each; what a debugger shows there is the statement that came last.
    """
    for _, group in groupby(rows, key=attrgetter("address")):
        listed = list(group)
        statement = next((row for row in reversed(listed) if row.is_statement), None)
        ends = any(row.ends_prologue for row in listed)
        if statement:
            yield statement._replace(ends_prologue=ends)
        if statement is None or statement.line != listed[-1].line:
            yield listed[-1]._replace(is_statement=False)
