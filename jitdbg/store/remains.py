"""The directories that other runs left: which are dead, since when and how large, and how they are removed.

Two processes may be at it at once. A dead run never comes alive again, so what one has found holds for the other, and
what is removed vanishes by a rename first: one of them succeeds, and nobody sees half a run. Links are not followed: a
run is opened with ``O_NOFOLLOW``, and shutil.rmtree goes by directory descriptors.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jitdbg.store.place import words
from jitdbg.store.runs import CRASHED, ENDED, FINISHED, GONE, KEEP, RUN, RUNNING

ALIVE, UNKNOWN = "alive", "unknown"
# A directory that the user chose may hold other things: only names of exactly this form are ours.
_RUN, _GONE = (re.compile(re.escape(prefix) + "[0-9a-f]{16}") for prefix in (RUN, GONE))
_BIRTH = 86400.0  # nobody takes longer from making a directory to locking it
_SIZE_DIGITS = 20
_IMAGES_AND_TEXTS = (".so", ".src")


@dataclass(frozen=True)
class RunFact:
    """A run as it was found.

    ``state`` is alive, finished, crashed, or unknown where the directory is not as a run's should be. ``since`` is the
    time of the exit, or of when the crash was first noticed (seconds of the epoch). ``size`` in bytes; a live run is
    not measured and has 0. ``keep``: made under ``JITDBG_KEEP``.
    """

    path: str
    state: str
    since: float = 0.0
    size: int = 0
    keep: bool = False


def find_runs(base: Path, now: float) -> list[RunFact]:
    """Inspect every run below ``base``, those that died first in front, and mark those that crashed unnoticed."""
    paths = [Path(entry) for entry in os.scandir(base) if _RUN.fullmatch(entry.name)]
    return sorted(filter(None, (_inspect(path, now) for path in paths)), key=lambda run: run.since)


def remove_run(path: Path) -> str:
    """Remove a dead run; give the reason where that failed, or an empty text."""
    gone = path.with_name(GONE + path.name.removeprefix(RUN))
    try:
        path.rename(gone)
        shutil.rmtree(gone)
    except FileNotFoundError:
        return ""  # another sweep was faster, or clears the remains
    except OSError as error:
        return f"it can't be removed: {words(error)}"
    return ""


def clear_remains(base: Path, now: float) -> None:
    """Remove what interrupted removals and interrupted beginnings left."""
    for entry in list(os.scandir(base)):
        if _GONE.fullmatch(entry.name):
            shutil.rmtree(entry, ignore_errors=True)
        elif _RUN.fullmatch(entry.name):
            with contextlib.suppress(OSError):
                if now - entry.stat(follow_symlinks=False).st_mtime > _BIRTH:
                    _remove_beginning(Path(entry))


def _remove_beginning(path: Path) -> None:
    """Remove what never became a run: nothing is in it but images and texts that nobody has taken over."""
    with _opened(path) as run:
        if not _is_locked(run) and all(name.endswith(_IMAGES_AND_TEXTS) for name in os.listdir(run)):
            remove_run(path)


def _inspect(path: Path, now: float) -> RunFact | None:
    """Find out what a run is; None if it went meanwhile."""
    try:
        with _opened(path) as run:
            return _alive(run, path, now) if _is_locked(run) else _dead(run, path, now)
    except FileNotFoundError:
        return None
    except OSError:
        return RunFact(str(path), UNKNOWN)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    run = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield run
    finally:
        os.close(run)


def _is_locked(run: int) -> bool:
    """Tell whether somebody holds the run's lock; if not, we share it until the descriptor is closed."""
    try:
        fcntl.flock(run, fcntl.LOCK_SH | fcntl.LOCK_NB)  # a sweep must not take another one for the run's life
    except BlockingIOError:
        return True
    return False


def _alive(run: int, path: Path, now: float) -> RunFact:
    # Finished, and a forked child still needs it: the grace period has not begun.
    with contextlib.suppress(FileNotFoundError):
        os.utime(FINISHED, (now, now), dir_fd=run)
    return RunFact(str(path), ALIVE)


def _dead(run: int, path: Path, now: float) -> RunFact | None:
    names = set(os.listdir(run))
    if not path.exists():  # another sweep removes it, so these are not all
        return None
    if RUNNING in names:
        state = _noticed(run, RUNNING, CRASHED, now)
    elif names & {FINISHED, CRASHED}:
        state = FINISHED if FINISHED in names else CRASHED
    elif ENDED in names:
        state = _noticed(run, ENDED, FINISHED, now)
    else:
        return RunFact(str(path), UNKNOWN)
    return RunFact(str(path), state, _since(run, state, now), _size(run, state, path), KEEP in names)


def _noticed(run: int, mark: str, state: str, now: float) -> str:
    """Make a mark that the run left the file of what became of it."""
    with contextlib.suppress(FileNotFoundError):  # another sweep was faster
        os.rename(mark, state, src_dir_fd=run, dst_dir_fd=run)
    os.utime(state, (now, now), dir_fd=run)
    return state


def _since(run: int, state: str, now: float) -> float:
    """Give the time of the mark; one in the future (a clock was set back) would never grow old and starts anew."""
    since = os.stat(state, dir_fd=run, follow_symlinks=False).st_mtime
    if since > now:
        os.utime(state, (now, now), dir_fd=run)
    return min(since, now)


def _size(run: int, state: str, path: Path) -> int:
    """Give the bytes of a dead run's files, from its state file if a sweep has counted them before."""
    descriptor = os.open(state, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=run)
    try:
        if (counted := os.read(descriptor, _SIZE_DIGITS)).isdigit():
            return int(counted)
        size = _count(path)
        with contextlib.suppress(OSError):  # no space: it will be counted again
            found = os.fstat(descriptor)
            os.write(descriptor, b"%d" % size)
            os.utime(descriptor, ns=(found.st_atime_ns, found.st_mtime_ns))
        return size
    finally:
        os.close(descriptor)


def _count(directory: Path) -> int:
    size = 0
    for entry in os.scandir(directory):
        size += (
            _count(Path(entry)) if entry.is_dir(follow_symlinks=False) else entry.stat(follow_symlinks=False).st_size
        )
    return size
