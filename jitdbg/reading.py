"""Files that a user names to be read as a whole."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path


def read_file(path: Path) -> bytes:
    """Read a file, or a pipe to its end. Raises `OSError`; for a device too, since some, as /dev/zero, have no end."""
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
            raise OSError(errno.EINVAL, "It is a device", str(path))
        return file.read()


def read_text(path: Path) -> str:
    """Read a text file likewise: in UTF-8, what is no such replaced, each line ended by a line feed."""
    return io.TextIOWrapper(io.BytesIO(read_file(path)), "utf-8", "replace").read()
