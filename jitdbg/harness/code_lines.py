"""Which lines of a source have code, from the line tables of a compiled file (DWARF 5, section 6.2)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jitdbg.errors import SourceError
from jitdbg.symbols.lines import file_names

if TYPE_CHECKING:
    from elftools.dwarf.compileunit import CompileUnit
    from elftools.dwarf.dwarfinfo import DWARFInfo
    from elftools.dwarf.lineprogram import LineState


@dataclass(frozen=True)
class CodeLines:
    """The lines of ``source`` where a breakpoint can stop, in order.

    ``entries`` are those where a function begins, behind its prologue; all lines, where no compiler said so.
    """

    source: str
    lines: tuple[int, ...]
    entries: tuple[int, ...]


def code_lines(binary: Path, source: Path) -> CodeLines:
    """Find the lines of a source in an executable, library or object. Raises `SourceError` where it has none."""
    from elftools.elf.elffile import ELFFile

    wanted = os.path.realpath(source)
    with open(binary, "rb") as file:
        dwarf = ELFFile(file).get_dwarf_info()
        states = [state for unit in dwarf.iter_CUs() for state in _states(dwarf, unit, wanted)]
    lines = sorted({state.line for state in states})
    if not lines:
        raise SourceError(f"{source}: no line of it is in the debug info of {binary.name}: compile it with -g")
    entries = sorted({state.line for state in states if state.prologue_end})
    return CodeLines(wanted, tuple(lines), tuple(entries or lines))


def _states(dwarf: DWARFInfo, unit: CompileUnit, wanted: str) -> Iterator[LineState]:
    program = dwarf.line_program_for_CU(unit)
    if program is None:
        return
    directory = unit.get_top_DIE().attributes.get("DW_AT_comp_dir")
    files = file_names(program, os.fsdecode(directory.value) if directory else "")
    known: dict[int, bool] = {}
    for entry in program.get_entries():
        state = entry.state
        if state is None or state.end_sequence or not state.is_stmt or not state.line:
            continue
        if state.file not in known:
            known[state.file] = 0 <= state.file < len(files) and os.path.realpath(files[state.file]) == wanted
        if known[state.file]:
            yield state
