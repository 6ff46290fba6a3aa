"""The images that lie in this process now, and their symbols: a cache that checks before it answers.

An address may belong to one library now and to another later: after dlclose, dlopen gives the same ``struct link_map``,
the same addresses, even the same path again. So every answer first compares what lies in memory (the link map's
head, the name, the image's first page, where the build-id is) with what lay there when the image was read. Nor is a
file used that no longer is what was loaded.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.segments import NoteSegment

from jitdbg.symbols.dwarf import Place
from jitdbg.symbols.frame import Frame
from jitdbg.symbols.image import Image, make_frame
from jitdbg.symbols.loaded import LinkMap, find_link_map, find_nearest_symbol, find_path, read_link_map
from jitdbg.symbols.memory import Peephole
from jitdbg.symbols.scopes import Scope

_PF_W = 2
_PAGE = 4096


@dataclass(frozen=True)
class Resident:
    """An image at its place in this process; ``stamp`` is its file's, kept where no build-id tells builds apart."""

    image: Image
    base: int
    peephole: Peephole
    fingerprint: bytes
    stamp: tuple[int, ...] | None

    def is_current(self) -> bool:
        """Check that the image is still there."""
        if self.peephole.read() != self.fingerprint:
            return False
        return self.stamp is None or self.stamp == _stamp(self.image.path)


class Residents:
    """The images that were asked about last, at most ``limit`` of them. Safe to use from several threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.start_anew()

    def start_anew(self) -> None:
        """Forget all, locks included: in a forked child, a thread that does not exist there may have held one."""
        self._lock = threading.RLock()
        self._residents: OrderedDict[int, Resident] = OrderedDict()

    def __len__(self) -> int:
        return len(self._residents)

    def frames(self, address: int, step_back: int) -> Iterator[Frame]:
        """Yield the frames of an address, innermost first; see Image.frames."""
        pointer = find_link_map(address - step_back)
        if pointer is None:
            return iter(())
        resident = self._find(pointer, address - step_back)
        if resident is None:
            return _frames_without_file(pointer, address, step_back)
        return resident.image.frames(address, resident.base, step_back)

    def _find(self, pointer: int, address: int) -> Resident | None:
        with self._lock:
            resident = self._residents.get(pointer)
            if resident is None or not resident.is_current():
                return self._admit(pointer, address)
            self._residents.move_to_end(pointer)
            return resident

    def _admit(self, pointer: int, address: int) -> Resident | None:
        """Read the image that holds an address; give up those that have gone, and the one unused for longest."""
        link_map = read_link_map(pointer)
        resident = _read_resident(link_map, address) if link_map else None
        if resident:
            for gone in [place for place, other in self._residents.items() if not other.is_current()]:
                del self._residents[gone]
            self._residents[pointer] = resident
        if len(self._residents) > self._limit:
            self._residents.popitem(last=False)
        return resident


def _read_resident(link_map: LinkMap, address: int) -> Resident | None:
    """Read an image from its file; None if the file has gone, or is not what was loaded."""
    path = find_path(link_map, address)
    if path is None:
        return None
    try:
        with open(path, "rb") as file:
            return _read_image(ELFFile(file), path, link_map)
    except OSError:
        return None
    except Exception as error:  # noqa: BLE001 (pyelftools, on malformed input, raises many)
        reason = str(error) or type(error).__name__
        message = f"the symbols of {path} can't be read ({reason}): functions come from the loader"
        warnings.warn(message, RuntimeWarning, stacklevel=2)
        return None


def _read_image(elf: ELFFile, path: str, link_map: LinkMap) -> Resident | None:
    place, page = _first_page(elf)
    peephole = Peephole([*link_map.spans, (link_map.base + place, len(page))])
    fingerprint = link_map.head + link_map.name + page
    if peephole.read() != fingerprint:
        return None
    stamp = None if _has_build_id(elf, page) else _stamp(path)
    return Resident(Image(elf, path), link_map.base, peephole, fingerprint, stamp)


def _first_page(elf: ELFFile) -> tuple[int, bytes]:
    """Return the beginning of what the loader maps and nobody changes, headers and notes, and its address."""
    for segment in elf.iter_segments("PT_LOAD"):
        if not segment["p_flags"] & _PF_W:
            elf.stream.seek(segment["p_offset"])
            return segment["p_vaddr"], elf.stream.read(min(segment["p_filesz"], _PAGE))
    raise ELFError("no segment is read-only")


def _has_build_id(elf: ELFFile, page: bytes) -> bool:
    notes = (
        note for segment in elf.iter_segments() if isinstance(segment, NoteSegment) for note in segment.iter_notes()
    )
    return any(note["n_type"] == "NT_GNU_BUILD_ID" and bytes.fromhex(note["n_desc"]) in page for note in notes)


def _stamp(path: str) -> tuple[int, ...] | None:
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns


def _frames_without_file(pointer: int, address: int, step_back: int) -> Iterator[Frame]:
    """Yield the one frame that the loader knows: of the vDSO, or of an image whose file has gone or was replaced."""
    link_map = read_link_map(pointer)
    symbol = find_nearest_symbol(address - step_back)
    if link_map is None or symbol is None:  # it has gone while we looked
        return
    path = find_path(link_map, address - step_back) or os.fsdecode(link_map.name)
    function = Scope(None, symbol.name, symbol.start)
    yield make_frame(function, address - symbol.start, Place(), path, address)
