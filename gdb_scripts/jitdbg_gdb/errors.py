"""gdb's exceptions become ours here, and get no further."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import gdb

from jitdbg.errors import DebuggerError

# gdb.error is a RuntimeError; its Python layer raises these as well for arguments that it can't take.
NATIVE = (gdb.error, RuntimeError, ValueError, OverflowError, TypeError)


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
