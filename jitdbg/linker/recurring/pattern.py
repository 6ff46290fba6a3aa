"""What the images of one shape have in common, read from one of them.

All lists are in the order of the image's sections; the index of a section is one less than in the image.
"""

from __future__ import annotations

import struct
from array import array
from typing import TYPE_CHECKING

from jitdbg.elf import ElfFile, Section
from jitdbg.elf import constants as c
from jitdbg.linker.arch import Architecture, architecture
from jitdbg.linker.arch.kinds import Operand
from jitdbg.linker.layout import placement
from jitdbg.linker.model import CARRIED
from jitdbg.linker.recurring.candidate import Candidate, StandBack
from jitdbg.linker.synthesise import headers

if TYPE_CHECKING:
    from collections.abc import Callable

_SYMBOL_TYPES = frozenset((c.STT_NOTYPE, c.STT_OBJECT, c.STT_FUNC, c.STT_SECTION, c.STT_FILE))
_SECTION_TYPES = frozenset((c.SHT_PROGBITS, c.SHT_NOBITS, c.SHT_X86_64_UNWIND))
_UNPLAIN_FLAGS = c.SHF_COMPRESSED | c.SHF_TLS

# What the linker makes, and what of it is the same in all images of a shape.
_CONSTANT = frozenset((".gnu.version", ".got", ".shstrtab"))
_FILLED = frozenset(
    (
        *(".note.gnu.build-id", ".note.jitdbg", ".jitdbg.ir", ".gnu.hash", ".dynsym", ".dynstr", ".gnu.version_r"),
        *(".rela.dyn", ".eh_frame_hdr", ".dynamic", ".symtab", ".strtab"),
    )
)
_ADDRESSES = {
    c.DT_GNU_HASH: ".gnu.hash",
    c.DT_STRTAB: ".dynstr",
    c.DT_SYMTAB: ".dynsym",
    c.DT_RELA: ".rela.dyn",
    c.DT_VERSYM: ".gnu.version",
    c.DT_VERNEED: ".gnu.version_r",
}
_SIZES = {c.DT_STRSZ: ".dynstr", c.DT_RELASZ: ".rela.dyn"}
_STRINGS = (c.DT_NEEDED, c.DT_SONAME)
_NUMBERS = (c.DT_SYMENT, c.DT_RELAENT, c.DT_RELACOUNT, c.DT_VERNEEDNUM, c.DT_FLAGS, c.DT_FLAGS_1)

# How a relocation is stored: by what, in how many bytes, whether it is relative, and the index of its operand (symbols,
# then entries of the GOT).
Plan = tuple["Callable[..., None]", int, bool, int]


class Pattern:
    """What `filling.fill` fills in. Raises StandBack for what is not plain enough."""

    def __init__(self, candidate: Candidate, image: ElfFile) -> None:
        self.arch: Architecture = architecture(image.header.e_machine)
        self.machine = image.header.e_machine
        self._image, self._candidate = image, candidate
        names = image.section_names[1:]
        self.at = {name: index for index, name in enumerate(names)}
        if self.arch.FEATURES_PROPERTY is not None or len(self.at) != len(names):
            raise StandBack
        self._read_layout(image.sections[1:])
        self._read_segments()
        self._read_inputs(image.sections[1:])
        self._read_symbols()
        self._read_strings()
        self._read_dynamic()
        self._read_got()
        self._plan()
        del self._image, self._candidate

    def _contents(self, name: str) -> memoryview:
        return self._image.contents(self._image.sections[self.at[name] + 1])

    def _words(self, name: str) -> array[int]:
        return array("Q", self._contents(name).tobytes())

    def _read_layout(self, outputs: list[Section]) -> None:
        """Note which sections are code, data, zeroes and not loaded, and how they are aligned."""
        aligned = [(index, output.sh_addralign) for index, output in enumerate(outputs)]
        loaded = len([output for output in outputs if output.sh_flags & c.SHF_ALLOC])
        in_file = len([o for o in outputs[:loaded] if o.sh_type != c.SHT_NOBITS])
        code = len([o for o in outputs[:in_file] if not o.sh_flags & c.SHF_WRITE])
        self.code, self.data = aligned[:code], aligned[code:in_file]
        self.zeroes, self.unloaded = aligned[in_file:loaded], aligned[loaded:]
        self.sizes = [output.sh_size for output in outputs]
        self.constants = [self._contents(o.name).tobytes() if o.name in _CONSTANT else b"" for o in outputs]
        self.section_headers = array("Q", self._image.data[self._image.header.e_shoff :].tobytes())

    def _read_segments(self) -> None:
        """Note the program headers as words, and which sections those span that come behind the mappings."""
        segments, header, size = self._image.segments, self._image.header, headers.SEGMENT_SIZE
        notes = [section.name for section in self._image.sections if section.sh_type == c.SHT_NOTE]
        spans = {c.PT_DYNAMIC: [".dynamic"], c.PT_GNU_EH_FRAME: [".eh_frame_hdr"], c.PT_NOTE: notes, c.PT_GNU_STACK: []}
        self.page = segments[1].p_align
        self.headers_size = header.e_phoff + len(segments) * size
        self.program_headers = array("Q", self._image.data[header.e_phoff : self.headers_size].tobytes()).tolist()
        self.segment_count = len(segments)
        self.pack_program_headers = struct.Struct(f"<{len(self.program_headers)}Q").pack
        self.segments = [
            (index * size // 8, self.at[spans[s.p_type][0]], self.at[spans[s.p_type][-1]])
            for index, s in enumerate(segments)
            if s.p_type != c.PT_LOAD and spans[s.p_type]
        ]

    def _read_inputs(self, outputs: list[Section]) -> None:
        """Note which sections of the object each section is made of, and how those are aligned."""
        inputs: dict[int, list[tuple[int, int]]] = {}
        for section in self._candidate.elf.sections:
            carried = section.sh_type in CARRIED and not section.sh_flags & c.SHF_EXCLUDE
            if not carried or (place := placement(section)) is None:
                continue
            if section.sh_type not in _SECTION_TYPES or section.sh_flags & _UNPLAIN_FLAGS:
                raise StandBack
            inputs.setdefault(self.at[place[0]], []).append((section.shndx, section.sh_addralign or 1))
        fillers = [self.arch.FILLER if section.sh_flags & c.SHF_EXECINSTR else b"\0" for section in outputs]
        self.single = [(index, parts[0][0]) for index, parts in inputs.items() if len(parts) == 1]
        self.several = [(index, fillers[index], parts) for index, parts in inputs.items() if len(parts) > 1]
        self.packed = [entry for entry in self.several if outputs[entry[0]].sh_type != c.SHT_NOBITS]
        self.placed = {row for parts in inputs.values() for row, _ in parts}
        self.frames = self._frames(inputs)
        made = {name for name, index in self.at.items() if index not in inputs}
        if made != self.at.keys() & (_CONSTANT | _FILLED):
            raise StandBack  # the linker makes another one, or a section of the object is called like one of these

    def _frames(self, inputs: dict[int, list[tuple[int, int]]]) -> int:
        """Return the one section of unwind tables; 0 where there is none."""
        ((row, _),) = inputs.get(self.at.get(".eh_frame", -1), [(0, 1)])
        return row

    def _read_symbols(self) -> None:
        """Note which symbols the tables have, and what these say of them besides names and numbers."""
        kinds, first = self._candidate.symbols[1::6].tolist(), self._candidate.first_global
        if any(kind & 15 not in _SYMBOL_TYPES or kind & 0xFF00 for kind in kinds):
            raise StandBack
        sections = [kind >> 16 for kind in kinds]
        if any(c.SHN_LORESERVE <= section != c.SHN_ABS for section in sections):
            raise StandBack
        self.section_of = [section if section in self.placed else 0 for section in sections]
        symbols = [
            index
            for index, section in enumerate(sections)
            if index >= first
            or (kinds[index] & 15 != c.STT_SECTION and (self.section_of[index] or section == c.SHN_ABS))
        ]
        words = self._words(".symtab")
        self.null_symbol = words[:3].tobytes()
        self.kinds = {index: word >> 32 << 32 for index, word in zip(symbols, words[3::3], strict=True)}
        self.imports = [index for index in range(first, len(kinds)) if sections[index] == c.SHN_UNDEF]
        self.exports = [index for index in range(first, len(kinds)) if sections[index] != c.SHN_UNDEF]

    def _read_strings(self) -> None:
        """Note what stands in ``.dynstr`` before and behind the names of the exports, and who refers to that."""
        strings, names, first = bytes(self._contents(".dynstr")), self._candidate.names, self._candidate.first_global
        imports = [names[index - first] for index in self.imports]
        head = sum(map(len, imports)) + len(imports) + 1
        self._tail = head + sum([len(names[index - first]) + 1 for index in self.exports])
        soname = len(self._candidate.options.soname.encode("utf-8", "surrogateescape")) + 1
        self.string_head, self.string_tail = strings[:head], strings[self._tail : len(strings) - soname]
        self.strings = {*imports, *self.string_tail.split(b"\0")}
        self.import_rows = bytes(self._contents(".dynsym")[: 24 * (1 + len(imports))])
        self.requirements = array("I")
        self.requirement_names: list[int] = []
        if ".gnu.version_r" in self.at:
            self.requirements.frombytes(self._contents(".gnu.version_r"))
            self._find_requirement_names()

    def _find_requirement_names(self) -> None:
        """Note which words of ``.gnu.version_r`` are strings: of a library, then of each of its versions."""
        position, words = 0, self.requirements
        while position < len(words):
            count = words[position] >> 16
            self.requirement_names += [position + 1, *[position + 4 * n + 2 for n in range(1, count + 1)]]
            position += 4 * (count + 1)
        for place in self.requirement_names:
            words[place] -= self._tail

    def _read_dynamic(self) -> None:
        """Note each entry of ``.dynamic`` as tag, index of a number (see `filling`), and what is added to that."""
        sections = len(self.at)
        self.dynamic: list[tuple[int, int, int]] = []
        for tag, value in self._image.dynamic:
            if tag in _ADDRESSES:
                entry = self.at[_ADDRESSES[tag]], 0
            elif tag in _SIZES:
                entry = sections + self.at[_SIZES[tag]], 0
            elif tag in _STRINGS:
                entry = 2 * sections, value - self._tail
            elif tag in _NUMBERS:
                entry = 2 * sections + 1, value
            else:
                raise StandBack
            self.dynamic.append((tag, *entry))

    def _read_got(self) -> None:
        """Note the relocations of the GOT, which hold nothing but addresses of imports."""
        self.relocations = array("Q")
        self.got_offsets: list[int] = []
        self.got_symbols: list[int] = []
        if ".rela.dyn" not in self.at:
            return
        self.relocations = self._words(".rela.dyn")
        start = self._image.sections[self.at[".got"] + 1].sh_addr
        self.got_offsets = [place - start for place in self.relocations[0::3]]
        for info in self.relocations[1::3]:
            if info & 0xFFFFFFFF != self.arch.GLOB_DAT:
                raise StandBack
            self.got_symbols.append(self.imports[(info >> 32) - 1])

    def _plan(self) -> None:
        """Note the tables of relocations: their section, whose they are, and the plans of those that may be in it."""
        self.tables: list[tuple[int, int, Plans]] = []
        loaded, debug = LoadedPlans(self), Plans(self)
        for section in self._candidate.elf.sections:
            if section.sh_type == c.SHT_RELA:
                if section.sh_info not in self.placed:
                    raise StandBack
                target = self._candidate.elf.sections[section.sh_info]
                self.tables.append((section.shndx, section.sh_info, loaded if target.sh_flags & c.SHF_ALLOC else debug))


class Plans(dict[int, Plan]):
    """How the relocations of sections that are not loaded are stored, by ``r_info``; found out when first asked for."""

    def __init__(self, pattern: Pattern) -> None:
        super().__init__()
        self._arch, self._section_of = pattern.arch, pattern.section_of
        self._got = {symbol: index for index, symbol in enumerate(pattern.got_symbols, len(pattern.section_of))}

    def __missing__(self, info: int) -> Plan:
        kind, number = self._arch.KINDS[info & 0xFFFFFFFF], info >> 32
        if kind.operand is Operand.ADDRESS and self._section_of[number]:
            plan = kind.form.pack_into, kind.form.width, kind.form.relative, number
            self[info] = plan
            return plan
        raise StandBack


class LoadedPlans(Plans):
    """The same of sections that are loaded: distances within the image, and to entries of the GOT."""

    def __missing__(self, info: int) -> Plan:
        kind, number = self._arch.KINDS[info & 0xFFFFFFFF], info >> 32
        if kind.direct and self._section_of[number]:
            operand = number
        elif kind.operand is Operand.GOT_ENTRY:
            operand = self._got[number]
        else:
            raise StandBack
        plan = kind.form.pack_into, kind.form.width, True, operand
        self[info] = plan
        return plan
