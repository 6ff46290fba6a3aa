"""What images say about themselves: the note that always fits into a page, and the IR."""

from __future__ import annotations

import json
import random
import struct

import pytest

from jitdbg.elf import ElfFile, Module, describe, note
from jitdbg.elf import constants as c
from jitdbg.elf.writer import ObjectWriter
from jitdbg.errors import ElfError

MODULE = Module('fib "quoted" é\n', 3, "/src/fib.ll", 2, {"llvm": "22.1.0", "jitdbg": "0.1"})


def described(modules: list[Module], ir: list[bytes] | None = None) -> ElfFile:
    """Return an ELF file with the note, the list that did not fit, and the IR."""
    writer = ObjectWriter()
    encoded = note.encode_modules(modules)
    assert len(encoded.note) < 4096 - 900
    writer.add_section(note.NOTE_SECTION, encoded.note, sh_type=c.SHT_NOTE, sh_flags=2, sh_addralign=4)
    if encoded.overflow:
        writer.add_section(note.MODULES_SECTION, encoded.overflow)
    if ir:
        writer.add_section(note.IR_SECTION, note.encode_ir(ir))
    return ElfFile(bytes(writer))


def random_modules(count: int) -> list[Module]:
    source = random.Random(1)
    return [Module(f"m{source.getrandbits(64):x}", 1, f"/src/{source.getrandbits(256):x}.ll") for _ in range(count)]


def test_note_is_json_for_a_few_modules() -> None:
    elf = described([MODULE])
    (found,) = elf.notes()
    assert (found.owner, found.n_type) == (b"jitdbg", 1)
    content = json.loads(found.desc)
    assert content["format"] == 1
    assert content["modules"][0]["versions"] == {"llvm": "22.1.0", "jitdbg": "0.1"}
    assert describe(elf).modules == (MODULE,)


def test_a_level_that_shows_itself_in_words_is_a_number_there() -> None:
    class Level(int):
        __str__ = __repr__ = lambda self: f"Level({int(self)})"

    assert describe(described([Module("f", opt_level=Level(3))])).modules == (Module("f", opt_level=3),)


@pytest.mark.parametrize(
    ("modules", "n_type"),
    [
        ([Module(f"module{index}", 1, f"/src/{index}.ll") for index in range(100)], 2),
        (random_modules(40), 2),
        (random_modules(1000), 3),
    ],
)
def test_many_modules_fit_all_the_same(modules: list[Module], n_type: int) -> None:
    elf = described(modules)
    assert [found.n_type for found in elf.notes()] == [n_type]
    assert describe(elf).modules == tuple(modules)


def test_summary_alone_still_gives_names() -> None:
    modules = random_modules(1000)
    encoded = note.encode_modules(modules)
    names = [module.name for module in note.decode_modules(3, encoded.note[20:].rstrip(b"\0"))]
    assert len(names) > 50
    assert names == [module.name for module in modules[: len(names)]]


def test_ir_is_kept_as_it_was_given() -> None:
    texts = [b"define i32 @f()", b"", b"x = add\n" * 100_000, b"BC\xc0\xde" + bytes(range(256))]
    packed = note.encode_ir(texts)
    assert len(packed) < 100_000
    assert note.decode_ir(packed) == tuple(texts)
    assert describe(described([MODULE], texts)).ir == tuple(texts)


def test_other_files_have_no_modules() -> None:
    writer = ObjectWriter()
    assert describe(bytes(writer)) == note.Description(None, (), ())


@pytest.mark.parametrize("desc", [b"{}", b"[1]", b"\xff", b'{"format":1,"modules":[{"who":1}]}', b'{"format":1}'])
def test_broken_note_is_refused(desc: bytes) -> None:
    with pytest.raises(ElfError, match="the note is broken"):
        note.decode_modules(1, desc)


def test_newer_formats_say_what_to_do() -> None:
    for n_type, desc in ((1, b'{"format":2,"modules":[]}'), (9, b"")):
        with pytest.raises(ElfError, match="use a newer jitdbg"):
            note.decode_modules(n_type, desc)
    with pytest.raises(ElfError, match="use a newer jitdbg"):
        note.decode_ir(struct.pack("<4sII", b"JDIR", 2, 0))


def test_what_is_broken_is_said_of_its_file() -> None:
    for section, contents in ((note.NOTE_SECTION, _note(b"broken")), (note.IR_SECTION, b"broken")):
        writer = ObjectWriter()
        writer.add_section(section, contents, sh_type=c.SHT_NOTE, sh_flags=2, sh_addralign=4)
        with pytest.raises(ElfError, match=f"^/a/b.so: {section}: "):
            describe(ElfFile(bytes(writer), "/a/b.so"))


def _note(description: bytes) -> bytes:
    return struct.pack("<III", 7, len(description), note.NT_MODULES) + b"jitdbg\0\0" + description + b"\0\0"


def test_broken_ir_is_refused() -> None:
    packed = note.encode_ir([b"a" * 100_000])
    for broken in (packed[:5], packed[:20], packed[:-10], packed[:40] + b"xxxx" + packed[44:]):
        with pytest.raises(ElfError):
            note.decode_ir(broken)
