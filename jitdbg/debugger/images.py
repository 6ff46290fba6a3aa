"""What images say about themselves to a debugger: read from their files, or from the program's memory where it must be.

An image's first 4,096 bytes have its note, its build-id and its segments; more than that is never needed to know what a
dylib is, and is all that a default core dump keeps. Files are read once for each version of theirs.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from typing import Optional

from jitdbg.elf import HEAD_SIZE, ElfFile, read_head
from jitdbg.elf import constants as c
from jitdbg.elf.note import MODULES_SECTION, NT_SUMMARY, OWNER, Module, decode_modules
from jitdbg.errors import DebuggerError, ElfError


@dataclass(frozen=True)
class Image:
    """What an image's first page tells; ``modules`` is empty where jitdbg did not make it.

    ``size`` is how far the image reaches in memory, in bytes from its base. ``complete`` is False where there are more
    modules, or more of them to tell, than fit the first page.
    """

    modules: tuple[Module, ...]
    build_id: str
    size: int
    complete: bool = True


@dataclass(frozen=True)
class Function:
    """A function in an image's symbol table, as the linker names it; ``address`` is relative to the image's base.

    ``local`` tells that its module kept it to itself: it is static in C, internal in IR.
    """

    name: str
    address: int
    size: int
    local: bool


@dataclass(frozen=True)
class Contents:
    """What only an image's whole file tells."""

    functions: tuple[Function, ...]
    has_debug_info: bool


def read_first_page(page: bytes, name: str) -> Optional[Image]:
    """Read an image's first page; None for what is no ELF file of 64 bits, or keeps its notes elsewhere."""
    try:
        elf = read_head(page, name)
        modules: tuple[Module, ...] = ()
        build_id, complete = b"", True
        for note in elf.notes():
            if note.owner == OWNER:
                modules, complete = decode_modules(note.n_type, note.desc), note.n_type != NT_SUMMARY
            elif note.owner == b"GNU" and note.n_type == c.NT_GNU_BUILD_ID:
                build_id = note.desc
        reach = [segment.p_vaddr + segment.p_memsz for segment in elf.segments if segment.p_type == c.PT_LOAD]
        return Image(modules, build_id.hex(), max(reach, default=0), complete)
    except ElfError:
        return None


def find_file(path: str) -> Optional[Image]:
    """Read what the image in a file is; None where there is no such file, or none that is an image."""
    stamp = file_stamp(path)
    return _find_file(path, stamp) if stamp else None


def contents(path: str) -> Contents:
    """Read the symbols of the image in a file. Raises `ElfError`, and `DebuggerError` where it can't be read."""
    return _contents(path, file_stamp(path))


def read_file(path: str) -> ElfFile:
    """Read the image in a file. Raises `ElfError`, and `DebuggerError` where it can't be read."""
    try:
        with open(path, "rb") as file:
            return ElfFile(file.read(), path)
    except OSError as error:
        raise DebuggerError(f"{path} can't be read: {error.strerror}") from None


def file_stamp(path: str) -> Optional[tuple[int, ...]]:
    """Tell one file of a path from the next; None where there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


@functools.lru_cache(maxsize=16_384)
def _find_file(path: str, _stamp: tuple[int, ...]) -> Optional[Image]:
    try:
        with open(path, "rb") as file:
            page = file.read(HEAD_SIZE)
    except OSError:
        return None
    found = read_first_page(page, path)
    return _with_all_modules(found, path) if found and not found.complete else found


def _with_all_modules(found: Image, path: str) -> Image:
    """Complete the list of modules where the first page has a summary only."""
    try:
        elf = read_file(path)
        section = elf.find_section(MODULES_SECTION)
        notes = [note for note in elf.notes() if note.owner == OWNER]
        if not section or not notes:
            return found
        modules = decode_modules(notes[0].n_type, notes[0].desc, bytes(elf.contents(section)))
    except (ElfError, DebuggerError):
        return found
    return Image(modules, found.build_id, found.size)


@functools.lru_cache(maxsize=16_384)
def _contents(path: str, _stamp: Optional[tuple[int, ...]]) -> Contents:
    elf = read_file(path)
    functions = sorted(
        (symbol.st_value, symbol.name, symbol.st_size, symbol.binding == c.STB_LOCAL)
        for symbol in elf.symbols or elf.dynamic_symbols
        if symbol.type == c.STT_FUNC and symbol.defined and symbol.name
    )
    return Contents(
        tuple(Function(name, address, size, local) for address, name, size, local in functions),
        ".debug_info" in elf.section_names,
    )
