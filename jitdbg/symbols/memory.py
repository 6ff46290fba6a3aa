"""Reading this process's memory where a library may be unmapped at any moment.

``ctypes.string_at`` on an address that another thread's dlclose has just unmapped ends the process. The kernel's copy
fails instead: ``process_vm_readv`` on ourselves, or ``/proc/self/mem`` where a sandbox forbids that call.
"""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Sequence

# PyDLL keeps the interpreter's lock: the call copies a few KiB and never blocks, releasing the lock costs more.
_libc = ctypes.PyDLL(None, use_errno=True)
_PAGE = 4096


class _Iovec(ctypes.Structure):
    _fields_ = (("iov_base", ctypes.c_void_p), ("iov_len", ctypes.c_size_t))


class Peephole:
    """Reads the same spans, (address, length) each, of this process's memory again and again.

    All that the call needs is made once, since this is half of what symbolizing a known address costs. Of no use in a
    forked child: the memory would be its parent's.
    """

    def __init__(self, spans: Sequence[tuple[int, int]]) -> None:
        self._spans = tuple(spans)
        self._size = sum(length for _, length in spans)
        self._buffer = ctypes.create_string_buffer(self._size)
        self._local = _Iovec(ctypes.addressof(self._buffer), self._size)
        remote = (_Iovec * len(spans))(*(_Iovec(*span) for span in spans))
        self._arguments = (os.getpid(), ctypes.byref(self._local), 1, remote, len(spans), 0)

    def read(self) -> bytes | None:
        """Return the spans' bytes, joined; None if one of them is not wholly mapped."""
        count = _libc.process_vm_readv(*self._arguments)
        if count == self._size:
            return self._buffer.raw
        if count < 0 and ctypes.get_errno() in (errno.EPERM, errno.ENOSYS):
            return read_through_proc(self._spans)
        return None


_libc.process_vm_readv.argtypes = (
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_ulong,
    ctypes.c_void_p,
    ctypes.c_ulong,
    ctypes.c_ulong,
)
_libc.process_vm_readv.restype = ctypes.c_ssize_t


def read_through_proc(spans: Sequence[tuple[int, int]]) -> bytes | None:
    """Return the spans' bytes, joined, from ``/proc/self/mem``; None if one of them is not wholly mapped."""
    descriptor = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = [os.pread(descriptor, length, address) for address, length in spans]
    except (OSError, OverflowError):  # EIO: unmapped; an address beyond off_t: no user memory
        return None
    finally:
        os.close(descriptor)
    complete = all(len(part) == length for part, (_, length) in zip(parts, spans, strict=True))
    return b"".join(parts) if complete else None


def read_memory(address: int, length: int) -> bytes | None:
    """Return bytes of this process's memory; None if they are not all mapped."""
    return Peephole([(address, length)]).read()


def read_c_string(address: int) -> bytes | None:
    """Return the bytes before the next NUL, read page by page; None if memory ends before one."""
    text = b""
    while chunk := read_memory(address, _PAGE - address % _PAGE):
        head, terminator, _ = chunk.partition(b"\0")
        text += head
        if terminator:
            return text
        address += len(chunk)
    return None
