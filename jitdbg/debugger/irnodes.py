"""Debug info nodes in IR text: `!DILocation`, `!DISubprogram`, `!DIFile` and the scopes between, read when asked for.

A node is known here by the offset of the parenthesis after its kind, so that one that stands within another (``scope:
!DISubprogram(…)``) is like any other. What is malformed or missing reads as if nothing were said: LLVM has accepted
the text.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Optional

from jitdbg import irtext

_NODE = re.compile(r"!\s*(\d+)\s*=\s*(?:distinct\b\s*)?!\s*DI\w+\s*(\()", re.ASCII)
_FILE = re.compile(r"!\s*DIFile\s*(\()", re.ASCII)
_ATTACHED = re.compile(r"!dbg\s*!\s*(?:(\d+)|DI\w+\s*(\())", re.ASCII)
_FIELD = re.compile(r'\s*(\w+)\s*:\s*(?:!\s*(?:(\d+)|DI\w+\s*(\())|("[^"]*"|\w+))', re.ASCII)


class File(NamedTuple):
    """A source file: ``checksum`` is hexadecimal and of a ``kind`` such as MD5; both are empty where none is given."""

    path: str
    kind: str
    checksum: str


class Names(NamedTuple):
    """What a subprogram is called; the linkage name is empty where that is the name."""

    name: str
    linkage_name: str


class Location(NamedTuple):
    """A position: line and column are 0 where it has none; ``inlined_at`` is the call that the code was inlined at."""

    file: str
    line: int
    column: int
    inlined_at: Optional[Location]


class Nodes:
    """The nodes of a text, whose ``code`` is what `irtext.blanked` makes of it."""

    def __init__(self, text: str, code: str) -> None:
        self._text, self._code = text, code
        self._locations: dict[int, Optional[Location]] = {}

    def find_attached(self, start: int, end: int) -> Optional[int]:
        """Find the node of the ``!dbg`` attachment between two offsets."""
        found = _ATTACHED.search(self._code, start, end)
        return self._node(found[1], found.start(2)) if found else None

    def files(self) -> Iterator[File]:
        """Yield the source files that the text names."""
        return (self._file(found.start(1)) for found in _FILE.finditer(self._code))

    def names(self, subprogram: int) -> Names:
        """Give the names of a subprogram."""
        fields = self._fields(subprogram)
        return Names(self._string(fields, "name"), self._string(fields, "linkageName"))

    def prologue(self, subprogram: int) -> Location:
        """Give the position of a subprogram's own prologue: its scope line, without a column."""
        fields = self._fields(subprogram)
        return Location(self._path_of(subprogram), self._number(fields, "scopeLine"), 0, None)

    def find_location(self, node: int) -> Optional[Location]:
        """Read a DILocation with all that it is inlined at; None for what is no location."""
        if node not in self._locations:
            self._locations[node] = None  # for one that is inlined at itself
            self._locations[node] = self._read_location(node)
        return self._locations[node]

    def _read_location(self, node: int) -> Optional[Location]:
        fields = self._fields(node)
        scope, outer = self._reference(fields, "scope"), self._reference(fields, "inlinedAt")
        if scope is None:
            return None
        inlined_at = None if outer is None else self.find_location(outer)
        return Location(self._path_of(scope), self._number(fields, "line"), self._number(fields, "column"), inlined_at)

    def _path_of(self, scope: int) -> str:
        """Give the path of the file that a scope is in: its own, or that of the nearest scope around it."""
        seen: set[int] = set()
        around: Optional[int] = scope
        while around is not None and around not in seen:
            seen.add(around)
            fields = self._fields(around)
            file = self._reference(fields, "file")
            if file is not None:
                return self._file(file).path
            around = self._reference(fields, "scope")
        return ""

    def _file(self, node: int) -> File:
        fields = self._fields(node)
        path = os.path.join(self._string(fields, "directory"), self._string(fields, "filename"))
        kind = fields["checksumkind"][4].removeprefix("CSK_") if "checksumkind" in fields else ""
        return File(path, kind, self._string(fields, "checksum"))

    def _fields(self, node: int) -> Mapping[str, re.Match[str]]:
        end = irtext.after_closing(self._code, node) - 1
        parts = (_FIELD.match(self._code, *span) for span in irtext.listed(self._code, node + 1, end))
        return {part[1]: part for part in parts if part}

    def _string(self, fields: Mapping[str, re.Match[str]], key: str) -> str:
        if key not in fields or not fields[key][4]:
            return ""
        return irtext.unescaped(self._text[slice(*fields[key].span(4))].strip('"'))

    def _number(self, fields: Mapping[str, re.Match[str]], key: str) -> int:
        digits = fields[key][4] if key in fields else None
        return int(digits) if digits and digits.isdecimal() else 0

    def _reference(self, fields: Mapping[str, re.Match[str]], key: str) -> Optional[int]:
        return self._node(fields[key][2], fields[key].start(3)) if key in fields else None

    def _node(self, number: Optional[str], opening: int) -> Optional[int]:
        if number is not None:
            return self._numbered.get(int(number))
        return opening if opening >= 0 else None

    @functools.cached_property
    def _numbered(self) -> Mapping[int, int]:
        return {int(found[1]): found.start(2) for found in _NODE.finditer(self._code)}
