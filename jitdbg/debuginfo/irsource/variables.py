"""IR's arguments and results as variables: their slots, their types, and a section that says where they hold a value.

The section is what `jitdbg.debugger.assigned` reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TypeAlias

import llvmlite.binding as llvm

from jitdbg import irtext
from jitdbg.debuginfo.irsource import ranges, values
from jitdbg.debuginfo.irsource.slots import Slots
from jitdbg.debuginfo.irsource.types import TypeNodes
from jitdbg.debuginfo.irsource.values import Function, Scope
from jitdbg.elf.note import VALUES_SECTION
from jitdbg.irtext import Edit

Parse: TypeAlias = Callable[[str], AbstractContextManager[llvm.ModuleRef]]
"""Gives the module of a text, as long as the ``with`` block takes."""


@dataclass
class Variables:
    """What makes variables of values: edits of the text, the type of each subprogram, and where values hold."""

    edits: list[Edit] = field(default_factory=list)
    types: dict[int, int] = field(default_factory=dict)
    records: list[dict[str, object]] = field(default_factory=list)

    def section(self, filename: str) -> Iterator[str]:
        """Yield lines of IR that make the section, by assembly; it is not loaded with the code."""
        if self.records:
            yield f'module asm ".pushsection {VALUES_SECTION},\\22\\22,%progbits"'
            for record in self.records:
                text = json.dumps({"file": filename, **record}, separators=(",", ":"))
                string = text.replace("\\", "\\\\").replace('"', '\\"')
                yield f'module asm ".ascii \\22{irtext.escaped(string)}\\5Cn\\22"'
            yield 'module asm ".popsection"'


def declared(
    text: str,
    code: str,
    scopes: Sequence[Scope],
    file: int,
    parse: Parse,
    add: Callable[[str], int],
    optimised: bool = False,
) -> Variables:
    """Give what shows the values of all ``scopes``; ``add`` takes the text of a metadata node and gives its number."""
    found = Variables()
    allocated = values.allocations(text, code, scopes)
    with parse(text + values.query(allocated)) as module:
        layout = llvm.create_target_data(module.data_layout)
        types = TypeNodes(layout, add)
        for scope, function in zip(scopes, values.functions(module, text, code, scopes, allocated), strict=True):
            if function:
                slots = Slots(scope, file, function, types, add, optimised)
                found.edits += slots.edits()
                found.types[scope.number] = slots.type()
                found.records.append(_record(scope, function))
    return found


def _record(scope: Scope, function: Function) -> dict[str, object]:
    lines = [line for line, _ in scope.places]
    values = ranges.assigned_lines(function, scope.places)
    return {"function": scope.header.name, "lines": [scope.line, max(lines)], "values": values}
