"""The notes in the first page, and the sections about an image's origin that are not loaded."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence

from jitdbg.elf import constants as c
from jitdbg.elf import note
from jitdbg.linker.layout import NOTE, UNLOADED, Layout
from jitdbg.linker.model import Contents, OutputSection

_NOTE = struct.Struct("<III4s")
HASH_SIZE = 20


def build_id_note(build_id: bytes) -> bytes:
    """Return an NT_GNU_BUILD_ID note."""
    padding = bytes(-len(build_id) % 4)
    return _NOTE.pack(4, len(build_id), c.NT_GNU_BUILD_ID, b"GNU\0") + build_id + padding


def add_notes(
    layout: Layout, build_id: bytes | None, modules: Sequence[note.Module], ir: Sequence[bytes]
) -> OutputSection:
    """Add build-id, modules and IR to the layout, and return the section of the build-id (zeroes where it is None)."""
    section = _section(".note.gnu.build-id", build_id_note(build_id or bytes(HASH_SIZE)), c.SHT_NOTE, c.SHF_ALLOC, 4)
    layout.add(section, NOTE)
    if modules:
        encoded = note.encode_modules(modules)
        layout.add(_section(note.NOTE_SECTION, encoded.note, c.SHT_NOTE, c.SHF_ALLOC, 4), NOTE)
        if encoded.overflow:
            layout.add(_section(note.MODULES_SECTION, encoded.overflow, c.SHT_PROGBITS, 0, 1), UNLOADED)
    if ir:
        layout.add(_section(note.IR_SECTION, note.encode_ir(ir), c.SHT_PROGBITS, 0, 1), UNLOADED)
    return section


def hash_contents(pieces: list[Contents], section: OutputSection) -> None:
    """Make the hash of all pieces of the file the build-id in ``section``, which is one of them."""
    digest = hashlib.sha1(usedforsecurity=False)
    for piece in pieces:
        digest.update(piece)
    place = next(index for index, piece in enumerate(pieces) if piece is section.parts[0])
    pieces[place] = build_id_note(digest.digest())


def _section(name: str, data: bytes, sh_type: int, flags: int, align: int) -> OutputSection:
    section = OutputSection(name, sh_type, flags, align)
    section.set_contents(data)
    return section
