"""What lies where in a process: the files that are mapped, as the kernel lists them (proc(5), /proc/pid/maps)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

_ESCAPED = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True)
class Mapping:
    """A part of a file that is mapped, or was: ``offset`` in bytes.

    ``path`` is as the kernel has it, "(deleted)" included. ``device`` and ``inode`` are the file's, in the kernel's
    spelling; empty and 0 where that is not told.
    """

    start: int
    end: int
    offset: int
    path: str
    device: str = ""
    inode: int = 0


def parse_mappings(text: bytes) -> Iterator[Mapping]:
    """Read the mappings of files in the text of /proc/pid/maps; those of no file are passed over."""
    for line in text.splitlines():
        span, _, offset, device, inode, *path = line.split(maxsplit=5)
        if path and inode != b"0":
            low, _, high = span.partition(b"-")
            yield Mapping(
                int(low, 16), int(high, 16), int(offset, 16), _unescaped(path[0]), device.decode(), int(inode)
            )


def file_paths(pid: int, mapping: Mapping) -> Iterator[str]:
    """Yield the paths under which a mapped file can be opened that is still the one that was mapped.

    A memfd, or what was deleted, is among the process's open files, where these may be seen.
    """
    paths = [] if mapping.path.endswith(" (deleted)") else [mapping.path]
    with suppress(OSError):
        paths += [f"/proc/{pid}/fd/{name}" for name in os.listdir(f"/proc/{pid}/fd")]
    for path in paths:
        with suppress(OSError):
            if os.stat(path).st_ino == mapping.inode:
                yield path


def _unescaped(path: bytes) -> str:
    """Give a path as it is: the kernel writes line ends in octal."""
    return os.fsdecode(_ESCAPED.sub(lambda digits: bytes([int(digits[1], 8)]), path))
