"""The DWARF of one image: which unit covers an address, and that unit's tables, each read when first needed.

A pyelftools context keeps positions in its streams, and every entry that it has parsed. So each reading gets a context
of its own over the same bytes, and drops it: only our tables stay, and a signal handler that comes in between does no
harm.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import signature
from io import BytesIO
from typing import Final, NamedTuple

from elftools.dwarf.compileunit import CompileUnit
from elftools.dwarf.dwarfinfo import DebugSectionDescriptor, DWARFInfo
from elftools.elf.elffile import ELFFile

from jitdbg.symbols.intervals import NOTHING, IntervalMap, flatten
from jitdbg.symbols.lines import LineTable, file_names, read_line_table
from jitdbg.symbols.scopes import Scope, ScopeTable, read_ranges, read_scopes

_SECTIONS: Final = (
    "debug_info",
    "debug_abbrev",
    "debug_aranges",
    "debug_ranges",
    "debug_rnglists",
    "debug_line",
    "debug_str",
    "debug_line_str",
    "debug_str_offsets",
    "debug_addr",
)
_NO_SECTIONS: Final = dict.fromkeys(name for name in signature(DWARFInfo).parameters if name != "config")


class Place(NamedTuple):
    """A place in a source; None is what the compiler did not record."""

    file: str | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Unit:
    """The tables of one compile unit."""

    files: tuple[str, ...]
    lines: LineTable
    scopes: ScopeTable

    def functions(self, address: int) -> list[tuple[Scope | None, Place]]:
        """Return the functions that an address belongs to, innermost first, each with its place in the source.

        Code without a function of its own (assembly) is one entry with None.
        """
        row = self.lines.find(address)
        place = self._place(row.file, row.line, row.column) if row else Place()
        functions: list[tuple[Scope | None, Place]] = []
        for scope in self.scopes.chain(address):
            functions.append((scope, place))
            place = self._place(scope.call_file, scope.call_line, scope.call_column)
        return functions or [(None, place)]

    def _place(self, file: int, line: int, column: int) -> Place:
        path = self.files[file] if 0 <= file < len(self.files) else None
        return Place(path, line or None, column or None)


class Dwarf:
    """The debug information of an image; addresses are relative to its base. Safe to use from several threads."""

    def __init__(self, elf: ELFFile, is_code: Callable[[int], bool]) -> None:
        """Take the sections of an open image, decompressed; ``is_code`` tells live addresses from discarded ones."""
        information = elf.get_dwarf_info(relocate_dwarf_sections=False, follow_links=False)
        self._config = information.config
        self._sections = {name: _contents(getattr(information, f"{name}_sec")) for name in _SECTIONS}
        self._is_code = is_code
        self._lock = threading.RLock()
        self._index: tuple[list[int], IntervalMap] | None = None
        self._units: dict[int, Unit] = {}

    def find_unit(self, address: int) -> Unit | None:
        """Return the unit that covers an address, or None."""
        offsets, cover = self._index or self._read_index()
        found = cover.find(address)
        if found == NOTHING:
            return None
        return self._units.get(offsets[found]) or self._read_unit(offsets[found])

    def _read_index(self) -> tuple[list[int], IntervalMap]:
        with self._lock:
            if self._index is None:
                offsets: list[int] = []
                intervals: list[tuple[int, int, int]] = []
                for offset, low, high in self._unit_ranges():
                    intervals.append((low, high, len(offsets)))
                    offsets.append(offset)
                self._index = offsets, flatten(intervals)
            return self._index

    def _unit_ranges(self) -> Iterator[tuple[int, int, int]]:
        """Yield (unit, low, high): from .debug_aranges, and from the entries of units that it leaves out (clang's)."""
        context = self._context()
        aranges = context.get_aranges()
        listed = aranges.entries if aranges else []
        for entry in listed:
            yield entry.info_offset, entry.begin_addr, entry.begin_addr + entry.length
        known = {entry.info_offset for entry in listed}
        for unit in context.iter_CUs():
            if unit.cu_offset not in known:
                for low, high in read_ranges(unit.get_top_DIE()):
                    yield unit.cu_offset, low, high

    def _read_unit(self, offset: int) -> Unit:
        with self._lock:
            if offset not in self._units:
                context = self._context()
                unit = context.get_CU_at(offset)
                scopes = read_scopes(unit, self._sections["debug_info"], self._is_code)
                files, lines = self._read_lines(context, unit)
                self._units[offset] = Unit(files, lines, scopes)
            return self._units[offset]

    def _read_lines(self, context: DWARFInfo, unit: CompileUnit) -> tuple[tuple[str, ...], LineTable]:
        program = context.line_program_for_CU(unit)
        if program is None:
            return (), LineTable()
        directory = unit.get_top_DIE().attributes.get("DW_AT_comp_dir")
        files = file_names(program, os.fsdecode(directory.value) if directory else "")
        return files, read_line_table(program, self._sections["debug_line"], self._is_code)

    def _context(self) -> DWARFInfo:
        present = {
            f"{name}_sec": DebugSectionDescriptor(BytesIO(data), f".{name}", None, len(data), 0)
            for name, data in self._sections.items()
            if data
        }
        return DWARFInfo(config=self._config, **(_NO_SECTIONS | present))


def _contents(section: DebugSectionDescriptor | None) -> bytes:
    if section is None:
        return b""
    section.stream.seek(0)
    return section.stream.read()
