"""Locks that a forked child finds open.

A fork copies a lock as it is, and the thread that held it exists in the parent only: the child would wait for ever.
What our locks guard are dictionaries and lists that are whole between two bytecodes, so that the child may go on with
them.
"""

from __future__ import annotations

import os
import weakref
from typing import Any, TypeVar

_Lock = TypeVar("_Lock", bound=Any)
_known: weakref.WeakSet[Any] = weakref.WeakSet()


def open_in_child(lock: _Lock) -> _Lock:
    """Return ``lock``, of `threading`, which from now on is open in a process that this one forks."""
    _known.add(lock)
    return lock


def _open_all() -> None:
    for lock in list(_known):
        lock._at_fork_reinit()  # CPython's own way, see logging and threading


os.register_at_fork(after_in_child=_open_all)
