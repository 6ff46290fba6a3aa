"""How to undo the frame of a function: the rules for an address, from an image's .eh_frame (LSB, chapter 10.6).

The binary search table (.eh_frame_hdr, which every linker makes) leads to the one entry that counts; that and its
common information entry are given to pyelftools as a section of their own, since it would read the thousands of
others as well.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from elftools.dwarf.callframe import FDE, CallFrameInfo
from elftools.dwarf.structs import DWARFStructs
from elftools.elf.elffile import ELFFile

_HEADER = struct.Struct("<BBBBii")
_ENCODINGS = (1, 0x1B, 0x03, 0x3B)  # version; sdata4 relative to here; udata4; sdata4 relative to the table's start
_STRUCTS = DWARFStructs(little_endian=True, dwarf_format=32, address_size=8)


@dataclass(frozen=True)
class Rules:
    """The rules at an address: pyelftools' for the canonical frame address, and for each register by its number.

    ``is_signal_frame`` says that the frame below was interrupted here, and did not call.
    """

    cfa: Any
    registers: Mapping[int, Any]
    is_signal_frame: bool


class UnwindTable:
    """The unwind information of one image; addresses are relative to its base."""

    def __init__(self, elf: ELFFile) -> None:
        """Read the table of an open image; one without finds nothing."""
        self._elf = elf
        self._entries: list[tuple[int, int]] = []
        self._decoded: dict[int, FDE | None] = {}  # by place: recursion asks for the same ones
        segments = [segment for segment in elf.iter_segments() if segment["p_type"] == "PT_GNU_EH_FRAME"]
        for segment in segments:
            elf.stream.seek(segment["p_offset"])
            self._read_table(elf.stream.read(segment["p_filesz"]), segment["p_vaddr"])

    def _read_table(self, data: bytes, address: int) -> None:
        if len(data) < _HEADER.size or tuple(data[:4]) != _ENCODINGS:
            return
        count = _HEADER.unpack_from(data)[5]
        rows = struct.iter_unpack("<ii", data[_HEADER.size : _HEADER.size + 8 * max(count, 0)])
        self._entries = [(address + start, address + entry) for start, entry in rows]

    def find(self, address: int) -> Rules | None:
        """Return the rules at an address; None where no function with unwind information covers it."""
        position = bisect_right(self._entries, (address, 1 << 64)) - 1
        if position < 0:
            return None
        place = self._entries[position][1]
        if place not in self._decoded:
            self._decoded[place] = self._entry(place)
        entry = self._decoded[place]
        start = entry.header["initial_location"] if entry else 0
        if entry is None or not start <= address < start + entry.header["address_range"]:
            return None
        row = next(row for row in reversed(entry.get_decoded().table) if row["pc"] <= address)
        registers = {number: rule for number, rule in row.items() if isinstance(number, int)}
        assert entry.cie is not None
        return Rules(row["cfa"], registers, b"S" in entry.cie.header["augmentation"])

    def _entry(self, place: int) -> FDE | None:
        """Read one frame description entry; its place is taken for where the two of them lie."""
        entry = self._record(place)
        common = self._record(place + 4 - struct.unpack_from("<I", entry, 4)[0])
        pointer = struct.pack("<I", len(common) + 4)
        section = common + entry[:4] + pointer + entry[8:] + bytes(4)
        found = CallFrameInfo(BytesIO(section), len(section), place - len(common), _STRUCTS, for_eh_frame=True)
        return next((each for each in found.get_entries() if isinstance(each, FDE)), None)

    def _record(self, place: int) -> bytes:
        stream = self._elf.stream
        stream.seek(next(iter(self._elf.address_offsets(place))))
        length = stream.read(4)
        return length + stream.read(struct.unpack("<I", length)[0])
