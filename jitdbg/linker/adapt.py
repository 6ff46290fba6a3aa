"""Making objects digestible for external linkers, by rewriting their bytes.

* ``.ctors`` and ``.dtors``, where llvmlite's code generator puts constructors, become ``.init_array`` and
  ``.fini_array``: ld.so ignores the former, and not every linker converts them. The old arrays run backwards, and the
  priority in a section's name counts from the other end (65535 - N).
* References to bound names go through slots (see companion.py): a load from the GOT becomes a load from the slot
  (R_X86_64_PC32), a call becomes a call of a stub, and an address in data is written down as it is.

An object that needs neither stays as it is, byte for byte. What is rewritten is appended; nothing moves.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from jitdbg.elf import ElfFile, Section, Symbol
from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.linker import diagnose
from jitdbg.linker.companion import slot_symbol, stub_symbol

_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_NAME, _TYPE, _OFFSET, _SIZE = 0, 1, 4, 5
_LOADS = (c.R_X86_64_GOTPCREL, c.R_X86_64_GOTPCRELX, c.R_X86_64_REX_GOTPCRELX)
_CALLS = (c.R_X86_64_PLT32, c.R_X86_64_PC32)
_ARRAYS = {".ctors": (".init_array", c.SHT_INIT_ARRAY), ".dtors": (".fini_array", c.SHT_FINI_ARRAY)}


def adapt(elf: ElfFile, bindings: Mapping[str, int]) -> bytes:
    """Return the object's bytes, changed where an external linker could not do with them as they are."""
    arrays = [section for section in elf.sections if is_old_array(section.name)]
    bound = bound_symbols(elf, bindings)
    if not arrays and not bound:
        return bytes(elf.data)
    edit = _Edit(elf)
    for section in arrays:
        _modernise(edit, section)
    if bound:
        _bind(edit, bound, bindings)
    return edit.finish()


def is_old_array(name: str) -> bool:
    """Whether a section of that name holds constructors or destructors in the old way."""
    return name[:6] in _ARRAYS and (len(name) == 6 or name[6] == ".")


def modern_array(name: str) -> tuple[str, int]:
    """Return name and type of the section that takes the place of ``.ctors.N`` or ``.dtors.N``."""
    new, sh_type = _ARRAYS[name[:6]]
    priority = name[7:]
    return (f"{new}.{65535 - int(priority):05}" if priority.isdigit() and int(priority) <= 65535 else new), sh_type


def bound_symbols(elf: ElfFile, bindings: Mapping[str, int]) -> dict[int, Symbol]:
    """Return the object's undefined symbols whose names are bound, by index."""
    if not bindings:
        return {}
    return {
        index: symbol
        for index, symbol in enumerate(elf.symbols)
        if symbol.name in bindings and not symbol.defined and symbol.binding != c.STB_LOCAL
    }


class _Edit:
    """An object's bytes while they are being changed: tables that grow are moved to the end by ``finish``."""

    def __init__(self, elf: ElfFile) -> None:
        self.elf = elf
        self.data = bytearray(elf.data)
        self.rows = [list(section[2:]) for section in elf.sections]
        self._grown: dict[int, bytearray] = {}

    def grow(self, section: int, more: bytes) -> int:
        """Append to a section's contents and return the offset in it where ``more`` starts."""
        if section not in self._grown:
            header = self.elf.section_at(section)
            self._grown[section] = self.data[header.sh_offset : header.sh_offset + header.sh_size]
        offset = len(self._grown[section])
        self._grown[section] += more
        return offset

    def set_name(self, section: Section, name: str, sh_type: int) -> None:
        """Rename a section and give it another type."""
        strings = self._section_names()
        self.rows[section.shndx][_NAME] = self.grow(strings, name.encode() + b"\0")
        self.rows[section.shndx][_TYPE] = sh_type

    def _section_names(self) -> int:
        index = self.elf.header.e_shstrndx
        return self.elf.sections[0].sh_link if index == c.SHN_XINDEX else index

    def finish(self) -> bytes:
        """Return the new object."""
        for index, content in self._grown.items():
            self.data += bytes(-len(self.data) % 8)
            self.rows[index][_OFFSET], self.rows[index][_SIZE] = len(self.data), len(content)
            self.data += content
        self.data += bytes(-len(self.data) % 8)
        struct.pack_into("<Q", self.data, 40, len(self.data))
        return bytes(self.data) + b"".join(_SECTION.pack(*row) for row in self.rows)


def _modernise(edit: _Edit, section: Section) -> None:
    edit.set_name(section, *modern_array(section.name))
    words = edit.elf.contents(section)
    if len(words) % 8:
        raise LinkError(f"{edit.elf.name}: {section.name} holds {len(words)} bytes, which are no array of addresses")
    edit.data[section.sh_offset : section.sh_offset + len(words)] = reverse_words(words)
    for table in edit.elf.relocations():
        if table.target.shndx == section.shndx:
            for index, offset in enumerate(table.r_offset):
                mirrored = section.sh_size - 8 - offset
                if mirrored < 0:
                    raise LinkError(f"{edit.elf.name}: a relocation at {section.name}+{offset:#x} lies outside of it")
                struct.pack_into("<Q", edit.data, table.section.sh_offset + index * 24, mirrored)


def reverse_words(data: memoryview) -> bytes:
    """Return an array of 8-byte words backwards."""
    return b"".join(bytes(data[start : start + 8]) for start in range(len(data) - 8, -1, -8))


def _bind(edit: _Edit, bound: Mapping[int, Symbol], bindings: Mapping[str, int]) -> None:
    stubs: dict[int, int] = {}
    for table in edit.elf.relocations():
        entries = zip(table.r_offset, table.r_info, table.r_addend, strict=True)
        for index, (offset, info, addend) in enumerate(entries):
            symbol = info >> 32
            if symbol not in bound:
                continue
            r_type, entry = info & 0xFFFFFFFF, table.section.sh_offset + index * 24
            if r_type in _LOADS:
                struct.pack_into("<Q", edit.data, entry + 8, symbol << 32 | c.R_X86_64_PC32)
            elif r_type in _CALLS:
                stub = stubs.setdefault(symbol, _symbol_count(edit) + len(stubs))
                struct.pack_into("<Q", edit.data, entry + 8, stub << 32 | c.R_X86_64_PLT32)
            elif r_type == c.R_X86_64_64:
                _bake(edit, table.target, offset, bindings[bound[symbol].name] + addend)
                struct.pack_into("<Q", edit.data, entry + 8, c.R_X86_64_NONE)
            else:
                raise unbindable(edit.elf, table.target.name, offset, bound[symbol].name, r_type)
    _replace_symbols(edit, bound, stubs)


def unbindable(elf: ElfFile, section: str, offset: int, symbol: str, r_type: int) -> LinkError:
    """Return the error for a reference to a bound name that can't go through a slot."""
    name = c.relocation_name(elf.header.e_machine, r_type)
    return diagnose.unbindable(elf.name, name, f"{section}+{offset:#x}", symbol)


def _bake(edit: _Edit, target: Section, offset: int, value: int) -> None:
    if target.sh_type == c.SHT_NOBITS or offset + 8 > target.sh_size:
        raise LinkError(f"{edit.elf.name}: the relocation at {target.name}+{offset:#x} lies outside of the section")
    struct.pack_into("<Q", edit.data, target.sh_offset + offset, value & (1 << 64) - 1)


def _symbol_table(edit: _Edit) -> Section:
    return next(section for section in edit.elf.sections if section.sh_type == c.SHT_SYMTAB)


def _symbol_count(edit: _Edit) -> int:
    return _symbol_table(edit).sh_size // _SYMBOL.size


def _replace_symbols(edit: _Edit, bound: Mapping[int, Symbol], stubs: Mapping[int, int]) -> None:
    table = _symbol_table(edit)
    for index, symbol in bound.items():
        row = _undefined(edit, table, slot_symbol(symbol.name))
        edit.data[table.sh_offset + index * len(row) : table.sh_offset + (index + 1) * len(row)] = row
    more = b"".join(_undefined(edit, table, stub_symbol(bound[index].name)) for index in stubs)
    if more:
        edit.grow(table.shndx, more)


def _undefined(edit: _Edit, table: Section, name: str) -> bytes:
    start = edit.grow(table.sh_link, name.encode("utf-8", "surrogateescape") + b"\0")
    return _SYMBOL.pack(start, c.STB_GLOBAL << 4, c.STV_HIDDEN, c.SHN_UNDEF, 0, 0)
