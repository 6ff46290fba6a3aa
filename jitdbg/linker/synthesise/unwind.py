"""``.eh_frame`` and ``.eh_frame_hdr``: unwind tables, and the sorted table that unwinders search.

Records of functions that were left out go, and so do terminators in the middle, which would hide what follows. One
terminator ends the whole. Sources: LSB 5.0 core 10.6 "Exception Frames", DWARF 5 section 6.4.1.
"""

from __future__ import annotations

import struct
from functools import lru_cache

from jitdbg.linker.model import InputSection, OutputSection

_WORDS = struct.Struct("<II")
_HEADER = struct.Struct("<BBBBiI")
_ENTRY_SIZE = 8

_PCREL_SDATA4, _PCREL_SDATA8, _ABSOLUTE = 0x1B, 0x1C, 0x00
_UDATA4, _DATAREL_SDATA4 = 0x03, 0x3B
_POINTER_SIZES = {0x00: 8, 0x02: 2, 0x03: 4, 0x04: 8, 0x0A: 2, 0x0B: 4, 0x0C: 8}
TERMINATOR = bytes(4)


class UnwindTables:
    """The records of all input sections named ``.eh_frame``: where the FDEs are, and how they say where code begins."""

    def __init__(self) -> None:
        self._frames: list[tuple[InputSection, int, int]] = []

    def read(self, section: InputSection, *, prune: bool) -> None:
        """Find the records of a section; with ``prune`` leave out those of code that is not in the image."""
        data, position, size = section.data, 0, section.size
        encodings: dict[int, int] = {}
        frames: list[tuple[int, int]] = []
        pieces: list[tuple[int, int]] = []
        while position + 4 <= size:
            length = int.from_bytes(data[position : position + 4], "little")
            if length == 0:
                position += 4
                continue
            end = position + 4 + length
            if length == 0xFFFFFFFF or length < 4 or end > size:
                raise section.error(position, f"the unwind record of {length:#x} bytes does not fit into the section")
            pieces.append((position, end))
            _, pointer = _WORDS.unpack_from(data, position)
            if pointer == 0:
                encodings[position] = fde_encoding(bytes(data[position:end]))
            else:
                encoding = encodings.get(position + 4 - pointer)
                if encoding is None or length < 4 + _POINTER_SIZES[encoding & 0x0F]:
                    raise section.error(position, "an unwind record has no valid CIE before it")
                frames.append((position, encoding))
            position = end
        if prune:
            frames = _prune(section, pieces, frames)
        elif sum(end - start for start, end in pieces) != size:
            frames = _keep(section, pieces, frames)
        self._frames += [(section, offset, encoding) for offset, encoding in frames]

    def header_size(self) -> int:
        """Return the size of ``.eh_frame_hdr``."""
        return _HEADER.size + len(self._frames) * _ENTRY_SIZE

    def header(self, output: OutputSection, frame_address: int) -> bytes:
        """Return the contents of ``.eh_frame_hdr``, after all records were fixed up."""
        here = output.address
        entries = []
        for section, offset, encoding in self._frames:
            data, address = section.data, section.address + offset
            if encoding == _PCREL_SDATA4:
                start = address + 8 + int.from_bytes(data[offset + 8 : offset + 12], "little", signed=True)
            else:
                start = int.from_bytes(data[offset + 8 : offset + 16], "little", signed=True)
                start += address + 8 if encoding == _PCREL_SDATA8 else 0
            entries.append((start - here, address - here))
        entries.sort()
        header = _HEADER.pack(1, _PCREL_SDATA4, _UDATA4, _DATAREL_SDATA4, frame_address - here - 4, len(entries))
        try:
            return header + b"".join(struct.pack("<ii", *entry) for entry in entries)
        except struct.error:
            raise self._frames[0][0].error(0, "code lies more than 2 GiB away from its unwind tables") from None


def _prune(
    section: InputSection, pieces: list[tuple[int, int]], frames: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    starts = {offset + 8: offset for offset, _ in frames}
    dead = set()
    for offset, info in zip(section.offsets, section.infos, strict=True):
        if offset in starts:
            symbol = section.object.symbol(info >> 32)
            if (symbol.section is not None and symbol.section.output is None) or symbol.section is None:
                dead.add(starts[offset])
    return _keep(section, [piece for piece in pieces if piece[0] not in dead], [f for f in frames if f[0] not in dead])


def _keep(section: InputSection, pieces: list[tuple[int, int]], frames: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Rebuild the section of some of its records; return where its FDEs are now."""
    old = section.data
    new = bytearray()
    moved: dict[int, int] = {}
    spans = []
    for start, end in pieces:
        moved[start] = len(new)
        spans.append((start, end, len(new) - start))
        new += old[start:end]
    for start, _ in frames:
        (pointer,) = struct.unpack_from("<I", old, start + 4)
        struct.pack_into("<I", new, moved[start] + 4, moved[start] + 4 - moved[start + 4 - pointer])
    _move_relocations(section, spans)
    section.data, section.size = new, len(new)
    return [(moved[start], encoding) for start, encoding in frames]


def _move_relocations(section: InputSection, spans: list[tuple[int, int, int]]) -> None:
    rows = sorted(zip(section.offsets, section.infos, section.addends, strict=True))
    kept, index = [], 0
    for start, end, delta in spans:
        while index < len(rows) and rows[index][0] < end:
            offset, info, addend = rows[index]
            if offset >= start:
                kept.append((offset + delta, info, addend))
            index += 1
    section.offsets = [row[0] for row in kept]
    section.infos = [row[1] for row in kept]
    section.addends = [row[2] for row in kept]


@lru_cache(maxsize=256)
def fde_encoding(cie: bytes) -> int:
    """Return how the FDEs of a CIE encode addresses: a DW_EH_PE value of those that compilers use on 64-bit machines.

    A CIE that can't be understood counts as absolute addresses, which no position-independent code has.
    """
    end = cie.find(b"\0", 9)
    augmentation = cie[9:end]
    if end < 0 or not augmentation.startswith(b"z"):
        return _ABSOLUTE
    try:
        position = _skip_leb128(cie, _skip_leb128(cie, end + 1))
        position = position + 1 if cie[8] == 1 else _skip_leb128(cie, position)
        position = _skip_leb128(cie, position)
        for letter in augmentation[1:]:
            if letter == ord("R"):
                return cie[position] if cie[position] in (_PCREL_SDATA4, _PCREL_SDATA8) else _ABSOLUTE
            if letter == ord("P"):
                position += 1 + _POINTER_SIZES[cie[position] & 0x0F]
            elif letter == ord("L"):
                position += 1
    except (IndexError, KeyError):
        return _ABSOLUTE
    return _ABSOLUTE


def _skip_leb128(data: bytes, position: int) -> int:
    while data[position] & 0x80:
        position += 1
    return position + 1
