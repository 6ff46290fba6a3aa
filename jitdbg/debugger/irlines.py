"""The IR lines that a source position leads to, found in IR text: its ``!dbg`` attachments name the same positions.

An image carries the IR that it was made from, and its line table leads from an address to a position: file, line,
column, and the calls that the code was inlined at. So one compile serves both levels. Several IR lines may carry one
position, and all of them are given. Where IR is its own source, a position is an IR line by itself.

What LLVM inlined stands in the text in two places: the code in the callee, the call in the caller. What it merged has
a column of 0, or no position at all.
"""

from __future__ import annotations

import functools
import os
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Optional

from jitdbg import irtext
from jitdbg.debugger.irnodes import File, Location, Nodes
from jitdbg.debugger.names import function_name
from jitdbg.debugger.sources import SourceText, read_source
from jitdbg.irtext import Header


class Position(NamedTuple):
    """A place in a source, and the function that it is in, as a frame or an inlined frame has them.

    ``function`` is any of its names, None where nobody knows. ``column`` is None where nobody tells it; 0 is what DWARF
    has for code without one.
    """

    function: Optional[str]
    file: str
    line: int
    column: Optional[int] = None


@dataclass(frozen=True)
class FunctionText:
    """A definition in IR text: its name in IR, the line of its ``define`` and that of its closing brace."""

    name: str
    first: int
    last: int


class IrText:
    """The IR text of a module and what was found in it: make one for a text, and keep it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._code = irtext.blanked(text)
        self._nodes = Nodes(text, self._code)
        self._located: dict[str, dict[int, list[tuple[int, Location]]]] = {}

    def line(self, number: int) -> str:
        """Give the line of a number; empty where the text has none."""
        if not 0 < number <= len(self._starts):
            return ""
        start = self._starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start:] if end < 0 else self.text[start:end]

    def functions(self, name: str) -> Sequence[FunctionText]:
        """List the definitions of a name: the one that IR (and its symbol) calls so, else all that debug info does."""
        return [
            FunctionText(each.name, self._line_at(each.keyword), self._line_at(each.body_end))
            for each in self._definitions(name)
        ]

    def is_source(self, file: str) -> bool:
        """Say whether a file that a debugger names is this text itself, compiled as its own source."""
        name = os.path.basename(file)
        return name.endswith(".ll") and name not in self._files_by_name

    def source(self, file: str) -> SourceText:
        """Read a source file that a debugger names, and say whether it is still what was compiled."""
        if self.is_source(file):
            return read_source(file, compiled=self.text.encode("utf-8", "surrogateescape"))
        known = self._files_by_name.get(os.path.basename(file), [])
        checksums = {(each.kind, each.checksum) for each in known}
        kind, checksum = checksums.pop() if len(checksums) == 1 else ("", "")
        return read_source(file, checksum, kind)

    def lines(self, symbol: str, chain: Sequence[Position]) -> Sequence[int]:
        """Give the IR lines that a position in a function's code comes from, ascending; none where no line carries it.

        ``symbol`` is the function whose code it is: its ELF symbol, or any name. ``chain`` is the position, and behind
        it, where the code was inlined, the position of each call, outwards; the last is in the function itself. For
        what LLVM inlined the lines lie in the callee. An instruction of several lines counts by its first.
        """
        if not chain or not chain[0].line:
            return ()
        if self.is_source(chain[0].file):
            return (chain[0].line,)
        # What was inlined before LLVM has its whole chain in the text; each call that LLVM inlined cuts it off.
        for length in range(len(chain), 0, -1):
            names = [chain[length - 1].function] if length < len(chain) else [symbol, chain[-1].function]
            for name in filter(None, names):
                if found := self._carrying(name, chain[:length]):
                    return found
        return ()

    def _carrying(self, name: str, chain: Sequence[Position]) -> Sequence[int]:
        placed = [
            (line, location)
            for definition in self._definitions(name)
            for line, location in self._locations(definition).get(chain[0].line, ())
            if _is_at(location, chain)
        ]
        column = chain[0].column
        exact = [line for line, location in placed if location.column == column]
        # Without a column, what LLVM has merged may come from each column of the line.
        return sorted(set(exact if exact or column else [line for line, _ in placed]))

    def _locations(self, definition: Header) -> Mapping[int, list[tuple[int, Location]]]:
        """Give the lines of a definition that carry a location, by its line; the prologue's is carried by the first."""
        if definition.name not in self._located:
            found = self._located[definition.name] = {}
            for line, location in self._read_locations(definition):
                found.setdefault(location.line, []).append((line, location))
        return self._located[definition.name]

    def _read_locations(self, definition: Header) -> Iterator[tuple[int, Location]]:
        subprogram = self._subprogram(definition)
        if subprogram is not None:
            yield self._line_at(definition.keyword), self._nodes.prologue(subprogram)
        for start, end in irtext.instructions_of(self._code, definition):
            node = self._nodes.find_attached(start, end)
            location = None if node is None else self._nodes.find_location(node)
            if location:
                yield self._line_at(start), location

    def _subprogram(self, definition: Header) -> Optional[int]:
        return self._nodes.find_attached(definition.attributes, definition.body_start)

    def _definitions(self, name: str) -> Sequence[Header]:
        if name in self._by_name:
            return [self._by_name[name]]
        return next((self._by_source_name[each] for each in _spellings(name) if each in self._by_source_name), [])

    @functools.cached_property
    def _files_by_name(self) -> Mapping[str, list[File]]:
        found: dict[str, list[File]] = {}
        for file in self._nodes.files():
            found.setdefault(os.path.basename(file.path), []).append(file)
        return found

    @functools.cached_property
    def _by_name(self) -> Mapping[str, Header]:
        return {each.name: each for each in irtext.headers(self.text, self._code) if each.is_definition}

    @functools.cached_property
    def _by_source_name(self) -> Mapping[str, list[Header]]:
        found: dict[str, list[Header]] = {}
        for definition in self._by_name.values():
            subprogram = self._subprogram(definition)
            for name in self._nodes.names(subprogram) if subprogram is not None else ():
                if name:
                    found.setdefault(name, []).append(definition)
        return found

    def _line_at(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    @functools.cached_property
    def _starts(self) -> Sequence[int]:
        """The offsets at which lines begin."""
        starts = [0]
        while (newline := self.text.find("\n", starts[-1])) >= 0:
            starts.append(newline + 1)
        return starts


def _spellings(name: str) -> Iterator[str]:
    """Yield what debug info may call the function that a debugger calls so: without scopes, parameters and result."""
    plain = function_name(name)
    scoped, bracket, arguments = plain.partition("<")
    yield from (name, plain, scoped.rpartition("::")[2] + bracket + arguments, plain.rpartition("::")[2])


def _is_at(location: Optional[Location], chain: Sequence[Position]) -> bool:
    """Say whether a location is a position that was inlined at the same calls, as far as its columns are told."""
    for position in chain:
        if location is None or not _is_same(location, position):
            return False
        location = location.inlined_at
    return location is None


def _is_same(location: Location, position: Position) -> bool:
    # A file's directory differs where the image names a copy, or the text a relative one.
    return (
        location.line == position.line
        and (location.column == position.column or not position.column)
        and os.path.basename(location.file) == os.path.basename(position.file)
    )
