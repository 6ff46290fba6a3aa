"""An image's DWARF → its audit."""

from __future__ import annotations

import io
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from elftools.elf.elffile import ELFFile

from jitdbg.audit.calls import find_call_returns
from jitdbg.audit.definitions import Definitions
from jitdbg.audit.facts import Audit, summed
from jitdbg.audit.functions import Functions
from jitdbg.audit.instances import read_instances
from jitdbg.audit.rows import read_table
from jitdbg.debugger.assigned import read_records
from jitdbg.elf import ElfFile
from jitdbg.errors import ElfError
from jitdbg.symbols.code import Code


def audit_image(
    data: bytes, path: str, *, level: int | None = None, sources: Collection[str | os.PathLike[str]] = ()
) -> Audit:
    """Audit an executable or library, ``data``, that is called ``path``.

    ``sources`` leaves out the functions of all other files; ``level`` is what it was compiled at, if that is known.
    Raises `ElfError` where it is none, or has no debug info that can be read.
    """
    elf = ElfFile(data, path)
    wanted = {os.path.realpath(source) for source in sources}
    with _debug_info(elf, data, path) as (parsed, code):
        functions = Functions(Definitions(read_records(elf)), partial(find_call_returns, elf))
        dwarf = parsed.get_dwarf_info(follow_links=False)
        for unit in dwarf.iter_CUs():
            table = read_table(dwarf, unit, code)
            functions.add(table.rows, read_instances(dwarf, unit, table, code))
    facts = functions.facts()
    return summed(path, level, (each for each in facts if not wanted or os.path.realpath(each.file) in wanted))


@contextmanager
def _debug_info(elf: ElfFile, data: bytes, path: str) -> Iterator[tuple[Any, Code]]:
    """Open an image's DWARF. Raises `ElfError` where there is none, and for what pyelftools stumbles over."""
    try:
        parsed = ELFFile(io.BytesIO(data))
        if not parsed.has_dwarf_info(strict=True):
            raise ElfError(_without_debug_info(elf, path))
        yield parsed, Code.read(parsed, path)
    except ElfError:
        raise
    except Exception as error:  # noqa: BLE001 — pyelftools raises whatever broken bytes lead it to
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ElfError(f"{path}: its debug info is broken ({reason}): make it anew") from None


def _without_debug_info(elf: ElfFile, path: str) -> str:
    if not elf.symbols:
        return f"{path} is stripped, it has neither debug info nor symbols: audit the file as it was before that"
    return f"{path} has no debug info: compile its source with -g"
