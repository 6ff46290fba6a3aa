"""A signal stack for each thread: a handler that runs on it works where the thread's own stack has overflowed.

sigaltstack(2) holds for the calling thread alone, so each thread has to be asked: the one that enables reports at once,
each later `threading.Thread` as it starts. Threads that run already, and those that are not Python's, run the handler
on their own stack.
"""

from __future__ import annotations

import ctypes
import mmap
import threading
from types import TracebackType
from typing import Any

_SIZE = 96 << 10  # a signal frame with AVX-512 takes 3 KiB, the unwinder and faulthandler some 20
_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long)
_libc.mmap.restype = ctypes.c_void_p
_libc.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
_libc.mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
_MAP_FAILED = ctypes.c_void_p(-1).value


class _StackT(ctypes.Structure):
    _fields_ = (("ss_sp", ctypes.c_void_p), ("ss_flags", ctypes.c_int), ("ss_size", ctypes.c_size_t))


class SignalStack:
    """A signal stack of the thread that enters it, until it leaves; its lowest page can't be touched.

    Without memory for one the thread has none. One that nobody leaves stays, after the interpreter's end too.
    """

    def __enter__(self) -> SignalStack:
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        self._start = _libc.mmap(None, _SIZE, mmap.PROT_READ | mmap.PROT_WRITE, flags, -1, 0)
        if self._start != _MAP_FAILED:
            _libc.mprotect(self._start, mmap.PAGESIZE, 0)
            self._before = _StackT()
            _libc.sigaltstack(ctypes.byref(_StackT(self._start, 0, _SIZE)), ctypes.byref(self._before))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._start != _MAP_FAILED:
            _libc.sigaltstack(ctypes.byref(self._before), None)
            _libc.munmap(self._start, _SIZE)


def cover_later_threads() -> None:
    """Give each thread that `threading` starts from now on a signal stack, for as long as it runs."""
    thread: Any = threading.Thread
    run_whole = thread._bootstrap_inner  # All that a thread does; subclasses replace `run`.

    def on_signal_stack(self: threading.Thread) -> None:
        with SignalStack():
            run_whole(self)

    thread._bootstrap_inner = on_signal_stack
