"""Numba's arrays in lldb: a summary and elements, which ``frame variable`` and IDEs show; ``--raw`` goes without."""

from __future__ import annotations

from typing import Any, Optional

import lldb

from jitdbg.debugger import numba_arrays

_CATEGORY = "jitdbg"


def register(debugger: lldb.SBDebugger) -> None:
    """Make the formatters known to a debugger."""
    category = debugger.CreateCategory(_CATEGORY)
    name = lldb.SBTypeNameSpecifier(numba_arrays.PATTERN, True)
    options = lldb.eTypeOptionCascade
    category.AddTypeSummary(name, lldb.SBTypeSummary.CreateWithFunctionName(f"{__name__}.summary", options))
    category.AddTypeSynthetic(name, lldb.SBTypeSynthetic.CreateWithClassName(f"{__name__}.Elements", options))
    category.SetEnabled(True)


def summary(value: lldb.SBValue, internal_dict: dict[str, Any]) -> str:
    """Say what an array is, for lldb."""
    del internal_dict
    array = value.GetNonSyntheticValue()
    kind = numba_arrays.find_array_type(array.GetTypeName())
    if kind is None:
        return ""
    shape, strides = (numbers(array, member, kind.dimensions) for member in ("shape", "strides"))
    return numba_arrays.summary(kind, shape, strides)


class Elements:
    """The elements of an array as its children; lldb makes one for each value that it shows."""

    def __init__(self, value: lldb.SBValue, internal_dict: dict[str, Any]) -> None:
        del internal_dict
        self._array = value
        self._shape: list[int] = []
        self._strides: list[int] = []
        self._data = 0

    def update(self) -> bool:
        """Read the array anew, at each stop."""
        kind = numba_arrays.find_array_type(self._array.GetTypeName())
        dimensions = kind.dimensions if kind else 0
        self._shape, self._strides = (numbers(self._array, member, dimensions) for member in ("shape", "strides"))
        self._data = self._array.GetChildMemberWithName("data").GetValueAsUnsigned()
        return False

    def num_children(self) -> int:
        """Give the number of elements; none for a local that is not assigned yet."""
        return numba_arrays.count(self._shape) if self._data and self._shape else 0

    def has_children(self) -> bool:
        """Say whether there are elements."""
        return self.num_children() > 0

    def get_child_at_index(self, number: int) -> Optional[lldb.SBValue]:
        """Give the element of that number."""
        if not 0 <= number < self.num_children():
            return None
        index = numba_arrays.index_of(number, self._shape)
        address = self._data + numba_arrays.offset(index, self._strides)
        kind = self._array.GetChildMemberWithName("data").GetType().GetPointeeType()
        return self._array.CreateValueFromAddress(numba_arrays.label(index), address, kind)

    def get_child_index(self, name: str) -> int:
        """Give the number of the element with that label, -1 where there is none."""
        found = (
            number
            for number, index in enumerate(numba_arrays.indices(self._shape))
            if numba_arrays.label(index) == name
        )
        return next(found, -1)


def numbers(array: lldb.SBValue, member: str, dimensions: int) -> list[int]:
    """Read the lengths or strides of an array."""
    values = array.GetChildMemberWithName(member)
    return [values.GetChildAtIndex(place).GetValueAsSigned() for place in range(dimensions)]
