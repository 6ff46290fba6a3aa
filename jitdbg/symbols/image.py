"""The symbols of one image's file: addresses relative to its base → frames."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from elftools.elf.elffile import ELFFile

from jitdbg.symbols.demangle import demangle
from jitdbg.symbols.dwarf import Dwarf, Place
from jitdbg.symbols.frame import Frame
from jitdbg.symbols.intervals import NOTHING
from jitdbg.symbols.scopes import Scope
from jitdbg.symbols.symtab import SymbolTable

_PF_X = 1


class Image:
    """The symbols of an open image; all that is needed of the file is read here, and decoded when first asked for.

    Safe to use from several threads.
    """

    def __init__(self, elf: ELFFile, path: str) -> None:
        self.path = path
        self._code = [
            range(segment["p_vaddr"], segment["p_vaddr"] + segment["p_memsz"])
            for segment in elf.iter_segments("PT_LOAD")
            if segment["p_flags"] & _PF_X
        ]
        self._symbols = SymbolTable.read(elf)
        self._dwarf = self._read_dwarf(elf) if elf.has_dwarf_info(strict=True) else None

    def frames(self, address: int, base: int, step_back: int) -> Iterator[Frame]:
        """Yield the frames of an address of this process, innermost first.

        ``base`` is where the image is loaded; the instruction that counts lies ``step_back`` bytes before the address.
        """
        relative = address - base
        for scope, place in self._functions(relative - step_back):
            if scope:
                offset, inlined = relative - scope.entry, scope.parent != NOTHING
                yield make_frame(scope.name, scope.linkage_name, offset, place, inlined, self.path, address)
            else:
                yield self._symbol_frame(relative, step_back, place, address)

    def _symbol_frame(self, relative: int, step_back: int, place: Place, address: int) -> Frame:
        symbol = self._symbols.find(relative - step_back)
        name, start = (symbol.name, symbol.start) if symbol else (None, 0)
        return make_frame(None, name, relative - start, place, False, self.path, address)

    def _functions(self, address: int) -> list[tuple[Scope | None, Place]]:
        try:
            unit = self._dwarf.find_unit(address) if self._dwarf else None
        except Exception as error:  # noqa: BLE001 (pyelftools, on malformed input, raises many)
            self._dwarf = unit = None
            self._warn(error)
        return unit.functions(address) if unit else [(None, Place())]

    def _read_dwarf(self, elf: ELFFile) -> Dwarf | None:
        try:
            return Dwarf(elf, self._is_code)
        except Exception as error:  # noqa: BLE001 (as below)
            self._warn(error)
            return None

    def _warn(self, error: Exception) -> None:
        reason = str(error) or type(error).__name__
        message = f"the debug information of {self.path} can't be read ({reason}): functions come from its symbol table"
        warnings.warn(message, RuntimeWarning, stacklevel=2)

    def _is_code(self, address: int) -> bool:
        """Tell addresses of code from those that linkers write for discarded functions: 0, 1, or the highest ones."""
        return address != 0 and any(address in segment for segment in self._code)


def make_frame(
    name: str | None, linkage_name: str | None, offset: int, place: Place, inlined: bool, path: str, address: int
) -> Frame:
    """Make a frame of a function's two names, either of which may be unknown."""
    linkage_name = linkage_name or name
    function = (demangle(linkage_name) if linkage_name else None) or name or linkage_name
    return Frame(function, linkage_name, offset, *place, inlined, path, address)
