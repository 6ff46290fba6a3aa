"""Objects for AArch64 of one relocation each, and what their images hold.

Instructions are taken apart as the Arm Architecture Reference Manual has them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.elf.writer import ObjectWriter
from jitdbg.linker import Object, link

ALLOC, WRITE, EXEC, TLS = c.SHF_ALLOC, c.SHF_WRITE, c.SHF_EXECINSTR, c.SHF_TLS
PLACE = 16
"""Where the relocation is in its section."""
WORD = (1 << 64) - 1
ABSOLUTE = 0x100
STUB_HEADER = 32


def signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) & 1 else value


@dataclass(frozen=True)
class Instruction:
    """An instruction with a field: the word without a value, the field's bits, and what a word with a value says."""

    word: int
    mask: int
    read: Callable[[int], int]


def branch(word: int, bits: int, start: int) -> Instruction:
    mask = (1 << bits) - 1
    return Instruction(word, mask << start, lambda code: signed(code >> start & mask, bits) * 4)


def load(word: int, size: int) -> Instruction:
    return Instruction(word, 0xFFF << 10, lambda code: (code >> 10 & 0xFFF) * size)


def move(word: int, group: int) -> Instruction:
    return Instruction(word, 0xFFFF << 5, lambda code: (code >> 5 & 0xFFFF) << 16 * group)


def signed_move(group: int) -> Instruction:
    """movz or movn: the relocation chooses which of them."""

    def read(code: int) -> int:
        value = (code >> 5 & 0xFFFF) << 16 * group
        return value if code >> 30 & 1 else ~value

    return Instruction(0xD2800001 | group << 21, 0xFFFF << 5 | 1 << 30, read)


def adr_offset(code: int) -> int:
    return signed((code >> 5 & 0x7FFFF) << 2 | code >> 29 & 3, 21)


B = branch(0x14000000, 26, 0)
BL = branch(0x94000000, 26, 0)
B_EQ = branch(0x54000000, 19, 5)
TBZ = branch(0x36180003, 14, 5)
LDR_LITERAL = branch(0x58000001, 19, 5)
ADR = Instruction(0x10000001, 0x60FFFFE0, adr_offset)
ADRP = Instruction(0x90000001, 0x60FFFFE0, lambda code: adr_offset(code) << 12)
ADD = load(0x91000021, 1)
LDRB, LDRH, LDRW, LDRX, LDRQ = (
    *(load(0x39400021, 1), load(0x79400021, 2), load(0xB9400021, 4)),
    *(load(0xF9400021, 8), load(0x3DC00021, 16)),
)
HIGH_ADD = Instruction(0x91400021, 0xFFF << 10, lambda code: (code >> 10 & 0xFFF) << 12)
MOVZ = [move(0xD2800001 | group << 21, group) for group in range(4)]
MOVK = [move(0xF2800001 | group << 21, group) for group in range(4)]
NOTHING = Instruction(0, (1 << 64) - 1, lambda code: code)


def made(
    r_type: int,
    addend: int = 0,
    *,
    word: int = 0,
    section: str = ".text",
    target: str = "local",
    offset: int = PLACE,
    symbol_value: int = 0x40,
    interposable: bool = False,
) -> bytes:
    """Return the image of an object with one relocation in ``section`` against one symbol."""
    writer = ObjectWriter(c.EM_AARCH64)
    contents = bytes(PLACE) + word.to_bytes(8, "little") + bytes(40)
    text = writer.add_section(".text", contents, sh_flags=ALLOC | EXEC, sh_addralign=16)
    data = writer.add_section(".data", bytes(128), sh_flags=ALLOC | WRITE, sh_addralign=64)
    thread = writer.add_section(".tdata", bytes(64), sh_flags=ALLOC | WRITE | TLS, sh_addralign=16)
    debug = writer.add_section(".debug_info", bytes(64))
    symbols = {
        "local": lambda: writer.add_symbol("local", data, symbol_value, 4, binding=c.STB_LOCAL, st_type=c.STT_OBJECT),
        "own": lambda: writer.add_symbol("own", data, symbol_value, 4, st_type=c.STT_OBJECT),
        "code": lambda: writer.add_symbol("code", text, 32, 4, st_type=c.STT_FUNC),
        "thread": lambda: writer.add_symbol("thread", thread, 32, 4, st_type=c.STT_TLS),
        "import": lambda: writer.add_symbol("import"),
        "absolute": lambda: writer.add_symbol("absolute", c.SHN_ABS, ABSOLUTE, binding=c.STB_LOCAL),
    }
    places = {".text": text, ".data": data, ".debug_info": debug}
    writer.add_relocation(places[section], offset, r_type, symbols[target](), addend)
    writer.add_symbol("anchor", data)
    return link([Object("one.o", bytes(writer))], soname="x.so", linker="memory", interposable=interposable)


def stored(image: bytes, width: int, section: str = ".text") -> int:
    elf = ElfFile(image)
    found = elf.find_section(section)
    assert found
    return int.from_bytes(elf.contents(found)[PLACE : PLACE + width], "little")


def address(image: bytes, section: str) -> int:
    found = ElfFile(image).find_section(section)
    assert found
    return found.sh_addr


def place(image: bytes) -> int:
    return address(image, ".text") + PLACE


def target_address(image: bytes, target: str) -> int:
    """Return what a relocation refers to: the symbol, its stub, or the first entry of the GOT."""
    return {
        "local": lambda: address(image, ".data") + 0x40,
        "code": lambda: address(image, ".text") + 32,
        "stub": lambda: address(image, ".plt") + STUB_HEADER,
        "entry": lambda: address(image, ".got"),
    }[target]()


def loader_entries(image: bytes, section: str = ".rela.dyn") -> list[tuple[int, int, int]]:
    """Return (offset, type, addend) of what the loader does."""
    elf = ElfFile(image)
    table = elf.find_section(section)
    if not table:
        return []
    columns = elf.read_relocations(table)
    types = [info & 0xFFFFFFFF for info in columns.r_info]
    return list(zip(columns.r_offset, types, columns.r_addend, strict=True))


def field_value(r_type: int, instruction: Instruction, addend: int, **more: str) -> int:
    """Link an instruction and return what its field says; the rest of it and what follows has to stay."""
    code = stored(made(r_type, addend, word=instruction.word, **more), 8)  # type: ignore[arg-type]
    assert code & ~instruction.mask == instruction.word & ~instruction.mask
    return instruction.read(code)


def name_of(r_type: int) -> str:
    return c.relocation_name(c.EM_AARCH64, r_type)
