"""``.eh_frame`` and ``.eh_frame_hdr``: unwind tables, and the sorted table that unwinders search.

Records of functions that were left out go, and so do terminators in the middle, which would hide what follows. One
terminator ends the whole. Sources: LSB 5.0 core 10.6 "Exception Frames", DWARF 5 section 6.4.1.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from jitdbg.linker.model import Contents, InputSection, OutputSection

_WORDS = struct.Struct("<II")
_HEADER = struct.Struct("<BBBBiI")
_LENGTH = struct.Struct("<I")
_ENTRY_SIZE = 8
ALIGN = 8  # of .eh_frame sections, for 64-bit machines

PCREL_SDATA4, _PCREL_SDATA8, _ABSOLUTE = 0x1B, 0x1C, 0x00
_UDATA4, _DATAREL_SDATA4 = 0x03, 0x3B
_POINTERS = {
    PCREL_SDATA4: struct.Struct("<i"),
    _PCREL_SDATA8: struct.Struct("<q"),
    _ABSOLUTE: struct.Struct("<q"),
}
# DW_EH_PE values for addresses of 64 bits: without a base, and from the place on, where eight bytes need no sign.
_ENCODINGS = {
    **dict.fromkeys((0x00, 0x04, 0x0C), _ABSOLUTE),
    **dict.fromkeys((0x10, 0x14, 0x1C), _PCREL_SDATA8),
    PCREL_SDATA4: PCREL_SDATA4,
}
_FORMATS = {0x00: 8, 0x02: 2, 0x03: 4, 0x04: 8, 0x0A: 2, 0x0B: 4, 0x0C: 8}
_BASES = (0x00, 0x10, 0x20, 0x30, 0x40)
_POINTER_SIZES = {base | code: size for base in _BASES for code, size in _FORMATS.items()}
# Signal frames, return addresses signed with key B, tagged memory: nothing follows them.
_MARKS = "SBG"
TERMINATOR = bytes(4)


class UnwindTables:
    """The records of all input sections named ``.eh_frame``: where the FDEs are, and how they say where code begins."""

    def __init__(self) -> None:
        self._frames: list[tuple[InputSection, list[int], int]] = []
        self._count = 0

    def read(self, section: InputSection, *, prune: bool) -> None:
        """Find the records of a section; with ``prune`` leave out those of code that is not in the image."""
        if len(section.data) != section.size:
            raise section.error(0, "unwind tables have no contents")
        by_encoding, terminated = find_frames(section.data, section.error)
        if prune or terminated or section.size % ALIGN:
            by_encoding = _rebuild(section, by_encoding, prune=prune)
        for encoding, frames in by_encoding.items():
            self._frames.append((section, frames, encoding))
            self._count += len(frames)

    def header_size(self) -> int:
        """Return the size of ``.eh_frame_hdr``."""
        return header_size(self._count)

    def header(self, output: OutputSection, frame_address: int) -> bytes:
        """Return the contents of ``.eh_frame_hdr``, after all records were fixed up."""
        here = output.address
        starts: list[int] = []
        places: list[int] = []
        for section, frames, encoding in self._frames:
            delta = section.address - here
            own = [offset + delta for offset in frames]
            found = read_pointers(section.data, frames, encoding)
            if encoding == _ABSOLUTE:
                starts += [start - here for start in found]
            else:
                starts += [start + place + 8 for start, place in zip(found, own, strict=True)]
            places += own
        try:
            return search_header(starts, places, frame_address - here)
        except OverflowError:
            raise self._frames[0][0].error(0, "code lies more than 2 GiB away from its unwind tables") from None


def header_size(frames: int) -> int:
    """Return the size of ``.eh_frame_hdr`` for a number of FDEs."""
    return _HEADER.size + frames * _ENTRY_SIZE


def search_header(starts: list[int], places: list[int], distance: int) -> bytes:
    """Return the contents of ``.eh_frame_hdr``: where code begins and where its FDE is, as distances from the header.

    ``distance`` is that to ``.eh_frame``. Raises OverflowError where one does not fit.
    """
    header = _HEADER.pack(1, PCREL_SDATA4, _UDATA4, _DATAREL_SDATA4, distance - 4, len(places))
    if len(places) > 1 and starts != sorted(starts):  # code and its records are in the same order in most images
        pairs = sorted(zip(starts, places, strict=True))
        starts, places = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    table = array("i", bytes(len(places) * _ENTRY_SIZE))
    table[0::2], table[1::2] = array("i", starts), array("i", places)
    return header + table.tobytes()


def read_pointers(data: Contents, frames: Sequence[int], encoding: int) -> list[int]:
    """Return what each FDE has as the start of its code, as it is encoded."""
    unpack = _POINTERS[encoding].unpack_from
    return [start for offset in frames for start in unpack(data, offset + 8)]


def find_frames(data: Contents, error: Callable[[int, str], Exception]) -> tuple[dict[int, list[int]], bool]:
    """Return where the FDEs of each encoding are, and whether there is a terminator among the records.

    ``error`` makes, of an offset and of what is wrong, the exception to raise.
    """
    size, position, terminated = len(data), 0, False
    unpack = _WORDS.unpack_from
    frames_of: dict[int, list[int]] = {}  # by the CIE's place
    encodings: dict[int, int] = {}
    last = size - 8
    while position <= last:
        length, pointer = unpack(data, position)
        end = position + 4 + length
        if length < 4 or end > size:
            if length:
                raise error(position, f"the unwind record of {length:#x} bytes does not fit into the section")
            terminated, end = True, position + 4
        elif pointer:
            frames = frames_of.get(position + 4 - pointer)
            if frames is None or length < 12:
                raise error(position, "the unwind record is too short or has no CIE before it")
            frames.append(position)
        else:
            try:
                encodings[position] = fde_encoding(bytes(data[position:end]))
            except ValueError as why:
                raise error(
                    position, f"the unwind record {why}; compile with another compiler, or without unwind tables"
                ) from None
            frames_of[position] = []
        position = end
    by_encoding: dict[int, list[int]] = {}
    for place, frames in frames_of.items():
        by_encoding.setdefault(encodings[place], []).extend(frames)
    return by_encoding, terminated or position < size


def _rebuild(section: InputSection, by_encoding: dict[int, list[int]], *, prune: bool) -> dict[int, list[int]]:
    """Leave out terminators, and with ``prune`` FDEs whose code is not in the image; return where the FDEs are now.

    The last record is made longer where it ends before the next section can begin: a gap of zeroes is a terminator.
    """
    dead = _dead_frames(section, by_encoding) if prune else set()
    moved, spans, new = {}, [], bytearray()
    for start, end in _records(section):
        if start not in dead:
            moved[start] = len(new)
            spans.append((start, end, len(new) - start))
            new += section.data[start:end]
    kept = {encoding: [f for f in frames if f not in dead] for encoding, frames in by_encoding.items()}
    for start in (frame for frames in kept.values() for frame in frames):
        (pointer,) = struct.unpack_from("<I", section.data, start + 4)
        struct.pack_into("<I", new, moved[start] + 4, moved[start] + 4 - moved[start + 4 - pointer])
    _move_relocations(section, spans)
    if spans and len(new) % ALIGN:
        last = spans[-1][0] + spans[-1][2]
        padding = -len(new) % ALIGN
        new += bytes(padding)  # DW_CFA_nop
        _LENGTH.pack_into(new, last, len(new) - last - _LENGTH.size)
    section.data, section.size = new, len(new)
    return {encoding: [moved[start] for start in frames] for encoding, frames in kept.items()}


def _records(section: InputSection) -> Iterator[tuple[int, int]]:
    position = 0
    while position + 8 <= section.size:
        (length,) = struct.unpack_from("<I", section.data, position)
        if length:
            yield position, position + 4 + length
        position += 4 + length


def _dead_frames(section: InputSection, by_encoding: dict[int, list[int]]) -> set[int]:
    starts = {offset + 8: offset for frames in by_encoding.values() for offset in frames}
    dead = set()
    for offset, info, _ in zip(*section.columns(), strict=True):
        if offset in starts:
            symbol = section.object.symbol(info >> 32)
            if symbol.section is None or symbol.section.output is None:
                dead.add(starts[offset])
    return dead


def _move_relocations(section: InputSection, spans: list[tuple[int, int, int]]) -> None:
    rows = sorted(zip(*section.columns(), strict=True))
    kept, index = [], 0
    for start, end, delta in spans:
        while index < len(rows) and rows[index][0] < end:
            offset, info, addend = rows[index]
            if offset >= start:
                kept.append((offset + delta, info, addend))
            index += 1
    section.replace_relocations(kept)


@lru_cache(maxsize=256)
def fde_encoding(cie: bytes) -> int:
    """Return how the FDEs of a CIE encode addresses, as one of the three encodings that there are here.

    Raises ValueError, which says what is not known, where that can't be told.
    """
    if len(cie) < 10:
        raise ValueError("has no room for a version")
    end = cie.find(b"\0", 9)
    augmentation = cie[9:end].decode("latin-1")
    if end < 0 or cie[8] not in (1, 3) or augmentation[:1] not in ("", "z"):
        raise ValueError(f"is of version {cie[8]} and kind {augmentation!r}")
    try:
        # The alignment of code and of data, the register of the return address, the size of what is read here.
        position = _skip_leb128(cie, _skip_leb128(cie, end + 1))
        position = position + 1 if cie[8] == 1 else _skip_leb128(cie, position)
        if not augmentation:
            return _ABSOLUTE
        return _augmented_encoding(cie, augmentation[1:], _skip_leb128(cie, position))
    except IndexError:
        raise ValueError("is cut off") from None


def _augmented_encoding(cie: bytes, letters: str, position: int) -> int:
    for letter in letters:
        if letter == "R":
            if cie[position] not in _ENCODINGS:
                raise ValueError(f"encodes addresses in a way that is not known ({cie[position]:#x})")
            return _ENCODINGS[cie[position]]
        if letter == "P":
            size = _POINTER_SIZES.get(cie[position] & 0x7F)
            if size is None:
                raise ValueError(f"encodes its personality in a way that is not known ({cie[position]:#x})")
            position += 1 + size
        elif letter == "L":
            position += 1
        elif letter not in _MARKS:
            raise ValueError(f"has what is not known ({letter!r})")
    return _ABSOLUTE


def _skip_leb128(data: bytes, position: int) -> int:
    while data[position] & 0x80:
        position += 1
    return position + 1
