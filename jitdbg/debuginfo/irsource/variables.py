"""IR's arguments and results as variables: their slots, their types, and a section that says where they hold a value.

The section is what `jitdbg.debugger.assigned` reads.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from jitdbg import irtext
from jitdbg.debuginfo.irsource import values
from jitdbg.debuginfo.irsource.ranges import assigned_lines
from jitdbg.debuginfo.irsource.slots import Slots
from jitdbg.debuginfo.irsource.spelling import definitions
from jitdbg.debuginfo.irsource.types import Parse, TypeNodes, known_types
from jitdbg.debuginfo.irsource.values import Scope
from jitdbg.elf.note import VALUES_SECTION


@contextmanager
def variables(
    text: str,
    code: str,
    scopes: Sequence[Scope],
    file: int,
    parse: Parse,
    add: Callable[[str], int],
    optimised: bool,
) -> Iterator[list[Slots | None]]:
    """Give the slots for the values of each scope, to be used within the ``with``; None for one that can have none.

    ``add`` takes the text of a metadata node and gives its number.
    """
    named = definitions(text, code)
    functions = values.functions(text, code, scopes, named)
    spellings: set[str] = set().union(*(function.types() for function in functions if function))
    with known_types(spellings, named, parse) as known:
        types = TypeNodes(known, add)
        yield [
            function and Slots(scope, file, function, types, add, optimised)
            for scope, function in zip(scopes, functions, strict=True)
        ]


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
