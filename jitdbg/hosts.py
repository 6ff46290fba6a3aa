"""The processes on this machine that hold JIT dylibs, from what the kernel tells of them (proc(5)).

Nobody has to register anywhere: a JIT dylib is a mapped file whose first page has jitdbg's note.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jitdbg import elf
from jitdbg.elf import constants as c
from jitdbg.errors import ElfError
from jitdbg.mappings import Mapping, parse_mappings

_PROC = Path("/proc")


@dataclass(frozen=True)
class HeldDylib:
    """A JIT dylib in a process; ``modules`` are the names of those in its image, ``resident`` is bytes in memory."""

    modules: tuple[str, ...]
    generation: int
    path: str
    base: int
    resident: int


@dataclass(frozen=True)
class Host:
    """A process with JIT dylibs, in the order of their addresses; ``command`` is its command line."""

    pid: int
    command: tuple[str, ...]
    dylibs: tuple[HeldDylib, ...]

    @property
    def resident(self) -> int:
        """Bytes of memory that the dylibs take; pages that several processes share count in each."""
        return sum(dylib.resident for dylib in self.dylibs)


@dataclass(frozen=True)
class Hosts:
    """All that were found, and how many processes did not let themselves be looked into."""

    hosts: tuple[Host, ...]
    closed: int


def find_hosts(pids: Iterable[int] | None = None) -> Hosts:
    """Look through processes, all of this machine by default; those that end meanwhile are none."""
    found, closed, heads = [], 0, Heads()
    for pid in sorted(_all_pids() if pids is None else pids):
        try:
            host = _find_host(pid, heads)
        except PermissionError:
            closed += 1
            continue
        if host:
            found.append(host)
    return Hosts(tuple(found), closed)


def _all_pids() -> Iterator[int]:
    return (int(name) for name in os.listdir(_PROC) if name.isdigit())


def _find_host(pid: int, heads: Heads) -> Host | None:
    try:
        mappings = list(parse_mappings((_PROC / str(pid) / "maps").read_bytes()))
        images = list(_images(pid, mappings, heads))
        if not images:
            return None
        resident = _resident(pid)
        command = (_PROC / str(pid) / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return None
    dylibs = (_held(first, head, resident) for first, head in images)
    return Host(pid, tuple(map(os.fsdecode, command)), tuple(dylibs))


def _images(pid: int, mappings: Iterable[Mapping], heads: Heads) -> Iterator[tuple[Mapping, Head]]:
    reach = 0
    for mapping in mappings:
        # A small image's data can begin in the file's first page as well.
        if not mapping.offset and mapping.start >= reach and (head := heads.head(pid, mapping)).modules:
            reach = mapping.start + head.size
            yield mapping, head


def _held(first: Mapping, head: Head, resident: Sequence[tuple[int, int]]) -> HeldDylib:
    names = tuple(module.name for module in head.modules)
    low = bisect_left(resident, (first.start, 0))
    high = bisect_left(resident, (first.start + head.size, 0))
    size = sum(size for _, size in resident[low:high])
    return HeldDylib(names, head.modules[0].generation, first.path, first.start, size)


def _resident(pid: int) -> list[tuple[int, int]]:
    """Give address and bytes in memory of each mapping, by address (proc(5), /proc/pid/smaps)."""
    sizes, start = [], 0
    for line in (_PROC / str(pid) / "smaps").read_bytes().splitlines():
        words = line.split(maxsplit=2)
        if words[0] == b"Rss:":
            sizes.append((start, int(words[1]) * 1024))
        elif b"-" in words[0]:
            start = int(words[0].partition(b"-")[0], 16)
    return sizes


@dataclass(frozen=True)
class Head:
    """What a file's first page says: the JIT's modules, none for other files, and how far it reaches in memory."""

    modules: tuple[elf.Module, ...] = ()
    size: int = 0


class Heads:
    """The first pages of files, each looked at once however many processes have it mapped."""

    def __init__(self) -> None:
        self._heads: dict[tuple[str, int, str], Head] = {}

    def head(self, pid: int, first: Mapping) -> Head:
        """Give what the file says whose beginning is mapped."""
        key = first.device, first.inode, first.path
        if key not in self._heads:
            self._heads[key] = _parsed(_head(pid, first), first.path)
        return self._heads[key]


def _head(pid: int, mapping: Mapping) -> bytes:
    """Read a mapping's first page: from its file, where that is still the one, else from the process's memory.

    The kernel lets a file be read where it does not let memory be (ptrace(2), /proc/sys/kernel/yama/ptrace_scope).
    """
    try:
        with open(mapping.path, "rb") as file:
            if os.fstat(file.fileno()).st_ino == mapping.inode:
                return file.read(elf.HEAD_SIZE)
    except OSError:
        pass
    try:
        descriptor = os.open(_PROC / str(pid) / "mem", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.pread(descriptor, elf.HEAD_SIZE, mapping.start)
    except OSError:  # What is mapped without permission to read, and beyond a file's end.
        return b""
    finally:
        os.close(descriptor)


def _parsed(head: bytes, path: str) -> Head:
    try:
        image = elf.read_head(head, path)
        modules = elf.describe(image).modules
    except ElfError:
        return Head()
    return Head(
        modules, max((load.p_vaddr + load.p_memsz for load in image.segments if load.p_type == c.PT_LOAD), default=0)
    )
