"""Unwind tables of all kinds that compilers make: the search table finds every function, or there is no image."""

from __future__ import annotations

import struct

import pytest

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.elf.writer import ObjectWriter
from jitdbg.errors import LinkError
from jitdbg.linker import Object, link

ALLOC, EXEC = c.SHF_ALLOC, c.SHF_EXECINSTR
_RULES = bytes((0x0C, 7, 8, 0x90, 1))  # the frame's address is rsp + 8, and the return address lies below it


def cie(augmentation: bytes, data: bytes, version: int = 1) -> bytes:
    """Return a CIE: alignments 1 and -8, return address in register 16."""
    sized = bytes((len(data),)) + data if augmentation.startswith(b"z") else b""
    body = bytes(4) + bytes((version,)) + augmentation + b"\0" + bytes((1, 0x78, 16)) + sized + _RULES
    body += bytes(-(len(body) + 4) % 8)
    return struct.pack("<I", len(body)) + body


def with_frames(record: bytes, pointer_size: int, r_type: int) -> bytes:
    """Return an object with a function, a CIE and an FDE whose start has a relocation of that type."""
    writer = ObjectWriter()
    text = writer.add_section(".text", bytes(64), sh_flags=ALLOC | EXEC, sh_addralign=16)
    body = struct.pack("<I", len(record) + 4) + bytes(2 * pointer_size) + b"\0"
    body += bytes(-(len(body) + 4) % 8)
    frames = writer.add_section(
        ".eh_frame", record + struct.pack("<I", len(body)) + body, sh_flags=ALLOC, sh_addralign=8
    )
    function = writer.add_symbol("function", text, 32, 8, st_type=c.STT_FUNC)
    writer.add_relocation(frames, len(record) + 8, r_type, function)
    return bytes(writer)


def linked(data: bytes) -> ElfFile:
    return ElfFile(link([Object("frames.o", data)], soname="x.so", linker="memory"))


def search_table(elf: ElfFile) -> list[tuple[int, int]]:
    """Return the (start of code, place of the record) that unwinders search."""
    section = elf.find_section(".eh_frame_hdr")
    assert section
    data = elf.contents(section)
    assert bytes(data[:4]) == bytes((1, 0x1B, 0x03, 0x3B))
    (count,) = struct.unpack_from("<I", data, 8)
    pairs = [struct.unpack_from("<ii", data, 12 + 8 * index) for index in range(count)]
    return [(section.sh_addr + start, section.sh_addr + place) for start, place in pairs]


@pytest.mark.parametrize(
    ("augmentation", "more", "encoding", "size"),
    [
        (b"zR", b"", 0x1B, 4),
        (b"zR", b"", 0x1C, 8),
        (b"zR", b"", 0x10, 8),
        (b"zR", b"", 0x14, 8),
        (b"zSR", b"", 0x1B, 4),
        (b"zBR", b"", 0x1B, 4),
        (b"zPLR", bytes((0x9B, 0, 0, 0, 0, 0x1B)), 0x1B, 4),
        (b"zPLR", bytes((0x9C, 0, 0, 0, 0, 0, 0, 0, 0, 0x1C)), 0x1C, 8),
    ],
)
@pytest.mark.parametrize("version", [1, 3])
def test_search_table_finds_the_function(
    augmentation: bytes, more: bytes, encoding: int, size: int, version: int
) -> None:
    r_type = c.R_X86_64_PC32 if size == 4 else c.R_X86_64_PC64
    elf = linked(with_frames(cie(augmentation, more + bytes((encoding,)), version), size, r_type))
    text, frames = elf.find_section(".text"), elf.find_section(".eh_frame")
    assert text
    assert frames
    (pair,) = search_table(elf)
    assert pair[0] == text.sh_addr + 32
    assert frames.sh_addr < pair[1] < frames.sh_addr + frames.sh_size


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (cie(b"zR", b"\x3b"), r"encodes addresses in a way that is not known \(0x3b\)"),
        (cie(b"zR", b"\x9b"), r"encodes addresses in a way that is not known \(0x9b\)"),
        (cie(b"zR", b"\x13"), r"encodes addresses in a way that is not known \(0x13\)"),
        (cie(b"zPR", b"\x50" + bytes(15)), r"encodes its personality in a way that is not known \(0x50\)"),
        (cie(b"zQR", b"\x1b"), r"has what is not known \('Q'\)"),
        (cie(b"eh", b""), "is of version 1 and kind 'eh'"),
        (cie(b"zR", b"\x1b", version=4), "is of version 4"),
        (struct.pack("<II", 12, 0) + b"\x01zR\0" + b"\xff" * 4, "is cut off"),
    ],
)
def test_records_that_are_not_understood_are_refused(record: bytes, words: str) -> None:
    with pytest.raises(LinkError, match=rf"frames\.o: \.eh_frame\+0x0: the unwind record {words}"):
        linked(with_frames(record, 4, c.R_X86_64_PC32))


def test_a_record_of_a_symbol_that_does_not_exist_is_refused_where_records_move() -> None:
    end = bytes(4)  # it is left out, so that all records are put together anew
    data = bytearray(with_frames(cie(b"zR", b"\x1b") + end, 4, c.R_X86_64_PC32))
    (table,) = [section for section in ElfFile(bytes(data)).sections if section.sh_type == c.SHT_RELA]
    struct.pack_into("<I", data, table.sh_offset + 12, 9999)
    with pytest.raises(LinkError, match=r"frames\.o: a relocation refers to symbol 9999, which does not exist"):
        linked(bytes(data))
