"""An image without the system's loader, and the GDB JIT interface: what a JIT of one's own does.

The image is jitdbg's, mapped and relocated here. What debuggers are handed is the object that it was made from, with
the address of each section in its header, as MCJIT does: ELF files that all claim address 0 would make gdb compare each
with every other. x86-64 alone.
"""

from __future__ import annotations

import ctypes
import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from jitdbg import elf, loader
from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.errors import LoadError
from jitdbg.linker import Object, link

_RELATIVE, _ABSOLUTE, _GLOB_DAT, _JUMP_SLOT = 8, 1, 6, 7  # psABI for x86-64, table 4.10
_SH_ADDR = 16  # the offset of sh_addr in Elf64_Shdr
_REGISTER, _UNREGISTER = 1, 2  # jit_actions_t
_PAGE = mmap.PAGESIZE

_libc = ctypes.CDLL(None)
_libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
_unwinder = ctypes.CDLL("libgcc_s.so.1")
# Within a class, names that begin so would be taken for its own.
_register_frame, _deregister_frame = _unwinder.__register_frame, _unwinder.__deregister_frame
for _function in (_register_frame, _deregister_frame):
    _function.argtypes, _function.restype = [ctypes.c_void_p], None


@dataclass(eq=False)
class Mapping:
    """An image in anonymous memory; ``registered`` is the object, with the addresses of its sections."""

    memory: mmap.mmap
    base: int
    addresses: dict[str, int]
    registered: bytes
    constructors: list[int]
    frames: int | None = None
    _anchor: object = field(default=None, repr=False)

    def run_constructors(self) -> None:
        """Call what the loader would call."""
        for address in self.constructors:
            ctypes.CFUNCTYPE(None)(address)()

    def close(self) -> None:
        """Unmap it."""
        if self.frames:
            _deregister_frame(self.frames)
        self._anchor = None
        self.memory.close()


def map_object(given: Object) -> Mapping:
    """Link an object and map it; raises `LoadError` where it needs more of a loader than this one is."""
    names = [symbol.name for symbol in given.elf.symbols if symbol.name and not symbol.defined]
    found = {name: address for name in names if (address := loader.find_symbol(None, name))}
    # The unwinder's functions and the like are bound too: there is nobody to resolve dynamic symbols later.
    image = ElfFile(link([given], soname=given.name, build_id=b"mapped", bindings=found), given.name)
    memory, base, anchor = _map(image)
    _relocate(image, base)
    _protect(image, base)
    symbols = {symbol.name: base + symbol.st_value for symbol in image.symbols if symbol.name and symbol.defined}
    frames = _register_frames(image, base)
    registered = _with_addresses(given.elf, image, base)
    return Mapping(memory, base, symbols, registered, list(_constructors(image, base)), frames, anchor)


def _map(image: ElfFile) -> tuple[mmap.mmap, int, object]:
    loads = [segment for segment in image.segments if segment.p_type == c.PT_LOAD]
    size = max(segment.p_vaddr + segment.p_memsz for segment in loads)
    memory = mmap.mmap(-1, size + -size % _PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for segment in loads:
        memory[segment.p_vaddr : segment.p_vaddr + segment.p_filesz] = bytes(
            image.slice(segment.p_offset, segment.p_filesz, "a segment")
        )
    anchor = ctypes.c_char.from_buffer(memory)
    return memory, ctypes.addressof(anchor), anchor


def _relocate(image: ElfFile, base: int) -> None:
    section = image.find_section(".rela.dyn")
    symbols = image.dynamic_symbols
    for offset, info, addend in struct.iter_unpack("<QQq", image.contents(section)) if section else ():
        kind, symbol = info & 0xFFFFFFFF, symbols[info >> 32]
        if kind == _RELATIVE:
            value = base + addend
        elif kind in (_ABSOLUTE, _GLOB_DAT, _JUMP_SLOT):
            value = _value(image.name, symbol, base) + addend
        else:
            raise LoadError(f"{image.name}: relocation {kind} at {offset:#x} needs the system's loader")
        ctypes.c_uint64.from_address(base + offset).value = value & (1 << 64) - 1


def _value(name: str, symbol: elf.Symbol, base: int) -> int:
    if symbol.defined:
        return base + symbol.st_value
    address = loader.find_symbol(None, symbol.name)
    if address is None and symbol.binding != c.STB_WEAK:
        raise LoadError(f"{name} refers to {symbol.name}, which nobody defines")
    return address or 0


def _protect(image: ElfFile, base: int) -> None:
    for segment in image.segments:
        if segment.p_type == c.PT_LOAD:
            start = (base + segment.p_vaddr) & -_PAGE
            rights = (segment.p_flags & 4) >> 2 | (segment.p_flags & 2) | (segment.p_flags & 1) << 2
            if _libc.mprotect(start, base + segment.p_vaddr + segment.p_memsz - start, rights):
                raise LoadError(f"{image.name}: a segment can't be protected")


def _register_frames(image: ElfFile, base: int) -> int | None:
    section = image.find_section(".eh_frame")
    if section is None:
        return None
    _register_frame(base + section.sh_addr)
    return base + section.sh_addr


def _constructors(image: ElfFile, base: int) -> Iterator[int]:
    section = image.find_section(".init_array")
    for index in range(section.sh_size // 8 if section else 0):
        assert section
        yield ctypes.c_uint64.from_address(base + section.sh_addr + 8 * index).value


def _with_addresses(made: ElfFile, image: ElfFile, base: int) -> bytes:
    """Write into the object's section headers where the image has them."""
    data = bytearray(made.data)
    placed = _placed(made, image)
    for section in made.sections:
        if section.shndx in placed:
            where = made.header.e_shoff + section.shndx * made.header.e_shentsize + _SH_ADDR
            struct.pack_into("<Q", data, where, base + placed[section.shndx])
    return bytes(data)


def _placed(made: ElfFile, image: ElfFile) -> dict[int, int]:
    """Find where the sections of an object lie in the image: by a symbol in them, else as the only one of its name."""
    known = {symbol.name: symbol.st_value for symbol in image.symbols if symbol.name and symbol.defined}
    found: dict[int, int] = {}
    for symbol in made.symbols:
        if symbol.name in known and symbol.defined and symbol.type != c.STT_FILE:
            found.setdefault(symbol.section, known[symbol.name] - symbol.st_value)
    for section in made.sections:
        if section.sh_flags & c.SHF_ALLOC and section.shndx not in found:
            same = image.find_section(section.name)
            if same is None and section.sh_size and section.name != ".eh_frame":
                continue  # Parts of .rodata, which no debug info refers to.
            found[section.shndx] = same.sh_addr if same else 0
    return found


class _Entry(ctypes.Structure):
    """``struct jit_code_entry``."""


_Entry._fields_ = [
    ("next", ctypes.POINTER(_Entry)),
    ("prev", ctypes.POINTER(_Entry)),
    ("symfile", ctypes.c_void_p),
    ("size", ctypes.c_uint64),
]


class _Descriptor(ctypes.Structure):
    """``struct jit_descriptor``."""

    _fields_ = [
        ("version", ctypes.c_uint32),
        ("action", ctypes.c_uint32),
        ("relevant", ctypes.POINTER(_Entry)),
        ("first", ctypes.POINTER(_Entry)),
    ]


@dataclass(eq=False)
class Registered:
    """An object on the debugger's list, with the memory that both take."""

    entry: _Entry
    symfile: ctypes.Array[ctypes.c_char]


class Hook:
    """The function and the list of the GDB JIT interface, in a library that was loaded for it."""

    def __init__(self, path: str) -> None:
        library = ctypes.CDLL(path)
        self._descriptor = _Descriptor.in_dll(library, "__jit_debug_descriptor")
        self._call = getattr(library, "__jit_debug_register_code")

    def register(self, data: bytes) -> Registered:
        """Put an object on the list and tell the debugger."""
        symfile = ctypes.create_string_buffer(data, len(data))
        first = self._descriptor.first
        entry = _Entry(first, None, ctypes.addressof(symfile), len(data))
        if first:
            first.contents.prev = ctypes.pointer(entry)
        self._descriptor.first = ctypes.pointer(entry)
        self._tell(_REGISTER, entry)
        return Registered(entry, symfile)

    def unregister(self, registered: Registered) -> None:
        """Take an object off the list and tell the debugger."""
        entry = registered.entry
        if entry.prev:
            entry.prev.contents.next = entry.next
        else:
            self._descriptor.first = entry.next
        if entry.next:
            entry.next.contents.prev = entry.prev
        self._tell(_UNREGISTER, entry)

    def _tell(self, action: int, entry: _Entry) -> None:
        self._descriptor.action = action
        self._descriptor.relevant = ctypes.pointer(entry)
        self._call()
