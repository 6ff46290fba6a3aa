"""What the line tables of an image say of the source files: their paths, checksums, and texts (DWARF 5, 6.2.4.1)."""

from __future__ import annotations

import os
from typing import NamedTuple

from elftools.dwarf.dwarfinfo import DWARFInfo

from jitdbg.symbols.lines import file_names


class SourceFile(NamedTuple):
    """A source file: its MD5 in hexadecimal digits and its text, None where DWARF has none (before DWARF 5, always)."""

    path: str
    md5: str | None
    text: bytes | None


def source_files(dwarf: DWARFInfo) -> list[SourceFile]:
    """List the source files that the units of an open file name, each once."""
    found: dict[str, SourceFile] = {}
    for unit in dwarf.iter_CUs():
        program = dwarf.line_program_for_CU(unit)
        if program is None:
            continue
        directory = unit.get_top_DIE().attributes.get("DW_AT_comp_dir")
        paths = file_names(program, os.fsdecode(directory.value) if directory else "")
        entries = program["file_names"] if program["version"] >= 5 else [{}] * len(paths)
        for path, entry in zip(paths, entries, strict=True):
            md5, text = entry.get("DW_LNCT_MD5"), entry.get("DW_LNCT_LLVM_source")
            # LLVM says with an empty text that this file, unlike others of the unit, has none; before DWARF 5, file 0
            # is a place that no file has.
            if path and not path.endswith("/"):
                found.setdefault(path, SourceFile(path, bytes(md5).hex() if md5 else None, text or None))
    return list(found.values())
