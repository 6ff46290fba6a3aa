"""What the handler tells the helper of a crash: layouts of glibc on x86-64 (signal(7), <sys/ucontext.h>)."""

from __future__ import annotations

import signal
import struct
from dataclasses import dataclass

from jitdbg.errors import JitdbgError

MAGIC = b"jitdbgAT"
_HEAD = struct.Struct("<8siiii")
_SIGINFO = 128
_GREGS = struct.Struct("<23q")
SIZE = _HEAD.size + _SIGINFO + _GREGS.size
"""Bytes of a record; handler.ll's %record."""

REGISTERS = (
    "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rdi", "rsi", "rbp", "rbx", "rdx", "rax", "rcx", "rsp", "rip",
    "eflags",
)  # fmt: skip
"""The order of gregs."""

_SI_TKILL = -6  # by tgkill(2), as raise(3) and abort(3) do
_CODES = {
    (signal.SIGSEGV, 1): "address not mapped",
    (signal.SIGSEGV, 2): "no permission for the mapped address",
    (signal.SIGSEGV, 128): "general protection: no canonical address",
    (signal.SIGBUS, 1): "invalid address alignment",
    (signal.SIGBUS, 2): "no such part of the mapped file",
    (signal.SIGFPE, 1): "integer division by zero",
    (signal.SIGFPE, 2): "integer overflow",
    (signal.SIGFPE, 3): "floating-point division by zero",
    (signal.SIGILL, 2): "illegal operand",
}
_HAVE_ADDRESS = (signal.SIGSEGV, signal.SIGBUS)


@dataclass(frozen=True)
class Crash:
    """A signal that a thread got, and its registers then; ``address`` is the one that could not be used, if any."""

    pid: int
    tid: int
    signal: int
    code: int
    address: int | None
    registers: dict[str, int]

    @property
    def pc(self) -> int:
        """The address of the instruction."""
        return self.registers["rip"]

    @property
    def name(self) -> str:
        """The signal's name."""
        return signal.Signals(self.signal).name

    @property
    def reason(self) -> str:
        """Why the kernel sent the signal, in words; empty where it gives no reason."""
        if self.code <= 0:
            return "raised by the program" if self.code == _SI_TKILL else "sent by a process"
        return _CODES.get((signal.Signals(self.signal), self.code), "")


def decode(record: bytes) -> Crash:
    """Read a record. Raises `JitdbgError` for anything else."""
    if len(record) != SIZE or not record.startswith(MAGIC):
        raise JitdbgError("that is no record of a crash")
    _, pid, tid, number, _ = _HEAD.unpack_from(record)
    code, address = struct.unpack_from("<i4xQ", record, _HEAD.size + 8)
    values = _GREGS.unpack_from(record, _HEAD.size + _SIGINFO)
    registers = {name: value & (1 << 64) - 1 for name, value in zip(REGISTERS, values, strict=False)}
    # Of what is not canonical the kernel does not know the address, and of what was sent there is none.
    knows = number in _HAVE_ADDRESS and 0 < code < 128
    return Crash(pid, tid, number, code, address if knows else None, registers)
