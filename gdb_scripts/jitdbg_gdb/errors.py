"""gdb's exceptions become ours here, and get no further."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Optional

import gdb

from jitdbg.errors import DebuggerError

# gdb.error is a RuntimeError; its Python layer raises these as well for arguments that it can't take.
NATIVE = (gdb.error, RuntimeError, ValueError, OverflowError, TypeError)

_LACKS = re.compile(r"'_?gdb[\w.]*'.* has no attribute '(\w+)'")


def find_lack(error: Optional[BaseException]) -> Optional[str]:
    """Say that this gdb is too old, where that is what an error comes of."""
    lack = _LACKS.search(str(error)) if isinstance(error, AttributeError) else None
    return lack and f"gdb {gdb.VERSION} is too old for this, its Python has no {lack[1]}: take a newer one"


def words(error: BaseException) -> str:
    """Give gdb's words on one line."""
    return " ".join(str(error).split())


@contextlib.contextmanager
def translated(doing: str) -> Iterator[None]:
    """Raise what gdb raises as `DebuggerError`: it was ``doing`` this."""
    try:
        yield
    except NATIVE as error:
        raise DebuggerError(f"gdb can't {doing}: {words(error)}") from None
