"""The symbols of one image's file: addresses relative to its base → frames."""

from __future__ import annotations

from elftools.elf.elffile import ELFFile

from jitdbg.symbols.code import Code
from jitdbg.symbols.demangle import demangle
from jitdbg.symbols.dwarf import Dwarf, Place
from jitdbg.symbols.frame import Frame
from jitdbg.symbols.intervals import NOTHING
from jitdbg.symbols.scopes import Scope

_UNKNOWN = ((None, Place()),)


class Image:
    """The symbols of an open image; all that is needed of the file is read here, and decoded when first asked for.

    Safe to use from several threads.
    """

    def __init__(self, elf: ELFFile, path: str) -> None:
        self.path = path
        self._code = Code.read(elf, path)
        self._dwarf = Dwarf(elf, self._code) if elf.has_dwarf_info(strict=True) else None

    def frames(self, address: int, base: int, step_back: int) -> tuple[Frame, ...]:
        """Return the frames of an address of this process, innermost first.

        ``base`` is where the image is loaded; the instruction that counts lies ``step_back`` bytes before the address.
        """
        counts = address - base - step_back
        unit = self._dwarf.find_unit(counts) if self._dwarf else None
        functions = unit.functions(counts) if unit else _UNKNOWN
        return tuple(
            [make_frame(scope or self._symbol(counts), place, self.path, address, base) for scope, place in functions]
        )

    def runs(self) -> list[tuple[int, int]]:
        """List the runs of instructions that have one position each, (low, high) relative to the base, ascending."""
        return sorted(self._dwarf.runs()) if self._dwarf else []

    def find_symbol(self, address: int) -> str | None:
        """Return the name of the symbol that covers an address relative to the base."""
        symbol = self._code.symbols.find(address)
        return symbol.name if symbol else None

    def _symbol(self, address: int) -> Scope:
        symbol = self._code.symbols.find(address)
        return Scope(None, symbol.name, symbol.start) if symbol else Scope(None, None, 0)


def make_frame(function: Scope, place: Place, path: str, address: int, base: int) -> Frame:
    """Make the frame of a function, either of whose names may be unknown; its entry is relative to ``base``."""
    linkage_name = function.linkage_name or function.name
    shown = (demangle(linkage_name) if linkage_name else None) or function.name or linkage_name
    offset = address - base - function.entry
    return Frame(shown, linkage_name, offset, *place, function.parent != NOTHING, path, address)
