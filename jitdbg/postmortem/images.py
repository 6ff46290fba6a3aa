"""The images that a core dump's program had loaded, and what has become of their files since.

Of each image a default core keeps the first page, which has its build-id; so a file that is another one by now is told
from the one that was loaded.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from jitdbg import elf
from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.errors import ElfError
from jitdbg.mappings import Mapping
from jitdbg.postmortem.core import Core

PRESENT = "present"
REPLACED = "replaced"
MISSING = "missing"
UNCHECKED = "unchecked"
"""There is a file, and the core has kept no build-id that could be compared with its own."""

_PAGE = 4096


@dataclass(frozen=True)
class LoadedImage:
    """An image as it was loaded.

    ``path`` is the kernel's name for its file, ``name`` the one that the loader opened it by (empty where that is not
    known). ``build_id`` is hexadecimal, and empty where the core has not kept it. ``modules`` is empty for images
    that jitdbg has not made.
    """

    path: str
    name: str
    base: int
    size: int
    build_id: str
    modules: tuple[elf.Module, ...]
    state: str

    @property
    def usable(self) -> bool:
        """Whether the file that lies there now may serve a debugger."""
        return self.state in (PRESENT, UNCHECKED)


def loaded_images(core: Core) -> list[LoadedImage]:
    """List the images in a core, by address."""
    return list(_images(core))


def _images(core: Core) -> Iterator[LoadedImage]:
    reach = 0
    for mapping in core.mappings:
        # A small image's data can begin in the file's first page as well.
        if mapping.offset == 0 and mapping.start >= reach and (image := _find_image(core, mapping)):
            reach = image.base + image.size
            yield image


def _find_image(core: Core, mapping: Mapping) -> LoadedImage | None:
    kept = core.find_memory(mapping.start, elf.HEAD_SIZE)
    loaded = _find_elf(kept or _file_head(mapping.path), mapping.path)
    if loaded is None:
        return None
    build_id = _build_id(loaded) if kept else ""  # That of the file would be equal to the file's.
    loads = [segment for segment in loaded.segments if segment.p_type == c.PT_LOAD]
    bias = mapping.start - min((load.p_vaddr // _PAGE * _PAGE for load in loads), default=0)
    # What only lies in memory, as a program reads a file, is not loaded.
    if core.library_names and bias not in core.library_names and mapping.path != core.executable:
        return None
    return LoadedImage(
        path=mapping.path,
        name=core.library_names.get(bias, ""),
        base=mapping.start,
        size=max((load.p_vaddr + load.p_memsz for load in loads), default=0) + bias - mapping.start,
        build_id=build_id,
        modules=_modules(loaded),
        state=_state(mapping.path, build_id),
    )


def _find_elf(head: bytes, path: str) -> ElfFile | None:
    try:
        return elf.read_head(head, path)
    except ElfError:
        return None


def _modules(loaded: ElfFile) -> tuple[elf.Module, ...]:
    try:
        return elf.describe(loaded).modules
    except ElfError:
        return ()


def _build_id(loaded: ElfFile) -> str:
    try:
        return (loaded.build_id or b"").hex()
    except ElfError:  # It lies behind the first page.
        return ""


def _state(path: str, build_id: str) -> str:
    if not os.path.isfile(path):
        return MISSING
    now = _find_elf(_file_head(path), path)
    if not build_id or now is None or not (found := _build_id(now)):
        return UNCHECKED if now else REPLACED
    return PRESENT if found == build_id else REPLACED


def _file_head(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(elf.HEAD_SIZE)
    except OSError:
        return b""
