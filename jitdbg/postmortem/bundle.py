"""Opening a bundle: a directory in which a debugger finds core, program, libraries and sources.

Nothing in an archive is trusted: it comes from another machine. Members are ordinary files with places of their own
below the directory, or nothing is left of it; links are made by us alone, when all members are written.
"""

from __future__ import annotations

import lzma
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jitdbg.errors import CoreError
from jitdbg.postmortem.manifest import CORE, IR, MANIFEST, ROOT, SOURCES, Manifest, check_path, decode_manifest

BUILD_IDS = ".build-id"
_MANIFEST_LIMIT = 64 << 20
_DAMAGES = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError)


@dataclass(frozen=True)
class Bundle:
    """A bundle that was unpacked into a directory."""

    directory: Path
    manifest: Manifest

    @property
    def core(self) -> Path:
        """The core dump."""
        return self.directory / CORE

    @property
    def root(self) -> Path:
        """The directory below which images have their own paths: what debuggers call a sysroot."""
        return self.directory / ROOT

    @property
    def executable(self) -> Path | None:
        """The program; None where the bundle has none."""
        path = Path(f"{self.root}{self.manifest.executable}")
        return path if path.is_file() else None

    def source_directories(self) -> Iterator[tuple[str, str]]:
        """Yield the directories of the sources: as the debug info has them, and where they lie."""
        for directory in sorted({*map(os.path.dirname, self.manifest.sources), *self.manifest.directories}):
            yield directory, f"{self.directory / SOURCES}{directory}"


def is_bundle(path: Path) -> bool:
    """Tell an archive from a core. Raises `CoreError` for what can't be read."""
    try:
        return tarfile.is_tarfile(path)
    except OSError as error:
        raise CoreError(f"{path} can't be read: {error.strerror}") from None
    except _DAMAGES as error:
        raise CoreError(f"{path} is damaged or no bundle: {error}") from None


def unpack(path: Path, directory: Path) -> Bundle:
    """Unpack a bundle into a directory, which is made. Raises `CoreError`, and leaves no directory then.

    That is for a bundle that is damaged or not to be trusted, and where the directory has something in it already.
    """
    try:
        directory.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise CoreError(f"{directory} can't be made: {error.strerror}") from None
    try:
        return _unpack(path, directory)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise


def _unpack(path: Path, directory: Path) -> Bundle:
    with _archive(path) as archive:
        bundle = Bundle(directory, _manifest(archive, path))
        for member in archive:  # in one pass, since a compressed archive can't go back
            _write(archive, _checked(member, path), directory)
        _read_to_the_end(archive)
        complete(bundle)
    if not bundle.core.is_file():
        raise CoreError(f"{path} has no core dump in it: pack it again")
    return bundle


@contextmanager
def _archive(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path) as archive:
            yield archive
    except _DAMAGES as error:
        raise CoreError(f"{path} is damaged or no bundle: {error}") from None
    except OSError as error:
        where = error.filename or path
        raise CoreError(f"{path} can't be opened ({where}: {error.strerror or error})") from None


def _read_to_the_end(archive: tarfile.TarFile) -> None:
    """Read what follows the last member: the checksum of a compressed archive is at its end, and is looked at there."""
    assert archive.fileobj is not None
    while archive.fileobj.read(1 << 20):
        pass


def _checked(member: tarfile.TarInfo, path: Path) -> tarfile.TarInfo:
    check_path(f"/{member.name}", str(path))
    if not member.isreg():
        raise CoreError(f"{path} holds {member.name!r}, which is no ordinary file: it is not opened")
    if member.name.partition("/")[0] not in (MANIFEST, CORE, ROOT, SOURCES, IR):
        raise CoreError(f"{path} holds {member.name!r}, which belongs into no bundle: it is not opened")
    return member


def _manifest(archive: tarfile.TarFile, path: Path) -> Manifest:
    first = archive.next()
    file = archive.extractfile(first) if first and first.isreg() else None
    if first is None or file is None or first.name != MANIFEST or first.size > _MANIFEST_LIMIT:
        raise CoreError(f"{path} is no bundle of jitdbg's: it does not begin with {MANIFEST}")
    return decode_manifest(file.read(), str(path))


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, directory: Path) -> None:
    target = directory / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    source = archive.extractfile(member)
    assert source is not None, "it is an ordinary file"
    with open(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)


def complete(bundle: Bundle) -> None:
    """Add what debuggers need beside the files: directories on the way to sources, and further names of images."""
    for directory in bundle.manifest.directories:
        Path(f"{bundle.directory / SOURCES}{directory}").mkdir(parents=True, exist_ok=True)
    _link_images(bundle)


def _link_images(bundle: Bundle) -> None:
    """Give images their second names, and a tree by build-id, in which debuggers look first of all."""
    for image in bundle.manifest.images:
        file = Path(f"{bundle.root}{image.path}")
        if image.included and file.is_file():
            if image.name.startswith("/"):
                _link_to(Path(f"{bundle.root}{image.name}"), file)
            if len(image.build_id) > 2 and image.build_id.isalnum():
                _link_to(bundle.directory / BUILD_IDS / image.build_id[:2] / f"{image.build_id[2:]}.debug", file)


def _link_to(link: Path, file: Path) -> None:
    if not os.path.lexists(link):
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(file, link.parent))
