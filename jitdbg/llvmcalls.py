"""From text to object in one go: llvmlite's C functions, without llvmlite's wrappers around them.

For each of its functions llvmlite takes a lock, and there are ten calls on this way. Each finds the processor's caches
full of LLVM's own data, and all together take a fifteenth of a tiny module's time. Here the lock is taken once.

Only what is in order goes this way to its end. For everything else there is llvmlite's interface, which says what is
wrong: `frontend.module` and `codegen.emit_object`.
"""

from __future__ import annotations

import functools
from ctypes import byref, c_char_p, string_at
from typing import Any, NamedTuple

import llvmlite.binding as llvm
from llvmlite.binding import ffi

from jitdbg.locks import hold_across_forks

if hasattr(ffi.lib, "_lock"):
    hold_across_forks(ffi.lib._lock)


class _Calls(NamedTuple):
    """llvmlite's lock, and the functions that are called while it is held."""

    lock: Any
    parse: Any
    verify: Any
    emit: Any
    start: Any
    size: Any
    dispose_buffer: Any
    dispose_module: Any
    dispose_string: Any


@functools.cache
def _find_calls() -> _Calls | None:
    """Find the functions; None where llvmlite has them in another form than 0.50 has."""
    names = (
        *("ParseAssembly", "VerifyModule", "TargetMachineEmitToMemory", "GetBufferStart", "GetBufferSize"),
        *("DisposeMemoryBuffer", "DisposeModule", "DisposeString"),
    )
    try:
        return _Calls(ffi.lib._lock, *[getattr(ffi.lib, f"LLVMPY_{name}")._cfn for name in names])
    except AttributeError:
        return None


def find_object(text: str, context: llvm.ContextRef, machine: llvm.TargetMachine) -> bytes | None:
    """Parse, verify and compile IR text that names a target; None where any of that fails."""
    if (calls := _find_calls()) is None:
        return None
    data, words = text.encode(), c_char_p()
    with calls.lock:
        module = calls.parse(context, data, byref(words))
        try:
            if words or calls.verify(module, byref(words)):
                return None
            buffer = calls.emit(machine, module, 1, byref(words))
            return _taken(buffer, calls) if buffer else None
        finally:
            if words:
                calls.dispose_string(words)
            if module:
                calls.dispose_module(module)


def _taken(buffer: Any, calls: _Calls) -> bytes:
    try:
        return string_at(calls.start(buffer), calls.size(buffer))
    finally:
        calls.dispose_buffer(buffer)
