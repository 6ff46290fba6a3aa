"""IR's values as variables: their slots, their types, and a section that says where they hold; the global ones too.

The section is what `jitdbg.debugger.assigned` reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from jitdbg import irtext
from jitdbg.debuginfo.irsource import globals, values
from jitdbg.debuginfo.irsource.globals import Globals
from jitdbg.debuginfo.irsource.ranges import assigned_lines
from jitdbg.debuginfo.irsource.slots import Slots
from jitdbg.debuginfo.irsource.spelling import definitions
from jitdbg.debuginfo.irsource.types import Parse, TypeNodes, known_types
from jitdbg.debuginfo.irsource.values import Scope
from jitdbg.elf.note import VALUES_SECTION


class Variables(NamedTuple):
    """What a module shows: the slots of each function (None for one that can have none), and its global variables."""

    slots: list[Slots | None]
    globals: Globals


@contextmanager
def variables(
    text: str,
    code: str,
    scopes: Sequence[Scope],
    unit: int,
    file: int,
    parse: Parse,
    add: Callable[[str], int],
    optimised: bool,
) -> Iterator[Variables]:
    """Give the variables of a module with these ``scopes``, to be used within the ``with``.

    ``add`` takes the text of a metadata node and gives its number.
    """
    named = definitions(text, code)
    functions = values.functions(text, code, scopes, named)
    shared = globals.definitions(text, code, {scope.header.name for scope in scopes})
    spellings = {each.type for each in shared}.union(*(function.types() for function in functions if function))
    with known_types(spellings, named, parse) as known:
        types = TypeNodes(known, add)
        slots = [
            function and Slots(scope, file, function, types, add, optimised)
            for scope, function in zip(scopes, functions, strict=True)
        ]
        yield Variables(slots, Globals(shared, types, add, unit, file))


def section(filename: str, functions: Iterable[Slots]) -> Iterator[str]:
    """Yield lines of IR that make the section, by assembly; it is not loaded with the code."""
    yield f'module asm ".pushsection {VALUES_SECTION},\\22\\22,%progbits"'
    for slots in functions:
        text = json.dumps({"file": filename, **_record(slots)}, separators=(",", ":"))
        string = text.replace("\\", "\\\\").replace('"', '\\"')
        yield f'module asm ".ascii \\22{irtext.escaped(string)}\\5Cn\\22"'
    yield 'module asm ".popsection"'


def _record(slots: Slots) -> dict[str, object]:
    scope, function = slots.scope, slots.function
    last = max(line for line, _ in scope.places)
    held = assigned_lines(function, scope.places)
    return {"function": scope.header.name, "lines": [scope.line, last], "values": held}
