"""Numba's arrays in gdb: a pretty-printer, which ``print``, ``info locals`` and IDEs use; ``print /r`` goes without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

import gdb
import gdb.printing

from jitdbg.debugger import numba_arrays
from jitdbg.debugger.numba_arrays import ArrayType


def register() -> None:
    """Make the printer known to gdb; once or often."""
    gdb.printing.register_pretty_printer(None, _Printers(), replace=True)


class _Printers(gdb.printing.PrettyPrinter):
    """Finds the printer of a value."""

    def __init__(self) -> None:
        super().__init__("jitdbg-numba", [])

    def __call__(self, value: gdb.Value) -> Optional[_ArrayPrinter]:
        """Give the printer of an array, None for other values."""
        kind = value.type.strip_typedefs()
        if kind.code != gdb.TYPE_CODE_STRUCT or not kind.name:
            return None
        found = numba_arrays.find_array_type(kind.name)
        return _ArrayPrinter(value, found) if found else None


class _ArrayPrinter:
    """Shows one array; lives as long as gdb prints it."""

    def __init__(self, value: gdb.Value, kind: ArrayType) -> None:
        self._value, self._kind = value, kind
        self._shape, self._strides = (self._numbers(member) for member in ("shape", "strides"))

    def to_string(self) -> str:
        """Say what the array is."""
        return numba_arrays.summary(self._kind, self._shape, self._strides)

    def children(self) -> Iterator[tuple[str, gdb.Value]]:
        """Give the elements; gdb stops asking at ``print elements``."""
        data = self._value["data"]
        start = int(data)
        if not start:  # a local that is not assigned yet
            return
        for index in numba_arrays.indices(self._shape):
            place = gdb.Value(start + numba_arrays.offset(index, self._strides))
            yield numba_arrays.label(index), place.cast(data.type).dereference()

    def _numbers(self, member: str) -> list[int]:
        return [int(self._value[member][place]) for place in range(self._kind.dimensions)]
