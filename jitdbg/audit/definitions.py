"""From where on a variable is to be readable: the lines from its first definition on.

Of an argument those are all lines. Of a value of IR that is its own source they are the lines that the image lists, by
the rules of SSA (`jitdbg.debugger.assigned`). Of other variables they are those behind the declaration: DWARF does not
tell where else a variable is assigned first.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jitdbg.audit.facts import ARGUMENT
from jitdbg.audit.instances import Origin, Variable

_LAST = 1 << 32


class Lines:
    """Runs of lines, first and last."""

    def __init__(self, runs: Iterable[tuple[int, int]]) -> None:
        self._runs = list(runs)

    def __contains__(self, line: int) -> bool:
        return any(first <= line <= last for first, last in self._runs)


class Definitions:
    """Which lines variables hold a value on; ``records`` are those of an image's section ``.jitdbg.values``."""

    def __init__(self, records: Sequence[Mapping[str, Any]] = ()) -> None:
        self._records = records

    def lines(self, origin: Origin, variable: Variable) -> Lines:
        """Give the lines from the first definition of a function's variable on."""
        if variable.kind == ARGUMENT:
            return Lines([(1, _LAST)])
        for record in self._records:
            first, last = record["lines"]
            if record["file"] == os.path.basename(origin.file) and first <= variable.line <= last:
                return Lines(record["values"].get(variable.name, ()))
        return Lines([(variable.line + 1, _LAST)])
