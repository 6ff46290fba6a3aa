"""The file header, program headers, section headers and ``.dynamic``. Sources: gABI chapters 4 and 5."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import lru_cache

from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.linker.layout import Addresses
from jitdbg.linker.model import OutputSection

FILE_HEADER_SIZE = 64
SEGMENT_SIZE = 56
SECTION_SIZE = 64
DYNAMIC_SIZE = 16

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_segment_header = struct.Struct("<IIQQQQQQ").pack
_pack_section = struct.Struct("<IIQQQQIIQQ").pack_into
_IDENT = (c.ELFMAG + bytes((c.ELFCLASS64, c.ELFDATA2LSB, c.EV_CURRENT, c.ELFOSABI_NONE))).ljust(16, b"\0")
_RX, _RW, _R = c.PF_R | c.PF_X, c.PF_R | c.PF_W, c.PF_R


def file_header(machine: int, segments: int, section_offset: int, sections: int) -> bytes:
    """Return the ``Elf64_Ehdr`` of an image whose section names are in its last section."""
    if sections >= c.SHN_LORESERVE:
        raise LinkError(f"the image would have {sections} sections; give fewer sections a name of their own")
    return _HEADER.pack(
        *(_IDENT, c.ET_DYN, machine, c.EV_CURRENT, 0, FILE_HEADER_SIZE, section_offset, 0, FILE_HEADER_SIZE),
        *(SEGMENT_SIZE, segments, SECTION_SIZE, sections, sections - 1),
    )


class Segments:
    """The program headers: how many there are before the layout, what they say after it."""

    def __init__(
        self,
        notes: Sequence[OutputSection],
        properties: OutputSection | None,
        thread: Sequence[OutputSection],
        frame_header: OutputSection | None,
        dynamic: OutputSection,
        *,
        relro: bool,
    ) -> None:
        # A reader of notes takes the segment's alignment for all of them.
        self._notes = [section for section in notes if section.align <= 4]
        self._properties = properties
        self._thread, self._frame_header, self._dynamic, self._relro = thread, frame_header, dynamic, relro
        optional = (self._notes, properties, thread, frame_header, relro)
        self.count = 4 + sum(1 for present in optional if present)

    def table(self, addresses: Addresses, page: int) -> bytes:
        """Return the program header table."""
        start, offset = addresses.data_start, addresses.data_start_offset
        code, data = addresses.code_end, addresses.data_file_end - start
        rows = [
            _segment_header(c.PT_LOAD, _RX, 0, 0, 0, code, code, page),
            _segment_header(c.PT_LOAD, _RW, offset, start, start, data, addresses.data_memory_end - start, page),
            _segment(c.PT_DYNAMIC, _RW, [self._dynamic]),
            _segment_header(c.PT_GNU_STACK, _RW, 0, 0, 0, 0, 0, 16),
        ]
        if self._notes:
            rows.append(_segment(c.PT_NOTE, _R, self._notes))
        if self._properties:
            rows.append(_segment(c.PT_GNU_PROPERTY, _R, [self._properties]))
        if self._thread:
            rows.append(_segment(c.PT_TLS, _R, self._thread))
        if self._frame_header:
            rows.append(_segment(c.PT_GNU_EH_FRAME, _R, [self._frame_header]))
        if self._relro:
            size = addresses.relro_end - start
            rows.append(_segment_header(c.PT_GNU_RELRO, _R, offset, start, start, size, size, 1))
        return b"".join(rows)


def _segment(p_type: int, flags: int, sections: Sequence[OutputSection]) -> bytes:
    first, last = sections[0], sections[-1]
    start, align = first.address, first.align
    in_file = 0
    for section in sections:
        if section.type != c.SHT_NOBITS:
            in_file = section.address + section.size - start
        align = max(align, section.align)
    in_memory = last.address + last.size - start
    return _segment_header(p_type, flags, first.offset, start, start, in_file, in_memory, align)


def section_headers(sections: Sequence[OutputSection]) -> bytearray:
    """Return the section header table, the null entry first."""
    names = section_names(sections)[1]
    table = bytearray((len(sections) + 1) * SECTION_SIZE)
    for at, s in enumerate(sections, 1):
        fields = (s.type, s.flags, s.address, s.offset, s.size, s.link, s.info, s.align, s.entsize)
        _pack_section(table, at * SECTION_SIZE, names[s.name], *fields)
    return table


def section_names(sections: Sequence[OutputSection]) -> tuple[bytes, dict[str, int]]:
    """Return the contents of ``.shstrtab`` and the offset of each section's name in it."""
    return _names(tuple([section.name for section in sections]))


@lru_cache(maxsize=256)
def _names(names: tuple[str, ...]) -> tuple[bytes, dict[str, int]]:
    # The objects of one compiler have few sets of names.
    offsets: dict[str, int] = {}
    data = bytearray(1)
    for name in names:
        if name not in offsets:
            offsets[name] = len(data)
            data += name.encode("utf-8", "surrogateescape") + b"\0"
    return bytes(data), offsets


def dynamic_section(entries: Sequence[tuple[int, int]]) -> bytes:
    """Return the contents of ``.dynamic``, the terminator included."""
    fields = [field for entry in entries for field in entry]
    return struct.pack("<" + "QQ" * len(entries), *fields) + bytes(DYNAMIC_SIZE)
