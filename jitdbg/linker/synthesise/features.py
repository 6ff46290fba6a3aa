"""``.note.gnu.property``: features of code that hold for an image if they hold for each of its objects.

On AArch64 these are branch target identification (BTI: indirect branches end at landing pads) and pointer
authentication (PAC: return addresses are signed). ld.so turns BTI on for the pages of an image that says so.
Sources: Linux Extensions to gABI, "Program Property"; AAELF64 6.1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from jitdbg.elf import constants as c
from jitdbg.linker.layout import NOTE, Layout
from jitdbg.linker.model import InputObject, OutputSection

SECTION = ".note.gnu.property"
_NOTE = struct.Struct("<III4s")
_PROPERTY = struct.Struct("<II")
_BITS = struct.Struct("<I4x")
_ALIGN = 8


def shared_features(objects: Sequence[InputObject], property_type: int | None) -> int:
    """Return the bits of a property that all objects have; without a type, or where one says nothing, none."""
    if property_type is None:
        return 0
    shared = ~0
    for item in objects:
        own = 0
        for section in item.sections:
            if section is not None and section.name == SECTION:
                own |= sum(bits for found, bits in _properties(bytes(section.data)) if found == property_type)
        shared &= own
    return shared


def _properties(data: bytes) -> Iterator[tuple[int, int]]:
    """Give the four-byte properties of a section; what does not fit into it is as if it were not there."""
    position = 0
    while position + _NOTE.size <= len(data):
        name_size, size, note_type, owner = _NOTE.unpack_from(data, position)
        position += _NOTE.size
        if name_size == 4 and note_type == c.NT_GNU_PROPERTY_TYPE_0 and owner == b"GNU\0":
            yield from _described(data[position : position + size])
        position += size + -size % _ALIGN


def _described(data: bytes) -> Iterator[tuple[int, int]]:
    position = 0
    while position + _PROPERTY.size <= len(data):
        found, size = _PROPERTY.unpack_from(data, position)
        position += _PROPERTY.size
        if size == 4 and position + size <= len(data):
            yield found, int.from_bytes(data[position : position + size], "little")
        position += size + -size % _ALIGN


def add_features(layout: Layout, property_type: int | None, bits: int) -> OutputSection | None:
    """Add the note to the layout, behind all others, and return it; None where there is nothing to say."""
    if property_type is None or not bits:
        return None
    described = _PROPERTY.pack(property_type, 4) + _BITS.pack(bits)
    section = OutputSection(SECTION, c.SHT_NOTE, c.SHF_ALLOC, _ALIGN)
    section.set_contents(_NOTE.pack(4, len(described), c.NT_GNU_PROPERTY_TYPE_0, b"GNU\0") + described)
    return layout.add(section, NOTE)
