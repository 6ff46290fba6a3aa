"""Which variables have a value yet, where IR is its own source: the section ``.jitdbg.values`` of an image says so.

Such a variable lies in a slot of its function's frame for the whole function. Before its definition the slot shows
what was there before, and no debugger could know. The section is text, a line of JSON for each function:
``{"file": NAME, "function": NAME, "lines": [FIRST, LAST], "values": {NAME: [[FIRST, LAST], …]}}`` with the lines, those
of a frame's place, on which each variable holds its value.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import os
from collections.abc import Iterable
from typing import Any, Optional

from jitdbg.debugger.facts import AVAILABLE, NOT_ASSIGNED, Frame, Value
from jitdbg.elf import ElfFile
from jitdbg.elf.note import VALUES_SECTION
from jitdbg.errors import ElfError


def checked(frame: Frame, values: Iterable[Value]) -> list[Value]:
    """Say of each variable of a frame that is not assigned there that it is not; others stay as they are."""
    held = _held(frame)
    return [_without_value(value) if _is_early(frame, held.get(value.name), value) else value for value in values]


def _is_early(frame: Frame, lines: Optional[list[list[int]]], value: Value) -> bool:
    if lines is None or frame.place is None or value.availability != AVAILABLE:
        return False
    return not any(first <= frame.place.line <= last for first, last in lines)


def _without_value(value: Value) -> Value:
    return dataclasses.replace(
        value, availability=NOT_ASSIGNED, scalar=None, text="", children=(), child_count=0, address=None
    )


def _held(frame: Frame) -> dict[str, list[list[int]]]:
    """Find the variables of the function that a frame's place is in."""
    if frame.place and frame.module:
        name, line = os.path.basename(frame.place.file), frame.place.line
        for record in _records(frame.module):
            if record["file"] == name and record["lines"][0] <= line <= record["lines"][1]:
                values: dict[str, list[list[int]]] = record["values"]
                return values
    return {}


def _records(image: str) -> list[Any]:
    try:
        status = os.stat(image)
    except OSError:  # A core's or another machine's: then nothing is known.
        return []
    return _read(image, (status.st_ino, status.st_mtime_ns))


@functools.lru_cache(maxsize=256)
def _read(image: str, _version: tuple[int, int]) -> list[Any]:
    """Read an image, once for each version of its file."""
    try:
        with open(image, "rb") as file:
            return read_records(ElfFile(file.read(), image))
    except (OSError, ElfError, ValueError):
        return []


def read_records(elf: ElfFile) -> list[Any]:
    """Read the section of an image, a record for each function; none where IR is not its source."""
    section = elf.find_section(VALUES_SECTION)
    return [json.loads(line) for line in bytes(elf.contents(section)).splitlines()] if section else []
