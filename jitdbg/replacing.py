"""Files that a user names to be written: there whole or not at all, and never in the place of what was read.

What lies there is replaced when the new content is complete: who has it open, or loaded, keeps it. A symbolic link is
followed, since it is the file that is to be written; a pipe or a device is written to, since to replace it would take
it away from whoever reads it. So is what a program has open, as /dev/stdout: a shell's ``>>`` is to be added to.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Optional, Union

Path = Union[str, "os.PathLike[str]"]

_DESCRIPTOR = re.compile(r"/proc/([0-9]+)(?:/task/[0-9]+)?/fd/([0-9]{1,9})")
"""What /dev/stdout, the files of /dev/fd and the like lead to (proc_pid_fd(5))."""

_LINKS = 40
"""How many links the kernel follows, too (path_resolution(7))."""


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
    if is_stream(path):
        with _opened(path) as stream:
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


def is_stream(path: Path) -> bool:
    """Say whether a path is written to, as it is a pipe, a character device, or what a program has open.

    Raises `OSError` for a block device and a socket.
    """
    if _descriptor(path):
        return True
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
        raise OSError(errno.EINVAL, "it is a disk or a socket")
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _opened(path: Path) -> BinaryIO:
    """Open what is written to: of our own descriptors as it is, since who opened it has said whether it is added to."""
    if (found := _descriptor(path)) is None:
        return open(path, "wb")
    process, number = found
    return os.fdopen(os.dup(number), "wb") if process == os.getpid() else open(path, "ab")


def _descriptor(path: Path) -> Optional[tuple[int, int]]:
    """Return the process and the number of the descriptor that a path leads to, where it leads to one.

    The link that stands for a descriptor is not to be followed: it leads on to the file.
    """
    for _ in range(_LINKS):
        directory, name = os.path.split(path)
        place = os.path.join(directory := os.path.realpath(directory), name)
        if found := _DESCRIPTOR.fullmatch(place):
            return int(found[1]), int(found[2])
        if not os.path.islink(place):
            return None
        path = os.path.join(directory, os.readlink(place))
    return None
