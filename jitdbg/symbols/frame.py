"""What symbolication knows of one frame."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)  # a profiler has many
class Frame:
    """A function that an address belongs to: the one with the instruction, or one that this was inlined into.

    ``function`` is the name to show, demangled where it is a C++ name; None where nothing names the code.
    ``linkage_name`` is the name for a linker: ``DW_AT_linkage_name``, else the ELF symbol of a C++ function, else
    ``DW_AT_name``, else the ELF symbol. Clones keep their function's name (``f``, where the symbol is
    ``f.constprop.0``).

    ``offset`` counts bytes from the function's entry to the address, or from the image's base where nothing names the
    code. It is negative in a part that the compiler has moved before the entry (``.text.unlikely``).

    ``file`` is the path that the compiler recorded, joined with its directories; None without line information. It is
    absolute unless ``DW_AT_comp_dir`` is relative. ``line`` and ``column`` count from 1 and are None where the compiler
    gives none (0).

    ``inlined`` says that this function's body is part of the next frame's function; file, line and column of that next
    frame are those of the call.

    ``path`` is the file of the dylib or library, as the loader opened it. ``address`` is what was asked for.
    """

    function: str | None
    linkage_name: str | None
    offset: int
    file: str | None
    line: int | None
    column: int | None
    inlined: bool
    path: str
    address: int
