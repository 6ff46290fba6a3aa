"""What dylibs refer to each other by: places in memory that hold addresses of others.

An engine's images have slots (``.jitdbg.slots``). In all others the loader has bound names: code goes through what the
relocations ``GLOB_DAT`` and ``JUMP_SLOT`` have filled, which may be given another address at any time; what one of an
absolute address has filled is initialised data, which the program may have copied or changed since.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from jitdbg import elf
from jitdbg.debugger import images
from jitdbg.debugger.dylibs import Dylib
from jitdbg.debugger.facts import Module
from jitdbg.elf import constants as c
from jitdbg.errors import DebuggerError, ElfError

Read = Callable[[int, int], bytes]
"""Reads bytes of the program: address and size. Raises `DebuggerError`."""
Write = Callable[[int, bytes], None]
"""Writes bytes to an address of the program. Raises `DebuggerError`."""

_SLOTS_SECTION = ".jitdbg.slots"
_ADDRESS = struct.Struct("<Q")
_BY_CODE = {
    c.EM_X86_64: (c.R_X86_64_GLOB_DAT, c.R_X86_64_JUMP_SLOT),
    c.EM_AARCH64: (c.R_AARCH64_GLOB_DAT, c.R_AARCH64_JUMP_SLOT),
}
_IN_DATA = {c.EM_X86_64: c.R_X86_64_64, c.EM_AARCH64: c.R_AARCH64_ABS64}


@dataclass(frozen=True)
class Reference:
    """A ``place`` in a dylib that holds an ``address``, of a symbol called ``name`` where that is told.

    ``addend`` is how far from the symbol the address is; ``in_data`` that the program may have looked at the place.
    """

    dylib: Dylib
    place: int
    address: int
    name: str = ""
    addend: int = 0
    in_data: bool = False

    def is_to(self, dylib: Dylib) -> bool:
        """Tell whether the address is one of a dylib."""
        return dylib.start <= self.address < dylib.end


def references(read: Read, dylibs: Iterable[Dylib]) -> Iterator[Reference]:
    """Yield what dylibs refer to others by, as far as their files and memory can be read."""
    for dylib in dylibs:
        with contextlib.suppress(DebuggerError, ElfError):
            file = images.read_file(dylib.file)
            yield from _slots(read, dylib, file)
            yield from _bound(read, dylib, file)


def _slots(read: Read, dylib: Dylib, file: elf.ElfFile) -> Iterator[Reference]:
    section = file.find_section(_SLOTS_SECTION)
    if section:
        start = dylib.start + section.sh_addr
        for index, (address,) in enumerate(_ADDRESS.iter_unpack(read(start, section.sh_size))):
            yield Reference(dylib, start + index * _ADDRESS.size, address)


def _bound(read: Read, dylib: Dylib, file: elf.ElfFile) -> Iterator[Reference]:
    for offset, name, addend, in_data in _bound_by_name(file):
        place = dylib.start + offset
        (address,) = _ADDRESS.unpack(read(place, _ADDRESS.size))
        yield Reference(dylib, place, address, name, addend, in_data)


def _bound_by_name(file: elf.ElfFile) -> Iterator[tuple[int, str, int, bool]]:
    """Yield what the loader binds in an image: offset, the symbol's name, addend, and whether that is data."""
    by_code, in_data = _BY_CODE.get(file.header.e_machine, ()), _IN_DATA.get(file.header.e_machine)
    symbols = file.dynamic_symbols
    for section in (each for each in file.sections if each.sh_type == c.SHT_RELA):
        table = file.read_relocations(section)
        for offset, info, addend in zip(table.r_offset, table.r_info, table.r_addend):
            kind, index = info & 0xFFFFFFFF, info >> 32
            if index and (kind in by_code or kind == in_data):
                yield offset, symbols[index].name, addend, kind == in_data


def find_bound(read: Read, libraries: Iterable[Module], dylibs: Sequence[Dylib]) -> Optional[tuple[Module, Dylib]]:
    """Find one of the libraries, which need not be JIT dylibs, that the loader has bound to a dylib; give both."""
    exports = _Exports()
    offered = frozenset(name for dylib in dylibs for name in exports.addresses(dylib))
    for library in libraries:
        with contextlib.suppress(DebuggerError, ElfError):
            for address in _bound_to(read, library, offered):
                for dylib in dylibs:
                    if dylib.start <= address < dylib.end:
                        return library, dylib
    return None


def _bound_to(read: Read, library: Module, names: frozenset[str]) -> Iterator[int]:
    """Yield the addresses that the loader has given a library for some names, which it may define by itself as well."""
    file = images.read_file(library.path)
    # To go through all relocations of all libraries would take long.
    if any(symbol.name in names for symbol in file.dynamic_symbols):
        for offset, name, *_ in _bound_by_name(file):
            if name in names:
                yield _ADDRESS.unpack(read((library.base or 0) + offset, _ADDRESS.size))[0]


def find_referring(read: Read, others: Iterable[Dylib], dylibs: Sequence[Dylib]) -> Optional[tuple[Dylib, Dylib]]:
    """Find one of the others that refers to one of the dylibs; give both."""
    for reference in references(read, others):
        for dylib in dylibs:
            if reference.is_to(dylib):
                return reference.dylib, dylib
    return None


@dataclass(frozen=True)
class Redirection:
    """The names of dylibs that refer to another generation now, and of those that stay with an older one."""

    redirected: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def redirect(
    write: Write, found: Iterable[Reference], successors: Sequence[tuple[Dylib, Dylib]], *, fresh: bool
) -> Redirection:
    """Direct references from older generations, the first of each pair, to the second, where that has the name.

    What is in data stays, except with ``fresh``, for a dylib that has just been loaded: nobody has looked at it.
    Without pairs nothing is taken from ``found``, which reads files.
    """
    if not successors:
        return Redirection()
    redirected, left = [], []
    exports = _Exports()
    for reference in found:
        for old, new in successors:
            if not reference.is_to(old):
                continue
            address = None if reference.in_data and not fresh else exports.counterpart(reference, old, new)
            if address is None:
                left.append(reference.dylib.name)
            else:
                write(reference.place, _ADDRESS.pack(address))
                redirected.append(reference.dylib.name)
    return Redirection(tuple(dict.fromkeys(redirected)), tuple(dict.fromkeys(left)))


class _Exports:
    """What dylibs export, each read once; lives as long as one command."""

    def __init__(self) -> None:
        self._read: dict[int, Mapping[str, int]] = {}

    def counterpart(self, reference: Reference, old: Dylib, new: Dylib) -> Optional[int]:
        """Find the address in the new generation of what a reference to the old one means; None where that is gone."""
        offered = self.addresses(new)
        base = reference.address - reference.addend
        names = [reference.name] if reference.name else []
        names += [name for name, address in self.addresses(old).items() if address == base]
        name = next((each for each in names if self.addresses(old).get(each) == base and each in offered), None)
        return None if name is None else offered[name] + reference.addend

    def addresses(self, dylib: Dylib) -> Mapping[str, int]:
        """Give the addresses of what a dylib exports, by names; none where its file can't be read."""
        if dylib.start not in self._read:
            self._read[dylib.start] = {}
            with contextlib.suppress(DebuggerError, ElfError):
                symbols = elf.exported(images.read_file(dylib.file))
                self._read[dylib.start] = {name: dylib.start + each.st_value for name, each in symbols.items()}
        return self._read[dylib.start]
