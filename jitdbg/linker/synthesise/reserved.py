"""Symbols that linkers define by themselves: the bounds of sections and of the image, and the tables' addresses.

``__start_NAME`` and ``__stop_NAME`` are the bounds of a section whose name is a C identifier; programs keep lists in
such sections. ``_TLS_MODULE_BASE_`` is where the image's thread-local block starts (TLS descriptors of the
local-dynamic model). The others are GNU ld's.
"""

from __future__ import annotations

from collections.abc import Mapping

from jitdbg.elf import constants as c
from jitdbg.linker.layout import TLS_BSS, TLS_DATA, Addresses, Layout
from jitdbg.linker.model import OutputSection, Symbol

_START = (b"__ehdr_start", b"__executable_start")
_CODE_END = (b"_etext", b"etext")
_FILE_END = (b"_edata", b"edata", b"__bss_start")
_THREAD_START = b"_TLS_MODULE_BASE_"
_MEMORY_END = (b"_end", b"end")
_TABLES = {b"_GLOBAL_OFFSET_TABLE_": ".got", b"_DYNAMIC": ".dynamic"}


class Reserved:
    """The reserved symbols that the objects ask for: each lies in an output section from the start of the link on."""

    def __init__(self, symbols: Mapping[bytes, Symbol], layout: Layout, got: OutputSection) -> None:
        self._headers = OutputSection("", c.SHT_NULL, c.SHF_ALLOC)
        self._symbols = [
            symbol
            for symbol in symbols.values()
            if symbol.shndx == c.SHN_UNDEF and not symbol.imported and symbol.slot < 0 and symbol.visibility
        ]
        for symbol in self._symbols:
            name = _section_name(symbol.name)
            symbol.section = got if name == got.name else layout.find(name) or self._headers
            symbol.shndx, symbol.type = 0xFF, c.STT_NOTYPE
            if symbol.name == _THREAD_START and (thread := layout.of_rank(TLS_DATA, TLS_BSS)):
                symbol.section, symbol.type = thread[0], c.STT_TLS

    @property
    def needs_got(self) -> bool:
        """Whether an object asks for the address of the GOT by name."""
        return any(symbol.section is not None and symbol.section.name == ".got" for symbol in self._symbols)

    def place(self, addresses: Addresses) -> None:
        """Give the symbols their values, after the layout."""
        for symbol in self._symbols:
            if symbol.section is self._headers:
                symbol.value = _address(symbol.name, addresses)
            elif symbol.name.startswith(b"__stop_") and symbol.section is not None:
                symbol.value = symbol.section.size


def _section_name(name: bytes) -> str:
    for prefix in (b"__start_", b"__stop_"):
        if name.startswith(prefix):
            return name[len(prefix) :].decode("utf-8", "replace")
    return _TABLES.get(name, "")


def _address(name: bytes, addresses: Addresses) -> int:
    ends = (
        (_CODE_END, addresses.code_end),
        (_FILE_END, addresses.data_file_end),
        (_MEMORY_END, addresses.data_memory_end),
    )
    return next((address for names, address in ends if name in names), 0)
