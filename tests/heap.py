"""The heap of this process, for programs that tests run: ``from tests.heap import heap``."""

from __future__ import annotations

import ctypes
import gc


class _Mallinfo(ctypes.Structure):  # struct mallinfo2, mallinfo(3)
    _fields_ = [(name, ctypes.c_size_t) for name in (
        "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost",
    )]  # fmt: skip


def heap() -> int:
    """Give the bytes of malloc's that are in use, after a garbage collection."""
    gc.collect()
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = _Mallinfo
    told = ask()
    return int(told.uordblks + told.hblkhd)
