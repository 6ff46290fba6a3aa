"""Whose turn it is: which thread is at work on which dylib of an engine, and waiting for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from jitdbg.errors import ClosedError, InUseError, NameInUseError
from jitdbg.locks import open_in_child


class Turns:
    """The threads that are at work in one engine, by the names of the dylibs; ``lock`` guards the engine's books too.

    A thread has a dylib's turn while it loads, reloads or closes it, and those that were added are being loaded
    together. A thread that has ended, as all others have in a forked child, is at work no more.
    """

    def __init__(self) -> None:
        self.lock = open_in_child(threading.RLock())
        self._progress = threading.Condition(self.lock)
        self._awaited = 0
        self._busy: dict[str, threading.Thread] = {}
        self._loading: dict[str, threading.Thread] = {}
        self._closed = False

    def begin(self, name: str) -> None:
        """Keep other threads from the dylib of that name until `end`."""
        with self.lock:
            if self._closed:
                raise ClosedError("the engine is closed: make another one")
            if self._is_alive(self._busy.get(name)) or self._is_alive(self._loading.get(name)):
                raise NameInUseError(f"a dylib named {name!r} is being loaded or closed at this moment: wait for that")
            self._busy[name] = threading.current_thread()

    def end(self, name: str) -> None:
        """Let others have the dylib of that name."""
        with self.lock:
            del self._busy[name]
            if self._awaited:
                self._progress.notify_all()

    def begin_loading(self, names: Sequence[str]) -> None:
        """Say that this thread loads what was added by these names, until `end_loading`."""
        with self.lock:
            self._loading.update(dict.fromkeys(names, threading.current_thread()))

    def end_loading(self, names: Sequence[str]) -> None:
        """Say that they are loaded, or can't be."""
        with self._progress:
            for name in names:
                del self._loading[name]
            self._progress.notify_all()

    def wait_for(self, name: str) -> None:
        """Wait until no thread loads what was added by that name. Raises `InUseError` where this one does."""
        with self._progress:
            if self._loading.get(name) is threading.current_thread():
                raise InUseError(f"dylib {name!r} is being loaded in this thread: use it after that")
            self._wait(lambda: not self._is_alive(self._loading.get(name)))

    def close(self) -> None:
        """Let no thread begin any more, and wait for the others. Raises `InUseError` where this one is at work."""
        with self._progress:
            at_work = (*self._busy.items(), *self._loading.items())
            if own := [name for name, thread in at_work if thread is threading.current_thread()]:
                raise InUseError(f"the engine is loading {', '.join(own)} in this thread: close it after that")
            self._closed = True
            self._wait(self._is_idle)

    def _wait(self, is_so: Callable[[], bool]) -> None:
        self._awaited += 1
        try:
            self._progress.wait_for(is_so)
        finally:
            self._awaited -= 1

    def _is_idle(self) -> bool:
        return not any(map(self._is_alive, (*self._busy.values(), *self._loading.values())))

    @staticmethod
    def _is_alive(thread: threading.Thread | None) -> bool:
        return thread is not None and thread.is_alive()


class Turn:
    """A thread's turn at the dylib of a name, for ``with``; a generator would take longer."""

    def __init__(self, turns: Turns, name: str) -> None:
        self._turns, self._name = turns, name

    def __enter__(self) -> None:
        self._turns.begin(self._name)

    def __exit__(self, *_: object) -> None:
        self._turns.end(self._name)
