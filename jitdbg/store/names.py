"""Names of files made of names that users chose."""

from __future__ import annotations

import os
import re

# `$` must go: ld.so expands $ORIGIN and $LIB in what it is asked to open. So must all that a locale can't encode.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,78}")
_UNREADABLE = re.compile(r"[^A-Za-z0-9_.+-]+")
# Of 255 bytes: there is room for the build-id, and a backtrace stays on its line. A build-id at the end stays, too.
_HEAD, _TAIL = 50, 29
_TEXT_LIMIT = 200


def readable(name: str) -> str:
    """Make a file name's stem of any text: its letters, digits and ``_.+-`` stay, other characters become ``_``."""
    if _PLAIN.fullmatch(name):
        return name
    stem = _UNREADABLE.sub("_", name).lstrip(".-")
    if len(stem) > _HEAD + _TAIL:
        stem = f"{stem[:_HEAD]}_{stem[-_TAIL:]}"
    return stem if stem.strip("_.+-") else "module"


def text_name(filename: str) -> str:
    """Give the last part of a path as a file name, changed only where it could not be one."""
    name = filename.rstrip("/").rpartition("/")[2].replace("\0", "_")
    if name in ("", ".", ".."):
        return "source"
    try:
        encoded = os.fsencode(name)
    except UnicodeEncodeError:  # what this locale has no bytes for
        encoded = name.encode("ascii", "replace")
    return os.fsdecode(encoded[-_TEXT_LIMIT:])  # the end, for the sake of the suffix
