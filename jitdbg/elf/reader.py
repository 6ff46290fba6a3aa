"""Reading ELF files: little-endian, 64 bits, objects (ET_REL) and images (ET_DYN).

Headers and symbols are named tuples, which cost a third of a dataclass to make: the linker makes dozens of them for an
object that it links in a tenth of a millisecond. Relocations are never objects: :class:`Relocations` is three packed
columns over the file's own bytes.

Every access is checked against the bytes that are there. What does not fit raises ElfError with the file's name and the
offset; counts are bounded by the file's size before anything is allocated, so hostile input can neither hang nor crash.

Sources: gABI chapters 4 and 5; notes: gABI 5 "Note Section"; symbol versions: LSB 5.0 core, 10.7.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import repeat
from operator import add
from typing import NamedTuple, Optional

from jitdbg.elf import constants as c
from jitdbg.elf.formats import Buffer, find_other_format
from jitdbg.errors import ElfError

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_NOTE = struct.Struct("<III")
_DYNAMIC = struct.Struct("<qQ")


class Header(NamedTuple):
    """The file header, ``Elf64_Ehdr``."""

    e_ident: bytes
    e_type: int
    e_machine: int
    e_version: int
    e_entry: int
    e_phoff: int
    e_shoff: int
    e_flags: int
    e_ehsize: int
    e_phentsize: int
    e_phnum: int
    e_shentsize: int
    e_shnum: int
    e_shstrndx: int


class Section(NamedTuple):
    """A section header, ``Elf64_Shdr``, with its name and its index in the table."""

    name: str
    shndx: int
    sh_name: int
    sh_type: int
    sh_flags: int
    sh_addr: int
    sh_offset: int
    sh_size: int
    sh_link: int
    sh_info: int
    sh_addralign: int
    sh_entsize: int


class Segment(NamedTuple):
    """A program header, ``Elf64_Phdr``."""

    p_type: int
    p_flags: int
    p_offset: int
    p_vaddr: int
    p_paddr: int
    p_filesz: int
    p_memsz: int
    p_align: int


class Symbol(NamedTuple):
    """A symbol, ``Elf64_Sym``, with its name; ``section`` is the real index where ``st_shndx`` is SHN_XINDEX."""

    name: str
    st_info: int
    st_other: int
    st_shndx: int
    st_value: int
    st_size: int
    section: int

    @property
    def binding(self) -> int:
        """The binding, an ``STB_`` number."""
        return self.st_info >> 4

    @property
    def type(self) -> int:
        """The type, an ``STT_`` number."""
        return self.st_info & 15

    @property
    def visibility(self) -> int:
        """The visibility, an ``STV_`` number."""
        return self.st_other & 3

    @property
    def defined(self) -> bool:
        """Whether the file itself defines the symbol (a COMMON symbol counts as defined)."""
        return self.st_shndx != c.SHN_UNDEF


class Note(NamedTuple):
    """One note: its owner without the NUL, its type and its description; ``offset`` is where it starts in the file."""

    owner: bytes
    n_type: int
    desc: bytes
    offset: int


class Relocations(NamedTuple):
    """The entries of one SHT_RELA section as columns over the file's bytes; equal lengths.

    ``r_info`` holds the symbol's index in its upper and the type in its lower 32 bits.
    """

    section: Section
    target: Section
    r_offset: memoryview
    r_info: memoryview
    r_addend: memoryview


class Use(NamedTuple):
    """A place that refers to a symbol: the function around it where there is one, the section and the offset in it."""

    function: Optional[str]
    section: str
    offset: int

    def __str__(self) -> str:
        return self.function or f"{self.section}+{self.offset:#x}"


class ElfFile:
    """An ELF file in memory.

    ``data`` must stay unchanged for as long as the object lives: contents and relocations are views of it. ``name`` is
    what errors call the file. Reading is lazy but for the header and the section headers: ``section_rows`` has these as
    plain tuples.
    """

    def __init__(self, data: Buffer, name: str = "<memory>") -> None:
        self.name = name
        self.data = memoryview(data).cast("B")
        self.header = self._read_header()
        self.section_rows = self._read_section_rows()
        self._section_names: Optional[list[str]] = None
        self._sections: Optional[list[Section]] = None
        self._by_name: Optional[dict[str, Section]] = None

    # Headers

    def _read_header(self) -> Header:
        if len(self.data) < _HEADER.size or self.data[:4] != c.ELFMAG:
            raise self._unlike()
        header = Header._make(_HEADER.unpack_from(self.data))
        if header.e_ident[4] != c.ELFCLASS64 or header.e_ident[5] != c.ELFDATA2LSB:
            raise self.error(4, "only 64-bit little-endian ELF files can be read")
        return header

    def _unlike(self) -> ElfError:
        other = find_other_format(self.data)
        return ElfError(f"{self.name}: this is {other}") if other else self.error(0, "this is not an ELF file")

    def _read_section_rows(self) -> list[tuple[int, ...]]:
        header = self.header
        if not header.e_shoff:
            return []
        if header.e_shentsize != _SECTION.size:
            raise self.error(58, f"section headers of {header.e_shentsize} bytes instead of {_SECTION.size}")
        count = header.e_shnum or self._first_row()[5]
        rows = list(_SECTION.iter_unpack(self.slice(header.e_shoff, count * _SECTION.size, "the section header table")))
        if not rows:
            raise self._without_names(header.e_shstrndx)
        return rows

    def _first_row(self) -> tuple[int, ...]:
        """Return the entry that says what does not fit into the file header."""
        return _SECTION.unpack(self.slice(self.header.e_shoff, _SECTION.size, "the section header table"))

    def _without_names(self, index: int) -> ElfError:
        return self.error(62, f"the section names are in section {index}, which does not exist")

    @property
    def section_names(self) -> list[str]:
        """The names of the sections, in their order."""
        if self._section_names is None:
            self._section_names = self._read_section_names()
        return self._section_names

    def _read_section_names(self) -> list[str]:
        rows, index = self.section_rows, self.header.e_shstrndx
        if not rows:
            return []
        if index == c.SHN_XINDEX:
            index = rows[0][6]
        if index >= len(rows):
            raise self._without_names(index)
        offset, size = rows[index][4:6]
        names = bytes(self.slice(offset, size, "the section names"))
        starts = [row[0] for row in rows]
        if names[-1:] != b"\0" or max(starts) >= size:
            raise self.error(offset, "a section's name lies outside of the string table")
        text = names.decode("latin-1")
        find = text.find
        texts = [text[start : find("\0", start)] for start in starts]
        if names.isascii():
            return texts
        return [text.encode("latin-1").decode("utf-8", "surrogateescape") for text in texts]

    @property
    def sections(self) -> list[Section]:
        """The section headers, index 0 included; empty where there is no table."""
        if self._sections is None:
            named = zip(self.section_names, range(len(self.section_rows)))
            self._sections = list(map(tuple.__new__, repeat(Section), map(add, named, self.section_rows)))
        return self._sections

    def _string(self, table: bytes, start: int, table_offset: int) -> str:
        end = table.find(0, start)
        if end < 0 or start >= len(table):
            raise self.error(table_offset + start, "a name lies outside its string table")
        return table[start:end].decode("utf-8", "surrogateescape")

    @property
    def segments(self) -> list[Segment]:
        """The program headers in file order; empty for objects."""
        header = self.header
        if not header.e_phoff or not header.e_phnum:
            return []
        if header.e_phentsize != _SEGMENT.size:
            raise self.error(54, f"program headers of {header.e_phentsize} bytes instead of {_SEGMENT.size}")
        # A core of a process with very many mappings has more than the header can count (gABI 5, PN_XNUM).
        count = self._first_row()[7] if header.e_phnum == c.PN_XNUM and header.e_shoff else header.e_phnum
        table = self.slice(header.e_phoff, count * _SEGMENT.size, "the program header table")
        return [Segment._make(row) for row in _SEGMENT.iter_unpack(table)]

    # Contents

    def error(self, offset: int, what: str) -> ElfError:
        """Return the error for what is wrong at ``offset`` of this file."""
        return ElfError(f"{self.name}: {what} (offset {offset:#x})")

    def slice(self, offset: int, size: int, what: str) -> memoryview:
        """Return ``size`` bytes at file offset ``offset``; ``what`` is what they are called in the error."""
        if offset + size > len(self.data):
            raise self.error(offset, f"{what} runs past the end of the file ({offset + size:#x} > {len(self.data):#x})")
        return self.data[offset : offset + size]

    def contents(self, section: Section) -> memoryview:
        """Return a section's bytes as they are in the file; empty for SHT_NOBITS."""
        if section.sh_type == c.SHT_NOBITS:
            return self.data[:0]
        return self.slice(section.sh_offset, section.sh_size, f"section {section.name}")

    def find_section(self, name: str) -> Optional[Section]:
        """Return the first section of that name, or None."""
        if self._by_name is None:
            self._by_name = {section.name: section for section in reversed(self.sections)}
        return self._by_name.get(name)

    def section_at(self, index: int, offset: int = 0) -> Section:
        """Return the section of that index; ``offset`` is where the file refers to it."""
        if index >= len(self.sections):
            raise self.error(offset, f"section {index} does not exist")
        return self.sections[index]

    def _of_type(self, sh_type: int) -> Optional[Section]:
        return next((section for section in self.sections if section.sh_type == sh_type), None)

    def at_address(self, address: int, size: int) -> memoryview:
        """Return ``size`` bytes of an image at a virtual address, through the PT_LOAD segments."""
        for segment in self.segments:
            inside = address - segment.p_vaddr
            if segment.p_type == c.PT_LOAD and inside >= 0 and inside + size <= segment.p_filesz:
                return self.slice(segment.p_offset + inside, size, f"address {address:#x}")
        raise self.error(0, f"no loaded segment holds the {size} bytes at address {address:#x}")

    # Symbols

    @property
    def symbols(self) -> list[Symbol]:
        """The symbols of SHT_SYMTAB, index 0 included; empty where there is no such section."""
        table = self._of_type(c.SHT_SYMTAB)
        return self.read_symbols(table) if table else []

    @property
    def dynamic_symbols(self) -> list[Symbol]:
        """The symbols of SHT_DYNSYM, index 0 included; empty where there is no such section."""
        table = self._of_type(c.SHT_DYNSYM)
        return self.read_symbols(table) if table else []

    def read_symbols(self, table: Section) -> list[Symbol]:
        """Return the symbols of an SHT_SYMTAB or SHT_DYNSYM section."""
        if table.sh_entsize != _SYMBOL.size or table.sh_size % _SYMBOL.size:
            raise self.error(table.sh_offset, f"{table.name} is no table of {_SYMBOL.size}-byte symbols")
        strings_section = self.section_at(table.sh_link, table.sh_offset)
        strings = bytes(self.contents(strings_section))
        if strings[-1:] != b"\0":
            raise self.error(strings_section.sh_offset, f"string table {strings_section.name} does not end with a NUL")
        extended = self._extended_indices(table)
        find, size, symbols = strings.find, len(strings), []
        for index, (start, info, other, shndx, value, st_size) in enumerate(_SYMBOL.iter_unpack(self.contents(table))):
            if start >= size:
                raise self.error(
                    table.sh_offset + index * _SYMBOL.size, f"symbol {index} has no name in its string table"
                )
            name = strings[start : find(b"\0", start)].decode("utf-8", "surrogateescape")
            section = shndx if shndx != c.SHN_XINDEX else self._extended_index(extended, index, table)
            symbols.append(Symbol(name, info, other, shndx, value, st_size, section))
        return symbols

    def _extended_indices(self, table: Section) -> Optional[memoryview]:
        for section in self.sections:
            if section.sh_type == c.SHT_SYMTAB_SHNDX and section.sh_link == table.shndx:
                words = self.contents(section)
                return words[: len(words) // 4 * 4].cast("I")
        return None

    def _extended_index(self, extended: Optional[memoryview], index: int, table: Section) -> int:
        if extended is None or index >= len(extended):
            raise self.error(table.sh_offset, f"symbol {index} has no entry in SHT_SYMTAB_SHNDX")
        return int(extended[index])

    # Relocations

    def relocations(self) -> Iterator[Relocations]:
        """Yield the packed columns of each SHT_RELA section that applies to a section.

        SHT_REL (implicit addends) is refused: no supported machine's compilers make it.
        """
        for section in self.sections:
            if section.sh_type == c.SHT_REL:
                raise self.error(section.sh_offset, f"{section.name} has relocations without addends (SHT_REL)")
            if section.sh_type == c.SHT_RELA and section.sh_info:
                yield self.read_relocations(section)

    def read_relocations(self, section: Section) -> Relocations:
        """Return the columns of one SHT_RELA section; offsets in an object are within ``target``."""
        data = self.contents(section)
        if section.sh_entsize != 24 or len(data) % 24:
            raise self.error(section.sh_offset, f"{section.name} is no table of 24-byte relocations")
        target = self.section_at(section.sh_info, section.sh_offset)
        words = data.cast("Q")
        return Relocations(section, target, words[0::3], words[1::3], data.cast("q")[2::3])

    # Notes and dynamic section

    def notes(self) -> list[Note]:
        """Return all notes, from the PT_NOTE segments of an image, from the SHT_NOTE sections of anything else."""
        areas = [(s.p_offset, s.p_filesz, s.p_align) for s in self.segments if s.p_type == c.PT_NOTE]
        if not areas:
            areas = [(s.sh_offset, s.sh_size, s.sh_addralign) for s in self.sections if s.sh_type == c.SHT_NOTE]
        return [note for area in areas for note in self._read_notes(*area)]

    def _read_notes(self, offset: int, size: int, align: int) -> Iterator[Note]:
        self.slice(offset, size, "a note")
        position, end, align = offset, offset + size, 8 if align == 8 else 4
        while position + _NOTE.size <= end:
            name_size, desc_size, n_type = _NOTE.unpack_from(self.data, position)
            name_start = position + _NOTE.size
            desc_start = position + -(-(_NOTE.size + name_size) // align) * align
            if desc_start + desc_size > end:
                raise self.error(position, "a note runs past the end of its section")
            owner = bytes(self.data[name_start : name_start + name_size]).rstrip(b"\0")
            yield Note(owner, n_type, bytes(self.data[desc_start : desc_start + desc_size]), position)
            position = desc_start + -(-desc_size // align) * align

    @property
    def build_id(self) -> Optional[bytes]:
        """The description of the NT_GNU_BUILD_ID note, or None."""
        for note in self.notes():
            if note.owner == b"GNU" and note.n_type == c.NT_GNU_BUILD_ID:
                return note.desc
        return None

    @property
    def dynamic(self) -> list[tuple[int, int]]:
        """The (``d_tag``, ``d_un``) pairs of PT_DYNAMIC up to DT_NULL; empty where there is none."""
        for segment in self.segments:
            if segment.p_type == c.PT_DYNAMIC:
                size = segment.p_filesz // _DYNAMIC.size * _DYNAMIC.size
                pairs = list(_DYNAMIC.iter_unpack(self.slice(segment.p_offset, size, "the dynamic section")))
                tags = [tag for tag, _ in pairs]
                return pairs[: tags.index(c.DT_NULL) if c.DT_NULL in tags else None]
        return []

    def dynamic_string(self, offset: int) -> str:
        """Return the string at ``offset`` of DT_STRTAB."""
        tags = dict(self.dynamic)
        if c.DT_STRTAB not in tags or c.DT_STRSZ not in tags:
            raise self.error(0, "the dynamic section names no string table")
        return self._string(bytes(self.at_address(tags[c.DT_STRTAB], tags[c.DT_STRSZ])), offset, 0)

    @property
    def needed(self) -> list[str]:
        """The libraries that DT_NEEDED names, in order."""
        return [self.dynamic_string(value) for tag, value in self.dynamic if tag == c.DT_NEEDED]

    @property
    def soname(self) -> Optional[str]:
        """The name in DT_SONAME, or None."""
        for tag, value in self.dynamic:
            if tag == c.DT_SONAME:
                return self.dynamic_string(value)
        return None


def exported(elf: ElfFile) -> dict[str, Symbol]:
    """Return the symbols that a file offers to others: defined, global or weak, neither hidden nor internal."""
    visible = (c.STV_DEFAULT, c.STV_PROTECTED)
    return {
        symbol.name: symbol
        for symbol in (elf.symbols if elf.header.e_type == c.ET_REL else elf.dynamic_symbols)
        if symbol.defined and symbol.binding != c.STB_LOCAL and symbol.visibility in visible
    }


def undefined(elf: ElfFile) -> dict[str, tuple[Use, ...]]:
    """Return the names that a file uses and does not define, each with the places that refer to it.

    In an object the places come from its relocations: one for each function, or for each section that is outside of any
    function. A weak reference may stay undefined and is left out. An image names no places.
    """
    table = next((s for s in elf.sections if s.sh_type in (c.SHT_SYMTAB, c.SHT_DYNSYM)), None)
    if elf.header.e_type == c.ET_REL and table:
        return _undefined_in_object(elf, elf.read_symbols(table))
    return {s.name: () for s in elf.dynamic_symbols if s.name and not s.defined and s.binding != c.STB_WEAK}


def _undefined_in_object(elf: ElfFile, symbols: list[Symbol]) -> dict[str, tuple[Use, ...]]:
    wanted = {
        index: symbol.name
        for index, symbol in enumerate(symbols)
        if symbol.name and not symbol.defined and symbol.binding != c.STB_WEAK
    }
    uses: dict[str, dict[str, Use]] = {name: {} for name in wanted.values()}
    for table in elf.relocations():
        functions = _functions_in(symbols, table.target.shndx)
        for offset, info in zip(table.r_offset, table.r_info):
            name = wanted.get(info >> 32)
            if name is not None:
                use = Use(_function_at(functions, offset), table.target.name, offset)
                uses[name].setdefault(use.function or use.section, use)
    return {name: tuple(places.values()) for name, places in uses.items()}


def _functions_in(symbols: list[Symbol], section: int) -> list[tuple[int, int, str]]:
    return sorted(
        (symbol.st_value, symbol.st_size, symbol.name)
        for symbol in symbols
        if symbol.section == section and symbol.type == c.STT_FUNC and symbol.st_shndx != c.SHN_ABS
    )


def _function_at(functions: list[tuple[int, int, str]], offset: int) -> Optional[str]:
    index = bisect_right(functions, (offset, 1 << 64, "")) - 1
    if index < 0:
        return None
    start, size, name = functions[index]
    return name if offset < start + size else None


def undefined_uses(files: Sequence[ElfFile]) -> dict[str, tuple[str, ...]]:
    """Return the names that several objects together do not define, each with its uses in words.

    Weak references are in it too, as names without uses.
    """
    tables = [elf.symbols for elf in files]
    symbols = [symbol for table in tables for symbol in table if symbol.binding != c.STB_LOCAL]
    defined = {symbol.name for symbol in symbols if symbol.defined}
    uses: dict[str, tuple[str, ...]] = {s.name: () for s in symbols if not s.defined and s.name not in defined}
    for elf in files if uses else ():
        for name, places in undefined(elf).items():
            if name in uses:
                uses[name] += tuple(map(str, places))
    return uses
