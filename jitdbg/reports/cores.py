"""Where the core dump of a process will lie: the kernel's pattern, the process's limit and directory (core(5))."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from jitdbg.reports.crash import Crash

_PATTERN = Path("/proc/sys/kernel/core_pattern")
_USES_PID = Path("/proc/sys/kernel/core_uses_pid")


@dataclass(frozen=True)
class CorePlace:
    """Where a core will be, and what speaks against that; ``path`` is empty where it is not known, or there is none."""

    path: str
    remark: str


def core_place(crash: Crash, pid: int) -> CorePlace:
    """Foretell where the kernel writes the core of a process that is about to die."""
    pattern = _PATTERN.read_text().rstrip("\n")
    if pattern.startswith("|"):
        handler = pattern[1:].split(" ", 1)[0]
        return CorePlace("", f"given to {handler} (coredumpctl lists it, if that is systemd's)")
    if (limit := _limit(pid)) == "0":
        return CorePlace("", "none, since its size is limited to 0: `ulimit -c unlimited` before the next run")
    directory = os.readlink(f"/proc/{pid}/cwd")
    if "%p" not in pattern and _USES_PID.read_text().strip() == "1":
        pattern += ".%p"
    path = os.path.join(directory, _expanded(pattern, crash, pid))
    return CorePlace(path, _obstacle(os.path.dirname(path), _resident(pid), limit))


def _limit(pid: int) -> str:
    text = Path(f"/proc/{pid}/limits").read_text()
    found = re.search(r"^Max core file size\s+(\S+)", text, re.MULTILINE)
    return found[1] if found else ""


def _expanded(pattern: str, crash: Crash, pid: int) -> str:
    status = os.stat(f"/proc/{pid}")
    command = Path(f"/proc/{pid}/task/{crash.tid}/comm").read_text().rstrip("\n")
    known = {
        "%": "%",
        "p": str(pid),
        "P": str(pid),
        "i": str(crash.tid),
        "I": str(crash.tid),
        "u": str(status.st_uid),
        "g": str(status.st_gid),
        "s": str(crash.signal),
        "h": os.uname().nodename,
        "e": command,
        "E": os.readlink(f"/proc/{pid}/exe").replace("/", "!"),
        "f": os.path.basename(os.readlink(f"/proc/{pid}/exe")),
    }
    # What else there is, the time above all, is known when the core is written.
    return re.sub(r"%(.)", lambda found: known.get(found[1], "*"), pattern)


def _obstacle(directory: str, needed: int, limit: str) -> str:
    if not os.access(directory, os.W_OK):
        return "which can't be written: no permission, or no such directory"
    if limit.isdecimal() and int(limit) < needed:
        return (
            f"cut short, since its size is limited to {int(limit) >> 10} KiB: `ulimit -c unlimited` before the next run"
        )
    free = os.statvfs(directory)
    if free.f_bavail * free.f_frsize < needed:
        return f"where less is free than the {needed >> 20} MiB that the process takes: it may be cut short"
    return ""


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE")
