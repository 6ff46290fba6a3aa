"""A signal stack for each thread: a handler that runs on it works where the thread's own stack has overflowed.

sigaltstack(2) holds for the calling thread alone, so each thread has to be asked: the one that enables reports at once,
each later `threading.Thread` as it starts, any other when it enables reports too.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import threading
from typing import Any

from jitdbg.errors import JitdbgError

SIZE = 96 << 10  # as handler.ll has it; a signal frame with AVX-512 takes 3 KiB, the unwinder and faulthandler some 20
_libc = ctypes.CDLL(None, use_errno=True)
_libc.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long)
_libc.mmap.restype = ctypes.c_void_p
_libc.mprotect.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
_libc.pthread_getspecific.restype = ctypes.c_void_p
_libc.pthread_setspecific.argtypes = (ctypes.c_uint, ctypes.c_void_p)
_MAP_FAILED = ctypes.c_void_p(-1).value


class _StackT(ctypes.Structure):
    _fields_ = (("ss_sp", ctypes.c_void_p), ("ss_flags", ctypes.c_int), ("ss_size", ctypes.c_size_t))


class SignalStacks:
    """The signal stacks of this process's threads; the lowest page of each can't be touched.

    A thread that has ended gives its own back, by the destructor of a key of pthread_key_create(3): native code, which
    is called for threads that are not Python's as well, and when no Python runs any more.
    """

    def __init__(self, release: int) -> None:
        """Use the function at an address to give a stack back; it gets the stack's lowest address and its size is SIZE.

        Raises `JitdbgError` where the process has no key left.
        """
        key = ctypes.c_uint()
        if error := _libc.pthread_key_create(ctypes.byref(key), ctypes.c_void_p(release)):
            raise JitdbgError(f"no key for the signal stacks of threads: {os.strerror(error)}")
        self._key = key

    def cover_this_thread(self) -> None:
        """Give the calling thread a signal stack, unless it has one of ours, or there is no memory for one."""
        if _libc.pthread_getspecific(self._key):
            return
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
        start = _libc.mmap(None, SIZE, mmap.PROT_READ | mmap.PROT_WRITE, flags, -1, 0)
        if start != _MAP_FAILED:
            _libc.mprotect(start, mmap.PAGESIZE, 0)
            _libc.pthread_setspecific(self._key, start)
            _libc.sigaltstack(ctypes.byref(_StackT(start, 0, SIZE)), None)

    def cover_later_threads(self) -> None:
        """Give each thread that `threading` starts from now on a signal stack."""
        thread: Any = threading.Thread
        run_whole = thread._bootstrap_inner  # All that a thread does; subclasses replace `run`.

        def on_signal_stack(this: threading.Thread) -> None:
            self.cover_this_thread()
            run_whole(this)

        thread._bootstrap_inner = on_signal_stack
