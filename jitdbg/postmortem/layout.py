"""A core whose images do not all lie where they were, laid out like an unpacked bundle on the machine that wrote it.

Of images that are what they were there are links; those that are gone, or replaced, come from copies in the core or
from a tree by build-id. So a debugger finds the images that were loaded, or none: never another build instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jitdbg.errors import CoreError
from jitdbg.postmortem.bundle import Bundle, complete
from jitdbg.postmortem.contents import RECOVERED, manifest_of, read_contents, read_sources
from jitdbg.postmortem.core import Core
from jitdbg.postmortem.manifest import CORE, ROOT, SOURCES, Packed


def lay_out(core: Core, directory: Path, tree: Path | None = None) -> Bundle:
    """Fill an empty directory for a core; ``tree`` is one by build-id. Raises `CoreError` where it can't be written."""
    contents = read_contents(core, tree)
    sources = read_sources(contents)
    bundle = Bundle(directory, manifest_of(core, contents, sources))
    try:
        _fill(bundle, Path(core.path), contents, sources.texts)
        complete(bundle)
    except OSError as error:
        raise CoreError(f"{error.filename or directory} can't be written: {error.strerror}") from None
    return bundle


def _fill(bundle: Bundle, core: Path, contents: Mapping[Packed, bytes], sources: Mapping[str, bytes]) -> None:
    (bundle.directory / CORE).symlink_to(core.absolute())
    for image, data in contents.items():
        place = _made(bundle, ROOT, image.path)
        if image.state == RECOVERED:
            place.write_bytes(data)
        elif image.included:
            place.symlink_to(image.path)
    for path, text in sources.items():
        _made(bundle, SOURCES, path).write_bytes(text)


def _made(bundle: Bundle, part: str, path: str) -> Path:
    """Give the place of an absolute path in a part of the bundle, in a directory that is there."""
    place = Path(f"{bundle.directory / part}{path}")
    place.parent.mkdir(parents=True, exist_ok=True)
    return place
