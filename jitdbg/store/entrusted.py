"""A directory of images that another process will own: the program that a debugger loads them into.

Whoever compiles for a debugger fills the directory and is gone a moment later, but a lock belongs to the open file
that took it (see `jitdbg.store.runs`), and that has to be the program's own. So the directory is begun without a state
file, which no sweep takes for a run; the owner opens and locks it; and `Entrusted.finish` makes a run of it then. What
nobody has locked by that time is removed.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from pathlib import Path

from jitdbg.store.runs import ENDED, KEEP, RUN, RUNNING, Writer


class Entrusted(Writer):
    """A directory that is being filled for somebody else, new or already owned; lives until `finish`."""

    leased = False

    def __init__(self, directory: Path, *, owned: bool, keep: bool = False) -> None:
        super().__init__(str(directory))
        self._owned, self._keep = owned, keep

    @classmethod
    def begin(cls, base: Path, *, keep: bool = False) -> Entrusted:
        """Make a new directory below ``base`` that nobody owns yet; raises OSError and leaves nothing then."""
        directory = base / f"{RUN}{os.urandom(8).hex()}"
        directory.mkdir(0o700)
        return cls(directory, owned=False, keep=keep)

    def finish(self) -> None:
        """Make a run of the directory if its owner holds the lock by now; else remove what is in it, and it."""
        if self._owned:
            return
        if is_locked(self.path):
            for name in (KEEP, ENDED, RUNNING) if self._keep else (ENDED, RUNNING):
                Path(self.path, name).touch(0o600)
        else:
            shutil.rmtree(self.path, ignore_errors=True)


def is_locked(directory: str) -> bool:
    """Tell whether somebody holds a run's lock."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
    return False
