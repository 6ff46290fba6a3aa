"""Walk the debugging information entries (DIEs) of a unit that matter here, in the order of the file.

pyelftools parses an entry in 15 to 20 µs, and keeps it. Nine of ten describe variables and types, which symbolication
never needs: those are stepped over by the sizes of their forms, and entries that matter are handed to pyelftools, one
at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from elftools.dwarf.compileunit import CompileUnit
from elftools.dwarf.die import DIE

from jitdbg.symbols.leb128 import skip_leb128, uleb128

OUTERMOST: Final = -1

# Steps over a form of variable size; a step of 0 and more is a number of bytes.
_LEB128, _STRING, _BLOCK, _BLOCK1, _BLOCK2, _BLOCK4 = range(-1, -7, -1)
_LENGTH_BYTES: Final = {_BLOCK1: 1, _BLOCK2: 2, _BLOCK4: 4}

_STEPS: Final = {
    **dict.fromkeys(("flag_present", "implicit_const"), 0),
    **dict.fromkeys(("data1", "ref1", "flag", "strx1", "addrx1"), 1),
    **dict.fromkeys(("data2", "ref2", "strx2", "addrx2"), 2),
    **dict.fromkeys(("strx3", "addrx3"), 3),
    **dict.fromkeys(("data4", "ref4", "ref_sup4", "strx4", "addrx4"), 4),
    **dict.fromkeys(("data8", "ref8", "ref_sup8", "ref_sig8"), 8),
    "data16": 16,
    **dict.fromkeys(("udata", "sdata", "ref_udata", "strx", "addrx", "loclistx", "rnglistx"), _LEB128),
    "string": _STRING,
    **dict.fromkeys(("block", "exprloc"), _BLOCK),
    "block1": _BLOCK1,
    "block2": _BLOCK2,
    "block4": _BLOCK4,
}
_OFFSETS: Final = ("sec_offset", "strp", "line_strp", "strp_sup", "ref_addr")

_Abbreviation = tuple[bool, "tuple[int, ...] | None"]


def walk(unit: CompileUnit, data: bytes, tags: Collection[str]) -> Iterator[tuple[int, DIE]]:
    """Yield (parent, entry) for a unit's entries with one of the tags; ``data`` is .debug_info.

    ``parent`` is the offset of the nearest enclosing entry with one of the tags, or OUTERMOST.
    """
    unit.get_top_DIE()  # references through DW_AT_str_offsets_base and its like need it
    assert unit.dwarfinfo.debug_info_sec is not None
    stream = unit.dwarfinfo.debug_info_sec.stream
    abbreviations: dict[int, _Abbreviation] = {}
    parents = [OUTERMOST]
    position, end = unit.cu_die_offset, unit.cu_offset + unit.size
    while position < end and parents:
        code, after = uleb128(data, position)
        if code == 0:
            parents.pop()
            position = after
            continue
        if code not in abbreviations:
            abbreviations[code] = _abbreviation(unit, code, tags)
        has_children, steps = abbreviations[code]
        around = parents[-1]
        if steps is None:
            entry = DIE(unit, stream, position)
            if entry.tag in tags:
                yield parents[-1], entry
                around = position
            position += entry.size
        else:
            position = _step_over(data, after, steps)
        if has_children:
            parents.append(around)


def _abbreviation(unit: CompileUnit, code: int, tags: Collection[str]) -> _Abbreviation:
    """Return whether such entries have children, and the steps over one: None if it must be parsed."""
    declaration = unit.get_abbrev_table().get_abbrev(code)
    steps = None if declaration["tag"] in tags else _steps(unit, declaration["attr_spec"])
    return declaration.has_children(), steps


def _steps(unit: CompileUnit, attributes: Iterable[Any]) -> tuple[int, ...] | None:
    """Return the steps over attributes, fixed sizes joined; None if a form is unknown here."""
    sizes = _STEPS | dict.fromkeys(_OFFSETS, unit.structs.dwarf_format // 8) | {"addr": unit.structs.address_size}
    steps = [0]
    for attribute in attributes:
        step = sizes.get(attribute.form.removeprefix("DW_FORM_"))
        if step is None:
            return None
        if step >= 0 and steps[-1] >= 0:
            steps[-1] += step
        else:
            steps.append(step)
    return tuple(steps)


def _step_over(data: bytes, position: int, steps: tuple[int, ...]) -> int:
    for step in steps:
        if step >= 0:
            position += step
        elif step == _LEB128:
            position = skip_leb128(data, position)
        elif step == _STRING:
            position = data.index(b"\0", position) + 1
        elif step == _BLOCK:
            length, position = uleb128(data, position)
            position += length
        else:
            length_bytes = _LENGTH_BYTES[step]
            length = int.from_bytes(data[position : position + length_bytes], "little")
            position += length_bytes + length
    return position
