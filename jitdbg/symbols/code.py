"""What an image says of its code without DWARF: where it is, and the symbols in it."""

from __future__ import annotations

from dataclasses import dataclass

from elftools.elf.elffile import ELFFile

from jitdbg.symbols.symtab import SymbolTable

_PF_X = 1


@dataclass(frozen=True)
class Code:
    """The executable segments and the symbols of an image's file; addresses are relative to the image's base."""

    path: str
    segments: tuple[range, ...]
    symbols: SymbolTable

    @classmethod
    def read(cls, elf: ELFFile, path: str) -> Code:
        """Read what is needed of an open image."""
        segments = tuple(
            range(segment["p_vaddr"], segment["p_vaddr"] + segment["p_memsz"])
            for segment in elf.iter_segments("PT_LOAD")
            if segment["p_flags"] & _PF_X
        )
        return cls(path, segments, SymbolTable.read(elf))

    def contains(self, address: int) -> bool:
        """Tell an address in use from those that linkers write for discarded functions: 0, 1, or the highest ones."""
        return address != 0 and any(address in segment for segment in self.segments)

    def cxx_name(self, entry: int) -> str | None:
        """Return the C++ linkage name of a function: gcc records none in anonymous namespaces, clang -gmlt none."""
        symbol = self.symbols.find(entry)
        return symbol.name if symbol and symbol.start == entry and symbol.name.startswith("_Z") else None
