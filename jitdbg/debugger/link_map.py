"""The loader's own list of what a program has loaded, read from its memory: live, remote and in a core alike.

A debugger lists what it has found files for. The program's dynamic section has ``DT_DEBUG``, where the loader puts the
address of its ``struct r_debug``; that leads to the list of ``struct link_map`` (gABI 5, "Dynamic Section"; link.h).
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress

from jitdbg.elf import HEAD_SIZE, read_head
from jitdbg.elf import constants as c
from jitdbg.errors import DebuggerError, ElfError

Memory = Callable[[int, int], bytes]
"""Read so many bytes at an address; raises `DebuggerError`."""

_WORD = 8
_PAGE = 4096
_LIBRARIES_LIMIT = 100_000
_PAIR = struct.Struct("<qQ")
_MAP = struct.Struct("<QQQQ")  # l_addr, l_name, l_ld, l_next
_DT_DEBUG = 21


def loaded(memory: Memory, header: int, base: int) -> Iterator[tuple[str, int]]:
    """Give the path and the base of each library of a program in load order, as far as they can be read.

    The program's ELF header lies at ``header``, its address 0 at ``base``.
    """
    with suppress(DebuggerError, ElfError):
        for address, name in _entries(memory, header, base):
            path = _string(memory, name)
            if os.path.isabs(path):
                yield path, address


def load_order(memory: Memory, header: int, base: int) -> dict[int, int]:
    """Give places in the list, from 0, by the bases of the program and its libraries, as far as they can be read."""
    order: dict[int, int] = {}
    with suppress(DebuggerError, ElfError):
        for place, (address, _) in enumerate(_entries(memory, header, base)):
            order[address] = place
    return order


def _entries(memory: Memory, header: int, base: int) -> Iterator[tuple[int, int]]:
    """Give each entry's base and the address of its name. Raises `DebuggerError` and `ElfError`."""
    entry = _word(memory, _r_debug(memory, header, base) + _WORD)
    for _ in range(_LIBRARIES_LIMIT):
        if not entry:
            return
        address, name, _, entry = _MAP.unpack(memory(entry, _MAP.size))
        yield address, name


def _r_debug(memory: Memory, header: int, base: int) -> int:
    """Find the loader's structure. Raises `DebuggerError` in a program that no loader has loaded, or not yet."""
    segments = read_head(memory(header, HEAD_SIZE), "the program").segments
    dynamic = next((segment for segment in segments if segment.p_type == c.PT_DYNAMIC), None)
    if dynamic:
        table = memory(base + dynamic.p_vaddr, dynamic.p_memsz // _PAIR.size * _PAIR.size)
        for tag, value in _PAIR.iter_unpack(table):
            if tag == _DT_DEBUG and value:
                return int(value)
    raise DebuggerError("the program has no loader's list")


def _word(memory: Memory, address: int) -> int:
    return int.from_bytes(memory(address, _WORD), "little")


def _string(memory: Memory, address: int) -> str:
    """Read a string page by page, so that none is read that may be missing."""
    found = b""
    while b"\0" not in found and len(found) < _PAGE:
        here = address + len(found)
        found += memory(here, _PAGE - here % _PAGE)
    return os.fsdecode(found.partition(b"\0")[0])
