"""The end of a process that Python does not see: code that was loaded calls exit(3), and Python's atexit is skipped.

The C library can be asked beforehand to call one of its own functions then: unlink(2), with the path in a page that the
kernel empties in forked children, whose end is none of their parent's (madvise(2), MADV_WIPEONFORK; Linux 4.14). No
function of ours will do, since after an ordinary end of the interpreter nothing of Python may run.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from collections.abc import Callable

_libc = ctypes.CDLL(None, use_errno=True)
_mmap, _madvise, _cxa_atexit = (getattr(_libc, name) for name in ("mmap", "madvise", "__cxa_atexit"))
_mmap.restype = ctypes.c_void_p
_mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
_madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
_cxa_atexit.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]

_MAP_FAILED = ctypes.c_void_p(-1).value
_MADV_WIPEONFORK = 18  # <asm-generic/mman-common.h>


def unlink_at_exit(path: str) -> Callable[[], None]:
    """Have the C library unlink ``path`` when this very process calls exit(3); return what takes that back.

    Where the kernel can't keep children from it, nothing is done.
    """
    page = _page_of_this_process()
    if page is None:
        return lambda: None
    encoded = os.fsencode(path) + b"\0"
    ctypes.memmove(page, encoded, min(len(encoded), mmap.PAGESIZE))
    _cxa_atexit(ctypes.cast(_libc.unlink, ctypes.c_void_p), page, None)
    return lambda: _empty(page)


def _page_of_this_process() -> int | None:
    """Map a page of zeros that is one of zeros again in every child; it is never unmapped: exit(3) reads it last."""
    access, kind = mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    page: int | None = _mmap(None, mmap.PAGESIZE, access, kind, -1, 0)
    if page == _MAP_FAILED or _madvise(page, mmap.PAGESIZE, _MADV_WIPEONFORK):
        return None
    return page


def _empty(page: int) -> None:
    ctypes.memset(page, 0, 1)  # there is no file without a name
