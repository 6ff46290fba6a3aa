"""The DWARF of one image: which unit covers an address, and that unit's tables, each read when first needed.

A pyelftools context keeps positions in its streams, and every entry that it has parsed. So each reading gets a context
of its own over the same bytes, and drops it: only our tables stay, and a signal handler that comes in between does no
harm.

On malformed input pyelftools raises errors of many kinds. What can't be read is reported by a warning, once for an
image, and missing in the answers: one unit's damage does not hide the others.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from inspect import signature
from io import BytesIO
from typing import Final, NamedTuple, TypeVar

from elftools.dwarf.dwarfinfo import DebugSectionDescriptor, DwarfConfig, DWARFInfo
from elftools.elf.elffile import ELFFile

from jitdbg.symbols.aranges import read_aranges
from jitdbg.symbols.code import Code
from jitdbg.symbols.intervals import NOTHING, IntervalMap, flatten
from jitdbg.symbols.lines import LineTable, read_line_table
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
_Part = TypeVar("_Part")


class Place(NamedTuple):
    """A place in a source; None is what the compiler did not record."""

    file: str | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Unit:
    """The tables of one compile unit."""

    scopes: ScopeTable = field(default_factory=ScopeTable)
    lines: LineTable = field(default_factory=LineTable)
    _known: dict[tuple[int, int], Sequence[tuple[Scope | None, Place]]] = field(default_factory=dict)

    def functions(self, address: int) -> Sequence[tuple[Scope | None, Place]]:
        """Return the functions that an address belongs to, innermost first, each with its place in the source.

        Code without a function of its own (assembly) is one entry with None.
        """
        question = self.lines.index(address), self.scopes.cover.find(address)
        if (known := self._known.get(question)) is None:  # the same for each instruction of a line
            known = self._known[question] = self._functions(*question)
        return known

    def _functions(self, row: int, scope: int) -> Sequence[tuple[Scope | None, Place]]:
        place = Place() if row == NOTHING else self._place(*self.lines.row(row))
        functions: list[tuple[Scope | None, Place]] = []
        for each in self.scopes.chain(scope):
            functions.append((each, place))
            place = self._place(each.call_file, each.call_line, each.call_column)
        return functions or [(None, place)]

    def _place(self, file: int, line: int, column: int) -> Place:
        return Place(self.lines.file_name(file), line or None, column or None)


class Dwarf:
    """The debug information of an image; addresses are relative to its base. Safe to use from several threads."""

    def __init__(self, elf: ELFFile, code: Code) -> None:
        """Take the sections of an open image, decompressed."""
        self._code = code
        self._lock = threading.RLock()
        self._damage_is_reported = False
        self._config = DwarfConfig(elf.little_endian, elf.get_machine_arch(), elf.elfclass // 8)
        self._sections = self._attempt(partial(_take_sections, elf), dict.fromkeys(_SECTIONS, b""))
        self._index: tuple[list[int], IntervalMap] | None = None
        self._units: dict[int, Unit] = {}

    def find_unit(self, address: int) -> Unit | None:
        """Return the unit that covers an address, or None."""
        offsets, cover = self._index or self._read_index()
        found = cover.find(address)
        if found == NOTHING:
            return None
        return self._units.get(offsets[found]) or self._read_unit(offsets[found])

    def runs(self) -> Iterator[tuple[int, int]]:
        """Yield (low, high) of each run of instructions that a line table gives one position, unit by unit."""
        offsets, _ = self._index or self._read_index()
        for offset in dict.fromkeys(offsets):
            yield from (self._units.get(offset) or self._read_unit(offset)).lines.runs()

    def _read_index(self) -> tuple[list[int], IntervalMap]:
        with self._lock:
            if self._index is None:
                none: list[tuple[int, int, int]] = []
                ranges = self._attempt(lambda: list(read_aranges(self._sections["debug_aranges"])), none)
                self._attempt(partial(self._add_unlisted_units, ranges), None)
                cover = flatten((low, high, index) for index, (_, low, high) in enumerate(ranges))
                self._index = [unit for unit, _, _ in ranges], cover
            return self._index

    def _add_unlisted_units(self, ranges: list[tuple[int, int, int]]) -> None:
        """Add (unit, low, high) from the entries of units that .debug_aranges leaves out, as clang does all."""
        listed = {offset for offset, _, _ in ranges}
        for unit in self._context().iter_CUs():
            if unit.cu_offset not in listed:
                ranges.extend((unit.cu_offset, low, high) for low, high in read_ranges(unit.get_top_DIE()))

    def _read_unit(self, offset: int) -> Unit:
        with self._lock:
            if offset not in self._units:
                context = self._context()
                scopes = self._attempt(partial(self._read_scopes, context, offset), ScopeTable())
                lines = self._attempt(partial(self._read_lines, context, offset), LineTable())
                self._units[offset] = Unit(scopes, lines)
            return self._units[offset]

    def _read_scopes(self, context: DWARFInfo, offset: int) -> ScopeTable:
        return read_scopes(context.get_CU_at(offset), self._sections["debug_info"], self._code)

    def _read_lines(self, context: DWARFInfo, offset: int) -> LineTable:
        unit = context.get_CU_at(offset)
        program = context.line_program_for_CU(unit)
        if program is None:
            return LineTable()
        directory = unit.get_top_DIE().attributes.get("DW_AT_comp_dir")
        comp_dir = os.fsdecode(directory.value) if directory else ""
        return read_line_table(program, self._sections["debug_line"], comp_dir, self._code)

    def _context(self) -> DWARFInfo:
        present = {
            f"{name}_sec": DebugSectionDescriptor(BytesIO(data), f".{name}", None, len(data), 0)
            for name, data in self._sections.items()
            if data
        }
        return DWARFInfo(config=self._config, **(_NO_SECTIONS | present))

    def _attempt(self, read: Callable[[], _Part], instead: _Part) -> _Part:
        """Return what was read, or something else where that fails, with a warning."""
        try:
            return read()
        except Exception as error:  # noqa: BLE001 (pyelftools raises many kinds)
            self._report_damage(error)
            return instead

    def _report_damage(self, error: Exception) -> None:
        if not self._damage_is_reported:
            self._damage_is_reported = True
            reason = str(error) or type(error).__name__
            message = f"debug information of {self._code.path} can't be read ({reason}): lines or functions are missing"
            warnings.warn(message, RuntimeWarning, stacklevel=2)


def _take_sections(elf: ELFFile) -> dict[str, bytes]:
    information = elf.get_dwarf_info(relocate_dwarf_sections=False, follow_links=False)
    return {name: _contents(getattr(information, f"{name}_sec")) for name in _SECTIONS}


def _contents(section: DebugSectionDescriptor | None) -> bytes:
    if section is None:
        return b""
    section.stream.seek(0)
    return section.stream.read()
