"""Files that a user's processes share: they lie beside the runs, can be made anew, and go when nobody uses them.

A file is put whole or not at all, and taken only as it was put: its digest stands behind its contents, since after a
loss of power a file can have its name and its size and not all of its bytes. Its modification time says, to a day, when
somebody took it last.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from jitdbg.store.place import Base, bases, distrust
from jitdbg.store.runs import write_all

NAME = "kernel-{}.so"
"""What a shared file is called; 16 hexadecimal digits of what it was made of belong into it."""
_BEGINNING = ".kernel-"
_SHARED = re.compile(r"kernel-[0-9a-f]{16}\.so")
_BEGUN = re.compile(r"\.kernel-\w{8}")
_DIGEST_SIZE = hashlib.sha256().digest_size
_DAY = 86400.0


@dataclass(frozen=True)
class SharedFile:
    """A shared file as it was found; ``used`` is when somebody took it last, in seconds of the epoch."""

    path: str
    size: int
    used: float


def places() -> list[Path]:
    """List the places of images that are there and belong to this user alone."""
    return [base.path for base in bases() if _is_trusted(base)]


def find(base: Path, name: str) -> Path:
    """Find a shared file below ``base`` and note that it is used. Raises OSError where it is not there or not whole."""
    path = base / name
    data = path.read_bytes()
    if _digest(data[:-_DIGEST_SIZE]) != data[-_DIGEST_SIZE:]:
        raise OSError(f"{path} is not as it was put")
    if time.time() - path.stat().st_mtime > _DAY:
        os.utime(path)
    return path


def put(base: Path, name: str, data: bytes) -> Path:
    """Put a file below ``base`` for all processes, in the place of one that is there. Raises OSError."""
    descriptor, beginning = tempfile.mkstemp(prefix=_BEGINNING, dir=base)
    try:
        try:
            write_all(descriptor, data + _digest(data))
        finally:
            os.close(descriptor)
        os.chmod(beginning, 0o400)
        os.rename(beginning, base / name)
    except BaseException:
        Path(beginning).unlink(missing_ok=True)
        raise
    return base / name


def unused(base: Path, now: float, stay: float) -> list[SharedFile]:
    """List the files that nobody has used for ``stay`` seconds, those too that somebody began and never put."""
    found = []
    for entry in list(os.scandir(base)):
        limit = stay if _SHARED.fullmatch(entry.name) else max(stay, _DAY) if _BEGUN.fullmatch(entry.name) else None
        with contextlib.suppress(FileNotFoundError):
            status = entry.stat(follow_symlinks=False)
            if limit is not None and now - status.st_mtime >= limit:
                found.append(SharedFile(entry.path, status.st_size, status.st_mtime))
    return found


def remove_unused(base: Path, now: float, stay: float) -> None:
    """Remove these; who has one loaded keeps what it has."""
    for file in unused(base, now, stay):
        with contextlib.suppress(OSError):
            os.unlink(file.path)


def _is_trusted(base: Base) -> bool:
    try:
        # In place of a dollar sign the loader puts something else.
        return "$" not in str(base.path) and os.path.lexists(base.path) and not distrust(base)
    except OSError:  # gone meanwhile
        return False


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
