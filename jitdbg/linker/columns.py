"""Long tables of relocations as columns: which there are, and how their values are stored.

Built-in functions go over the columns, and ``struct`` checks the range of every value as it stores it. Where there is
a kernel, it does the same with the packed table.
"""

from __future__ import annotations

import struct
from array import array
from collections import deque
from collections.abc import Mapping
from itertools import repeat
from operator import add, sub
from typing import TYPE_CHECKING

from jitdbg.linker.model import RELOCATION, Columns, InputSection
from jitdbg.linker.recurring.kernel import Kernel, kernel_for_columns

if TYPE_CHECKING:
    from jitdbg.linker.arch.kinds import Form

_MANY = 500 * RELOCATION.size


def survey(section: InputSection) -> None:
    """Find out which ``r_info`` a section has; LinkError where one has a symbol that does not exist."""
    if section.table is not None and not section.different:
        section.different = _different(section.table)
        section.object.check_symbol(max(section.different, default=0) >> 32)


def kernel_for(table: memoryview) -> Kernel | None:
    """Give the kernel for a table that is long, where there is one."""
    return kernel_for_columns() if len(table) >= _MANY else None


def _different(table: memoryview) -> set[int]:
    kernel = kernel_for(table)
    found = kernel.different(bytes(table)) if kernel else b""
    return set(memoryview(found).cast("Q") if found else table.cast("Q")[1::3].tolist())


def store_packed(data: bytearray, table: memoryview, form: Form, operands: Mapping[int, int]) -> bool:
    """Let the kernel store those whose ``r_info`` has an operand; say whether it did, and all of them fit."""
    kernel = kernel_for(table)
    if kernel is None or form.field:
        return False
    try:
        values = array("q", operands.values()).tobytes()
    except OverflowError:  # an address beyond the half of the address space that processes have
        return False
    infos = array("Q", operands).tobytes()
    how = form.width, form.relative, form.is_unsigned
    return bool(kernel.store(data, bytes(table), infos, values, *how))


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
