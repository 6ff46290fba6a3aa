"""A signal stack for each thread: a handler that runs on it works where the thread's own stack has overflowed.

sigaltstack(2) holds for the calling thread alone, so each thread has to be asked: the one that enables reports at once,
each later `threading.Thread` as it starts, any other when it enables reports too. A thread that has ended gives its own
back, by the destructor of a key of pthread_key_create(3): native code, which is called for threads that are not
Python's as well, and when no Python runs any more.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from typing import Any

from jitdbg.dylib import Dylib
from jitdbg.errors import JitdbgError

_libc = ctypes.CDLL(None)

Cover = Callable[[], object]
"""Gives the calling thread a signal stack, where it has none of ours and there is memory for one."""


def prepare(handler: Dylib) -> Cover:
    """Let the handler's library give threads signal stacks. Raises `JitdbgError` where the process has no key left."""
    key = ctypes.c_uint.from_address(handler.address("stack_key"))
    if error := _libc.pthread_key_create(ctypes.byref(key), ctypes.c_void_p(handler.address("release"))):
        raise JitdbgError(f"no key for the signal stacks of threads: {os.strerror(error)}")
    # It keeps Python's lock: to give that up would take longer, with another thread that waits for it.
    return ctypes.PYFUNCTYPE(None)(handler.address("cover"))


def cover_later_threads(cover: Cover) -> None:
    """Give each thread that `threading` starts from now on a signal stack."""
    thread: Any = threading.Thread
    run_whole = thread._bootstrap_inner  # All that a thread does; subclasses replace `run`.

    def on_signal_stack(this: threading.Thread) -> None:
        cover()
        run_whole(this)

    thread._bootstrap_inner = on_signal_stack
