"""What a bundle says about itself: the list that is its first member, as JSON.

A bundle is a tar archive of ordinary files and nothing else (no links, no directories):

======================  ================================================================================================
``manifest.json``       this list
``core``                the core dump
``root/…``              the program and its libraries, each at its absolute path
``sources/…``           source texts that JIT images refer to, each at its absolute path
``ir/<build-id>/…``     the IR that JIT images were made from
======================  ================================================================================================
"""

from __future__ import annotations

import json
import os
import posixpath
import re
from dataclasses import asdict, dataclass
from typing import Any

from jitdbg.errors import CoreError

FORMAT = 1
MANIFEST, CORE, ROOT, SOURCES, IR = "manifest.json", "core", "root", "sources", "ir"
_CONTROL = re.compile(r"[\0-\x1f\x7f]")


@dataclass(frozen=True)
class Packed:
    """An image of the program.

    ``path`` is its place below ``root``, ``name`` a second one that the loader knew it by (or empty). ``state`` is that
    of `jitdbg.postmortem.images`, or "recovered" where a copy in the core, or a tree by build-id, has given it back. An
    image that is ``missing`` or ``replaced`` is not in the bundle. ``modules`` are the names of what jitdbg put into
    it.
    """

    path: str
    name: str
    build_id: str
    state: str
    modules: tuple[str, ...]

    @property
    def included(self) -> bool:
        """Whether the image itself is in the bundle."""
        return self.state not in ("missing", "replaced")


@dataclass(frozen=True)
class Manifest:
    """What a bundle holds; ``executable`` and ``sources`` are the absolute paths that they had.

    ``directories`` are those that debug info goes through on its way to a source and leaves again, as ``build`` in
    ``/build/../f.c``: a debugger that takes such a path as it is needs them. ``lost_sources`` are those that debug info
    names, in its spelling, and that nobody could give.
    """

    executable: str
    images: tuple[Packed, ...]
    sources: tuple[str, ...]
    directories: tuple[str, ...] = ()
    lost_sources: tuple[str, ...] = ()

    @property
    def absent(self) -> tuple[Packed, ...]:
        """The images that nobody could give."""
        return tuple(image for image in self.images if not image.included)


def encode_manifest(manifest: Manifest) -> bytes:
    """Write a manifest."""
    return json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1).encode("utf-8", "surrogatepass")


def decode_manifest(text: bytes, where: str) -> Manifest:
    """Read a manifest without trust. Raises `CoreError`, also for paths that would lead out of the bundle."""
    try:
        fields = json.loads(text.decode("utf-8", "surrogatepass"))
        if fields["format"] != FORMAT:
            raise CoreError(f"{where} has format {fields['format']}, which is not known here: use a newer jitdbg")
        images = tuple(_packed(row) for row in fields["images"])
        manifest = Manifest(
            str(fields["executable"]),
            images,
            tuple(map(str, fields["sources"])),
            *(tuple(map(str, fields.get(name, ()))) for name in ("directories", "lost_sources")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise CoreError(f"{where} is no bundle of jitdbg's: its manifest is broken ({error})") from None
    names = (name for image in images for name in (image.path, image.name))
    for path in (manifest.executable, *manifest.sources, *manifest.directories, *names):
        check_path(path, where)
    return manifest


def _packed(row: dict[str, Any]) -> Packed:
    return Packed(
        str(row["path"]), str(row["name"]), str(row["build_id"]), str(row["state"]), tuple(map(str, row["modules"]))
    )


def check_path(path: str, where: str) -> None:
    """Raise `CoreError` for what is no plain absolute path that is fit for a debugger; an empty one is none at all."""
    if path and (not path.startswith("/") or posixpath.normpath(path) != path or path.startswith("//")):
        raise CoreError(f"{where} names the path {path!r}, which could lead out of the bundle: it is not opened")
    if not is_one_word(path):
        raise CoreError(f"{where} names the path {path!r}, which no debugger can be told: it is not opened")


def is_one_word(path: str) -> bool:
    """Tell whether a path can be a word of a debugger's command: to lldb a line end in one begins the next command."""
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return not _CONTROL.search(path)
