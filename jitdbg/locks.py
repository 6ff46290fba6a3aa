"""Locks that a forked child finds open.

A fork copies a lock as it is, and the thread that held it exists in the parent only: the child would wait for ever.
What our locks guard are dictionaries and lists that are whole between two bytecodes, so that the child may go on with
them. What LLVM's lock and that of the system's loader guard is not, and the fork waits for whoever holds them.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

PATIENCE: Final = 1.0
"""Seconds that a fork waits for threads inside of the loader: a constructor there may wait for the one that forks."""

_Lock = TypeVar("_Lock", bound=Any)
_Value = TypeVar("_Value")
_known: weakref.WeakSet[Any] = weakref.WeakSet()


def open_in_child(lock: _Lock) -> _Lock:
    """Return ``lock``, of `threading`, which from now on is open in a process that this one forks."""
    _known.add(lock)
    return lock


def hold_across_forks(lock: Any) -> None:
    """Let forks wait for ``lock``, which is re-entrant: who holds it may fork. Ctrl-C ends the wait, not the fork."""
    holders: set[int] = set()

    def take() -> None:
        lock.__enter__()
        holders.add(threading.get_ident())

    def give() -> None:
        if threading.get_ident() in holders:
            holders.remove(threading.get_ident())
            lock.__exit__()

    os.register_at_fork(before=take, after_in_parent=give, after_in_child=give)


class cached_property(Generic[_Value]):  # noqa: N801 - the name that it has in functools
    """That of `functools` without the lock that it has before Python 3.12: one for the property of all objects."""

    def __init__(self, compute: Callable[[Any], _Value]) -> None:
        self._compute, self.__doc__ = compute, compute.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, _owner: type | None = None) -> _Value:
        value = instance.__dict__[self._name] = self._compute(instance)
        return value


class _InsideLoader:
    """Which threads are inside of the system's loader, to load or to unload; for ``with``.

    Its lock can't be taken from outside, and ours around it would be a second one, which constructors take in the other
    order. So threads are counted, and kept out only for the moment of a fork.
    """

    def __init__(self) -> None:
        self._threads: list[int] = []
        self._lock = threading.RLock()
        self._left = threading.Condition(self._lock)

    def __enter__(self) -> None:
        with self._lock:
            self._threads.append(threading.get_ident())

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._threads.remove(threading.get_ident())
            self._left.notify_all()

    def begin_fork(self) -> None:
        self._lock.acquire()
        if not self._own():  # a constructor that forks keeps the others out by itself
            self._left.wait_for(lambda: not self._threads, PATIENCE)

    def end_fork(self) -> None:
        self._lock.release()

    def end_fork_in_child(self) -> None:
        self._threads[:] = self._own()
        self._lock.release()

    def _own(self) -> list[int]:
        return [thread for thread in self._threads if thread == threading.get_ident()]


inside_loader: Final = _InsideLoader()


def _open_all() -> None:
    for lock in list(_known):
        lock._at_fork_reinit()  # CPython's own way, see logging and threading


os.register_at_fork(after_in_child=_open_all)
# Before all that `hold_across_forks` registers, and so after it at a fork: who is kept out may hold those locks.
os.register_at_fork(
    before=inside_loader.begin_fork,
    after_in_parent=inside_loader.end_fork,
    after_in_child=inside_loader.end_fork_in_child,
)
