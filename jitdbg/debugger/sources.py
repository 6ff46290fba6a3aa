"""Source files on disk, and whether they are still what was compiled: debug info has a checksum of most.

Whoever shows source lines asks here, so that no text is shown for code that was not made from it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Optional

UNCHANGED = "unchanged"
EDITED = "edited"
MISSING = "missing"
UNCHECKED = "unchecked"
"""There is no checksum that could be compared."""


@dataclass(frozen=True)
class SourceText:
    """A source as it was compiled: what is known of its file, and its lines where they can be shown."""

    path: str
    state: str
    lines: tuple[str, ...] = ()

    def line(self, number: int) -> str:
        """Give the line of a number; empty where it can't be shown."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    @property
    def warning(self) -> str:
        """What a reader of the lines has to know, in one sentence; empty where all is well."""
        if self.state == EDITED and self.lines:
            return f"{self.path} has been edited since it was compiled: its text of that time is shown"
        if self.state == EDITED:
            return f"{self.path} has been edited since it was compiled: its lines are not shown, compile it again"
        if self.state == MISSING and not self.lines:
            return f"{self.path} can't be read: its lines are not shown"
        return ""


def read_source(path: str, checksum: str = "", kind: str = "MD5", *, compiled: Optional[bytes] = None) -> SourceText:
    """Read a source file and compare it with what was compiled.

    ``checksum`` is hexadecimal and of a ``kind`` that debug info has (MD5, SHA1, SHA256), or empty. ``compiled`` is the
    text itself, where the image carries it: then that is shown, whatever became of the file.
    """
    found = _read(path)
    if found is None:
        state = MISSING
    elif compiled is not None:
        state = UNCHANGED if found == compiled else EDITED
    else:
        state = _compared(found, checksum, kind)
    shown = compiled if compiled is not None else b"" if found is None or state == EDITED else found
    return SourceText(path, state, tuple(shown.decode("utf-8", "replace").split("\n")) if shown else ())


def _read(path: str) -> Optional[bytes]:
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError):  # ValueError: no path can have a NUL in it
        return None


def _compared(found: bytes, checksum: str, kind: str) -> str:
    if not checksum or kind.lower() not in ("md5", "sha1", "sha256"):
        return UNCHECKED
    digest = hashlib.new(kind.lower(), found, usedforsecurity=False).hexdigest()
    return UNCHANGED if digest == checksum.lower() else EDITED
