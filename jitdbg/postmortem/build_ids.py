"""A tree of images by build-id, in the form in which lldb, perf, elfutils and debuginfod servers look for them.

``DIR/.build-id/ab/cdef…`` is the image and ``DIR/.build-id/ab/cdef….debug`` the same file again: who looks for code
asks for the first, who looks for debug info for the second, and a JIT's image is both. Files are linked where the file
system allows it, so that a tree costs no space and yet outlives the store's files.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from jitdbg import elf, store
from jitdbg.errors import ElfError, JitdbgError
from jitdbg.hosts import Heads
from jitdbg.mappings import file_paths, parse_mappings

DIRECTORY = ".build-id"


@dataclass(frozen=True)
class Filed:
    """An image that is in the tree: ``path`` is where, ``source`` the file that it was; ``modules`` are its names."""

    build_id: str
    path: str
    source: str
    modules: tuple[str, ...]


def stored_images() -> Iterator[Path]:
    """Yield the images of all runs in the stores of files, of programs that are alive and of those that are gone."""
    for base in store.bases():
        with suppress(OSError):
            yield from sorted(base.path.glob("run-*/*.so"))


def images_below(path: Path) -> Iterator[Path]:
    """Yield an image, or all files below a directory. Raises `JitdbgError` where there is neither."""
    if not path.is_dir() and not _facts(path):
        what = "no image of jitdbg's that can be read" if path.exists() else "not there"
        raise JitdbgError(f"{path} is {what}: name an image, a directory of images, or the id of a process")
    yield from [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())


def images_of_process(pid: int) -> Iterator[Path]:
    """Yield the files of the dylibs in a process; those of memfds are among its open files. Raises `JitdbgError`."""
    heads = Heads()
    try:
        mappings = list(parse_mappings(Path(f"/proc/{pid}/maps").read_bytes()))
    except OSError as error:
        raise JitdbgError(f"process {pid} can't be looked into: {error.strerror}") from None
    for mapping in mappings:
        if not mapping.offset and heads.head(pid, mapping).modules:
            yield from (Path(path) for path in list(file_paths(pid, mapping))[:1])


def file_by_build_id(images: Iterable[Path], directory: Path) -> list[Filed]:
    """Put images into the tree below ``directory``, each once; what is no image of jitdbg's is passed over.

    An image whose build-id is there already is left as it is. Raises `JitdbgError` where the tree can't be written.
    """
    found: dict[str, Filed] = {}
    try:
        for source in images:
            if (facts := _facts(source)) and facts[0] not in found:
                found[facts[0]] = _file(source, *facts, directory)
    except OSError as error:
        raise JitdbgError(f"{error.filename or directory} can't be written: {error.strerror}") from None
    return list(found.values())


def find_filed(directory: Path, build_id: str) -> bytes | None:
    """Return the image that a tree has for a build-id, in hexadecimal; None where it has none, or another one."""
    try:
        image = _place(directory, build_id).read_bytes()
        return image if (elf.describe(image).build_id or b"").hex() == build_id else None
    except (OSError, ElfError):
        return None


def _place(directory: Path, build_id: str) -> Path:
    return directory / DIRECTORY / build_id[:2] / build_id[2:]


def _facts(path: Path) -> tuple[str, tuple[str, ...]] | None:
    """Give build-id and modules of an image of jitdbg's."""
    try:
        with open(path, "rb") as file:
            described = elf.describe(elf.read_head(file.read(elf.HEAD_SIZE), str(path)))
    except (OSError, ElfError):
        return None
    if not described.modules or not described.build_id:
        return None
    return described.build_id.hex(), tuple(module.name for module in described.modules)


def _file(source: Path, build_id: str, modules: tuple[str, ...], directory: Path) -> Filed:
    place = _place(directory, build_id)
    place.parent.mkdir(parents=True, exist_ok=True)
    _put(source, place)
    _put(place, place.with_name(f"{place.name}.debug"))
    return Filed(build_id, str(place), str(source), modules)


def _put(source: Path, place: Path) -> None:
    """Link a file to its place, or copy it there in one step; readers see all of it or nothing."""
    if place.exists():
        return
    with suppress(OSError):
        os.link(os.path.realpath(source), place)  # else a symbolic link itself is linked
        return
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        shutil.copyfile(source, beside)
        os.replace(beside, place)
    finally:
        beside.unlink(missing_ok=True)
