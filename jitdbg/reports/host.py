"""The program's side of crash reports."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import platform
import signal
import threading
from importlib.resources import files
from typing import Any, NamedTuple

from jitdbg.dylib import Dylib
from jitdbg.engine import Engine
from jitdbg.errors import JitdbgError, StoreError
from jitdbg.locks import open_in_child
from jitdbg.reports import stacks
from jitdbg.reports.starting import Helper, start_helper

SIGNALS = (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE, signal.SIGABRT)
"""What is reported."""

_ACTION_SIZE = 152  # struct sigaction of glibc on x86-64: the handler at 0, a mask of 128 bytes, the flags at 136
_FLAGS_OFFSET = 136
_SA_SIGINFO, _SA_ONSTACK, _SA_NODEFER = 0x4, 0x08000000, 0x40000000
_PR_SET_PTRACER = 0x59616D61
_AF_UNIX = 1

_libc = ctypes.CDLL(None, use_errno=True)
_lock = open_in_child(threading.Lock())


class _Enabled(NamedTuple):
    """What has to live for as long as the process."""

    handler: Dylib
    helper: Helper
    cover: stacks.Cover


_enabled: list[_Enabled] = []


def enable_crash_reports() -> None:
    """Have a readable report on stderr when this process dies of SIGSEGV, SIGBUS, SIGILL, SIGFPE or SIGABRT.

    It has the native stack with source lines, the registers, Python's stack, the IR of the instruction, and where image
    and core dump lie. Then the signal goes on to whoever handled it before, or ends the process as it would have.

    The handler is native code; a helper process, started here, reads and writes. The calling thread, and those that
    `threading` starts from now on, get a signal stack, so that an overflow of the stack is reported as well: a thread
    that ran before, or is not Python's, gets one by a call of its own. Forked children report too. What the helper
    reads it reads as this user: after a change of user ids nothing is reported.

    Later calls do no more than give their thread a signal stack. Raises `JitdbgError` on other machines than x86-64,
    and `ToolError` where no helper can be started.
    """
    with _lock:
        if not _enabled:
            _enabled.append(_enable())
    _enabled[0].cover()


def _enable() -> _Enabled:
    if platform.machine() != "x86_64":
        raise JitdbgError(f"crash reports are for x86-64, and this machine is {platform.machine()}: do without them")
    helper = start_helper()
    try:
        handler = _load_handler(helper)
    except BaseException:
        os.close(helper.lease)
        raise
    cover = stacks.prepare(handler)
    stacks.cover_later_threads(cover)
    _allow_reading(helper)
    os.register_at_fork(after_in_child=lambda: _start_in_child(handler, helper))
    for number in SIGNALS:
        _install(handler, number)
    return _Enabled(handler, helper, cover)


def _load_handler(helper: Helper) -> Dylib:
    """Load the handler and tell it all that it needs."""
    try:
        dylib = _loaded("file")
    except StoreError:
        dylib = _loaded("memfd")
    address = _AF_UNIX.to_bytes(2, "little") + b"\0" + helper.name
    ctypes.memmove(dylib.address("helper"), address, len(address))
    _set(dylib, "helper_size", len(address), ctypes.c_int32)
    _prepare_python_frames(dylib)
    return dylib


def _loaded(store: str) -> Dylib:
    engine = Engine(opt_level=1, store=store)
    # From its own library: not every process offers the unwinder to all.
    engine.define("_Unwind_Backtrace", ctypes.CDLL("libgcc_s.so.1")["_Unwind_Backtrace"])
    engine.define("_Unwind_GetIP", ctypes.CDLL("libgcc_s.so.1")["_Unwind_GetIP"])
    return engine.load((files("jitdbg.reports") / "handler.ll").read_text(), name="crash-reports")


def _prepare_python_frames(dylib: Dylib) -> None:
    """Give the handler what faulthandler does on a signal of its user's: it writes Python's frames to a descriptor.

    The signal itself is given back at once; its number only tells faulthandler which of its descriptors is meant.
    """
    number = _unused_signal()
    descriptor = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    faulthandler.register(number, file=descriptor, all_threads=True)
    action = _swap_action(number, bytes(_ACTION_SIZE))
    _set(dylib, "python_frames", int.from_bytes(action[:8], "little"), ctypes.c_uint64)
    _set(dylib, "python_signal", number, ctypes.c_int32)
    _set(dylib, "python_descriptor", descriptor, ctypes.c_int32)


def _unused_signal() -> int:
    free = (number for number in range(signal.SIGRTMAX, signal.SIGRTMIN, -1) if not any(_action(number)[:8]))
    return next(free)


def _allow_reading(helper: Helper) -> None:
    """Let the helper read this process where only parents may (Yama's ptrace_scope); elsewhere that is no news."""
    _libc.prctl(_PR_SET_PTRACER, ctypes.c_ulong(helper.pid), 0, 0, 0)


def _start_in_child(handler: Dylib, helper: Helper) -> None:
    """Begin anew in a forked child: what threads of the parent were reporting is not this process's."""
    for name in ("owner", "pending"):
        _set(handler, name, 0, ctypes.c_int32)
    _allow_reading(helper)


def _install(handler: Dylib, number: int) -> None:
    """Put our handler before the one that is there."""
    ctypes.memmove(handler.address("previous") + number * _ACTION_SIZE, _action(number), _ACTION_SIZE)
    action = bytearray(_ACTION_SIZE)
    action[:8] = handler.address("handle").to_bytes(8, "little")
    # Not deferred: a crash within the report has to be handled as well.
    action[_FLAGS_OFFSET : _FLAGS_OFFSET + 4] = (_SA_SIGINFO | _SA_ONSTACK | _SA_NODEFER).to_bytes(4, "little")
    _swap_action(number, bytes(action))


def _action(number: int) -> bytes:
    before = ctypes.create_string_buffer(_ACTION_SIZE)
    _libc.sigaction(number, None, before)
    return before.raw


def _swap_action(number: int, action: bytes) -> bytes:
    before = ctypes.create_string_buffer(_ACTION_SIZE)
    if _libc.sigaction(number, action, before):
        raise JitdbgError(f"signal {number} can't be handled: {os.strerror(ctypes.get_errno())}")
    return before.raw


def _set(dylib: Dylib, name: str, value: int, kind: Any) -> None:
    kind.from_address(dylib.address(name)).value = value
