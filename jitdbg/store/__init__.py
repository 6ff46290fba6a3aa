"""Images to paths: where images lie so that the loader and debuggers can open them.

    interface.py   Placed, and the Store that both stores are
    file.py        FileStore: files in a private directory of this run, the default
    memfd.py       MemfdStore: memory, for hosts that have no such directory
    copies.py      copies of such images that a core dump keeps
    place.py       where a directory may lie, and whether it may
    runs.py        the directory of a run, its lock, fork and exit
    ending.py      an exit that Python does not see
    shared.py      files that all runs use, beside their directories
    remains.py     the directories of other runs: dead or alive, and their removal
    retention.py   what goes when

Environment: ``JITDBG_STORE`` (the only directory to use), ``JITDBG_KEEP=1`` (images of this run stay for good),
``JITDBG_GRACE`` (seconds that images stay after a clean exit; 3600), ``JITDBG_CRASH_DAYS`` (days after a crash; 7),
``JITDBG_CAP`` (MiB that dead runs of one place may take; 1024).
"""

from __future__ import annotations

from jitdbg.errors import StoreError
from jitdbg.store.file import FileStore
from jitdbg.store.interface import Placed, Store
from jitdbg.store.memfd import MemfdStore, memfd_place
from jitdbg.store.place import Base, Place, bases, examine
from jitdbg.store.remains import RunFact
from jitdbg.store.retention import Decision, Limits, Report, gc

__all__ = [
    "KINDS",
    "Base",
    "Decision",
    "FileStore",
    "Limits",
    "MemfdStore",
    "Place",
    "Placed",
    "Report",
    "RunFact",
    "Store",
    "bases",
    "gc",
    "memfd_place",
    "open_store",
    "places",
]

KINDS = ("file", "memfd", "memfd+copies")
"""Files; memory; memory, with a copy of each image that a core dump keeps."""


def open_store(kind: str) -> Store:
    """Open the store called ``kind``, one of `KINDS`. Raises `StoreError` for any other word."""
    if kind == "file":
        return FileStore()
    if kind in KINDS:
        return MemfdStore(copies=kind == "memfd+copies")
    raise StoreError(f"there is no store {kind!r}: ask for one of {', '.join(map(repr, KINDS))}")


def places() -> tuple[Place, ...]:
    """Find out for each place of files whether it is usable, in the order in which they are tried; leaves nothing."""
    return tuple(examine(base) for base in bases())
