"""Long tables of relocations as columns: which there are, and how their values are stored.

Where there is a kernel, it works on the packed table. Otherwise built-in functions go over the columns, and ``struct``
checks the range of every value as it stores it; and tables without gaps that refer to few symbols, as those of
``.debug_addr`` and ``.debug_str_offsets``, are added up as one big integer: 20,000 entries in a millisecond.
"""

from __future__ import annotations

import struct
from array import array
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import repeat
from operator import add, sub
from typing import TYPE_CHECKING

from jitdbg.linker.model import RELOCATION, Columns, InputSection
from jitdbg.linker.recurring.kernel import Kernel, kernel_at_hand, kernel_for_tables

if TYPE_CHECKING:
    from jitdbg.linker.arch.kinds import Form

_BULK = 64
_MANY = 500 * RELOCATION.size
_LANES = (4, 8)


def survey(section: InputSection) -> None:
    """Find out which ``r_info`` a section has; LinkError where one has a symbol that does not exist."""
    if section.table is not None and not section.different:
        section.different = _different(section.table)
        section.object.check_symbol(max(section.different, default=0) >> 32)


def kernel_for(table: memoryview) -> Kernel | None:
    """Give the kernel for a table that is to be stored, where it is long and there is one. Asking counts as work."""
    return kernel_for_tables() if len(table) >= _MANY else None


def _different(table: memoryview) -> set[int]:
    kernel = kernel_at_hand() if len(table) >= _MANY else None
    found = kernel.different(bytes(table)) if kernel else b""
    return set(memoryview(found).cast("Q") if found else table.cast("Q")[1::3].tolist())


def store_packed(kernel: Kernel, data: bytearray, table: bytes, form: Form, operands: Mapping[int, int]) -> bool:
    """Let the kernel store those whose ``r_info`` has an operand; say whether it did, and all of them fit."""
    if form.field:
        return False
    try:
        values = array("q", operands.values()).tobytes()
    except OverflowError:  # an address beyond the half of the address space that processes have
        return False
    infos = array("Q", operands).tobytes()
    return bool(kernel.store(data, table, infos, values, form.width, form.relative, form.is_unsigned))


def store(data: bytearray, columns: Columns, form: Form, operands: Mapping[int, int], address: int) -> bool:
    """Store columns of a section at ``address``; say whether all fit. Each ``r_info`` has an operand."""
    offsets, infos, addends = columns
    values = map(add, addends, map(operands.__getitem__, infos))
    if form.relative:
        values = map(sub, values, offsets)
    if form.measure:
        values = map(form.measure, values, map(add, offsets, repeat(address)))
    try:
        deque(map(form.pack_into, repeat(data), offsets, values), maxlen=0)
    except (struct.error, OverflowError, IndexError):
        return False
    return True


def alike(table: memoryview) -> list[tuple[int, int]]:
    """Return the runs of equal ``r_info`` in a long table of one type, with their lengths; nothing for another one."""
    count = len(table) // RELOCATION.size
    if count < _BULK:
        return []
    words = array("I")
    words.frombytes(table)
    r_type = words[2]
    if words[2::6].tobytes() != r_type.to_bytes(4, "little") * count:
        return []
    return [(number << 32 | r_type, length) for number, length in _runs(words[3::6].tobytes(), count // 16 + 1)]


def _runs(column: bytes, limit: int) -> list[tuple[int, int]]:
    """Return the runs of equal 4-byte words in a column, as (word, length); nothing for more than ``limit``."""
    runs: list[tuple[int, int]] = []
    start, size = 0, len(column)
    while start < size:
        if len(runs) == limit:
            return []
        word = column[start : start + 4]
        length = step = 1
        while step:  # gallop: compare twice as much as before, and half as much once that fails
            if column.startswith(word * step, start + length * 4):
                length += step
                step *= 2
            else:
                step //= 2
        runs.append((int.from_bytes(word, "little"), length))
        start += length * 4
    return runs


def store_alike(data: bytearray, table: memoryview, form: Form, operands: Sequence[tuple[int, int]]) -> bool:
    """Store a table of one type, whose operands come in runs, if its places have no gaps; say whether it could be done.

    Columns are taken as big integers with a lane of 4 bytes for each entry: the offsets are without gaps if all but the
    first equal all but the last plus the width (by induction from the first lane, since no lane can overflow); addends
    and operands are below 2 GiB, so that no sum reaches into the next lane.
    """
    width = form.width
    if width not in _LANES or form.relative or form.field:
        return False
    if not all(0 <= operand < 1 << 31 for operand, _ in operands):
        return False
    words = array("I")
    words.frombytes(table)
    count = len(words) // 6
    first, last = words[0], words[-6]
    if last != first + width * (count - 1) or last + width > len(data):
        return False
    offsets, addends = words[0::6].tobytes(), words[4::6].tobytes()
    if words[1::6].tobytes() != bytes(count * 4) or words[5::6].tobytes() != bytes(count * 4):
        return False
    if not addends[3::4].isascii():  # a value of 2 GiB or more
        return False
    steps = int.from_bytes(width.to_bytes(4, "little") * (count - 1), "little")
    if int.from_bytes(offsets[4:], "little") != int.from_bytes(offsets[:-4], "little") + steps:
        return False
    column = b"".join([operand.to_bytes(4, "little") * length for operand, length in operands])
    total = int.from_bytes(addends, "little") + int.from_bytes(column, "little")
    stored = array("I", total.to_bytes(4 * count, "little"))
    if width == 4 and not form.is_unsigned and not stored.tobytes()[3::4].isascii():
        return False
    if width == 8:
        narrow, stored = stored, array("I", bytes(8 * count))
        stored[0::2] = narrow
    data[first : first + width * count] = stored.tobytes()
    return True
