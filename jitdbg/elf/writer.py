"""Writing small relocatable objects (ET_REL): what the linkers get from jitdbg itself, and what tests are made of."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Optional

from jitdbg.elf import constants as c

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_RELA = struct.Struct("<QQq")
_IDENT = c.ELFMAG + bytes((c.ELFCLASS64, c.ELFDATA2LSB, c.EV_CURRENT, c.ELFOSABI_NONE))


class StringTable:
    """A growing SHT_STRTAB: each string once, the empty one at 0."""

    def __init__(self) -> None:
        self._offsets: dict[str, int] = {"": 0}
        self._data = bytearray(1)

    def add(self, text: str) -> int:
        """Return the offset of ``text``, adding it where it is new."""
        if text not in self._offsets:
            self._offsets[text] = len(self._data)
            self._data += text.encode("utf-8", "surrogateescape") + b"\0"
        return self._offsets[text]

    def __bytes__(self) -> bytes:
        return bytes(self._data)


@dataclass
class _Section:
    name: str
    sh_type: int
    sh_flags: int
    data: bytes
    sh_addralign: int
    size: int
    sh_link: int
    sh_info: int
    sh_entsize: int
    relocations: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass
class _Symbol:
    name: str
    section: int
    value: int
    size: int
    binding: int
    type: int
    visibility: int


class ObjectWriter:
    """An object under construction.

    Sections and symbols are referred to by the numbers that the adders return; ``bytes(writer)`` is the file. Symbols
    may come in any order: local ones are put first, as the format demands.
    """

    def __init__(self, machine: int = c.EM_X86_64) -> None:
        self._machine = machine
        self._sections: list[_Section] = []
        self._symbols: list[_Symbol] = []

    def add_section(
        self,
        name: str,
        data: bytes = b"",
        *,
        sh_type: int = c.SHT_PROGBITS,
        sh_flags: int = 0,
        sh_addralign: int = 1,
        size: Optional[int] = None,
        sh_link: int = 0,
        sh_info: int = 0,
        sh_entsize: int = 0,
    ) -> int:
        """Add a section and return its number; ``size`` is for SHT_NOBITS, which has no data."""
        length = len(data) if size is None else size
        self._sections.append(
            _Section(name, sh_type, sh_flags, data, sh_addralign, length, sh_link, sh_info, sh_entsize)
        )
        return len(self._sections)

    def add_symbol(
        self,
        name: str,
        section: int = c.SHN_UNDEF,
        value: int = 0,
        size: int = 0,
        *,
        binding: int = c.STB_GLOBAL,
        st_type: int = c.STT_NOTYPE,
        visibility: int = c.STV_DEFAULT,
    ) -> int:
        """Add a symbol and return its number; without a section it is undefined."""
        self._symbols.append(_Symbol(name, section, value, size, binding, st_type, visibility))
        return len(self._symbols)

    def add_relocation(self, section: int, offset: int, r_type: int, symbol: int, addend: int = 0) -> None:
        """Add a relocation at ``offset`` of ``section`` against the symbol of that number (0: none)."""
        self._sections[section - 1].relocations.append((offset, r_type, symbol, addend))

    def __bytes__(self) -> bytes:
        order = sorted(range(len(self._symbols)), key=lambda index: self._symbols[index].binding != c.STB_LOCAL)
        number = {0: 0, **{index + 1: position + 1 for position, index in enumerate(order)}}
        sections = list(self._sections)
        symtab = len(sections) + sum(1 for section in sections if section.relocations) + 1
        for index, section in enumerate(self._sections, 1):
            if section.relocations:
                sections.append(self._rela(section, index, symtab, number))
        sections += self._symbol_tables(order, symtab)
        return self._assemble(sections)

    def _rela(self, section: _Section, index: int, symtab: int, number: dict[int, int]) -> _Section:
        data = b"".join(
            _RELA.pack(offset, number[symbol] << 32 | r_type, addend)
            for offset, r_type, symbol, addend in section.relocations
        )
        name = ".rela" + section.name
        return _Section(name, c.SHT_RELA, c.SHF_INFO_LINK, data, 8, len(data), symtab, index, _RELA.size)

    def _symbol_tables(self, order: list[int], symtab: int) -> list[_Section]:
        strings = StringTable()
        rows = [bytes(_SYMBOL.size)]
        for symbol in (self._symbols[index] for index in order):
            info = symbol.binding << 4 | symbol.type
            name = strings.add(symbol.name)
            rows.append(_SYMBOL.pack(name, info, symbol.visibility, symbol.section, symbol.value, symbol.size))
        first_global = 1 + sum(1 for symbol in self._symbols if symbol.binding == c.STB_LOCAL)
        data, names = b"".join(rows), bytes(strings)
        return [
            _Section(".symtab", c.SHT_SYMTAB, 0, data, 8, len(data), symtab + 1, first_global, _SYMBOL.size),
            _Section(".strtab", c.SHT_STRTAB, 0, names, 1, len(names), 0, 0, 0),
        ]

    def _assemble(self, sections: list[_Section]) -> bytes:
        names = StringTable()
        names.add(".shstrtab")
        for section in sections:
            names.add(section.name)
        table = bytes(names)
        sections.append(_Section(".shstrtab", c.SHT_STRTAB, 0, table, 1, len(table), 0, 0, 0))
        body = bytearray(_HEADER.size)
        rows = [bytes(_SECTION.size)]
        for section in sections:
            body += bytes(-len(body) % max(section.sh_addralign, 1))
            rows.append(self._section_header(section, names.add(section.name), len(body)))
            body += section.data
        body += bytes(-len(body) % 8)
        body[: _HEADER.size] = self._header(len(body), len(rows))
        return bytes(body) + b"".join(rows)

    @staticmethod
    def _section_header(section: _Section, name: int, offset: int) -> bytes:
        return _SECTION.pack(
            name,
            section.sh_type,
            section.sh_flags,
            0,
            offset,
            section.size,
            section.sh_link,
            section.sh_info,
            section.sh_addralign,
            section.sh_entsize,
        )

    def _header(self, e_shoff: int, e_shnum: int) -> bytes:
        ident = _IDENT.ljust(16, b"\0")
        return _HEADER.pack(
            ident, c.ET_REL, self._machine, 1, 0, 0, e_shoff, 0, _HEADER.size, 0, 0, _SECTION.size, e_shnum, e_shnum - 1
        )
