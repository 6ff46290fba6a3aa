"""A crashed process as the helper sees it: what is mapped where, its memory, and the images with their symbols.

Where the kernel lets nobody look into the process, the handler sends the list of mappings, and there is no memory.
"""

from __future__ import annotations

import mmap
import os
import struct
from bisect import bisect_right
from contextlib import suppress
from functools import cached_property
from typing import BinaryIO, cast

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from jitdbg.debugger.interpreter import is_interpreters
from jitdbg.mappings import Mapping, file_paths, parse_mappings
from jitdbg.reports.rules import UnwindTable
from jitdbg.symbols import Frame
from jitdbg.symbols.dwarf import Place
from jitdbg.symbols.image import Image, make_frame
from jitdbg.symbols.scopes import Scope


class NotReadable(Exception):
    """Memory that is not mapped, or may not be read."""


class Memory:
    """The memory of a process, as long as it lives."""

    def __init__(self, pid: int) -> None:
        """Open it. Raises OSError where that is refused."""
        self._descriptor = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)

    def close(self) -> None:
        """Give it back."""
        os.close(self._descriptor)

    def read(self, address: int, size: int) -> bytes:
        """Read bytes. Raises `NotReadable` where not all of them are mapped."""
        try:
            data = os.pread(self._descriptor, size, address)
        except (OSError, OverflowError):
            raise NotReadable(f"{address:#x}") from None
        if len(data) < size:
            raise NotReadable(f"{address:#x}")
        return data

    def word(self, address: int) -> int:
        """Read 8 bytes as a number."""
        value: int = struct.unpack("<Q", self.read(address, 8))[0]
        return value


class Module:
    """The file of an image; ``start`` is the lowest address in it. Symbols and tables are read when first needed."""

    def __init__(self, path: str, file: BinaryIO) -> None:
        """Map an open file. Raises ELFError, or ValueError, for one that is no image."""
        self.path = path
        self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.elf = ELFFile(cast(BinaryIO, self.data))
        self.start = min(segment["p_vaddr"] for segment in self.elf.iter_segments("PT_LOAD")) & -mmap.PAGESIZE

    @cached_property
    def image(self) -> Image:
        """Its symbols."""
        return Image(self.elf, self.path)

    @cached_property
    def unwind_table(self) -> UnwindTable:
        """Its unwind information."""
        return UnwindTable(self.elf)


class Modules:
    """The files that were looked at, kept for the next crash."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int, str], Module | None] = {}

    def find(self, pid: int, mapping: Mapping) -> Module | None:
        """Return the file of a mapping; None where it is gone, or another one by now."""
        key = mapping.device, mapping.inode, mapping.path
        if key not in self._known:
            self._known[key] = _open(pid, mapping)
        return self._known[key]


def _open(pid: int, mapping: Mapping) -> Module | None:
    for path in file_paths(pid, mapping):
        with suppress(OSError, ValueError, ELFError), open(path, "rb") as file:
            return Module(mapping.path, file)
    return None


class ProcessView:
    """A process that has crashed and waits; ``memory`` is None where it may not be read."""

    def __init__(self, pid: int, maps: bytes, memory: Memory | None, modules: Modules) -> None:
        self.pid, self.memory = pid, memory
        self._modules = modules
        self._mappings = list(parse_mappings(maps))
        self._starts = [each.start for each in self._mappings]

    def find_mapping(self, address: int) -> Mapping | None:
        """Return the mapping of a file that an address lies in."""
        position = bisect_right(self._starts, address) - 1
        found = self._mappings[position] if position >= 0 else None
        return found if found and address < found.end else None

    def find_module(self, address: int) -> tuple[Module, int] | None:
        """Return the image that an address lies in and its base, to which addresses in it are relative."""
        mapping = self.find_mapping(address)
        first = mapping and self._first(mapping)
        module = first and self._modules.find(self.pid, first)
        return (module, first.start - module.start) if first and module else None

    def frames(self, address: int, step_back: int) -> tuple[Frame, ...]:
        """Return the frames of an address, innermost first; one without a name where nothing is known of it.

        The interpreter's own have no names: they are not shown, and its symbols take longer than all others.
        """
        mapping = self.find_mapping(address - step_back)
        found = self.find_module(address - step_back)
        if found and mapping and not is_interpreters(mapping.path):
            module, base = found
            return module.image.frames(address, base, step_back)
        path, start = (mapping.path, mapping.start) if mapping else ("", 0)
        return (make_frame(Scope(None, None, start), Place(), path, address, 0),)

    def warm_up(self) -> None:
        """Read what every stack leads through: unwind tables, and the C library's symbols."""
        for mapping in self._mappings:
            found = None if mapping.offset else self.find_module(mapping.start)
            if found and found[0].unwind_table and os.path.basename(mapping.path).startswith("libc."):
                self.frames(mapping.start, 0)

    def _first(self, mapping: Mapping) -> Mapping | None:
        """Return the mapping that the file's image begins with, the nearest one below."""
        before = reversed(self._mappings[: bisect_right(self._starts, mapping.start)])
        key = mapping.path, mapping.inode
        return next((each for each in before if (each.path, each.inode) == key and not each.offset), None)
