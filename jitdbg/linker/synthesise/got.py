"""The global offset table, the stubs that jump through it, and the slots of bound names.

Entries are asked for before the layout and written after it. Binding is never lazy: a call through a stub costs one
indirect jump, and ld.so fills in all entries when it loads the image, so there is no code in the PLT's header and no
``.got.plt``. A stub has an entry of its own, which ``.rela.plt`` is about: by the order of those relocations debuggers
know which function a stub is for, and lldb steps through no stub that it does not know.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.linker.companion import SLOTS_SECTION
from jitdbg.linker.layout import DATA, GOT, TEXT, Layout
from jitdbg.linker.model import OutputSection, Symbol

if TYPE_CHECKING:
    from jitdbg.linker.arch import Architecture
    from jitdbg.linker.synthesise.relocations import DynamicRelocations

_ENTRY = 8
_MASK = (1 << 64) - 1


class GlobalOffsetTable:
    """The entries of ``.got`` and the stubs, in the order in which they were asked for.

    ``required`` says that something refers to the table itself, so that it has to exist even without entries.
    """

    def __init__(self, arch: Architecture) -> None:
        self._arch = arch
        self.section = OutputSection(".got", c.SHT_PROGBITS, c.SHF_ALLOC | c.SHF_WRITE, 8, _ENTRY)
        code = c.SHF_ALLOC | c.SHF_EXECINSTR
        self.stub_section = OutputSection(arch.STUB_SECTION, c.SHT_PROGBITS, code, 8, arch.STUB_SIZE)
        self.bound_stub_section = OutputSection(arch.STUB_SECTION, c.SHT_PROGBITS, code, 8, arch.STUB_SIZE)
        self.slot_section = OutputSection(SLOTS_SECTION, c.SHT_PROGBITS, c.SHF_ALLOC | c.SHF_WRITE, 8, _ENTRY)
        self.required = False
        self.relocation_count = 0
        self._writers: list[Callable[[int, DynamicRelocations], Sequence[int]]] = []
        self._stubs: list[Symbol] = []
        self._bound_stubs: list[Symbol] = []
        self._module = -1

    def _append(self, entries: int, relocations: int, write: Callable[[int, DynamicRelocations], Sequence[int]]) -> int:
        index = self.section.size
        self.section.size += entries * _ENTRY
        self.relocation_count += relocations
        self._writers.append(write)
        return index

    def add_address(self, symbol: Symbol) -> None:
        """Ask for an entry with the symbol's address; a bound name has its slot."""
        if symbol.got < 0 and symbol.slot < 0:
            constant = symbol.section is None and not symbol.imported
            symbol.got = self._append(1, not constant, lambda place, loader: self._address(symbol, place, loader))

    def _address(self, symbol: Symbol, place: int, loader: DynamicRelocations) -> Sequence[int]:
        arch, address = self._arch, symbol.address
        if symbol.preemptible:
            loader.add(place, arch.GLOB_DAT, symbol)
            return (0,)
        if symbol.section is not None:
            loader.add(place, arch.IRELATIVE if symbol.is_ifunc else arch.RELATIVE, None, address)
        return (address,)

    def add_stub(self, symbol: Symbol) -> None:
        """Ask for a stub that jumps to the symbol's address, wherever that is when the image is loaded."""
        if symbol.plt >= 0:
            return
        section, stubs = self.bound_stub_section, self._bound_stubs
        if symbol.slot < 0:
            section, stubs = self.stub_section, self._stubs
            section.size = section.size or self._arch.STUB_HEADER_SIZE
            symbol.jump = self._append(1, 0, lambda place, loader: self._jump(symbol, place, loader))
        symbol.plt = section.size
        section.size += self._arch.STUB_SIZE
        stubs.append(symbol)

    def _jump(self, symbol: Symbol, place: int, loader: DynamicRelocations) -> Sequence[int]:
        if symbol.preemptible:
            loader.add_jump(place, self._arch.JUMP_SLOT, symbol)
        else:
            loader.add_jump(place, self._arch.IRELATIVE, None, (symbol.resolver or symbol).address)
        return (0,)

    def make_canonical(self, symbol: Symbol) -> None:
        """Make an IFUNC's stub its address for everyone, other images included, as lld does.

        Code that computes the address can have no other one, and pointers to one function have to be equal.
        """
        self.add_stub(symbol)
        resolver = symbol.resolver = Symbol(symbol.object, symbol.strtab_name)
        resolver.section, resolver.value = symbol.section, symbol.value
        symbol.section, symbol.value, symbol.type, symbol.size = self.stub_section, symbol.plt, c.STT_FUNC, 0

    def add_pair(self, symbol: Symbol) -> None:
        """Ask for the pair of module and offset that ``__tls_get_addr`` takes."""
        if symbol.thread_pair < 0:
            symbol.thread_pair = self._append(
                2, 1 + symbol.preemptible, lambda place, loader: self._pair(symbol, place, loader)
            )

    def _pair(self, symbol: Symbol, place: int, loader: DynamicRelocations) -> Sequence[int]:
        if symbol.preemptible:
            loader.add(place, self._arch.DTPMOD, symbol)
            loader.add(place + _ENTRY, self._arch.DTPOFF, symbol)
            return 0, 0
        loader.add(place, self._arch.DTPMOD, None)
        return 0, symbol.address - loader.thread_start

    def add_module(self) -> None:
        """Ask for the pair of this module and offset 0."""
        if self._module < 0:
            self._module = self._append(2, 1, self._own_module)

    def _own_module(self, place: int, loader: DynamicRelocations) -> Sequence[int]:
        loader.add(place, self._arch.DTPMOD, None)
        return 0, 0

    def add_thread_offset(self, symbol: Symbol) -> None:
        """Ask for an entry with the variable's offset from the thread pointer."""
        if symbol.thread_offset < 0:
            symbol.thread_offset = self._append(
                1, 1, lambda place, loader: self._one(symbol, self._arch.TPOFF, place, loader)
            )

    def add_descriptor(self, symbol: Symbol) -> None:
        """Ask for a TLS descriptor."""
        if symbol.descriptor < 0:
            symbol.descriptor = self._append(
                2, 1, lambda place, loader: (*self._one(symbol, self._arch.TLSDESC, place, loader), 0)
            )

    @staticmethod
    def _one(symbol: Symbol, r_type: int, place: int, loader: DynamicRelocations) -> Sequence[int]:
        if symbol.preemptible:
            loader.add(place, r_type, symbol)
        else:
            loader.add(place, r_type, None, symbol.address - loader.thread_start)
        return (0,)

    def add_to(self, layout: Layout, *, required: bool) -> None:
        """Add those sections to the layout that have contents, and the table where something refers to it."""
        if self.section.size or self.required or required:
            layout.add(self.section, GOT)
        for section in (self.stub_section, self.bound_stub_section):
            if section.size:
                layout.add(section, TEXT)
        if self.slot_section.size:
            layout.add(self.slot_section, DATA)

    # After the layout

    def entry_address(self, symbol: Symbol) -> int:
        """Return the address of the entry with the symbol's address: in the GOT, or the slot of a bound name."""
        if symbol.slot >= 0:
            return self.slot_section.address + symbol.slot * _ENTRY
        return self.section.address + symbol.got

    def stub_address(self, symbol: Symbol) -> int:
        """Return the address of the symbol's stub."""
        section = self.stub_section if symbol.slot < 0 else self.bound_stub_section
        return section.address + symbol.plt

    def module_address(self) -> int:
        """Return the address of this module's own pair."""
        return self.section.address + self._module

    def stubs(self) -> Sequence[Symbol]:
        """Return the symbols that have a stub with an entry of ``.rela.plt``, in their order."""
        return self._stubs

    def stub_others(self) -> int:
        """Return the bits of ``st_other`` that any of these symbols has."""
        return reduce(or_, [symbol.other for symbol in self._stubs], 0)

    def bound_stubs(self) -> Sequence[Symbol]:
        """Return the bound names that have a stub, in their order."""
        return self._bound_stubs

    def write(self, loader: DynamicRelocations) -> None:
        """Write the contents of table and stubs, and what the loader has to fill in."""
        if self._writers:
            words: list[int] = []
            start = self.section.address
            for write in self._writers:
                words += write(start + len(words) * _ENTRY, loader)
            self._writers.clear()
            self.section.set_contents(struct.pack(f"<{len(words)}Q", *(word & _MASK for word in words)))
        if self._stubs:
            header = self._arch.FILLER * self._arch.STUB_HEADER_SIZE
            self.stub_section.set_contents(header + b"".join(map(self._stub, self._stubs)))
        if self._bound_stubs:
            self.bound_stub_section.set_contents(b"".join(map(self._stub, self._bound_stubs)))

    def _stub(self, symbol: Symbol) -> bytes:
        entry = self.section.address + symbol.jump if symbol.slot < 0 else self.entry_address(symbol)
        try:
            return self._arch.stub(self.stub_address(symbol), entry)
        except struct.error:
            raise LinkError(
                f"the stub of {symbol.text} is more than 2 GiB away from its table; link less data"
            ) from None
