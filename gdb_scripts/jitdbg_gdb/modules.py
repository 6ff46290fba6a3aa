"""The program and its libraries as gdb knows them, with the addresses that the loader's own list gives.

gdb's Python tells names and build-ids but no addresses (``gdb.Objfile``, as of gdb 16), so these are read from the
program: ``_r_debug`` leads to the list of ``struct link_map`` (link.h), live, remote and in a core alike.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Optional

import gdb

from jitdbg.debugger.facts import Module
from jitdbg.debugger.paths import RealPaths, real_path
from jitdbg.elf import ElfFile
from jitdbg.elf.constants import ELFMAG, PT_LOAD
from jitdbg.errors import ElfError

from .errors import NATIVE

_REMOTE = "target:"
_PATH_LIMIT = 4096
_PAGE = 4096
_LIBRARIES_LIMIT = 100_000


def modules() -> list[Module]:
    """List the program first, then its libraries in the order in which gdb learnt of them; those without a file last.

    There can be thousands: whatever is the same for all is asked for once.
    """
    paths, everything, program = RealPaths(), gdb.objfiles(), gdb.current_progspace().filename
    # Debug info that lies in a file of its own.
    owners = {objfile.owner for objfile in everything if objfile.owner is not None}
    own = [(objfile, _local(objfile.filename, paths)) for objfile in everything if objfile.owner is None]
    bases = _bases(paths, {path for _, path in own})
    found = [
        _module(objfile, path, bases.get("" if objfile.filename == program else path), objfile in owners)
        for objfile, path in own
        if path[0] == "/"
    ]
    # What is loaded from a file that gdb can't find, it does not list.
    known = {module.path for module in found}
    lost = [Module(path, base) for path, base in bases.items() if path[:1] == "/" and path not in known]
    return found + lost


def _bases(paths: RealPaths, files: Container[str]) -> dict[str, int]:
    """Give what is added to each file's addresses by the file's path, which the loader need not know it by."""
    return {
        path if not path or path in files else _found_elsewhere(dynamic, paths) or path: bias
        for path, bias, dynamic in _loaded(paths)
    }


def _found_elsewhere(dynamic: int, paths: RealPaths) -> Optional[str]:
    """Name the file that gdb has for a library by its dynamic section (``sysroot``, ``solib-search-path``)."""
    library = gdb.solib_name(dynamic)
    return _local(library, paths) if library else None


def module_at(address: int) -> Optional[str]:
    """Name the file that an address's code was loaded from."""
    if library := gdb.solib_name(address):
        return local_path(library)
    program = gdb.current_progspace().filename
    return local_path(program) if program and _in_program(program, address) else None


def find_module(address: int) -> Optional[Module]:
    """Describe the library that an address was loaded from, without a walk through all of them where that can be.

    gdb tells the library, and not its base: that is where its ELF header lies, on a page below.
    """
    library = gdb.solib_name(address)
    objfile = gdb.lookup_objfile(library) if library else None
    if objfile is None or objfile.owner is not None:
        return _listed_at(address)
    path, build_id = local_path(library), objfile.build_id or ""
    base = _header_below(address, _layout(path).segments)
    if base is None or _layout(path).build_id != build_id:
        return _listed_at(address)
    return Module(path, base, build_id, _layout(path).has_debug_info)


def _header_below(address: int, segments: tuple[tuple[int, int], ...]) -> Optional[int]:
    """Find the base of an image whose first segment begins with its header, as far below as the image is long."""
    if not segments or segments[0][0]:
        return None
    memory, reach = gdb.selected_inferior(), max(end for _, end in segments)
    for page in range(address & -_PAGE, max(address - reach, 0), -_PAGE):
        if memory.read_memory(page, 4).tobytes() == ELFMAG:
            return page
    return None


def _listed_at(address: int) -> Optional[Module]:
    """Find the module that an address is in among all of them: the last that begins before it and reaches to it."""
    loaded = (module for module in modules() if module.base is not None)
    below = sorted((module for module in loaded if module.base <= address), key=lambda module: module.base)
    reach = max((end for _, end in _layout(below[-1].path).segments), default=None) if below else None
    return below[-1] if below and (reach is None or address < below[-1].base + reach) else None


def local_path(path: str) -> str:
    """Resolve symbolic links; gdb marks files that it reads through a debug server with ``target:``."""
    return real_path(path.removeprefix(_REMOTE))


def _local(path: str, paths: RealPaths) -> str:
    return paths[path.removeprefix(_REMOTE)]


def _module(objfile: gdb.Objfile, path: str, base: Optional[int], has_debug_file: bool) -> Module:
    layout, build_id = _layout(path), objfile.build_id or ""
    # On another machine's path there can be another file of ours.
    has_symbols = has_debug_file or (layout.has_debug_info and layout.build_id == build_id)
    return Module(path, base, build_id, has_symbols)


def _in_program(program: str, address: int) -> bool:
    base = next((base for path, base, _ in _loaded(RealPaths()) if not path), 0)
    return any(low <= address - base < high for low, high in _layout(program).segments)


@dataclass(frozen=True)
class _Layout:
    """What gdb's Python does not tell of a file."""

    segments: tuple[tuple[int, int], ...] = ()
    has_debug_info: bool = False
    build_id: str = ""


def _layout(path: str) -> _Layout:
    try:
        status = os.stat(path)
        return _read_layout(path, status.st_mtime_ns, status.st_ino)
    except (OSError, ElfError, ValueError):
        return _Layout()  # Gone since, or memory of the program (/proc/<pid>/fd of another machine).


@functools.lru_cache(maxsize=1 << 16)
def _read_layout(path: str, modified: int, inode: int) -> _Layout:
    del modified, inode  # They tell one file of a path from the next.
    with open(path, "rb") as file:
        elf = ElfFile(file.read(), path)
    loads = (segment for segment in elf.segments if segment.p_type == PT_LOAD)
    return _Layout(
        tuple((segment.p_vaddr, segment.p_vaddr + segment.p_memsz) for segment in loads),
        ".debug_info" in elf.section_names,
        (elf.build_id or b"").hex(),
    )


def _loaded(paths: RealPaths) -> Iterator[tuple[str, int, int]]:
    """Walk the loader's list: real paths, the program's being empty, what is added to each file's addresses, and where
    its dynamic section lies.
    """
    try:
        word = _word_size()
        (entry,) = _words(int(gdb.parse_and_eval("&_r_debug")) + word, 1, word)
        for _ in range(_LIBRARIES_LIMIT):
            if not entry:
                return
            bias, name, dynamic, entry = _words(entry, 4, word)
            path = _string(name)
            yield paths[path] if path else "", bias, dynamic
    except NATIVE:
        return  # No program, none that a loader loaded, or not yet: nobody has addresses.


def _word_size() -> int:
    """Give a pointer's size; gdb's look-up of a type by name goes through the debug info of all libraries."""
    return 8 if "64" in gdb.selected_inferior().architecture().name() else 4


def _words(address: int, count: int, size: int) -> list[int]:
    data = gdb.selected_inferior().read_memory(address, count * size).tobytes()
    return [int.from_bytes(data[at : at + size], "little") for at in range(0, count * size, size)]


def _string(address: int) -> str:
    """Read a string page by page, so that none is read that may be missing."""
    found = b""
    while b"\0" not in found and len(found) < _PATH_LIMIT:
        here = address + len(found)
        found += gdb.selected_inferior().read_memory(here, _PATH_LIMIT - here % _PATH_LIMIT).tobytes()
    return os.fsdecode(found.partition(b"\0")[0])
