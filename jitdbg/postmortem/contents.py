"""What there is of the images of a core dump: from their files, from the core itself, from a tree by build-id."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import md5
from pathlib import Path

from jitdbg import elf, inspection
from jitdbg.errors import ElfError
from jitdbg.postmortem.build_ids import find_filed
from jitdbg.postmortem.core import Core
from jitdbg.postmortem.images import MISSING, LoadedImage, loaded_images
from jitdbg.postmortem.manifest import Manifest, Packed, is_one_word
from jitdbg.postmortem.recovery import recovered_images
from jitdbg.store.names import readable
from jitdbg.symbols.files import SourceFile

RECOVERED = "recovered"
"""The state of an image that a copy in the core, or a tree by build-id, has given back."""


def read_contents(core: Core, tree: Path | None) -> dict[Packed, bytes]:
    """Read each image, by what is said of it; empty where there is none to be had."""
    images = loaded_images(core)
    copies = recovered_images(core) if any(not image.usable for image in images) else {}
    return dict(_content(image, copies, tree) for image in images)


def as_packed(image: LoadedImage) -> Packed:
    """Say of an image what a manifest does."""
    # A debugger asks for a library by the loader's name; that of a memfd is the only one which is a path. A core that
    # was cut off has not kept it.
    is_path = image.path.startswith("/") and not image.path.endswith(" (deleted)")
    path = image.path if is_path or not image.name else image.name
    name = image.name if image.name != path else ""
    return Packed(path, name, image.build_id, image.state, tuple(module.name for module in image.modules))


def _content(image: LoadedImage, copies: Mapping[str, bytes], tree: Path | None) -> tuple[Packed, bytes]:
    packed = as_packed(image)
    if image.usable:
        with suppress(OSError):
            return packed, Path(image.path).read_bytes()
        return replace(packed, state=MISSING), b""
    copy = copies.get(image.build_id) or (find_filed(tree, image.build_id) if tree else None)
    return (replace(packed, state=RECOVERED), copy) if copy else (packed, b"")


@dataclass(frozen=True)
class Sources:
    """Texts by their absolute paths, in which nothing is ``..``; the rest is that of `Manifest`.

    ``named`` are the paths of all sources, as debug info has them.
    """

    texts: Mapping[str, bytes]
    named: tuple[str, ...]
    directories: tuple[str, ...]
    lost_sources: tuple[str, ...]


def read_sources(contents: Mapping[Packed, bytes]) -> Sources:
    """Read the sources that JIT images name: as the image has them, else their files, where there are any."""
    texts: dict[str, bytes] = {}
    named: set[str] = set()
    directories: set[str] = set()
    lost: set[str] = set()
    for image, data in contents.items():
        for source in _named_sources(image, data):
            named.add(source.path)
            text = _find_in_image(source, data) or _read(source.path)
            if text is None or not (source.path.startswith("/") and is_one_word(source.path)):
                lost.add(source.path)
                continue
            texts.setdefault(_plain(source.path), text)
            directories.update(_passed(source.path))
    return Sources(texts, tuple(sorted(named)), tuple(sorted(directories)), tuple(sorted(lost)))


def manifest_of(core: Core, contents: Mapping[Packed, bytes], sources: Sources) -> Manifest:
    """Say what there is and what not."""
    return Manifest(core.executable, tuple(contents), tuple(sources.texts), sources.directories, sources.lost_sources)


def _plain(path: str) -> str:
    return os.path.normpath(f"/{path.lstrip('/')}")  # normpath leaves two slashes in front alone


def _passed(path: str) -> Iterator[str]:
    """Yield the directories that a path goes through and leaves again by ``..``, or stays in by ``.``."""
    parts = path.split("/")
    for index, part in enumerate(parts):
        if part in (".", "..") and (passed := _plain("/".join(parts[:index]))) != "/":
            yield passed


def _named_sources(image: Packed, data: bytes) -> Sequence[SourceFile]:
    if not image.modules or not image.included:
        return ()
    try:
        return inspection.source_files(data, image.path)
    except ElfError:
        return ()


def _find_in_image(source: SourceFile, image: bytes) -> bytes | None:
    """Return a source's text as debug info has it embedded, or as the image's IR, where that is what was compiled."""
    if source.text is not None or source.md5 is None:
        return source.text
    texts = elf.describe(image).ir
    return next((text for text in texts if md5(text, usedforsecurity=False).hexdigest() == source.md5), None)


def ir_texts(contents: Mapping[Packed, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the IR of JIT images, each text with its name below `manifest.IR`."""
    for image, data in contents.items():
        if image.modules and image.included:
            texts = elf.describe(data).ir
            for number, (name, text) in enumerate(zip(image.modules, texts, strict=False), 1):
                yield f"{image.build_id}/{number}-{readable(name)}.ll", text


def _read(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes() if os.path.isfile(path) else None
    except OSError:
        return None
