"""IR's global variables: what they are called, of which type they are, and where their debug info goes.

Those that only the compiler needs have none: private ones, of which no symbol remains, and LLVM's own lists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from jitdbg import irtext
from jitdbg.debuginfo.irsource.spelling import spelled, type_end
from jitdbg.debuginfo.irsource.types import TypeNodes
from jitdbg.debuginfo.irsource.values import identifier, is_identifier
from jitdbg.irtext import NAME, Edit

# A word ends where no more of it can follow: else text that is none of these could be cut into words in many ways.
_WORDS = r"(?:[a-z_]+(?![-\w$.])\s*(?:\([^()]*\)\s*)?)*?"
_DEFINITION = re.compile(rf"@({NAME})\s*=\s*({_WORDS})(?:global|constant)(?![-\w$.])\s*", re.ASCII)
_ELSEWHERE = frozenset(("external", "extern_weak", "available_externally"))
_NOT_SHOWN = _ELSEWHERE | {"private"}
_FLAG = r"(?:inbounds|nuw|nsw|nusw|exact|inrange\s*\([^()]*\))"
# A value, without the group that the first two end with: an aggregate, an expression, a name, text, any other word.
_VALUE = re.compile(
    rf"\s*(?:[\[{{<]|[a-z]\w*(?:\s+{_FLAG})*\s*\(|(?:(?:dso_local_equivalent|no_cfi)\s+)?@{NAME}|c\"_*\"|[-+\w.]+)",
    re.ASCII,
)


class Global(NamedTuple):
    """A definition: its name as debuggers show it, its type in IR's spelling, its line, whether it is the module's own.

    Metadata can be attached at the offset ``end``, behind the character ``last``.
    """

    name: str
    type: str
    line: int
    is_local: bool
    end: int
    last: str


def definitions(text: str, code: str, taken: Collection[str]) -> list[Global]:
    """Find the global variables that are to be shown; none gets a name that is ``taken``, and all keep one they can."""
    found = list(_definitions(text, code))
    own = {each.name for each in found if is_identifier(each.name)}
    names = own.union(taken)
    return [each if each.name in own else each._replace(name=identifier(each.name, names)) for each in found]


def _definitions(text: str, code: str) -> Iterator[Global]:
    """Yield them under the names that the text has for them."""
    line, at = 1, 0
    for found in _DEFINITION.finditer(code):
        words, name = found[2].split(), irtext.name_at(text, *found.span(1)).removeprefix("\x01")
        start = type_end(code, found.end())
        end = _value_end(code, start)
        if end is None or "addrspace" in found[2] or name.startswith("llvm.") or not _NOT_SHOWN.isdisjoint(words):
            continue
        line, at = line + text.count("\n", at, found.start()), found.start()
        type_ = spelled(text, code, (found.end(), start))
        yield Global(name, type_, line, "internal" in words, end, code[end - 1])


def _value_end(code: str, start: int) -> int | None:
    """Find where the initial value that stands behind a type ends; None where none is understood."""
    found = _VALUE.match(code, start)
    if found is None:
        return None
    return irtext.after_closing(code, found.end() - 1) if found[0][-1] in "[{<(" else found.end()


class Globals:
    """The debug info of a module's global variables, which are in the ``unit`` and its ``file``."""

    def __init__(self, found: list[Global], types: TypeNodes, add: Callable[[str], int], unit: int, file: int) -> None:
        self._types, self._add = types, add
        self._where = f"scope: !{unit}, file: !{file}"
        self._attached = [(each, node) for each in found if (node := self._describe(each)) is not None]

    def listed(self) -> str:
        """Give the node that lists them for the unit."""
        return f"!{{{', '.join(f'!{node}' for _, node in self._attached)}}}"

    def edits(self) -> list[Edit]:
        """Give the edits that attach them, each with the character before: else what is appended could come first."""
        return [(each.end - 1, each.end, f"{each.last}, !dbg !{node}") for each, node in self._attached]

    def _describe(self, each: Global) -> int | None:
        node = self._types.find(each.type)
        if node is None:
            return None
        variable = self._add(
            f'distinct !DIGlobalVariable(name: "{each.name}", {self._where}, line: {each.line}, type: !{node}, '
            f"isLocal: {str(each.is_local).lower()}, isDefinition: true)"
        )
        return self._add(f"!DIGlobalVariableExpression(var: !{variable}, expr: !{self._types.nothing})")
