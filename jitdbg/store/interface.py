"""What every store offers: images go in, paths that the loader and debuggers can open come out."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Placed(NamedTuple):
    """An image that lies where the loader can open it.

    ``path`` is absolute and is never given to another image of this run, since ld.so takes a library that it knows by
    name for loaded. ``source_dir`` is the directory of the texts that were kept for the image, or None.
    """

    path: str
    source_dir: str | None = None


class Store(Protocol):
    """Where images lie.

    All methods may be called from several threads at once. After `close`, `put` and `keep_text` raise `ClosedError`.
    """

    def put(self, image: bytes, name: str, build_id: bytes, source_dir: str | None = None) -> Placed:
        """Place an image; ``name`` may hold any characters and is made readable. Raises `StoreError`.

        ``source_dir`` is handed on: it is the directory of the first path that `keep_text` gave for this image.
        """
        ...

    def keep_text(self, stem: str, filename: str, text: bytes) -> str | None:
        """Keep a source's text and give its path, whose last part is ``filename``'s; None where no place will have it.

        ``stem`` names one image, one generation: its texts lie in one directory, those with equal names in further
        ones. A text is never written over.
        """
        ...

    def release(self, placed: Placed) -> None:
        """Take note that the dylib was unloaded: what only a loaded dylib needs is given back.

        Files stay within a cap, because perf, cores and debuggers read them later.
        """
        ...

    def remove(self, placed: Placed) -> None:
        """Undo a `put`, and the `keep_text` before it, whose image was never loaded; its path is not used again."""
        ...

    def close(self) -> None:
        """Mark the run finished. Call it when the dylibs are unloaded; a second call does nothing."""
        ...
