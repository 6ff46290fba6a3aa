"""Images as files: what every tool can read, during the run and after it."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

from jitdbg.errors import ClosedError, StoreError
from jitdbg.store.entrusted import Entrusted
from jitdbg.store.interface import Placed
from jitdbg.store.names import readable, text_name
from jitdbg.store.place import Base, bases, examine, make, words
from jitdbg.store.retention import Limits, keeps, sweep_if_due
from jitdbg.store.runs import LOCK, Run, remove_file, remove_texts

_Directory: TypeAlias = "Run | Entrusted"


class Begin(Protocol):
    """Begins a directory below a place that may be used."""

    def __call__(self, base: Path, /, *, keep: bool) -> _Directory:
        """Begin one; ``keep`` is `keeps`. Raises OSError and leaves nothing then."""


class FileStore:
    """Files in a private directory of this run, below the first place that is writable and allows execution.

    A place that fails, full or gone, is passed over for that image and the next one is tried. A file is named
    ``<name>.<first 16 digits of the build-id>.so``. A forked child begins a directory of its own with its first image,
    and keeps its parent's directory alive until it exits. Images outlive the run (see `jitdbg.store.gc`).

    Lives until `close`, at the latest until the process exits. ``where`` are the places to try, those of `bases` by
    default; ``execution=False`` takes places that are mounted noexec, for texts alone; ``begin`` makes the directories.
    """

    def __init__(
        self, where: Sequence[Base] | None = None, *, execution: bool = True, begin: Begin = Run.begin
    ) -> None:
        self._bases = tuple(bases() if where is None else where)
        self._execution, self._begin_directory = execution, begin
        self._limits = Limits.from_environment()
        self._runs: list[_Directory] = []
        self._current: dict[Base, _Directory] = {}
        self._refusals: dict[Base, str] = {}
        self._unloaded: deque[tuple[Placed, int]] = deque()
        self._unloaded_size = 0
        self._closed = False

    def put(self, image: bytes, name: str, build_id: bytes, source_dir: str | None = None) -> Placed:
        """Place an image in a file; see `Store.put`. Raises `StoreError` with every place and why it failed."""
        stem = f"{readable(name)}.{build_id[:8].hex()}"
        return Placed(self._place("the image", name, lambda run: run.write(stem, image)), source_dir)

    def keep_text(self, stem: str, filename: str, text: bytes) -> str:
        """Keep a text in ``<stem>.src``, beside the image of that stem; see `Store.keep_text`. Raises `StoreError`."""
        directory, kept_name = readable(stem), text_name(filename)
        return self._place("the text of", stem, lambda run: run.write_text(directory, kept_name, text))

    def release(self, placed: Placed) -> None:
        """Leave the file: perf, cores and debuggers read it after the dylib is unloaded.

        A process that loads and unloads for days would fill the place, so that the cap (`Limits.cap`) holds for the
        unloaded images of a run as well: beyond it the longest unloaded one goes.
        """
        with contextlib.suppress(OSError), LOCK:
            size = os.stat(placed.path).st_size
            self._unloaded.append((placed, size))
            self._unloaded_size += size
            while self._unloaded_size > self._limits.cap and not keeps():
                oldest, size = self._unloaded.popleft()
                self._unloaded_size -= size
                self.remove(oldest)

    def remove(self, placed: Placed) -> None:
        """Remove the file of an image that was never loaded, and its text; a parent's files stay."""
        own = {run.path for run in self._runs if not run.leased}
        if placed.path.rpartition("/")[0] in own:
            remove_file(placed.path)
        if placed.source_dir and placed.source_dir.rpartition("/")[0] in own:
            remove_texts(placed.source_dir)

    def close(self) -> None:
        """Mark the run finished: its images stay for the grace period."""
        with LOCK:
            self._closed = True
            runs, self._runs = self._runs, []
            self._current.clear()
        for run in runs:
            run.finish()

    def _place(self, what: str, name: str, write: Callable[[_Directory], str]) -> str:
        """Write in the first place that will have it."""
        failures = []
        for base in self._bases:
            try:
                return self._write(base, write)
            except (OSError, StoreError) as error:
                failures.append(f"{base.path}: {words(error)}")
        self._refusals.clear()  # the next image asks again: somebody may have made room
        raise StoreError(
            f"there is no place for {what} {name!r} ({'; '.join(failures)}): mend one of these (jitdbg gc frees space)"
            ", or set JITDBG_STORE to a directory of your own on a filesystem that is writable and allows execution"
        )

    def _write(self, base: Base, write: Callable[[_Directory], str]) -> str:
        try:
            return write(self._run(base))
        except FileNotFoundError:  # somebody removed the directory: the run goes on in a new one
            self._current.pop(base, None)
            return write(self._run(base))

    def _run(self, base: Base) -> _Directory:
        """Give this process's own run below ``base``, begun if need be."""
        run = self._current.get(base)
        if run is not None and not run.leased:
            return run
        with LOCK:
            run = self._current.get(base)
            if run is None or run.leased:
                run = self._begin(base)
        if not keeps():
            sweep_if_due(base.path, self._limits)
        return run

    def _begin(self, base: Base) -> _Directory:
        if self._closed:
            raise ClosedError(
                "this store is closed and takes nothing more: place images before close(), or open another"
            )
        if base not in self._refusals:
            self._refusals[base] = examine(base, execution=self._execution).reason
        if reason := self._refusals[base]:
            raise StoreError(reason)
        make(base)
        run = self._begin_directory(base.path, keep=keeps())
        self._runs.append(run)
        self._current[base] = run
        return run
