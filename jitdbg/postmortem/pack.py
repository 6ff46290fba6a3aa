"""One file of all that a debugger needs for a core dump on another machine."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, cast

from jitdbg import elf, inspection
from jitdbg.errors import CoreError, ElfError
from jitdbg.postmortem.core import Core
from jitdbg.postmortem.images import MISSING, LoadedImage, loaded_images
from jitdbg.postmortem.manifest import CORE, IR, MANIFEST, ROOT, SOURCES, Manifest, Packed, encode_manifest
from jitdbg.postmortem.recovery import recovered_images
from jitdbg.store.names import readable
from jitdbg.symbols.files import SourceFile

RECOVERED = "recovered"


def pack(core: Core, output: Path) -> Manifest:
    """Write a bundle of a core, its images, and the sources and IR of those that jitdbg made; see `manifest`.

    What could not be found is in the result, `Manifest.absent`. ``output`` is compressed where its name ends in .gz,
    .tgz or .xz. Raises `CoreError`, and leaves no file then.
    """
    contents = _contents(core)
    sources = _sources(contents)
    manifest = Manifest(core.executable, tuple(contents), tuple(sources))
    with _new_archive(output) as archive:
        _add(archive, MANIFEST, encode_manifest(manifest))
        archive.add(core.path, CORE, recursive=False)
        for image, data in contents.items():
            if image.included:
                _add(archive, f"{ROOT}{image.path}", data)
        for path, text in sources.items():
            _add(archive, f"{SOURCES}{path}", text)
        for name, text in _ir(contents):
            _add(archive, f"{IR}/{name}", text)
    return manifest


def _contents(core: Core) -> dict[Packed, bytes]:
    """Read each image, by what is said of it; empty where there is none to be had."""
    images = loaded_images(core)
    copies = recovered_images(core) if any(not image.usable for image in images) else {}
    return dict(_content(image, copies) for image in images)


def as_packed(image: LoadedImage) -> Packed:
    """Say of an image what a manifest does."""
    # A debugger asks for a library by the loader's name; that of a memfd is the only one which is a path.
    path = image.path if image.path.startswith("/") and not image.path.endswith(" (deleted)") else image.name
    name = image.name if image.name != path else ""
    return Packed(path, name, image.build_id, image.state, tuple(module.name for module in image.modules))


def _content(image: LoadedImage, copies: Mapping[str, bytes]) -> tuple[Packed, bytes]:
    packed = as_packed(image)
    if image.usable:
        with suppress(OSError):
            return packed, Path(image.path).read_bytes()
        return replace(packed, state=MISSING), b""
    if (copy := copies.get(image.build_id)) is not None:
        return replace(packed, state=RECOVERED), copy
    return packed, b""


def _sources(contents: Mapping[Packed, bytes]) -> dict[str, bytes]:
    """Read the sources that JIT images name: as the image has them embedded, else their files, where there are any."""
    found: dict[str, bytes] = {}
    for image, data in contents.items():
        for source in _named_sources(image, data):
            text = source.text if source.text is not None else _read(source.path)
            if text is not None and os.path.normpath(source.path) == source.path:
                found.setdefault(source.path, text)
    return found


def _named_sources(image: Packed, data: bytes) -> Sequence[SourceFile]:
    if not image.modules or not image.included:
        return ()
    try:
        return inspection.source_files(data, image.path)
    except ElfError:
        return ()


def _ir(contents: Mapping[Packed, bytes]) -> Iterator[tuple[str, bytes]]:
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


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, io.BytesIO(data))


@contextmanager
def _new_archive(output: Path) -> Iterator[tarfile.TarFile]:
    """Write an archive beside its place, and put it there when it is complete."""
    beside = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        # The core has the program's memory in it: nobody else is to read that.
        with (
            open(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file,
            _compressed(file, output.suffix) as stream,
            tarfile.open(fileobj=stream, mode="w") as archive,
        ):
            yield archive
        os.replace(beside, output)
    except OSError as error:
        raise CoreError(f"{output} can't be written: {error.strerror or error}") from None
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


def _compressed(file: BinaryIO, suffix: str) -> BinaryIO:
    """Compress quickly: level 1 makes a core ten times smaller, level 9 takes ten times as long for a tenth more."""
    if suffix in (".gz", ".tgz"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1))
    if suffix == ".xz":
        return cast(BinaryIO, lzma.LZMAFile(file, "wb", preset=1))
    return file
