"""Files that a user names to be written: there whole or not at all, and never in the place of what was read.

What lies there is replaced when the new content is complete: who has it open, or loaded, keeps it. A symbolic link is
followed, since it is the file that is to be written; a pipe or a device is written to, since to replace it would take
it away from whoever reads it.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Union

Path = Union[str, "os.PathLike[str]"]


def check_is_no_input(path: Path, inputs: Iterable[Path]) -> None:
    """Raise `OSError` where an output is one of the files that are read for it, by whatever name."""
    for each in inputs:
        if _is_same(path, each):
            raise OSError(errno.EINVAL, "it is read for this, and would be lost")


@contextmanager
def new_content(path: Path, mode: int) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes the place of ``path`` when the block ends.

    ``mode`` are its permissions, the umask not taken off; until then it is its owner's alone. Raises `OSError`. Where
    the block raises, what was at ``path`` is still there, and nothing else.
    """
    if _is_stream(path):
        with open(path, "wb") as stream:
            yield stream
        return
    place = os.path.realpath(path)
    descriptor, beside = tempfile.mkstemp(prefix=f".{os.path.basename(place)}.", dir=os.path.dirname(place))
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        os.chmod(beside, mode)
        os.replace(beside, place)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(beside)
        raise


def _is_same(path: Path, other: Path) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False


def _is_stream(path: Path) -> bool:
    """Say whether a path is a pipe or a character device. Raises `OSError` for a block device and a socket."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        raise OSError(errno.EINVAL, "it is a disk or a socket")
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)
