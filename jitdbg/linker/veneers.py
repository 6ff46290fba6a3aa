"""Veneers: code that takes a branch on where the branch itself does not reach.

On machines whose branches reach less than an image can have of code, code is divided into stretches, each followed by
an island of veneers. A branch from a stretch to anywhere else goes through a veneer of the stretch's island, without a
look at how far it really is: the addresses are known later, and the sizes have to be known now. Images with less code
than a branch reaches, which are all but a few, are left alone.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

from jitdbg.elf import Section
from jitdbg.elf import constants as c
from jitdbg.linker.layout import TEXT, Layout, pack
from jitdbg.linker.model import InputSection, OutputSection, Symbol

if TYPE_CHECKING:
    from jitdbg.linker.arch import Architecture
    from jitdbg.linker.arch.kinds import Kind
    from jitdbg.linker.fixup import Fixups
    from jitdbg.linker.synthesise.symtab import SymbolTable

_FLAGS = c.SHF_ALLOC | c.SHF_EXECINSTR
_ALIGN = 8


class Veneers:
    """The islands of an image: made once all sections have their sizes, written after the layout."""

    def __init__(self, arch: Architecture) -> None:
        self._arch = arch
        self._islands: list[_Island] = []

    def __bool__(self) -> bool:
        return bool(self._islands)

    def add(self, layout: Layout) -> None:
        """Let all branches within the code reach their targets; where that takes veneers, pack the sections anew."""
        reach = self._arch.BRANCH_REACH
        if reach is None:
            return
        code = layout.of_rank(TEXT, TEXT)
        if sum(output.size + output.align for output in code) < reach:
            return
        for output in code:
            if output.inputs:
                output.inputs = [
                    section
                    for stretch in _stretches(output.inputs, reach // 2)
                    for section in (*stretch, *self._island(output, stretch))
                ]
                pack(output)

    def _island(self, output: OutputSection, stretch: Sequence[InputSection]) -> list[InputSection]:
        island = _Island(self._arch, output, stretch)
        if not island.size:
            return []
        self._islands.append(island)
        return [island.section]

    def write(self, fixups: Fixups) -> None:
        """Write the code of all islands."""
        for island in self._islands:
            island.write(fixups)

    def add_symbols(self, symtab: SymbolTable) -> None:
        """Name the veneers, for backtraces and disassemblers."""
        for island in self._islands:
            island.add_symbols(symtab)


def _stretches(sections: Sequence[InputSection], limit: int) -> list[list[InputSection]]:
    """Divide sections into runs of at most ``limit`` bytes; a larger section is a run of its own."""
    runs: list[list[InputSection]] = []
    end = -1
    for section in sections:
        if section.offset + section.size > end:
            runs.append([])
            end = section.offset + limit
        runs[-1].append(section)
    return runs


class _Island:
    """The veneers of a stretch: one for each different target."""

    def __init__(self, arch: Architecture, output: OutputSection, stretch: Sequence[InputSection]) -> None:
        self._arch, self._stretch = arch, frozenset(stretch)
        owner = stretch[-1].object
        header = Section(output.name, 0, 0, c.SHT_PROGBITS, _FLAGS, 0, 0, 0, 0, 0, _ALIGN, 0)
        self.section = InputSection(owner, header, b"", 0)
        self.section.output = output
        self._targets: dict[tuple[Symbol, int], tuple[Kind, Symbol]] = {}
        for section in stretch:
            self._divert(section)
        self.section.size = self.size

    @property
    def size(self) -> int:
        """The size of the island in bytes."""
        return len(self._targets) * self._arch.VENEER_SIZE

    def _divert(self, section: InputSection) -> None:
        """Let the branches of a section that leave the stretch end at veneers."""
        owner = section.object
        far = {info for info in section.different if info & 0xFFFFFFFF in self._arch.FAR_BRANCHES}
        far = {info for info in far if not self._is_near(owner.symbol(info >> 32))}
        if not far:
            return
        numbers: dict[Symbol, int] = {}
        rows = []
        for offset, info, addend in zip(*section.columns(), strict=True):
            if info in far:
                kind, target = self._arch.KINDS[info & 0xFFFFFFFF], owner.symbol(info >> 32)
                veneer = self._veneer(kind, target, addend)
                if veneer not in numbers:
                    numbers[veneer] = owner.add_symbol(veneer)
                info, addend = numbers[veneer] << 32 | info & 0xFFFFFFFF, 0
            rows.append((offset, info, addend))
        section.replace_relocations(rows)

    def _is_near(self, symbol: Symbol) -> bool:
        return symbol.plt < 0 and symbol.section in self._stretch

    def _veneer(self, kind: Kind, target: Symbol, addend: int) -> Symbol:
        if (target, addend) not in self._targets:
            symbol = Symbol(target.object, target.strtab_name)
            symbol.section, symbol.shndx, symbol.type = self.section, 0xFF, c.STT_FUNC
            symbol.value = self.size
            self._targets[target, addend] = kind, symbol
        return self._targets[target, addend][1]

    def write(self, fixups: Fixups) -> None:
        """Write the code; only after the layout."""
        pieces = []
        for (target, addend), (kind, symbol) in self._targets.items():
            try:
                pieces.append(self._arch.veneer(symbol.address, fixups.operand(kind, target) + addend))
            except struct.error:
                raise self.section.error(
                    symbol.value, f"a veneer for {target.text} does not reach it; make the image smaller"
                ) from None
        self.section.data = b"".join(pieces)

    def add_symbols(self, symtab: SymbolTable) -> None:
        """Name the veneers as GNU ld does, and say that they are code."""
        section = self.section
        if section.output and self._arch.CODE_SYMBOL:
            symtab.add_own(self._arch.CODE_SYMBOL, section.output.index, section.address, 0, c.STT_NOTYPE)
        for (target, _), (_, symbol) in self._targets.items():
            if section.output:
                name = f"__{target.text}_veneer"
                symtab.add_own(name, section.output.index, symbol.address, self._arch.VENEER_SIZE, c.STT_FUNC)
