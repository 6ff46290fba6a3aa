"""A container's refusals without a container: a seccomp filter on a process that a test starts."""

from __future__ import annotations

import ctypes
import platform
import struct

NUMBERS = {
    "x86_64": {"ptrace": 101, "personality": 135, "perf_event_open": 298},
    "aarch64": {"ptrace": 117, "personality": 92, "perf_event_open": 241},
}[platform.machine()]
LOAD, JUMP_IF_EQUAL, GIVE_BACK = 0x20, 0x15, 0x06  # linux/bpf_common.h
ALLOW, REFUSE_WITH_EPERM = 0x7FFF0000, 0x00050001  # linux/seccomp.h
NO_NEW_PRIVILEGES, SET_SECCOMP, BY_FILTER = 38, 22, 2  # linux/prctl.h, linux/seccomp.h


def refuse(system_call: str) -> None:
    """Have the kernel refuse a system call to this process and its children; for ``preexec_fn``."""
    instructions = [
        (LOAD, 0, 0, 0),
        (JUMP_IF_EQUAL, 0, 1, NUMBERS[system_call]),
        (GIVE_BACK, 0, 0, REFUSE_WITH_EPERM),
        (GIVE_BACK, 0, 0, ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *instruction) for instruction in instructions))
    program = struct.pack("HxxxxxxQ", len(instructions), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(SET_SECCOMP, BY_FILTER, program, 0, 0):
        raise OSError(ctypes.get_errno(), "the filter was refused")
