"""Functions and inlined bodies of a compile unit, and which of them covers an address (DWARF 5, section 3.3)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from elftools.dwarf.compileunit import CompileUnit
from elftools.dwarf.die import DIE
from elftools.dwarf.ranges import BaseAddressEntry

from jitdbg.symbols.code import Code
from jitdbg.symbols.dies import OUTERMOST, walk
from jitdbg.symbols.intervals import NOTHING, IntervalMap, flatten

_FUNCTION: Final = "DW_TAG_subprogram"
_INLINED: Final = "DW_TAG_inlined_subroutine"
_NAMES_ELSEWHERE: Final = ("DW_AT_abstract_origin", "DW_AT_specification")
_LINKAGE_NAMES: Final = ("DW_AT_linkage_name", "DW_AT_MIPS_linkage_name")


class Names(NamedTuple):
    """A function's plain name (``area``), and its name for the linker (``_ZN5Shape4areaEv``)."""

    name: str | None
    linkage_name: str | None


class Scope(NamedTuple):
    """A function; or an inlined body, which has the scope around it as ``parent``, and the place of the call.

    ``call_file`` indexes the unit's files; line and column are 0 where unknown.
    """

    name: str | None
    linkage_name: str | None
    entry: int
    parent: int = NOTHING
    call_file: int = 0
    call_line: int = 0
    call_column: int = 0


@dataclass(frozen=True)
class ScopeTable:
    """The scopes of a unit, and the innermost one for each address."""

    scopes: tuple[Scope, ...] = ()
    cover: IntervalMap = field(default_factory=lambda: flatten(()))

    def chain(self, index: int) -> Iterator[Scope]:
        """Yield the scope with an index and those around it, from the innermost to the function."""
        while index != NOTHING:
            yield self.scopes[index]
            index = self.scopes[index].parent


def read_scopes(unit: CompileUnit, data: bytes, code: Code) -> ScopeTable:
    """Read a unit's scopes; ``data`` is .debug_info.

    Ranges outside of the image's code belong to what the linker has discarded.
    """
    scopes: list[Scope] = []
    intervals: list[tuple[int, int, int]] = []
    names: dict[int, Names] = {}
    scope_of = {OUTERMOST: NOTHING}  # by the offset of an entry
    for around, entry in walk(unit, data, (_FUNCTION, _INLINED)):
        parent = scope_of[around] if entry.tag == _INLINED else NOTHING
        scope_of[entry.offset] = parent
        ranges = [(low, high) for low, high in read_ranges(entry) if code.contains(low)]
        if ranges:
            scope_of[entry.offset] = len(scopes)
            intervals += [(low, high, len(scopes)) for low, high in ranges]
            scope = _scope(entry, ranges[0][0], parent, names)
            if parent == NOTHING and not scope.linkage_name:
                scope = scope._replace(linkage_name=code.cxx_name(scope.entry))
            scopes.append(scope)
    return ScopeTable(tuple(scopes), flatten(intervals))


def _scope(entry: DIE, low: int, parent: int, names: dict[int, Names]) -> Scope:
    call_file, call_line, call_column = (_integer(entry, f"DW_AT_call_{what}") for what in ("file", "line", "column"))
    return Scope(*_names(entry, names), _entry_address(entry, low), parent, call_file, call_line, call_column)


def _integer(entry: DIE, name: str) -> int:
    attribute = entry.attributes.get(name)
    return attribute.value if attribute else 0


def _entry_address(entry: DIE, low: int) -> int:
    """Return DW_AT_entry_pc, an address or (DWARF 5) an offset, else the start of the first range."""
    attribute = entry.attributes.get("DW_AT_entry_pc")
    if attribute is None:
        return low
    address: int = attribute.value if attribute.form.startswith("DW_FORM_addr") else low + attribute.value
    return address


def _names(entry: DIE, known: dict[int, Names]) -> Names:
    """Return the names of a function, which may stand in its abstract instance or its declaration."""
    if entry.offset not in known:
        known[entry.offset] = Names(None, None)  # an entry that refers to itself has no name
        own = Names(_string(entry, "DW_AT_name"), _first_string(entry, _LINKAGE_NAMES))
        for reference in _NAMES_ELSEWHERE:
            if reference in entry.attributes and None in own:
                other = _names(entry.get_DIE_from_attribute(reference), known)
                own = Names(own.name or other.name, own.linkage_name or other.linkage_name)
        known[entry.offset] = own
    return known[entry.offset]


def _first_string(entry: DIE, names: tuple[str, ...]) -> str | None:
    return next((text for text in (_string(entry, name) for name in names) if text), None)


def _string(entry: DIE, name: str) -> str | None:
    attribute = entry.attributes.get(name)
    return os.fsdecode(attribute.value) if attribute else None


def read_ranges(entry: DIE) -> Iterator[tuple[int, int]]:
    """Yield the address ranges, (low, high), of a unit, function or inlined body: none for a declaration."""
    attributes = entry.attributes
    if "DW_AT_ranges" in attributes:
        yield from _read_range_list(entry, attributes["DW_AT_ranges"].value)
    elif "DW_AT_low_pc" in attributes and "DW_AT_high_pc" in attributes:
        low, high = attributes["DW_AT_low_pc"].value, attributes["DW_AT_high_pc"]
        yield low, high.value if high.form.startswith("DW_FORM_addr") else low + high.value


def _read_range_list(entry: DIE, offset: int) -> Iterator[tuple[int, int]]:
    lists = entry.dwarfinfo.range_lists()
    if lists is None or not isinstance(entry.cu, CompileUnit):
        return
    base = _integer(entry.cu.get_top_DIE(), "DW_AT_low_pc")
    for item in lists.get_range_list_at_offset(offset, entry.cu):
        if isinstance(item, BaseAddressEntry):
            base = item.base_address
        else:
            bias = 0 if item.is_absolute else base
            yield bias + item.begin_offset, bias + item.end_offset
