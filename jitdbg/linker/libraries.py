"""The runtime libraries: which of them defines a name, and under which symbol version.

An import without a version binds to the *oldest* version that glibc has (``pthread_cond_wait@2.2.5``, an old
``memcpy``), so a portable image has to name the version, and with it the library. Nothing is run and nothing is indexed
for that: a library is mapped, and a name is looked up through its own ``.gnu.hash``, as ld.so does.

Sources: LSB 5.0 core 10.7 (symbol versions); glibc sysdeps/generic/dl-cache.h (``/etc/ld.so.cache``).
"""

from __future__ import annotations

import mmap
import os
import re
import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.elf.hash import gnu_hash
from jitdbg.errors import ElfError, LinkError

# What compilers' output refers to without being asked: the C library and the run-time support of C and C++.
_DEFAULT = ("libc.so.6", "libm.so.6", "libgcc_s.so.1", "libstdc++.so.6", "libpthread.so.0", "libdl.so.2")
_LOADER = {c.EM_X86_64: "ld-linux-x86-64.so.2", c.EM_AARCH64: "ld-linux-aarch64.so.1"}
_TRIPLET = {c.EM_X86_64: "x86_64-linux-gnu", c.EM_AARCH64: "aarch64-linux-gnu"}
_CACHE_FLAGS = {c.EM_X86_64: 0x0303, c.EM_AARCH64: 0x0A03}
_CACHE = "/etc/ld.so.cache"
_CACHE_MAGIC = b"glibc-ld.so.cache1.1"

# An assembler writes .symver into the name: memcpy@GLIBC_2.2.5, and @@ where a definition is the default. Names of
# Microsoft's compilers have such signs too: ?f@@YAXXZ, and @f@8, where the number is that of the arguments' bytes.
_VERSIONED = re.compile("([^?@][^@]*)@@?([^@]*[^@0-9][^@]*)", re.DOTALL)

_SYMBOL = struct.Struct("<IBBHQQ")
_VERDEF = struct.Struct("<HHHHIII")


def split_version(name: str) -> tuple[str, str | None]:
    """Return the name and the version that ``.symver`` has made a symbol's name of; None: it says no version."""
    match = _VERSIONED.fullmatch(name)
    return (match[1], match[2]) if match else (name, None)


class Export(NamedTuple):
    """A symbol as a library offers it: the library's SONAME, and the version (None: unversioned)."""

    soname: str
    version: str | None
    type: int


class Library:
    """A shared library, mapped for as long as the object lives."""

    def __init__(self, path: str) -> None:
        with Path(path).open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.path = path
        self._elf = ElfFile(self._map, path)
        self.soname = self._elf.soname or Path(path).name
        self._segments = [s for s in self._elf.segments if s.p_type == c.PT_LOAD]
        self._tags = dict(self._elf.dynamic)
        self._versions = self._read_versions()
        self._found: dict[tuple[str, str | None], Export | None] = {}

    def find(self, name: str, version: str | None = None) -> Export | None:
        """Return what the library defines under ``name`` in that version or, without one, in the default one."""
        key = name, version
        if key not in self._found:
            try:
                self._found[key] = self._look_up(name.encode("utf-8", "surrogateescape"), version)
            except (struct.error, IndexError):
                raise ElfError(f"{self.path}: the symbol tables are broken") from None
        return self._found[key]

    def _offset(self, address: int) -> int:
        for segment in self._segments:
            if segment.p_vaddr <= address < segment.p_vaddr + segment.p_filesz:
                return address - segment.p_vaddr + segment.p_offset
        raise ElfError(f"{self.path}: address {address:#x} is in no loaded segment")

    def _table(self, tag: int) -> int:
        if tag not in self._tags:
            raise ElfError(f"{self.path}: a dynamic table is missing (tag {tag:#x}); name another library")
        return self._offset(self._tags[tag])

    def _look_up(self, name: bytes, wanted: str | None) -> Export | None:
        table, value = self._table(c.DT_GNU_HASH), gnu_hash(name)
        buckets, first, bloom_words, _ = struct.unpack_from("<4I", self._map, table)
        if not buckets:
            return None
        bucket_table = table + 16 + bloom_words * 8
        (index,) = struct.unpack_from("<I", self._map, bucket_table + value % buckets * 4)
        chain = bucket_table + buckets * 4
        while index >= first:
            (entry,) = struct.unpack_from("<I", self._map, chain + (index - first) * 4)
            if entry | 1 == value | 1:
                export = self._export(index, name, wanted)
                if export:
                    return export
            if entry & 1:
                break
            index += 1
        return None

    def _export(self, index: int, name: bytes, wanted: str | None) -> Export | None:
        start, info, other, shndx, _, _ = _SYMBOL.unpack_from(self._map, self._table(c.DT_SYMTAB) + index * 24)
        if shndx == c.SHN_UNDEF or other & 3 in (c.STV_HIDDEN, c.STV_INTERNAL):
            return None
        strings = self._table(c.DT_STRTAB)
        if self._map[strings + start : strings + start + len(name) + 1] != name + b"\0":
            return None
        version = c.VER_NDX_GLOBAL
        if c.DT_VERSYM in self._tags:
            (version,) = struct.unpack_from("<H", self._map, self._table(c.DT_VERSYM) + index * 2)
        found = self._versions.get(version & ~c.VERSYM_HIDDEN)
        if found != wanted if wanted else version & c.VERSYM_HIDDEN:
            return None
        return Export(self.soname, found, info & 15)

    def _read_versions(self) -> dict[int, str]:
        versions: dict[int, str] = {}
        if c.DT_VERDEF not in self._tags:
            return versions
        position = self._table(c.DT_VERDEF)
        for _ in range(self._tags.get(c.DT_VERDEFNUM, 0)):
            _, flags, index, _, _, aux, following = _VERDEF.unpack_from(self._map, position)
            if not flags & c.VER_FLG_BASE:
                (name,) = struct.unpack_from("<I", self._map, position + aux)
                versions[index] = self._elf.dynamic_string(name)
            if not following:
                break
            position += following
        return versions


class Providers:
    """Several libraries in the order in which they are asked for a name."""

    def __init__(self, libraries: Sequence[Library]) -> None:
        self._libraries = libraries
        self._found: dict[str, Export | None] = {}

    def find(self, name: str) -> Export | None:
        """Return what the first library that defines ``name`` offers, or None where none does.

        ``name`` may have a version (``memcpy@GLIBC_2.2.5``): then only a library that has the name in it counts.
        """
        try:
            return self._found[name]
        except KeyError:
            wanted = split_version(name)
            found = next(filter(None, (library.find(*wanted) for library in self._libraries)), None)
            return self._found.setdefault(name, found)

    def paths(self, names: Iterable[str]) -> list[str]:
        """Return the paths of the libraries that define any of ``names``, in the order of the libraries."""
        wanted = {export.soname for export in map(self.find, names) if export}
        return [library.path for library in self._libraries if library.soname in wanted]


@lru_cache(maxsize=16)
def providers(machine: int, libraries: tuple[str, ...] | None = None) -> Providers:
    """Return the libraries to look names up in, opened once in a process.

    ``libraries`` are SONAMEs or paths; None means the C library, the math library and the run-time support of GCC and
    C++ as far as they are installed. A library that was asked for and is not there is a LinkError.
    """
    if libraries is not None:
        return Providers([_open(name, machine) for name in libraries])
    names = (*_DEFAULT, _LOADER.get(machine, ""))
    paths = (find_library(name, machine) for name in names if name)
    return Providers([Library(path) for path in paths if path])


def _open(name: str, machine: int) -> Library:
    path = name if "/" in name else find_library(name, machine)
    try:
        if path:
            return Library(path)
    except (OSError, ValueError, ElfError) as error:
        raise LinkError(f"library {name} can't be read ({error}); give the path of a shared library") from None
    raise LinkError(f"library {name} is not installed where ld.so looks; give its path")


def find_library(soname: str, machine: int) -> str | None:
    """Return the path of a library by its SONAME as ld.so finds it: in its cache, then in the usual directories."""
    cached = _cached_libraries(machine).get(soname)
    if cached and _is_for(cached, machine):
        return cached
    triplet = _TRIPLET.get(machine, "")
    places = (
        f"/lib/{triplet}",
        f"/usr/lib/{triplet}",
        f"/usr/{triplet}/lib",
        "/lib64",
        "/usr/lib64",
        "/lib",
        "/usr/lib",
    )
    for place in places:
        path = f"{place}/{soname}"
        if _is_for(path, machine):
            return path
    return None


def _is_for(path: str, machine: int) -> bool:
    try:
        with Path(path).open("rb") as file:
            return struct.unpack_from("<4s14xH", file.read(20)) == (c.ELFMAG, machine)
    except (OSError, struct.error):
        return False


@lru_cache(maxsize=4)
def _cached_libraries(machine: int) -> dict[str, str]:
    try:
        data = Path(_CACHE).read_bytes()
        start = data.index(_CACHE_MAGIC)
        (count,) = struct.unpack_from("<I", data, start + 20)
        rows = list(struct.iter_unpack("<iIIIQ", data[start + 48 : start + 48 + count * 24]))
    except (OSError, ValueError, struct.error):
        return {}
    # The first entry of a name is ld.so's choice for the best hardware capabilities; the last one runs everywhere.
    wanted = _CACHE_FLAGS.get(machine)
    names = (
        (_c_string(data, start + key), _c_string(data, start + at)) for flags, key, at, *_ in rows if flags == wanted
    )
    return dict(names)


def _c_string(data: bytes, start: int) -> str:
    return os.fsdecode(data[start : data.find(b"\0", start)])
