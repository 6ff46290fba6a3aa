"""The object that jitdbg adds to a link by an external program: notes, slots of bound names, what runs at the end.

``__cxa_atexit`` registers destructors under ``__dso_handle``, and somebody has to run them when the image is unloaded:
``crtbeginS.o`` does that for ordinary libraries, here it is an entry in ``.fini_array``. Linkers keep the order of
their input and ld.so runs the array backwards, so this object comes first for its entry to run last. ``atexit`` is in
no shared library of glibc's, since each image has its own: one that registers under its handle.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from jitdbg.elf import constants as c
from jitdbg.elf import note
from jitdbg.elf.writer import ObjectWriter
from jitdbg.linker.arch import Architecture, architecture

SLOTS_SECTION = ".jitdbg.slots"
DSO_HANDLE = "__dso_handle"
ATEXIT = "atexit"
PROVIDED = (DSO_HANDLE, ATEXIT)
"""The names that images may ask for and that no library has."""

# For x86-64, the only machine for which other linkers bind names: jmp *slot(%rip); two bytes of padding
_STUB = bytes.fromhex("ff2500000000 6690")
_STUB_SLOT = 2

_HIDDEN = c.STV_HIDDEN
_ALLOC, _WRITE, _EXEC = c.SHF_ALLOC, c.SHF_WRITE, c.SHF_EXECINSTR


def slot_symbol(name: str) -> str:
    """Return the name of the symbol of a bound name's slot."""
    return f"__jitdbg_slot_{name}"


def stub_symbol(name: str) -> str:
    """Return the name of the symbol of the stub that jumps through a bound name's slot."""
    return f"__jitdbg_stub_{name}"


def companion(
    machine: int,
    modules: Sequence[note.Module],
    ir: Sequence[bytes],
    bindings: Mapping[str, int],
    asked: Collection[str],
) -> bytes:
    """Return the object to link first; ``asked`` are those of `PROVIDED` that objects refer to."""
    writer = ObjectWriter(machine)
    writer.add_section(".note.GNU-stack")
    if modules:
        _add_notes(writer, modules)
    if ir:
        writer.add_section(note.IR_SECTION, note.encode_ir(ir))
    if bindings:
        _add_slots(writer, bindings)
    if asked:
        _add_ending(writer, architecture(machine), with_atexit=ATEXIT in asked)
    return bytes(writer)


def _add_notes(writer: ObjectWriter, modules: Sequence[note.Module]) -> None:
    encoded = note.encode_modules(modules)
    writer.add_section(note.NOTE_SECTION, encoded.note, sh_type=c.SHT_NOTE, sh_flags=_ALLOC, sh_addralign=4)
    if encoded.overflow:
        writer.add_section(note.MODULES_SECTION, encoded.overflow)


def _add_slots(writer: ObjectWriter, bindings: Mapping[str, int]) -> None:
    addresses = b"".join((address & (1 << 64) - 1).to_bytes(8, "little") for address in bindings.values())
    slots = writer.add_section(SLOTS_SECTION, addresses, sh_flags=_ALLOC | _WRITE, sh_addralign=8)
    stubs = writer.add_section(".text", _STUB * len(bindings), sh_flags=_ALLOC | _EXEC, sh_addralign=16)
    for index, name in enumerate(bindings):
        offset = index * len(_STUB)
        slot = writer.add_symbol(slot_symbol(name), slots, index * 8, 8, st_type=c.STT_OBJECT, visibility=_HIDDEN)
        writer.add_symbol(stub_symbol(name), stubs, offset, 6, st_type=c.STT_FUNC, visibility=_HIDDEN)
        writer.add_relocation(stubs, offset + _STUB_SLOT, c.R_X86_64_PC32, slot, -4)


def _add_ending(writer: ObjectWriter, arch: Architecture, *, with_atexit: bool) -> None:
    data = writer.add_section(".data.rel.ro", bytes(8), sh_flags=_ALLOC | _WRITE, sh_addralign=8)
    array = writer.add_section(
        ".fini_array", bytes(8), sh_type=c.SHT_FINI_ARRAY, sh_flags=_ALLOC | _WRITE, sh_addralign=8, sh_entsize=8
    )
    symbols = {
        DSO_HANDLE: writer.add_symbol(DSO_HANDLE, data, 0, 8, st_type=c.STT_OBJECT, visibility=_HIDDEN),
        "__cxa_finalize": writer.add_symbol("__cxa_finalize", binding=c.STB_WEAK),
    }
    writer.add_relocation(data, 0, arch.ABSOLUTE, symbols[DSO_HANDLE])
    function = _add_function(writer, "__jitdbg_finalize", arch.FINALIZE, arch.FINALIZE_RELOCATIONS, symbols)
    writer.add_relocation(array, 0, arch.ABSOLUTE, function)
    if with_atexit:
        symbols["__cxa_atexit"] = writer.add_symbol("__cxa_atexit")
        _add_function(writer, ATEXIT, arch.ATEXIT, arch.ATEXIT_RELOCATIONS, symbols)


def _add_function(
    writer: ObjectWriter,
    name: str,
    code: bytes,
    relocations: Sequence[tuple[int, int, str, int]],
    symbols: Mapping[str, int],
) -> int:
    text = writer.add_section(f".text.{name}", code, sh_flags=_ALLOC | _EXEC, sh_addralign=16)
    for offset, r_type, symbol, addend in relocations:
        writer.add_relocation(text, offset, r_type, symbols[symbol], addend)
    return writer.add_symbol(name, text, 0, len(code), st_type=c.STT_FUNC, visibility=_HIDDEN)
