"""Images in anonymous memory files, for hosts without a directory that is writable and allows execution.

A path is ``/proc/<pid>/fd/N``: a debugger that opens ``/proc/self`` opens its own descriptor N. N is never used twice
in a process, not even by its children: ld.so knows libraries by name, and takes a new image under an old number for
the library that it has loaded. So each image uses up a descriptor number, and `RLIMIT_NOFILE` is the end of it.
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import resource

from jitdbg.errors import ClosedError, StoreError
from jitdbg.store.copies import keep_copy
from jitdbg.store.file import FileStore
from jitdbg.store.interface import Placed
from jitdbg.store.names import readable
from jitdbg.store.place import Place, words
from jitdbg.store.runs import LOCK, write_all

_MFD_EXEC = 0x10  # <linux/memfd.h> from Linux 6.3 on; Python has no name for it
# A file that shrinks under a mapping kills its process with SIGBUS. ld.so and debuggers map it privately.
_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL

_next_number = 0  # of this process, for all its stores


class MemfdStore:
    """Anonymous files in memory, open for as long as their dylibs are loaded (gdb loses ``.eh_frame`` otherwise).

    Serves debuggers of the live process only: perf, valgrind and core dumps find no symbols in it, and lldb calls a
    dylib by its number. A forked child's libraries are named after its parent's descriptors and can be debugged for as
    long as the parent lives. Texts are files, in any place that is writable.

    ``copies`` keeps a compressed copy of each image besides, for `jitdbg.postmortem` to find in a core dump.

    Lives until `close`. The kernel may forbid it (``vm.memfd_noexec=2``).
    """

    def __init__(self, *, copies: bool = False) -> None:
        self._keeps_copies = copies
        self._copies: dict[str, mmap.mmap] = {}
        self._descriptors: dict[str, int] = {}
        self._texts = FileStore(execution=False)
        self._closed = False

    def put(self, image: bytes, name: str, build_id: bytes, source_dir: str | None = None) -> Placed:
        """Place an image in memory; see `Store.put`. Raises `StoreError` where no descriptor or memory is left."""
        if self._closed:
            raise ClosedError(
                "this store is closed and takes nothing more: place images before close(), or open another"
            )
        try:
            # The process id as this mount of /proc has it, which may be another pid namespace's than ours.
            process = os.readlink("/proc/self")
            descriptor = _filled(image, readable(name))
        except OSError as error:
            raise StoreError(_failure(error, name)) from error
        path = f"/proc/{process}/fd/{descriptor}"
        self._descriptors[path] = descriptor
        if self._keeps_copies:
            self._copies[path] = keep_copy(image, build_id)
        return Placed(path, source_dir)

    def keep_text(self, stem: str, filename: str, text: bytes) -> str | None:
        """Keep a text in a file and give its path; None where no place is writable."""
        try:
            return self._texts.keep_text(stem, filename, text)
        except StoreError:
            return None

    def release(self, placed: Placed) -> None:
        """Give back the memory of an image that was unloaded; its path is not used again."""
        if (descriptor := self._descriptors.pop(placed.path, None)) is not None:
            os.close(descriptor)
        if (copy := self._copies.pop(placed.path, None)) is not None:
            copy.close()

    def remove(self, placed: Placed) -> None:
        """Give back an image that was never loaded, and its text."""
        self.release(placed)
        self._texts.remove(placed)

    def close(self) -> None:
        """Give back every image; those that are still loaded stay so, and debuggers can't read them any more."""
        self._closed = True
        while self._descriptors:
            os.close(self._descriptors.popitem()[1])
        while self._copies:
            self._copies.popitem()[1].close()
        self._texts.close()


def memfd_place() -> Place:
    """Find out whether images can lie in memory here, by trying it."""
    try:
        descriptor = _created("jitdbg")
        try:
            os.write(descriptor, b"\0")
            mmap.mmap(descriptor, 1, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_EXEC).close()
            os.readlink("/proc/self")
        finally:
            os.close(descriptor)
    except OSError as error:
        return Place("memfd", False, words(error), "memfd")
    return Place("memfd", True, "", "memfd")


def _filled(image: bytes, name: str) -> int:
    """Give the descriptor, with a number of its own, of a file in memory that nobody can change any more."""
    descriptor = _created(name)
    try:
        write_all(descriptor, image)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
        return _renumbered(descriptor)
    except BaseException:
        os.close(descriptor)
        raise


def _created(name: str) -> int:
    flags = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
    try:
        return os.memfd_create(name, flags | _MFD_EXEC)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        return os.memfd_create(name, flags)  # before Linux 6.3, where each is executable


def _renumbered(descriptor: int) -> int:
    """Move a descriptor to a number that no image has had; closes the old one only where it has succeeded."""
    global _next_number  # noqa: PLW0603
    with LOCK:
        number = descriptor
        if descriptor < _next_number:
            number = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _next_number)
            os.close(descriptor)
        _next_number = number + 1
    return number


def _failure(error: OSError, name: str) -> str:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    # F_DUPFD says EINVAL for a number beyond the limit.
    if error.errno in (errno.EMFILE, errno.EINVAL):
        return (
            f"no file descriptor is left for the image {name!r}: each image takes a number for good and RLIMIT_NOFILE "
            f"is {limit}: raise it (ulimit -n), or use the file store"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"the kernel forbids executable memory files for the image {name!r} ({words(error)}): use the file store"
    return f"the image {name!r} can't lie in memory: {words(error)}: use the file store"
