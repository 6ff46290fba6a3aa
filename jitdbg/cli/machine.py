"""What this machine permits: tracing, profiling, and the limits that programs with many dylibs meet.

Permissions are tried rather than deduced: a refusal can come from Yama, a container's seccomp filter, capabilities or a
security module, and not all of them can be read. What can be read is given beside, since it names the cure.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from jitdbg.tools import ask

CAP_SYS_PTRACE = 19  # linux/capability.h
_PERF_EVENT_OPEN = {"x86_64": 298, "aarch64": 241}


@dataclass(frozen=True)
class Tracing:
    """What ptrace(2) may do: ``start`` and ``attach`` have the system's words of refusal, empty where it is allowed.

    ``yama_scope`` is None on kernels without Yama; ``seccomp`` is 2 where a filter is in force (proc(5)).
    """

    start: str
    attach: str
    yama_scope: int | None
    seccomp: int
    has_capability: bool


@dataclass(frozen=True)
class Profiling:
    """What perf_event_open(2) may do: count a process of one's own; ``refusal`` is empty where it is allowed."""

    refusal: str
    paranoid: int | None


@dataclass(frozen=True)
class Limits:
    """Limits of this process and of the kernel; sizes are bytes, None where there is no limit or no such setting."""

    open_files: int | None
    open_files_at_most: int | None
    core_size: int | None
    core_size_at_most: int | None
    core_pattern: str | None
    mappings: int | None
    memfd_noexec: int | None


def tracing() -> Tracing:
    """Try to trace a child and a stranger, both started for this."""
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        try:
            refusals = _probe(stranger.pid)
        finally:
            stranger.kill()
    status = _status()
    return Tracing(
        start=refusals["start"],
        attach=refusals["attach"],
        yama_scope=_number("kernel/yama/ptrace_scope"),
        seccomp=int(status.get("Seccomp", "0")),
        has_capability=bool(int(status.get("CapEff", "0"), 16) >> CAP_SYS_PTRACE & 1),
    )


def _probe(process: int) -> dict[str, str]:
    code, text = ask([sys.executable, "-I", "-S", str(Path(__file__).with_name("ptrace_probe.py")), str(process)])
    if code:
        return dict.fromkeys(("start", "attach"), f"the trial failed: {text.strip() or code}")
    refusals: dict[str, str] = json.loads(text)
    return refusals


def profiling() -> Profiling:
    """Try to count this process's own time in user space, as ``perf`` does for any user."""
    return Profiling(_try_perf_event(), _number("kernel/perf_event_paranoid"))


def _try_perf_event() -> str:
    """Open a software clock with the kernel excluded; see perf_event_open(2) for struct perf_event_attr."""
    number = _PERF_EVENT_OPEN.get(platform.machine())
    if number is None:
        return f"not tried on {platform.machine()}"
    software, clock, size, exclude_kernel_and_hypervisor = 1, 0, 64, 0b11 << 5
    attributes = struct.pack("IIQQQQQ", software, size, clock, 0, 0, 0, exclude_kernel_and_hypervisor).ljust(
        size, b"\0"
    )
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.syscall(ctypes.c_long(number), attributes, 0, -1, -1, ctypes.c_ulong(0))
    if descriptor == -1:
        return os.strerror(ctypes.get_errno())
    os.close(descriptor)
    return ""


def limits() -> Limits:
    """Read the limits of this process and of the kernel."""
    open_files, open_files_at_most = map(_finite, resource.getrlimit(resource.RLIMIT_NOFILE))
    core_size, core_size_at_most = map(_finite, resource.getrlimit(resource.RLIMIT_CORE))
    return Limits(
        open_files=open_files,
        open_files_at_most=open_files_at_most,
        core_size=core_size,
        core_size_at_most=core_size_at_most,
        core_pattern=_setting("kernel/core_pattern"),
        mappings=_number("vm/max_map_count"),
        memfd_noexec=_number("vm/memfd_noexec"),
    )


def _finite(limit: int) -> int | None:
    return None if limit == resource.RLIM_INFINITY else limit


def _setting(name: str) -> str | None:
    try:
        return Path("/proc/sys", name).read_text().strip()
    except OSError:
        return None


def _number(name: str) -> int | None:
    value = _setting(name)
    return int(value) if value is not None else None


def _status() -> dict[str, str]:
    """Read /proc/self/status; see proc(5)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
