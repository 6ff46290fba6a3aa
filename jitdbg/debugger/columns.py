"""The columns of an image's line tables (DWARF 4 and 5, 6.2), which gdb reads and does not tell.

A position with its column leads to one IR line where one without leads to all of its source line.
"""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Optional

from jitdbg.debugger.images import file_stamp, read_file
from jitdbg.errors import DebuggerError, ElfError

_COPY, _ADVANCE_PC, _ADVANCE_LINE, _SET_COLUMN = 1, 2, 3, 5
_CONST_ADD_PC, _FIXED_ADVANCE_PC = 8, 9
_END_SEQUENCE, _SET_ADDRESS = 1, 2
_VERSIONS = (4, 5)
_COMPRESSED = 0x800  # SHF_COMPRESSED


@dataclass(frozen=True)
class Row:
    """From an address on, relative to the image's base, the code is of this line and column; line 0 is the end."""

    address: int
    line: int
    column: int


def find_column(path: str, address: int, line: int) -> Optional[int]:
    """Find the column of the code at an address relative to the base, if the image in a file has it at that line."""
    rows = _rows(path, file_stamp(path))
    index = bisect_right([row.address for row in rows], address) - 1
    if index < 0 or rows[index].line != line:
        return None
    return rows[index].column


@functools.lru_cache(maxsize=64)
def _rows(path: str, _stamp: Optional[tuple[int, ...]]) -> Sequence[Row]:
    """Read all line tables of an image; none of a file that can't be read or is broken."""
    try:
        elf = read_file(path)
        section = elf.find_section(".debug_line")
        data = bytes(elf.contents(section)) if section and not section.sh_flags & _COMPRESSED else b""
        # A sequence that ends where the next begins leaves that the last word.
        return sorted(_tables(data), key=lambda row: (row.address, row.line != 0))
    except (ElfError, DebuggerError, IndexError):
        return ()


def _tables(data: bytes) -> Iterator[Row]:
    position = 0
    while position + 4 <= len(data):
        length = int.from_bytes(data[position : position + 4], "little")
        yield from _table(data, position + 4, position + 4 + length)
        position += 4 + length


def _table(data: bytes, position: int, end: int) -> Iterator[Row]:
    version = int.from_bytes(data[position : position + 2], "little")
    if version not in _VERSIONS:
        return
    position += 4 if version == 5 else 2
    header = int.from_bytes(data[position : position + 4], "little")
    program, position = position + 4 + header, position + 4
    minimum, _operations, _default, base, span, opcodes = data[position : position + 6]
    lengths = data[position + 6 : position + 6 + opcodes - 1]
    yield from _Machine(data[:end], program, minimum, base - 256 * (base > 127), span, opcodes, lengths).run()


class _Machine:
    """The state machine of one table's program."""

    def __init__(
        self, data: bytes, position: int, minimum: int, base: int, span: int, opcodes: int, lengths: bytes
    ) -> None:
        self._data, self._position = data, position
        self._minimum, self._base, self._span = minimum, base, span
        self._opcodes, self._lengths = opcodes, lengths
        self._begin()

    def _begin(self) -> None:
        self._address, self._line, self._column = 0, 1, 0

    def run(self) -> Iterator[Row]:
        """Give the rows that the program makes."""
        while self._position < len(self._data):
            opcode = self._byte()
            if opcode >= self._opcodes:
                self._special(opcode - self._opcodes)
                yield self._row()
            elif opcode == 0:
                yield from self._extended()
            elif opcode == _COPY:
                yield self._row()
            else:
                self._standard(opcode)

    def _row(self) -> Row:
        return Row(self._address, self._line, self._column)

    def _special(self, adjusted: int) -> None:
        self._address += adjusted // self._span * self._minimum
        self._line += self._base + adjusted % self._span

    def _standard(self, opcode: int) -> None:
        if opcode == _ADVANCE_PC:
            self._address += self._unsigned() * self._minimum
        elif opcode == _ADVANCE_LINE:
            self._line += self._signed()
        elif opcode == _SET_COLUMN:
            self._column = self._unsigned()
        elif opcode == _CONST_ADD_PC:
            self._address += (255 - self._opcodes) // self._span * self._minimum
        elif opcode == _FIXED_ADVANCE_PC:
            self._address += self._byte() | self._byte() << 8
        else:
            for _ in range(self._lengths[opcode - 1]):
                self._unsigned()

    def _extended(self) -> Iterator[Row]:
        size = self._unsigned()
        after = self._position + size
        opcode = self._byte()
        if opcode == _SET_ADDRESS:
            self._address = int.from_bytes(self._data[self._position : after], "little")
        elif opcode == _END_SEQUENCE:
            yield Row(self._address, 0, 0)
            self._begin()
        self._position = after

    def _byte(self) -> int:
        self._position += 1
        return self._data[self._position - 1]

    def _unsigned(self) -> int:
        result = shift = 0
        while True:
            byte = self._byte()
            result |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return result

    def _signed(self) -> int:
        start = self._position
        value = self._unsigned()
        bits = 7 * (self._position - start)
        return value - (1 << bits) if value >> (bits - 1) else value
