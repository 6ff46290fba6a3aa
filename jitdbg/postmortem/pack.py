"""One file of all that a debugger needs for a core dump on another machine."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias, cast

from jitdbg import replacing
from jitdbg.errors import CoreError
from jitdbg.postmortem.contents import ir_texts, manifest_of, read_contents, read_sources
from jitdbg.postmortem.core import Core
from jitdbg.postmortem.manifest import CORE, IR, MANIFEST, ROOT, SOURCES, Manifest, encode_manifest

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

OpenCore: TypeAlias = "Callable[[str], AbstractContextManager[BinaryIO]]"


@dataclass(frozen=True)
class Written:
    """A bundle: what is in it, and the bytes that it has."""

    manifest: Manifest
    size: int


def _open(core: str) -> BinaryIO:
    return open(core, "rb")


def pack(core: Core, output: Path, tree: Path | None = None, open_core: OpenCore = _open) -> Written:
    """Write a bundle of a core, its images, and the sources and IR of those that jitdbg made; see `manifest`.

    ``tree`` is one by build-id (`build_ids`), for images whose files are gone or replaced. What could not be found is
    in the result, `Manifest.absent` and ``lost_sources``. ``output`` is compressed where its name ends in .gz, .tgz
    or .xz. ``open_core`` opens the core by its path, for who wants to see how far it was read. Raises `CoreError`,
    and leaves no file then.
    """
    contents = read_contents(core, tree)
    sources = read_sources(contents)
    manifest = manifest_of(core, contents, sources)
    # Also a source whose text the image has may have been edited since: nothing has a copy of what lies there.
    inputs = [core.path, *(image.path for image in contents), *sources.named]
    with _new_archive(output, inputs) as (archive, counted):
        _add(archive, MANIFEST, encode_manifest(manifest))
        with open_core(core.path) as file:
            archive.addfile(archive.gettarinfo(arcname=CORE, fileobj=file), file)
        for image, data in contents.items():
            if image.included:
                _add(archive, f"{ROOT}{image.path}", data)
        for path, text in sources.texts.items():
            _add(archive, f"{SOURCES}{path}", text)
        for name, text in ir_texts(contents):
            _add(archive, f"{IR}/{name}", text)
    return Written(manifest, counted.size)


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o600
    archive.addfile(member, io.BytesIO(data))


@contextmanager
def _new_archive(output: Path, inputs: Iterable[str | Path]) -> Iterator[tuple[tarfile.TarFile, _Counted]]:
    """Write an archive that is there when it is complete, and count its bytes."""
    try:
        replacing.check_is_no_input(output, inputs)
        # The core has the program's memory in it: nobody else is to read that. A pipe can't be sought in: "w|".
        with (
            replacing.new_content(output, 0o600) as file,
            _Counted(file) as counted,
            _compressed(cast(BinaryIO, counted), output.suffix) as stream,
            tarfile.open(fileobj=stream, mode="w|") as archive,
        ):
            yield archive, counted
    except OSError as error:
        raise CoreError(f"{output} can't be written: {error.strerror or error}") from None


class _Counted(io.RawIOBase):
    """A file to be written to that counts: a pipe can't be asked how much it got."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        written = self._file.write(data)
        self.size += written
        return written


def _compressed(file: BinaryIO, suffix: str) -> BinaryIO:
    """Compress quickly: level 1 makes a core ten times smaller, level 9 takes ten times as long for a tenth more."""
    if suffix in (".gz", ".tgz"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1))
    if suffix == ".xz":
        return cast(BinaryIO, lzma.LZMAFile(file, "wb", preset=1))
    return file
