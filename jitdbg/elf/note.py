"""The note and the sections that make an image describe itself.

The note has the owner ``jitdbg`` and lies in the image's first 4,096 bytes, since a default core dump keeps no more
of a file's mapping. Its description is one of

====== =============================================================================================================
n_type description
====== =============================================================================================================
1      JSON: ``{"format": 1, "modules": [{"name", "generation", "source", "opt_level", "versions"}, …]}``
2      the same, compressed with zlib, where the JSON would not fit
3      JSON: ``{"format": 1, "count": N, "names": […]}``, where the compressed list would not fit either: as many
       names as fit, and the whole list (as in type 2) is in the section ``.jitdbg.modules``, which is not loaded
====== =============================================================================================================

``.jitdbg.ir`` holds the modules' IR, in the order of the list: a header (magic, format version, count), for each
module a method (0 raw, 1 zlib), the size of the IR and the size stored, and then what is stored. Measured:
zlib at level 1 makes the text of a C library (8 to 51 MB) four to six times smaller at 65 to 120 MB/s; a module of 2 KB
becomes 2.6 times smaller in 80 µs, a quarter of its whole link, and saves no page. So only IR above ``COMPRESS_FROM``
bytes is compressed.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, Optional, Union

from jitdbg.elf.formats import Buffer
from jitdbg.elf.reader import ElfFile
from jitdbg.errors import ElfError

OWNER = b"jitdbg"
FORMAT = 1
NT_MODULES = 1
NT_MODULES_ZLIB = 2
NT_SUMMARY = 3
NOTE_SECTION = ".note.jitdbg"
MODULES_SECTION = ".jitdbg.modules"
IR_SECTION = ".jitdbg.ir"
VALUES_SECTION = ".jitdbg.values"
"""Where values of IR that is its own source hold: text, see `jitdbg.debugger.assigned`."""
# The first page less the ELF header, a dozen program headers, a build-id and a property note.
DESCRIPTION_LIMIT = 4096 - 1024
COMPRESS_FROM = 1 << 16
# What a module of IR can be when it is unpacked: a limit for hostile images only.
UNPACKED_LIMIT = 1 << 31

_NOTE = struct.Struct("<III8s")
_IR_MAGIC = b"JDIR"
_IR_HEADER = struct.Struct("<4sII")
_IR_ENTRY = struct.Struct("<IQQ")
_RAW, _ZLIB = 0, 1
_quote = json.encoder.encode_basestring
_to_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True)
class Module:
    """What an image says about one module in it.

    ``source`` is where the module came from (a path, or empty), ``generation`` counts from 1 under one name,
    ``opt_level`` is 0 to 3, ``versions`` names the programs that made it ("llvm": "22.1.0").
    """

    name: str
    generation: int = 1
    source: str = ""
    opt_level: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Description:
    """What an image says about itself; ``ir`` is parallel to ``modules``, or empty where none was kept."""

    build_id: Optional[bytes]
    modules: tuple[Module, ...]
    ir: tuple[bytes, ...]


class Encoded(NamedTuple):
    """A whole note (header, owner, description, padding), and the contents of ``.jitdbg.modules`` (mostly empty)."""

    note: bytes
    overflow: bytes


def encode_modules(modules: Sequence[Module]) -> Encoded:
    """Return the note that lists ``modules``; it is never larger than the first page allows."""
    rows = ",".join(map(_module_to_json, modules))
    text = f'{{"format":{FORMAT},"modules":[{rows}]}}'.encode("utf-8", "surrogatepass")
    if len(text) <= DESCRIPTION_LIMIT:
        return Encoded(_note(NT_MODULES, text), b"")
    packed = zlib.compress(text, 9)
    if len(packed) <= DESCRIPTION_LIMIT:
        return Encoded(_note(NT_MODULES_ZLIB, packed), b"")
    return Encoded(_note(NT_SUMMARY, _summary([module.name for module in modules])), packed)


def _module_to_json(module: Module) -> str:
    # Written out, since JSONEncoder would take a tenth of what a small link takes. Numba's level is a number of a class
    # of its own, which shows its name.
    versions = _versions_to_json(tuple(module.versions.items()))
    return (
        f'{{"name":{_quote(module.name)},"generation":{module.generation},"source":{_quote(module.source)},'
        f'"opt_level":{int(module.opt_level)},"versions":{versions}}}'
    )


@lru_cache(maxsize=16)
def _versions_to_json(versions: tuple[tuple[str, str], ...]) -> str:
    # The modules of one process are made by the same programs.
    return "{" + ",".join([f"{_quote(key)}:{_quote(value)}" for key, value in versions]) + "}"


def _summary(names: list[str]) -> bytes:
    shown = len(names)
    while True:
        text = _to_json({"format": FORMAT, "count": len(names), "names": names[:shown]}).encode(
            "utf-8", "surrogatepass"
        )
        if len(text) <= DESCRIPTION_LIMIT:
            return text
        shown = shown * DESCRIPTION_LIMIT // len(text)


def _note(n_type: int, desc: bytes) -> bytes:
    padding = bytes(-len(desc) % 4)
    return _NOTE.pack(len(OWNER) + 1, len(desc), n_type, OWNER) + desc + padding


def encode_ir(texts: Sequence[bytes]) -> bytes:
    """Return the contents of ``.jitdbg.ir`` for the IR of several modules (text or bitcode, kept as given)."""
    entries = [_IR_HEADER.pack(_IR_MAGIC, FORMAT, len(texts))]
    stored = []
    for text in texts:
        method, data = (_ZLIB, zlib.compress(text, 1)) if len(text) >= COMPRESS_FROM else (_RAW, text)
        entries.append(_IR_ENTRY.pack(method, len(text), len(data)))
        stored.append(data)
    return b"".join(entries + stored)


def decode_ir(data: Buffer) -> tuple[bytes, ...]:
    """Return the IR of each module in the contents of ``.jitdbg.ir``; ElfError where they are broken."""
    view = memoryview(data)
    if len(view) < _IR_HEADER.size:
        raise _broken(IR_SECTION, 0)
    magic, version, count = _IR_HEADER.unpack_from(view)
    if magic != _IR_MAGIC or version != FORMAT:
        raise ElfError(f"{IR_SECTION}: format version {version} is not known here; use a newer jitdbg")
    position = _IR_HEADER.size + count * _IR_ENTRY.size
    if position > len(view):
        raise _broken(IR_SECTION, 0)
    texts = []
    for method, size, stored in _IR_ENTRY.iter_unpack(view[_IR_HEADER.size : position]):
        if position + stored > len(view) or method not in (_RAW, _ZLIB):
            raise _broken(IR_SECTION, position)
        content = view[position : position + stored]
        texts.append(_unpack(content, size, IR_SECTION) if method == _ZLIB else bytes(content))
        position += stored
    return tuple(texts)


def _unpack(data: Buffer, limit: int, where: str) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, min(limit, UNPACKED_LIMIT) or 1)
    except zlib.error as error:
        raise ElfError(f"{where}: the compressed contents are broken ({error})") from None
    if not unpacker.eof and unpacker.unconsumed_tail:
        raise ElfError(f"{where}: the compressed contents are larger than they should be")
    return text


def _broken(where: str, offset: int) -> ElfError:
    return ElfError(f"{where}: the contents are cut off or broken (offset {offset:#x})")


def describe(image: Union[Buffer, ElfFile]) -> Description:
    """Return what an image says about itself: build-id, modules and their IR.

    An image that is not jitdbg's has no modules. Raises ElfError for what is no ELF file, and for a broken note.
    """
    elf = image if isinstance(image, ElfFile) else ElfFile(image, "image")
    section = elf.find_section(IR_SECTION)
    contents = elf.contents(section) if section else None
    with _errors_of(elf):
        ir = () if contents is None else decode_ir(contents)
    return Description(elf.build_id, _modules(elf), ir)


def _modules(elf: ElfFile) -> tuple[Module, ...]:
    for note in elf.notes():
        if note.owner == OWNER:
            section = elf.find_section(MODULES_SECTION)
            overflow = bytes(elf.contents(section)) if section else b""
            with _errors_of(elf):
                return decode_modules(note.n_type, note.desc, overflow)
    return ()


@contextmanager
def _errors_of(elf: ElfFile) -> Iterator[None]:
    """Let errors in what was read of a file name that."""
    try:
        yield
    except ElfError as error:
        raise ElfError(f"{elf.name}: {error}") from None


def decode_modules(n_type: int, desc: bytes, overflow: bytes = b"") -> tuple[Module, ...]:
    """Return the modules that a note lists; ``overflow`` is the contents of ``.jitdbg.modules``, if any."""
    if n_type == NT_MODULES:
        return _from_json(desc)
    if n_type == NT_MODULES_ZLIB or (n_type == NT_SUMMARY and overflow):
        return _from_json(_unpack(overflow or desc, UNPACKED_LIMIT, NOTE_SECTION))
    if n_type == NT_SUMMARY:
        return tuple(Module(name) for name in _parse(desc, "names"))
    raise ElfError(f"{NOTE_SECTION}: a note of type {n_type} is not known here; use a newer jitdbg")


def _parse(text: bytes, key: str) -> list[Any]:
    try:
        value = json.loads(text.decode("utf-8", "surrogatepass"))
        if value["format"] != FORMAT:
            raise ElfError(f"{NOTE_SECTION}: format version {value['format']} is not known here; use a newer jitdbg")
        return list(value[key])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ElfError(f"{NOTE_SECTION}: the note is broken ({error})") from None


def _from_json(text: bytes) -> tuple[Module, ...]:
    try:
        return tuple(Module(**row) for row in _parse(text, "modules"))
    except TypeError as error:
        raise ElfError(f"{NOTE_SECTION}: the note is broken ({error})") from None
