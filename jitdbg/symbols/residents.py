"""The images that lie in this process now, and their symbols: a cache that checks before it answers.

An address may belong to one library now and to another later: after dlclose, dlopen gives the same ``struct link_map``,
the same addresses, even the same path again. So every answer first compares what lies in memory (the link map's
head, the name, the image's build-id, or its first page where it has none) with what lay there when the image was read.
Nor is a file used that no longer is what was loaded. What was answered before is kept beside the image, for profilers
that ask for the same addresses again and again.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

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
_ANSWERS = 1 << 14  # of one image, some 300 bytes each; a profiler's hot addresses are fewer


@dataclass(frozen=True)
class Resident:
    """An image at its place in this process; ``stamp`` is its file's, kept where no build-id tells builds apart."""

    image: Image
    base: int
    peephole: Peephole
    fingerprint: bytes
    stamp: tuple[int, ...] | None
    answers: dict[tuple[int, int], tuple[Frame, ...]] = field(default_factory=dict)

    def frames(self, address: int, step_back: int) -> tuple[Frame, ...]:
        """Return the frames of an address of this image, as long as it is current; see Image.frames."""
        question = address, step_back
        if (known := self.answers.get(question)) is not None:
            return known
        if len(self.answers) >= _ANSWERS:
            self.answers.clear()
        found = self.answers[question] = self.image.frames(address, self.base, step_back)
        return found

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

    def frames(self, address: int, step_back: int) -> tuple[Frame, ...]:
        """Return the frames of an address, innermost first; see Image.frames."""
        pointer = find_link_map(address - step_back)
        if pointer is None:
            return ()
        return _frames(self._find(pointer, address - step_back), pointer, address, step_back)

    def frames_of_all(self, addresses: Iterable[int], step_back: int) -> Iterator[tuple[Frame, ...]]:
        """Yield the frames of each address; an image is checked when the first address leads to it, and then trusted.

        Whether an image is loaded at all is asked for each address: that costs no system call.
        """
        trusted: dict[int, Resident] = {}
        for address in addresses:
            pointer = find_link_map(address - step_back)
            if pointer is None:
                yield ()
                continue
            resident = trusted.get(pointer) or self._find(pointer, address - step_back)
            if resident:
                trusted[pointer] = resident
            yield _frames(resident, pointer, address, step_back)

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
    build_id = _find_build_id(elf)
    stamp = None
    if build_id and build_id in page:
        place, page = place + page.index(build_id), build_id
    else:
        stamp = _stamp(path)
    peephole = Peephole([*link_map.spans, (link_map.base + place, len(page))])
    fingerprint = link_map.head + link_map.name + page
    if peephole.read() != fingerprint:
        return None
    return Resident(Image(elf, path), link_map.base, peephole, fingerprint, stamp)


def _first_page(elf: ELFFile) -> tuple[int, bytes]:
    """Return the beginning of what the loader maps and nobody changes, headers and notes, and its address."""
    for segment in elf.iter_segments("PT_LOAD"):
        if not segment["p_flags"] & _PF_W:
            elf.stream.seek(segment["p_offset"])
            return segment["p_vaddr"], elf.stream.read(min(segment["p_filesz"], _PAGE))
    raise ELFError("no segment is read-only")


def _find_build_id(elf: ELFFile) -> bytes | None:
    notes = (
        note for segment in elf.iter_segments() if isinstance(segment, NoteSegment) for note in segment.iter_notes()
    )
    return next((bytes.fromhex(note["n_desc"]) for note in notes if note["n_type"] == "NT_GNU_BUILD_ID"), None)


def _stamp(path: str) -> tuple[int, ...] | None:
    try:
        facts = os.stat(path)
    except OSError:
        return None
    return facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns


def _frames(resident: Resident | None, pointer: int, address: int, step_back: int) -> tuple[Frame, ...]:
    if resident:
        return resident.frames(address, step_back)
    return tuple(_frames_without_file(pointer, address, step_back))


def _frames_without_file(pointer: int, address: int, step_back: int) -> Iterator[Frame]:
    """Yield the one frame that the loader knows: of the vDSO, or of an image whose file has gone or was replaced."""
    link_map = read_link_map(pointer)
    symbol = find_nearest_symbol(address - step_back)
    if link_map is None or symbol is None:  # it has gone while we looked
        return
    path = find_path(link_map, address - step_back) or os.fsdecode(link_map.name)
    function = Scope(None, symbol.name, symbol.start)
    yield make_frame(function, Place(), path, address, 0)
