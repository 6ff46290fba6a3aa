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
_SS_DISABLE = 2
_libc = ctypes.CDLL(None, use_errno=True)
_libc.mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)


class _StackT(ctypes.Structure):
    _fields_ = (("ss_sp", ctypes.c_void_p), ("ss_flags", ctypes.c_int), ("ss_size", ctypes.c_size_t))


class SignalStack:
    """A signal stack of the thread that enters it, until it leaves; its lowest page can't be touched."""

    def __enter__(self) -> SignalStack:
        self._memory = mmap.mmap(-1, _SIZE)
        view = ctypes.c_char.from_buffer(self._memory)
        start = ctypes.addressof(view)
        del view
        _libc.mprotect(start, mmap.PAGESIZE, 0)
        self._before = _StackT()
        _libc.sigaltstack(ctypes.byref(_StackT(start, 0, _SIZE)), ctypes.byref(self._before))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _libc.sigaltstack(ctypes.byref(self._before), None)
        self._memory.close()


def cover_later_threads() -> None:
    """Give each thread that `threading` starts from now on a signal stack, for as long as it runs."""
    thread: Any = threading.Thread
    run_whole = thread._bootstrap_inner  # All that a thread does; subclasses replace `run`.

    def on_signal_stack(self: threading.Thread) -> None:
        with SignalStack():
            run_whole(self)

    thread._bootstrap_inner = on_signal_stack
