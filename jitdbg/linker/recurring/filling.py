"""Filling a pattern in: names, sizes, addresses and contents of one object.

The order is the linker's: contents and sizes, then addresses, then what depends on these.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Sequence
from operator import add

from jitdbg.elf.note import IR_SECTION, NOTE_SECTION, encode_ir, encode_modules
from jitdbg.linker.layout import LIMIT
from jitdbg.linker.model import Contents
from jitdbg.linker.recurring.candidate import Candidate, StandBack
from jitdbg.linker.recurring.pattern import Pattern
from jitdbg.linker.synthesise import headers, notes, unwind
from jitdbg.linker.synthesise.dynamic_symbols import HashTable

_relocations = struct.Struct("<QQq").iter_unpack
_symbol = struct.Struct("<QQQ").pack


def fill(pattern: Pattern, candidate: Candidate) -> bytes:
    """Return the image of an object of the pattern's shape. Raises StandBack, or what struct and array raise."""
    return _Filling(pattern, candidate).image()


class _Filling:
    """One image in the making; all lists are in the order of the image's sections, as in the pattern."""

    def __init__(self, pattern: Pattern, candidate: Candidate) -> None:
        self._pattern, self._candidate, self._at = pattern, candidate, pattern.at
        self._contents: list[Contents] = [*pattern.constants]
        self._sizes = pattern.sizes.copy()

    def image(self) -> bytes:
        self._add_notes()
        self._add_names()
        self._measure_inputs()
        self._find_frames()
        self._assign()
        self._find_values()
        self._fix_up()
        self._write_unwind_tables()
        self._write_symbols()
        self._write_loader_tables()
        return self._join()

    # Contents and sizes

    def _put(self, name: str, data: Contents) -> None:
        index = self._at[name]
        self._contents[index], self._sizes[index] = data, len(data)

    def _add_notes(self) -> None:
        options = self._candidate.options
        self._put(".note.gnu.build-id", notes.build_id_note(options.build_id or b""))
        if options.modules:
            encoded = encode_modules(options.modules)
            if encoded.overflow:
                raise StandBack
            self._put(NOTE_SECTION, encoded.note)
        if options.ir:
            self._put(IR_SECTION, encode_ir(options.ir))

    def _add_names(self) -> None:
        """Make ``.dynstr`` and ``.gnu.hash``; ``_exports`` and ``_export_names`` are in the order of the latter."""
        pattern, names, first = self._pattern, self._candidate.names, self._candidate.first_global
        exports = [names[index - first] for index in pattern.exports]
        soname = self._candidate.options.soname.encode("utf-8", "surrogateescape")
        if soname in pattern.strings or soname in exports or not pattern.strings.isdisjoint(exports):
            raise StandBack
        hashed = HashTable(exports)
        self._exports = [pattern.exports[index] for index in hashed.order]
        self._export_names = [exports[index] for index in hashed.order]
        own = b"\0".join([*self._export_names, b""])
        self._tail = len(pattern.string_head) + len(own)
        self._put(".gnu.hash", hashed.contents(len(pattern.imports) + 1))
        self._put(".dynstr", b"".join((pattern.string_head, own, pattern.string_tail, soname, b"\0")))
        self._put(".strtab", self._candidate.strings)

    def _measure_inputs(self) -> None:
        """Place the object's sections within those of the image: ``_inner`` is where each begins there."""
        sizes, outputs = self._candidate.sizes, self._sizes
        for output, row in self._pattern.single:
            outputs[output] = sizes[row]
        self._inner = inner = [0] * len(sizes)
        for output, _, parts in self._pattern.several:
            size = 0
            for row, align in parts:
                inner[row] = size = size + align - 1 & -align
                size += sizes[row]
            outputs[output] = size

    def _find_frames(self) -> None:
        row = self._pattern.frames
        if not row:
            return
        by_encoding, terminated = unwind.find_frames(self._candidate.contents(row), StandBack)
        if terminated or self._candidate.sizes[row] % unwind.ALIGN or set(by_encoding) - {unwind.PCREL_SDATA4}:
            raise StandBack
        self._frames = by_encoding.get(unwind.PCREL_SDATA4, [])
        self._sizes[self._at[".eh_frame"]] += len(unwind.TERMINATOR)
        self._sizes[self._at[".eh_frame_hdr"]] = unwind.header_size(len(self._frames))

    # Addresses

    def _assign(self) -> None:
        """Give every section its offset and its address; see `layout.assign`."""
        pattern, sizes, page = self._pattern, self._sizes, self._pattern.page
        code, self._code_end = _stack(pattern.headers_size, pattern.code, sizes)
        data, end = _stack(self._code_end, pattern.data, sizes)
        zeroes, self._memory_end = _stack(end, pattern.zeroes, sizes)
        unloaded, self._end = _stack(end, pattern.unloaded, sizes)
        self._data_end = end
        self._offsets = [*code, *data, *[end] * len(zeroes), *unloaded]
        self._addresses = [*code, *[offset + page for offset in data + zeroes], *[0] * len(unloaded)]
        if self._memory_end > LIMIT:
            raise StandBack

    def _find_values(self) -> None:
        """Compute the addresses of the object's sections, and the values of its symbols and of the GOT's entries."""
        pattern, addresses, starts = self._pattern, self._addresses, self._inner
        for output, row in pattern.single:
            starts[row] = addresses[output]
        for output, _, parts in pattern.several:
            for row, _ in parts:
                starts[row] += addresses[output]
        self._starts = starts
        words = self._candidate.symbols.cast("B").cast("Q")
        self._values = list(map(add, map(starts.__getitem__, pattern.section_of), words[1::3].tolist()))
        self._symbol_sizes = words[2::3].tolist()
        for index in pattern.imports:
            if self._values[index] or self._symbol_sizes[index]:
                raise StandBack
        self._got_entries = [addresses[self._at[".got"]] + offset for offset in pattern.got_offsets]
        self._values += self._got_entries

    # What depends on addresses

    def _fix_up(self) -> None:
        pattern, values, starts, contents_of = self._pattern, self._values, self._starts, self._candidate.contents
        fixed: dict[int, bytearray] = {}
        for table, target, plans in pattern.tables:
            start, end = starts[target], 0
            fixed[target] = data = bytearray(contents_of(target))
            for offset, info, addend in _relocations(contents_of(table)):
                pack_into, width, relative, operand = plans[info]
                if offset < end:
                    raise StandBack  # of relocations that overlap, the linker applies those of one form together
                end = offset + width
                value = values[operand] + addend
                pack_into(data, offset, value - start - offset if relative else value)
        for output, row in pattern.single:
            self._contents[output] = fixed.get(row) or contents_of(row)
        for output, filler, parts in pattern.packed:
            self._contents[output] = self._pack(filler, [(row, fixed.get(row) or contents_of(row)) for row, _ in parts])

    def _pack(self, filler: bytes, parts: Sequence[tuple[int, Contents]]) -> bytes:
        """Return several sections as one, with the gaps between them."""
        packed, start = bytearray(), self._starts[parts[0][0]]
        for row, contents in parts:
            packed += filler * (self._starts[row] - start - len(packed))
            packed += contents
        return bytes(packed)

    def _write_unwind_tables(self) -> None:
        if not self._pattern.frames:
            return
        # The terminator behind the records is nothing but zeroes, as gaps are.
        table, header = self._at[".eh_frame"], self._at[".eh_frame_hdr"]
        here, data = self._addresses[header], self._contents[table]
        places = [offset + self._addresses[table] - here for offset in self._frames]
        found = unwind.read_pointers(data, self._frames, unwind.PCREL_SDATA4)
        starts = [start + place + 8 for start, place in zip(found, places, strict=True)]
        self._contents[header] = unwind.search_header(starts, places, self._addresses[table] - here)

    def _write_symbols(self) -> None:
        """Write ``.dynsym`` and ``.symtab``."""
        pattern, values, sizes, kinds = self._pattern, self._values, self._symbol_sizes, self._pattern.kinds
        rows, name = [pattern.import_rows], len(pattern.string_head)
        for index, text in zip(self._exports, self._export_names, strict=True):
            rows.append(_symbol(name | kinds[index], values[index], sizes[index]))
            name += len(text) + 1
        self._contents[self._at[".dynsym"]] = b"".join(rows)
        names = self._candidate.symbols[0::6].tolist()
        if max(names) >= len(self._candidate.strings):
            raise StandBack
        rows = [_symbol(names[index] | kind, values[index], sizes[index]) for index, kind in kinds.items()]
        self._contents[self._at[".symtab"]] = b"".join((pattern.null_symbol, *rows))

    def _write_loader_tables(self) -> None:
        """Write ``.dynamic``, ``.gnu.version_r`` and ``.rela.dyn``."""
        pattern, tail = self._pattern, self._tail
        numbers = [*self._addresses, *self._sizes, tail, 0]
        entries = [word for tag, index, more in pattern.dynamic for word in (tag, numbers[index] + more)]
        self._contents[self._at[".dynamic"]] = struct.pack(f"<{len(entries)}Q16x", *entries)
        if pattern.requirements:
            words = pattern.requirements[:]
            for place in pattern.requirement_names:
                words[place] += tail
            self._contents[self._at[".gnu.version_r"]] = words.tobytes()
        if pattern.relocations:
            table = pattern.relocations[:]
            table[0::3] = array("Q", self._got_entries)
            self._contents[self._at[".rela.dyn"]] = table.tobytes()

    # The file

    def _join(self) -> bytes:
        section_table = self._end + -self._end % 8
        pieces: list[Contents] = [self._file_header(section_table), self._program_headers()]
        position = self._pattern.headers_size
        for offset, contents in zip(self._offsets, self._contents, strict=True):
            if offset != position:
                pieces.append(bytes(offset - position))
            pieces.append(contents)
            position = offset + len(contents)
        pieces += bytes(section_table - position), self._section_headers()
        return b"".join(pieces)

    def _file_header(self, section_table: int) -> bytes:
        pattern = self._pattern
        return headers.file_header(pattern.machine, pattern.segment_count, section_table, len(self._sizes) + 1)

    def _program_headers(self) -> bytes:
        """Return the program headers, the two mappings first; see `headers.Segments`."""
        pattern, words, addresses = self._pattern, self._pattern.program_headers.copy(), self._addresses
        code, start = self._code_end, self._code_end + pattern.page
        words[4:6] = code, code
        words[8:13] = code, start, start, self._data_end - code, self._memory_end - code
        for place, first, last in pattern.segments:
            address = addresses[first]
            size = addresses[last] + self._sizes[last] - address
            words[place + 1 : place + 6] = self._offsets[first], address, address, size, size
        return pattern.pack_program_headers(*words)

    def _section_headers(self) -> bytes:
        table = self._pattern.section_headers[:]
        table[10::8], table[11::8] = array("Q", self._addresses), array("Q", self._offsets)
        table[12::8] = array("Q", self._sizes)
        return table.tobytes()


def _stack(position: int, sections: Sequence[tuple[int, int]], sizes: Sequence[int]) -> tuple[list[int], int]:
    """Return where sections (index and alignment of each) begin that stand one behind the other, and their end."""
    places = []
    for index, align in sections:
        position = position + align - 1 & -align
        places.append(position)
        position += sizes[index]
    return places, position
