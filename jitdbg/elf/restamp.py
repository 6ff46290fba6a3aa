"""An image that exists already, under another name, generation and build-id.

Debuggers merge modules of equal build-ids, so what is loaded once more needs an id of its own. Both notes keep their
places and sizes, for which the list of modules is padded with blanks.
"""

from __future__ import annotations

import struct
from dataclasses import replace

from jitdbg.elf import constants as c
from jitdbg.elf.note import NT_MODULES, OWNER, describe, encode_modules
from jitdbg.elf.reader import ElfFile, Note
from jitdbg.errors import ElfError

_HEADER = struct.Struct("<III")


def restamp(image: bytes, path: str, *, name: str, generation: int, build_id: bytes) -> bytes:
    """Return the image with these in its notes, ``build_id`` as far as there is room; ``name`` is its first module's.

    Raises `ElfError` for an image that jitdbg did not make, and where the list of modules has no room.
    """
    elf = ElfFile(image, path)
    modules = describe(elf).modules
    if not modules:
        raise ElfError(f"{path} was not made by jitdbg, so no command here would know it: link its objects instead")
    stamped = (replace(modules[0], name=name, generation=generation), *modules[1:])
    changed = bytearray(image)
    for note in elf.notes():
        if note.owner == b"GNU" and note.n_type == c.NT_GNU_BUILD_ID:
            _replace(changed, note, build_id[: len(note.desc)].ljust(len(note.desc), b"\0"))
        elif note.owner == OWNER and stamped != modules:
            text = _described(encode_modules(stamped).note)
            if note.n_type != NT_MODULES or len(text) > len(note.desc):
                raise ElfError(f"the note of {path} has no room for generation {generation} of {name!r}: link it anew")
            _replace(changed, note, text.ljust(len(note.desc)))
    return bytes(changed)


def _described(note: bytes) -> bytes:
    """Give the description in a note, without its padding."""
    name_size, size, _ = _HEADER.unpack_from(note)
    start = _HEADER.size + -(-name_size // 4) * 4
    return note[start : start + size]


def _replace(image: bytearray, note: Note, desc: bytes) -> None:
    start = image.index(note.desc, note.offset + _HEADER.size)
    image[start : start + len(desc)] = desc
