"""The directory of one run, and the lock that says that the run is alive.

A run is alive while an exclusive flock(2) is held on its *directory*; never a process id, which namespaces hide and the
system uses again. The lock belongs to the open file description, so a forked child inherits it along with the
descriptor: that is its lease on its parent's images, taken by the kernel within the fork itself, and it lasts until the
last of them exits or execs (``O_CLOEXEC``). Nobody ever unlocks; descriptors are closed. A lock on the directory also
keeps systemd-tmpfiles out of it (tmpfiles.d(5), Age).

The name of the state file tells the rest: ``running``, ``finished`` after a clean exit, ``crashed`` when a sweep found
the lock free and the run not finished. Its modification time says since when. Renaming needs no space, so a full disk
does not turn a clean exit into a crash. A file ``keep`` stands for ``JITDBG_KEEP``.

Code that was loaded may call exit(3), and Python does not see it: then the C library unlinks ``running``, and a file
``ended``, which all runs have, tells this from a directory that never was a run.

A directory gets its state file when it is locked, and is no run before, so a sweep never takes a beginning for a crash.

A daemon that closes every descriptor gives up its lease; a run of its own begins with its first image after that.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import itertools
import os
import shutil
import threading
from pathlib import Path

from jitdbg.store.ending import unlink_at_exit

RUNNING, ENDED, FINISHED, CRASHED, KEEP = "running", "ended", "finished", "crashed", "keep"
RUN, GONE = "run-", ".gone-"

_CREATE = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW

# Held for moments, and across a fork, so that a child finds what it guards in order. Re-entrant: a signal handler of
# Python's may fork while the thread that it interrupts holds it.
LOCK = threading.RLock()


class Writer:
    """Writes images and texts into the directory at ``path``, under names that are given once."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._uses: dict[str, int] = {}

    def write(self, stem: str, data: bytes) -> str:
        """Write a file ``<stem>.so`` (``<stem>-2.so`` … if there was one); raises OSError and leaves nothing then."""
        use = self._count(stem)
        path = f"{self.path}/{stem}.so" if use == 1 else f"{self.path}/{stem}-{use}.so"
        write_file(path, data)
        return path

    def write_text(self, stem: str, filename: str, text: bytes) -> str:
        """Write ``<stem>.src/<filename>`` (``<stem>.src-2/<filename>`` … if there was one).

        Raises OSError and leaves no file then.
        """
        use = self._count(f"{stem}/{filename}")
        directory = Path(self.path, f"{stem}.src" if use == 1 else f"{stem}.src-{use}")
        directory.mkdir(0o700, exist_ok=True)
        path = f"{directory}/{filename}"
        write_file(path, text)
        return path

    def _count(self, name: str) -> int:
        """Count the uses of a name in this run, removed ones too; an image's ends in a build-id, without hyphen."""
        with LOCK:
            self._uses[name] = use = self._uses.get(name, 0) + 1
            return use


class Run(Writer):
    """A directory of images that this process fills, or that it holds a lease on since it was forked.

    Lives until `finish`, at the latest until the process exits.
    """

    def __init__(self, directory: Path, descriptor: int) -> None:
        super().__init__(str(directory))
        self.leased = False
        self._descriptor = descriptor
        self._finished = False
        self._outlive_exit = unlink_at_exit(str(directory / RUNNING))

    @classmethod
    def begin(cls, base: Path, *, keep: bool = False) -> Run:
        """Make a directory for a new run below ``base``; raises OSError and leaves nothing then."""
        directory = base / f"{RUN}{os.urandom(8).hex()}"
        directory.mkdir(0o700)
        descriptor = -1
        try:
            descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            for name in (KEEP, ENDED, RUNNING) if keep else (ENDED, RUNNING):
                (directory / name).touch(0o600, exist_ok=False)
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            if descriptor >= 0:
                os.close(descriptor)
            raise
        run = cls(directory, descriptor)
        with LOCK:
            _held.add(run)
        return run

    def finish(self) -> None:
        """Mark the run finished and let its lock go; a leased one is marked by its owner only."""
        with LOCK:
            if self._finished:
                return
            self._finished = True
            _held.discard(self)
        # One that can't be marked, its directory gone or its filesystem read-only, counts as crashed: kept for longer.
        with contextlib.suppress(OSError):
            self._mark()
        self._outlive_exit()
        os.close(self._descriptor)

    def _mark(self) -> None:
        if not self.leased:
            os.rename(RUNNING, FINISHED, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)
        # Also by a child that outlived its parent: the grace period begins when the last of them is done.
        os.utime(FINISHED, dir_fd=self._descriptor)


def write_file(path: str, data: bytes) -> None:
    """Create a file, readable by its owner alone and by him not writable; raises OSError and leaves nothing then."""
    # Read-only, since to shorten an image that is mapped makes its process die of SIGBUS.
    descriptor = os.open(path, _CREATE, 0o400)
    try:
        try:
            write_all(descriptor, data)
        finally:
            os.close(descriptor)
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of ``data``: a nearly full filesystem, and anything from 2 GiB on, takes less at once."""
    written = os.write(descriptor, data)
    if written < len(data):
        rest = memoryview(data)
        while written < len(data):
            written += os.write(descriptor, rest[written:])


def remove_file(path: str) -> None:
    """Remove an image's file."""
    Path(path).unlink(missing_ok=True)


def remove_texts(source_dir: str) -> None:
    """Remove an image's texts, of which ``source_dir`` is the first directory."""
    numbered = (f"{source_dir}-{use}" for use in itertools.count(2))
    for directory in itertools.chain([source_dir], itertools.takewhile(os.path.lexists, numbered)):
        shutil.rmtree(directory, ignore_errors=True)


_held: set[Run] = set()


def _lease_all() -> None:
    """In a forked child: what its parent held is leased, to be marked by the parent alone."""
    for run in _held:
        run.leased = True
    LOCK.release()


def _finish_all() -> None:
    for run in list(_held):
        run.finish()


os.register_at_fork(before=LOCK.acquire, after_in_parent=LOCK.release, after_in_child=_lease_all)
atexit.register(_finish_all)
