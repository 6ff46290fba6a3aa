"""Patterns for the kernel, which fills them in: the work of `filling`, in machine code. It works through tables, too.

The kernel is optional. It is made of ``kernel.ll`` by who can compile that (`jitdbg.kernel`), once a process has linked
so much that it pays, and without it Python does all of its work. Before it serves a shape, what it makes of the object
at hand is compared with what Python made; and it stands back as Python does, from more than that rather than from less.

``kernel.c`` is the source of ``kernel.ll``, made anew by ``make kernel``; it has the names of the tables below, in
their order.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from jitdbg.elf import constants as c
from jitdbg.elf.note import IR_SECTION, NOTE_SECTION, encode_ir, encode_modules
from jitdbg.linker.arch.kinds import Operand
from jitdbg.linker.recurring.candidate import Candidate, StandBack
from jitdbg.linker.recurring.pattern import Pattern
from jitdbg.linker.synthesise import headers, notes

if TYPE_CHECKING:
    from jitdbg.linker.options import Options

Fill: TypeAlias = Callable[[bytes, bytes, bytes, bytes, bytes, bytes], bytes]
"""Makes an image, or nothing, of a packed pattern, an object, the notes of build-id and modules, the IR, the soname."""

Different: TypeAlias = Callable[[bytes], bytes]
"""Gives the different ``r_info`` of a relocation table, 8 bytes each; nothing where Python has to look."""

Store: TypeAlias = Callable[[bytearray, bytes, bytes, bytes, int, bool, bool], int]
"""Stores what a relocation table says into a section.

Two columns of 8 bytes each have the ``r_info`` that are to be stored, and their operands. The last three say how: the
width, whether distances, whether without sign. It gives 0 where one does not fit.
"""


class Kernel(NamedTuple):
    """What the kernel can do."""

    fill: Fill
    different: Different
    store: Store


Provider: TypeAlias = Callable[[bool], "Kernel | None"]
"""Gives the kernel, or None; it may take its time to make one where its argument is true."""

Table: TypeAlias = tuple[bytes, int]
Row: TypeAlias = Sequence[int]

IR: Final = Path(__file__).with_name("kernel.ll")
WORTHWHILE: Final = 400
"""After how many times that Python has done its work a kernel is made: that takes as long as Python took for those."""

# What the kernel has room for.
_INPUTS, _OUTPUTS, _SYMBOLS, _INFOS = 512, 128, 1024, 1024
_RECENT = 16
_WORD = 8
_RECORD = struct.Struct("<II")
_SECTIONS = (
    *(".note.gnu.build-id", NOTE_SECTION, IR_SECTION, ".gnu.hash", ".dynsym", ".dynstr", ".gnu.version_r"),
    *(".rela.dyn", ".got", ".eh_frame", ".eh_frame_hdr", ".dynamic", ".symtab", ".strtab"),
)
_NEEDED = frozenset((".note.gnu.build-id", ".gnu.hash", ".dynsym", ".dynstr", ".dynamic", ".symtab", ".strtab"))


class Packed:
    """A pattern as the kernel reads it, and what the options have to be for it."""

    def __init__(self, pattern: Pattern, candidate: Candidate) -> None:
        self.given = given(candidate.options)
        self.data = _pack(pattern, candidate)


@dataclass
class State:
    """What there is in this process: a kernel, the patterns that were used last, and who can provide a kernel.

    ``fillings`` counts what Python has filled in. The patterns are a tuple that is replaced, never changed.
    """

    kernel: Kernel | None = None
    recent: tuple[Packed, ...] = ()
    provide: Provider | None = None
    fillings: int = 0


_state = State()


def use(state: State) -> State:
    """Let ``state`` be what there is in this process from now on, to measure with a kernel and without.

    Returns what there was.
    """
    global _state
    before, _state = _state, state
    return before


def install(kernel: Kernel | None) -> None:
    """Let ``kernel`` fill patterns in from now on; None: Python does it."""
    _state.kernel, _state.recent = kernel, ()


def provided_by(provide: Provider) -> None:
    """Ask ``provide`` for a kernel when there is work for one: to find it first, and later to make it."""
    _state.provide = provide


def is_installed() -> bool:
    """Say whether there is a kernel."""
    return _state.kernel is not None


def is_wanted() -> bool:
    """Take note that Python has done a kernel's work, and say whether there is a kernel for the next time."""
    # Looked at once: other threads count too, and no number may be passed over.
    count = _state.fillings = _state.fillings + 1
    if _state.kernel is None and _state.provide and count in (1, WORTHWHILE):
        install(_state.provide(count == WORTHWHILE))
    return _state.kernel is not None


def kernel_at_hand() -> Kernel | None:
    """Give the kernel, where there is one."""
    return _state.kernel


def kernel_for_tables() -> Kernel | None:
    """Give the kernel, where there is one, to somebody who has a long table for it: work that counts."""
    return _state.kernel if _state.kernel or is_wanted() else None


def given(options: Options) -> tuple[object, ...]:
    """Return which of the options are there: what decides about a shape besides the object."""
    return not options.modules, not options.ir, options.libraries


def find_image(data: bytes, options: Options) -> bytes | None:
    """Return the image of an object where the kernel knows its shape; the caller has checked that it is small."""
    kernel = _state.kernel
    if kernel is None or not _state.recent or type(data) is not bytes:
        return None
    if (extras := _extras(options)) is None:
        return None
    wanted = given(options)
    for packed in _state.recent:
        if packed.given == wanted and (image := kernel.fill(packed.data, data, *extras)):
            if packed is not _state.recent[0]:
                remember(packed)
            return image
    return None


def _extras(options: Options) -> tuple[bytes, bytes, bytes, bytes] | None:
    """Return what the kernel puts into an image besides the object; None where that takes more than it knows of."""
    encoded = encode_modules(options.modules)
    if encoded.overflow:
        return None
    return (
        notes.build_id_note(options.build_id or b""),
        encoded.note,
        encode_ir(options.ir) if options.ir else b"",
        options.soname.encode("utf-8", "surrogateescape"),
    )


def learn(pattern: Pattern, candidate: Candidate, image: bytes) -> Packed | None:
    """Let the kernel serve the shape of an object if it makes ``image`` of it, as Python did; return what it knows."""
    kernel, extras = _state.kernel, _extras(candidate.options)
    if kernel is None or extras is None:
        return None
    try:
        packed = Packed(pattern, candidate)
    except (StandBack, OverflowError):
        return None
    # Before other threads see it.
    if kernel.fill(packed.data, bytes(candidate.elf.data), *extras) != image:
        return None
    remember(packed)
    return packed


def remember(packed: Packed) -> None:
    """Try a pattern first from now on."""
    others = [each for each in _state.recent if each is not packed]
    _state.recent = (packed, *others[: _RECENT - 1])


# Packing: every number has 8 bytes, each table begins at a multiple of 8.


def _numbers(rows: Iterable[int]) -> Table:
    words = [word & (1 << 64) - 1 for word in rows]
    return array("Q", words).tobytes(), len(words)


def _rows(rows: Iterable[Row]) -> Table:
    listed = list(rows)
    return _numbers(chain.from_iterable(listed))[0], len(listed)


def _bytes(data: bytes) -> Table:
    return data, len(data)


def _strings(names: Iterable[bytes]) -> Table:
    return _bytes(b"".join([name + b"\0" for name in names]))


def _pack(pattern: Pattern, candidate: Candidate) -> bytes:
    rows = candidate.elf.section_rows
    if len(rows) > _INPUTS or len(pattern.sizes) > _OUTPUTS or len(pattern.section_of) > _SYMBOLS:
        raise StandBack
    if not pattern.at.keys() >= _NEEDED or len(pattern.got_offsets) > _OUTPUTS:
        raise StandBack
    numbers = (
        *(candidate.symbol_row, candidate.string_row, candidate.first_global, pattern.frames, pattern.page),
        *(pattern.headers_size, len(pattern.code), len(pattern.data), len(pattern.zeroes)),
        *[pattern.at.get(name, -1) for name in _SECTIONS],
    )
    tables = (*_input_tables(pattern, candidate), *_image_tables(pattern, candidate))
    position = _WORD * (len(numbers) + 2 * len(tables))
    spans: list[int] = []
    pieces: list[bytes] = []
    for data, count in tables:
        spans += position, count
        pieces.append(data + bytes(-len(data) % _WORD))
        position += len(pieces[-1])
    return b"".join((_numbers((*numbers, *spans))[0], *pieces))


def _input_tables(pattern: Pattern, candidate: Candidate) -> tuple[Table, ...]:
    """Return the tables from ``file_start`` to ``cies``: what the object is like, and what becomes of it."""
    names, first = candidate.names, candidate.first_global
    relocations, infos = _relocations(pattern, candidate)
    types = [row[1] for row in candidate.elf.section_rows]
    constants = [(output, contents) for output, contents in enumerate(pattern.constants) if contents]
    outputs = [*pattern.code, *pattern.data, *pattern.zeroes, *pattern.unloaded]
    in_file = {output for output, _, _ in pattern.packed}
    if any(types[row] == c.SHT_NOBITS for _, _, parts in pattern.packed for row, _ in parts):
        raise StandBack
    parts = [part for _, _, several in pattern.several for part in several]
    starts = accumulate([len(several) for _, _, several in pattern.several], initial=0)
    several = [
        (output, filler[0], start, len(own), output in in_file)
        for (output, filler, own), start in zip(pattern.several, starts)  # noqa: B905 - the last start is the end
    ]
    return (
        _bytes(candidate.file_start),
        _rows([(*row[1:4], *row[6:]) for row in candidate.elf.section_rows]),
        _bytes(b"".join(candidate.section_names())),
        (candidate.symbols[1::6].tobytes(), len(pattern.section_of)),
        _numbers(pattern.imports),
        _strings([names[symbol - first] for symbol in pattern.imports]),
        _numbers(pattern.exports),
        _strings(candidate.telling_names()),
        _strings(sorted(pattern.strings - {b""})),
        _rows(relocations),
        _rows(infos),
        _rows(_forms(pattern)),
        _numbers(pattern.section_of),
        _numbers(pattern.sizes),
        _numbers([align for _, align in outputs]),
        _rows([(output, len(contents)) for output, contents in constants]),
        _bytes(b"".join([contents for _, contents in constants])),
        _rows(pattern.single),
        _rows(several),
        _rows(parts),
        _bytes(b"".join(_cies(candidate.contents(pattern.frames))) if pattern.frames else b""),
    )


def _image_tables(pattern: Pattern, candidate: Candidate) -> tuple[Table, ...]:
    """Return the tables from ``string_head`` to ``file_header``: what the image is made of besides the object."""
    file_header = headers.file_header(pattern.machine, pattern.segment_count, 0, len(pattern.sizes) + 1)
    if list(pattern.kinds)[-len(candidate.names) :] != list(range(candidate.first_global, len(pattern.section_of))):
        raise StandBack
    return (
        _bytes(pattern.string_head),
        _bytes(pattern.string_tail),
        _bytes(pattern.import_rows),
        (pattern.requirements.tobytes(), len(pattern.requirements)),
        _numbers(pattern.requirement_names),
        _rows(pattern.dynamic),
        _numbers(pattern.relocations),
        _numbers(pattern.got_offsets),
        _bytes(pattern.null_symbol),
        _rows(pattern.kinds.items()),
        _numbers(pattern.program_headers),
        _rows(pattern.segments),
        _bytes(pattern.section_headers.tobytes()),
        _bytes(file_header),
    )


def _relocations(pattern: Pattern, candidate: Candidate) -> tuple[list[Row], list[Row]]:
    """Return a row for each table of relocations, and one for each different ``r_info`` of those that are loaded."""
    loaded = frozenset(candidate.loaded_tables())
    targets = [target for _, target, _ in pattern.tables]
    if len(set(targets)) < len(targets) or not loaded <= {row for row, _, _ in pattern.tables}:
        raise StandBack
    tables: list[Row] = []
    infos: list[Row] = []
    for row, target, plans in pattern.tables:
        own = dict.fromkeys(candidate.contents(row).cast("Q")[1::3]) if row in loaded else ()
        if len(own) > _INFOS:
            raise StandBack
        tables.append((row, target, row in loaded, len(infos), len(own)))
        infos += [(info, plans[info][3]) for info in own]
    return tables, infos


def _forms(pattern: Pattern) -> list[Row]:
    """Return a row for each type of relocation: its width, and whether it is relative, unsigned, for debug info."""
    kinds = pattern.arch.KINDS
    rows: list[Row] = [(0, 0, 0, 0)] * (max(kinds) + 1)
    for r_type, kind in kinds.items():
        if not kind.form.field:
            is_address = kind.operand is Operand.ADDRESS
            rows[r_type] = kind.form.width, kind.form.relative, kind.form.is_unsigned, is_address
    return rows


def _cies(table: memoryview) -> Iterator[bytes]:
    """Yield the CIEs of unwind tables, which `unwind.find_frames` has checked."""
    position = 0
    while position < len(table):
        length, pointer = _RECORD.unpack_from(table, position)
        if not pointer:
            yield bytes(table[position : position + 4 + length])
        position += 4 + length
