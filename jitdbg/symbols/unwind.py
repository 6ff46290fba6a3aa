"""The native stack of the calling thread, as backtrace(3) walks it."""

from __future__ import annotations

import ctypes

# The interpreter's lock is kept: the stack between here and the caller is then the interpreter's own, and nothing in it
# waits for anybody.
_libc = ctypes.PyDLL(None)
_libc.backtrace.argtypes = (ctypes.c_void_p, ctypes.c_int)
_libc.backtrace.restype = ctypes.c_int


def return_addresses(limit: int) -> list[int]:
    """Return the return addresses of the calling thread's frames, at most ``limit``, innermost first.

    The walk ends at a function without unwind tables (``Engine(unwind_tables=False)``). The first ones are those of the
    foreign function call that asks.
    """
    addresses = (ctypes.c_void_p * limit)()
    count = _libc.backtrace(addresses, limit)
    return [address or 0 for address in addresses[:count]]
