"""What the system's loader says: which loaded object holds an address.

``_dl_find_object`` (glibc 2.35) takes no lock; ``dladdr1`` serves older ones. ``dl_iterate_phdr`` can't be used from
Python: it holds a lock of the loader's while it calls back, the callback waits for the interpreter's lock, and
an import in another thread waits, with that lock, for the loader's.

``struct link_map`` has a public head (link.h): the load bias, a pointer to the name, a pointer to the dynamic section.
All of it is read without trust, since dlclose in another thread may have freed it.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable
from typing import NamedTuple

from jitdbg.mappings import parse_mappings
from jitdbg.symbols.memory import read_c_string, read_memory

_LINK_MAP_HEAD = struct.Struct("@PPP")
_RTLD_DL_LINKMAP = 2


class LinkMap(NamedTuple):
    """A ``struct link_map``'s address and public head: bias of the object's addresses, its name and where that is."""

    pointer: int
    head: bytes
    base: int
    name_pointer: int
    name: bytes

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where head and name lie: (address, length) each."""
        return (self.pointer, len(self.head)), (self.name_pointer, len(self.name))


class NearestSymbol(NamedTuple):
    """What the loader names for an address: a dynamic symbol."""

    name: str | None
    start: int


class _FoundObject(ctypes.Structure):
    _fields_ = (
        ("dlfo_flags", ctypes.c_ulonglong),
        ("dlfo_map_start", ctypes.c_void_p),
        ("dlfo_map_end", ctypes.c_void_p),
        ("dlfo_link_map", ctypes.c_void_p),
        ("dlfo_eh_frame", ctypes.c_void_p),
        ("reserved", ctypes.c_ulonglong * 9),  # 7, and two fields that only some processors have
    )


class _DlInfo(ctypes.Structure):
    _fields_ = (
        ("dli_fname", ctypes.c_void_p),
        ("dli_fbase", ctypes.c_void_p),
        ("dli_sname", ctypes.c_void_p),
        ("dli_saddr", ctypes.c_void_p),
    )


def _by_find_object(function: Callable[..., int]) -> Callable[[int], int | None]:
    def find(address: int) -> int | None:
        result = _FoundObject()
        if function(address, ctypes.byref(result)) != 0:
            return None
        pointer: int | None = result.dlfo_link_map
        return pointer

    return find


# CDLL releases the interpreter's lock: dladdr waits for the loader's, which a constructor that runs Python may hold.
_dladdr1 = ctypes.CDLL(None).dladdr1
_dladdr1.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)


def find_link_map_by_dladdr(address: int) -> int | None:
    """Return the address of the ``struct link_map`` of the object that holds an address, or None."""
    information, pointer = _DlInfo(), ctypes.c_void_p()
    found = _dladdr1(address, ctypes.byref(information), ctypes.byref(pointer), _RTLD_DL_LINKMAP)
    return pointer.value if found else None


def _choose_finder() -> Callable[[int], int | None]:
    try:
        function = ctypes.PyDLL(None)["_dl_find_object"]  # it never blocks: keep the interpreter's lock
    except AttributeError:
        return find_link_map_by_dladdr
    function.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    return _by_find_object(function)


find_link_map = _choose_finder()


def read_link_map(pointer: int) -> LinkMap | None:
    """Read the head of a ``struct link_map``; None if it has gone meanwhile."""
    head = read_memory(pointer, _LINK_MAP_HEAD.size)
    if head is None:
        return None
    base, name_pointer, _ = _LINK_MAP_HEAD.unpack(head)
    name = read_c_string(name_pointer)
    return None if name is None else LinkMap(pointer, head, base, name_pointer, name)


def find_path(link_map: LinkMap, address: int) -> str | None:
    """Return the absolute path of a loaded object that holds an address; None for one with no file (the vDSO).

    The main program has an empty name, and one given relative to a working directory of the past means nothing now:
    the kernel's list of mappings has both.
    """
    if link_map.name.startswith(b"/"):
        return os.fsdecode(link_map.name)
    with open("/proc/self/maps", "rb") as mappings:
        found = next((each for each in parse_mappings(mappings.read()) if each.start <= address < each.end), None)
    return found.path if found and found.path.startswith("/") else None


def find_nearest_symbol(address: int) -> NearestSymbol | None:
    """Return the dynamic symbol that covers an address, from the object's memory: its file is not needed.

    None if no object holds the address; a symbol without a name, at the object's start, if none covers it.
    """
    information, pointer = _DlInfo(), ctypes.c_void_p()
    if not _dladdr1(address, ctypes.byref(information), ctypes.byref(pointer), _RTLD_DL_LINKMAP):
        return None
    name = read_c_string(information.dli_sname) if information.dli_sname else None
    if name is None:
        return NearestSymbol(None, information.dli_fbase)
    return NearestSymbol(name.decode(errors="surrogateescape"), information.dli_saddr)
