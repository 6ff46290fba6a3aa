"""Where images may lie, and whether they may: writable, execution allowed, and nobody else able to change them.

A place is a *base*, a directory that holds the directories of runs. In what other users can write to, it is called
``jitdbg-<uid>``; there it has to be a directory, ours, and closed to others before anything below it is trusted. The
directory around it is either the user's own or sticky, so nobody else can put another in its stead. From there on
paths are safe: what lies below is changed by this user alone.

Execution is tried, not deduced: `noexec` is a mount option, but security modules refuse as well.
"""

from __future__ import annotations

import errno
import mmap
import os
import re
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jitdbg.errors import StoreError

# A lock held on one machine is not seen, or not reliably, on another one that mounts the same directory.
_NETWORK = frozenset({"afs", "beegfs", "ceph", "cifs", "fuse.sshfs", "gpfs", "lustre", "nfs", "nfs4", "smb2", "smb3"})
_OCTAL = re.compile(r"\\([0-7]{3})")  # how mountinfo writes blanks and the like
_EXPANDED_BY_LOADER = re.compile(r"\$\{?(ORIGIN|LIB|PLATFORM)\b")  # ld.so(8), dynamic string tokens


@dataclass(frozen=True, eq=False)
class Base:
    """A directory that may hold runs; it need not exist. It is a key by itself, which costs no hash of a path.

    ``shared``: others can write to the directory around it. ``chosen``: the user named it, so it is taken on trust that
    its directory is theirs and its locks work.
    """

    path: Path
    shared: bool = False
    chosen: bool = False


@dataclass(frozen=True)
class Place:
    """What was found out about a base; ``reason`` is empty where it is usable, else why not."""

    path: str
    usable: bool
    reason: str
    filesystem: str


def bases(environment: Mapping[str, str] | None = None) -> tuple[Base, ...]:
    """List the places in the order in which they are tried.

    ``JITDBG_STORE`` alone if it is set, else ``jitdbg`` in the user's cache directory (``XDG_CACHE_HOME``,
    ``~/.cache``), then ``/var/tmp``, ``/dev/shm`` and ``XDG_RUNTIME_DIR``. Paths are absolute, without symbolic
    links up to the base.
    """
    environment = os.environ if environment is None else environment
    if given := environment.get("JITDBG_STORE"):
        return (_chosen(_real(given)),)
    cache = [Base(_real(path / "jitdbg")) for path in _cache_directory(environment)]
    runtime = [
        Base(_real(path / "jitdbg")) for path in _directory(environment, "XDG_RUNTIME_DIR") if _is_directory(path)
    ]
    return (*cache, _shared("/var/tmp"), _shared("/dev/shm"), *runtime)


def examine(base: Base, *, execution: bool = True) -> Place:
    """Find out whether ``base`` can hold images (or texts: ``execution=False``); leaves nothing behind."""
    directory = _existing(base.path)
    filesystem = filesystem_type(directory)
    reason = _refusal(base, directory, filesystem) or _trial(directory, execution=execution)
    return Place(str(base.path), not reason, reason, filesystem)


def make(base: Base) -> None:
    """Create ``base`` where it is missing, closed to others, and make sure that it is ours alone."""
    _make_private(base.path)
    if reason := distrust(base):
        raise StoreError(reason)


def distrust(base: Base) -> str:
    """Say why nothing below ``base``, which exists, can be trusted; empty where it belongs to this user alone."""
    return (base.shared and _not_sticky(base.path.parent)) or _not_ours(base.path)


def filesystem_type(directory: Path) -> str:
    """Name the type of the filesystem that ``directory`` lies on, as the kernel does (proc(5), mountinfo)."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return "unknown"
    found, longest, path = "unknown", 0, f"{directory}/"
    for line in mounts.splitlines():
        mount, _, source = line.partition(" - ")
        point = _OCTAL.sub(lambda octal: chr(int(octal[1], 8)), mount.split(" ")[4]).rstrip("/") + "/"
        # A later mount on the same point hides the earlier one.
        if len(point) >= longest and path.startswith(point):
            found, longest = source.split(" ")[0], len(point)
    return found


def words(error: Exception) -> str:
    """Say what went wrong: of what the system says, neither number nor path."""
    return error.strerror if isinstance(error, OSError) and error.strerror else str(error)


def _chosen(path: Path) -> Base:
    sticky = _is_directory(path) and path.stat().st_mode & stat.S_ISVTX
    return Base(path / f"jitdbg-{os.geteuid()}", shared=True, chosen=True) if sticky else Base(path, chosen=True)


def _shared(directory: str) -> Base:
    return Base(_real(directory) / f"jitdbg-{os.geteuid()}", shared=True)


def _cache_directory(environment: Mapping[str, str]) -> list[Path]:
    """Give the user's cache directory, which may have to be made, below a home that has to be there."""
    homes = [home for home in _directory(environment, "HOME") if _is_directory(home)]
    return _directory(environment, "XDG_CACHE_HOME") or [home / ".cache" for home in homes]


def _directory(environment: Mapping[str, str], variable: str) -> list[Path]:
    """Give the variable's path, or nothing: relative ones are to be ignored (XDG base directory specification)."""
    path = environment.get(variable, "")
    return [Path(path)] if path.startswith("/") else []


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # below a directory that is closed to us
        return False


def _real(path: str | Path) -> Path:
    return Path(
        os.path.realpath(path)
    )  # Path.resolve raises on a loop of links, which is the user's mistake to hear of


def _existing(path: Path) -> Path:
    """Give the nearest directory above or at ``path`` that exists."""
    return next(candidate for candidate in (path, *path.parents) if os.path.lexists(candidate))


def _refusal(base: Base, directory: Path, filesystem: str) -> str:
    """Say why ``base`` is not to be used, whatever the system allows; empty where it may be."""
    if token := _EXPANDED_BY_LOADER.search(str(base.path)):
        return f"the loader expands {token[0]} in its path"
    if base.shared and (reason := _not_sticky(base.path.parent)):
        return reason
    if directory == base.path:
        if reason := _not_ours(directory):
            return reason
    elif not base.shared and not base.chosen and (owner := directory.stat().st_uid) != os.geteuid():
        # After sudo, HOME is often still another user's.
        return f"{directory} belongs to user {owner}"
    if filesystem in _NETWORK and not base.chosen:
        return f"it lies on a network filesystem ({filesystem}), where locks of other machines are not seen"
    return ""


def _not_sticky(directory: Path) -> str:
    """Say why a directory that others may write to can't hold a base; empty where it can."""
    if not _is_directory(directory):
        return f"there is no {directory}"
    mode = directory.stat().st_mode
    replaceable = mode & 0o022 and not mode & stat.S_ISVTX
    return f"others can replace what lies in {directory}, which is not sticky" if replaceable else ""


def _not_ours(path: Path) -> str:
    """Say why an existing base can't be trusted; empty where it can."""
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        return "it is a symbolic link"
    if not stat.S_ISDIR(found.st_mode):
        return "it is not a directory"
    if found.st_uid != os.geteuid():
        return f"it belongs to user {found.st_uid}"
    if found.st_mode & 0o022:
        return "others can write to it (chmod go-w makes it usable)"
    return ""


def _trial(directory: Path, *, execution: bool) -> str:
    """Write a file there and map it for execution; say what was refused."""
    try:
        if execution and os.statvfs(directory).f_flag & os.ST_NOEXEC:
            return "mounted noexec"
        with tempfile.TemporaryFile(dir=directory, buffering=0) as file:
            file.write(b"\0")
            if execution:
                mmap.mmap(file.fileno(), 1, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC).close()
    except OSError as error:
        refused = execution and error.errno in (errno.EPERM, errno.EACCES) and os.access(directory, os.W_OK)
        return f"execution is not allowed there ({words(error)})" if refused else words(error)
    return ""


def _make_private(directory: Path) -> None:
    """Create the directory and those above it with mode 0700, as the XDG base directory specification asks."""
    try:
        directory.mkdir(0o700)
    except FileNotFoundError:
        _make_private(directory.parent)
        directory.mkdir(0o700, exist_ok=True)
    except FileExistsError:
        pass
