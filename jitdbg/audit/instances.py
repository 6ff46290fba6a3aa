"""The functions of a unit and their inlined copies, with the variables of each (DWARF 5, sections 3.3, 3.4 and 4.1)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from elftools.dwarf.compileunit import CompileUnit
from elftools.dwarf.die import DIE
from elftools.dwarf.dwarfinfo import DWARFInfo
from elftools.dwarf.locationlists import BaseAddressEntry, LocationParser

from jitdbg.audit.facts import ARGUMENT, LOCAL
from jitdbg.audit.rows import Table
from jitdbg.symbols.code import Code
from jitdbg.symbols.demangle import demangle
from jitdbg.symbols.scopes import read_ranges

Ranges = list[tuple[int, int]]

_ELSEWHERE = ("DW_AT_abstract_origin", "DW_AT_specification")
_VARIABLES = {"DW_TAG_formal_parameter": ARGUMENT, "DW_TAG_variable": LOCAL}
_FUNCTION, _INLINED, _BLOCK = "DW_TAG_subprogram", "DW_TAG_inlined_subroutine", "DW_TAG_lexical_block"
# DWARF 5 has the address behind a call in an attribute of its own; gcc's older form in DW_AT_low_pc.
_CALL_SITES = {"DW_TAG_call_site": "DW_AT_call_return_pc", "DW_TAG_GNU_call_site": "DW_AT_low_pc"}
_HOLDERS = ("DW_TAG_namespace", "DW_TAG_structure_type", "DW_TAG_class_type", "DW_TAG_union_type", "DW_TAG_module")


class Origin(NamedTuple):
    """Which function of the source it is."""

    name: str
    file: str
    line: int


class Variable(NamedTuple):
    """A variable in the addresses of its ``scope``; ``places`` are those where it has a location."""

    name: str
    kind: str
    line: int
    scope: Ranges
    places: Ranges


@dataclass
class Instance:
    """A function's code: its own, or a copy that is inlined into another (``parent``)."""

    origin: Origin
    ranges: Ranges
    parent: Instance | None = None
    variables: list[Variable] = field(default_factory=list)
    call_returns: set[int] = field(default_factory=set)

    @property
    def outermost(self) -> Instance:
        """The function's own code that this is in."""
        return self.parent.outermost if self.parent else self


def read_instances(dwarf: DWARFInfo, unit: CompileUnit, table: Table, code: Code) -> list[Instance]:
    """Read all functions of a unit that have code, each before those that are inlined into it.

    Of a unit that describes none, as assemblers make them, what lies behind a symbol is one, as debuggers have it.
    """
    reader = _Reader(dwarf, unit, table, code)
    reader.functions(unit.get_top_DIE())
    return reader.found or [
        each for low, high in read_ranges(unit.get_top_DIE()) for each in _behind_symbols(low, high, table, code)
    ]


def _behind_symbols(low: int, high: int, table: Table, code: Code) -> Iterator[Instance]:
    rows = (row for row in table.rows if low <= row.address < high)
    firsts = [next(group) for _, group in groupby(rows, key=lambda row: code.symbols.find(row.address))]
    ends = [*(row.address for row in firsts), high][1:]
    for first, end in zip(firsts, ends, strict=True):
        symbol = code.symbols.find(first.address)
        name = (demangle(symbol.name) or symbol.name) if symbol else "?"
        yield Instance(Origin(name, first.file, first.line), [(first.address, end)])


class _Reader:
    def __init__(self, dwarf: DWARFInfo, unit: CompileUnit, table: Table, code: Code) -> None:
        self._table, self._code, self._version = table, code, unit["version"]
        self._locations = LocationParser(dwarf.location_lists())
        low = unit.get_top_DIE().attributes.get("DW_AT_low_pc")
        self._base: int = low.value if low else 0
        self.found: list[Instance] = []

    def functions(self, around: DIE) -> None:
        for entry in around.iter_children():
            if entry.tag == _FUNCTION:
                self._instance(entry, None)
            elif entry.tag in _HOLDERS:
                self.functions(entry)

    def _instance(self, entry: DIE, parent: Instance | None) -> None:
        ranges = self._ranges(entry)
        if not ranges:
            return
        instance = Instance(self._origin(entry), ranges, parent)
        self.found.append(instance)
        seen: set[int] = set()
        self._contents(entry, instance, ranges, seen)
        if origin := _find_referred(entry, "DW_AT_abstract_origin"):
            self._lost(origin, instance, seen)

    def _contents(self, around: DIE, instance: Instance, scope: Ranges, seen: set[int]) -> None:
        for entry in around.iter_children():
            tag = str(entry.tag)
            if tag in _VARIABLES:
                self._variable(entry, instance, scope, seen)
            elif tag == _BLOCK:
                self._contents(entry, instance, self._ranges(entry) or scope, seen)
            elif tag == _INLINED:
                self._instance(entry, instance)
            elif tag == _FUNCTION:
                self._instance(entry, None)
            elif tag in _CALL_SITES and _CALL_SITES[tag] in entry.attributes:
                instance.call_returns.add(entry.attributes[_CALL_SITES[tag]].value)

    def _variable(self, entry: DIE, instance: Instance, scope: Ranges, seen: set[int]) -> None:
        if origin := _find_referred(entry, "DW_AT_abstract_origin"):
            seen.add(origin.offset)
        name, kind = _text(entry, "DW_AT_name"), _VARIABLES[str(entry.tag)]
        is_added = kind == LOCAL and _find(entry, "DW_AT_artificial")
        if name and not is_added and "DW_AT_declaration" not in entry.attributes:
            line = _number(entry, "DW_AT_decl_line")
            instance.variables.append(Variable(name, kind, line, scope, self._places(entry, scope)))

    def _lost(self, abstract: DIE, instance: Instance, seen: set[int]) -> None:
        """Add what the source has and this copy says nothing of."""
        for entry in abstract.iter_children():
            if entry.tag in _VARIABLES and entry.offset not in seen:
                self._variable(entry, instance, instance.ranges, seen)
            elif entry.tag == _BLOCK:
                self._lost(entry, instance, seen)

    def _places(self, entry: DIE, scope: Ranges) -> Ranges:
        """Give where a variable has a location, or is known to be constant; an empty expression is none."""
        if "DW_AT_const_value" in entry.attributes:
            return scope
        attribute = entry.attributes.get("DW_AT_location")
        if attribute is None:
            return []
        found = self._locations.parse_from_attribute(attribute, self._version, entry)
        if isinstance(found, list):
            return list(self._listed(found))
        return scope if found.loc_expr else []

    def _listed(self, entries: list[Any]) -> Iterator[tuple[int, int]]:
        base = self._base
        for each in entries:
            if isinstance(each, BaseAddressEntry):
                base = each.base_address
            elif each.loc_expr:
                bias = 0 if each.is_absolute else base
                yield bias + each.begin_offset, bias + each.end_offset

    def _ranges(self, entry: DIE) -> Ranges:
        return [(low, high) for low, high in read_ranges(entry) if self._code.contains(low)]

    def _origin(self, entry: DIE) -> Origin:
        linkage = _text(entry, "DW_AT_linkage_name")
        name = (demangle(linkage) if linkage else None) or _text(entry, "DW_AT_name") or linkage or "?"
        return Origin(name, self._table.file(_number(entry, "DW_AT_decl_file")), _number(entry, "DW_AT_decl_line"))


def _find_referred(entry: DIE, name: str) -> DIE | None:
    return entry.get_DIE_from_attribute(name) if name in entry.attributes else None


def _find(entry: DIE, name: str) -> Any:
    """Find an attribute's value in an entry or those that it completes; None where there is none."""
    if name in entry.attributes:
        return entry.attributes[name].value
    others = (_find_referred(entry, each) for each in _ELSEWHERE)
    return next((found for other in others if other and (found := _find(other, name)) is not None), None)


def _text(entry: DIE, name: str) -> str:
    return os.fsdecode(_find(entry, name) or b"")


def _number(entry: DIE, name: str) -> int:
    return int(_find(entry, name) or 0)
