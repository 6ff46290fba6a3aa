"""Files that a user names to be read as a whole."""

from __future__ import annotations

import errno
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
