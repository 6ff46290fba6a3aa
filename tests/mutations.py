"""Objects with a few changes, for the tests of the linker and of what reads objects."""

from __future__ import annotations

import struct
from random import Random

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c

# Fields of section headers (offset, struct code), which decide what everything else means.
_HEADER_FIELDS = ((0, "I"), (4, "I"), (8, "Q"), (24, "Q"), (32, "Q"), (40, "I"), (44, "I"), (48, "Q"), (56, "Q"))
_EDGES = (0, 1, 2, 4, 8, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)
_STEPS = (-8, -4, -2, -1, 1, 2, 4, 8)
_WORD = (1 << 64) - 1
_TABLES = (c.SHT_SYMTAB, c.SHT_RELA, c.SHT_GROUP)


def mutated(random: Random, original: bytes) -> bytes:
    """Return an object with a few changes: bytes, header fields, words of tables, or an early end."""
    data = bytearray(original)
    elf = ElfFile(original)
    tables = [s for s in elf.sections if s.sh_type in _TABLES or s.name == ".eh_frame"]
    for _ in range(random.randint(1, 6)):
        kind, value = random.randrange(6), random.choice((*_EDGES, random.getrandbits(64), random.getrandbits(16)))
        if kind == 0:
            data[random.randrange(len(data))] = value & 0xFF
        elif kind == 1:
            offset, code = random.choice(_HEADER_FIELDS)
            place = elf.header.e_shoff + random.randrange(len(elf.sections)) * 64 + offset
            struct.pack_into(f"<{code}", data, place, value & (_WORD if code == "Q" else 0xFFFFFFFF))
        elif kind == 2:
            data[random.randrange(64)] = value & 0xFF
        elif kind < 5:
            table = random.choice(tables)
            place = table.sh_offset + random.randrange(table.sh_size // 8) * 8
            (old,) = struct.unpack_from("<Q", data, place)
            struct.pack_into("<Q", data, place, value if kind == 3 else old + random.choice(_STEPS) & _WORD)
        elif random.randrange(10) == 0:
            return bytes(data[: random.randrange(len(data))])
    return bytes(data)
