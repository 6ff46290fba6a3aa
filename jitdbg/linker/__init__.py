"""Objects → image: one entry, several linkers behind it.

``link`` returns the bytes of a shared library; nothing is written but by external linkers, which use a private
directory that is removed. See ``docs/linker.md`` for the layout of images and why it was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.elf.note import Module
from jitdbg.errors import ElfError, LinkError
from jitdbg.linker.arch import MACHINES, OWN, architecture
from jitdbg.linker.companion import SLOTS_SECTION
from jitdbg.linker.options import Options
from jitdbg.locks import cached_property

__all__ = ["DEFAULT", "LINKERS", "SLOTS_SECTION", "Object", "link", "prepare"]

LINKERS: Final = ("memory", "ld", "lld", "mold", "cc")
DEFAULT: Final = "memory"
_SLIM: Final = "__gnu_lto_slim"
_LTO: Final = b".gnu.lto_"
_NO_BINDINGS: Final[Mapping[str, int]] = {}


@dataclass(frozen=True)
class Object:
    """ELF ``ET_REL`` bytes, and what errors call them; read once, however many ask."""

    name: str
    data: bytes

    @cached_property
    def elf(self) -> ElfFile:
        """The bytes as an ELF file. Raises `ElfError`."""
        return ElfFile(self.data, self.name)


def link(
    objects: Sequence[Object],
    *,
    soname: str,
    linker: str | None = None,
    build_id: bytes | None = None,
    modules: Sequence[Module] = (),
    ir: Sequence[bytes] = (),
    bindings: Mapping[str, int] = _NO_BINDINGS,
    libraries: Sequence[str] | None = None,
    interposable: bool = False,
    strip_debug: bool = False,
    relro: bool = False,
) -> bytes:
    """Link objects into an image and return its bytes.

    ``linker``
        ``"memory"``, which needs nothing installed, or ``"ld"``, ``"lld"``, ``"mold"``, ``"cc"``; None: ``DEFAULT``.
        Those of the system link for its own machine, but for ``"lld"`` and ``"mold"``.
    ``build_id``
        The image's build-id, at most 255 bytes; None means a hash of the contents, 20 bytes.
    ``modules``, ``ir``
        What goes into the note and into ``.jitdbg.ir``: parallel, or ``ir`` empty.
    ``bindings``
        Addresses in this process for names that the objects leave undefined. They stand, 8 bytes each and in this
        order, in the writable section ``.jitdbg.slots``, and references go through them: to store another address in a
        slot redirects all callers. A bound name is no dynamic symbol. Addresses in initialised data are written down.
    ``libraries``
        SONAMEs or paths of the libraries that imports get their versions from; None means those of C and C++.
    ``interposable``
        Whether definitions of other libraries may take the place of the image's own.
    ``strip_debug``
        Leave out debug sections.
    ``relro``
        Make what only the loader writes read-only once it is done, for one more mapping.

    Raises LinkError for objects that don't make an image, and ToolMissingError where the linker is not installed.
    """
    link_objects = prepare(linker)
    if not objects:
        raise LinkError("there are no objects to link; give at least one")
    _check_build_id(build_id)
    options = Options(
        soname=soname,
        build_id=build_id,
        modules=modules,
        ir=ir,
        bindings=bindings,
        libraries=None if libraries is None else tuple(libraries),
        interposable=interposable,
        strip_debug=strip_debug,
        relro=relro,
    )
    try:
        return link_objects(objects, options)
    except ElfError as error:
        raise LinkError(str(error)) from error


def prepare(linker: str | None) -> Callable[[Sequence[Object], Options], bytes]:
    """Import a linker; raise `LinkError` for one that there is none of.

    Python keeps a child waiting for ever for an import that another thread was doing at the fork: who will have threads
    imports beforehand.
    """
    if linker and linker not in LINKERS:
        raise LinkError(f"there is no linker called {linker!r}; choose one of {', '.join(LINKERS)}")
    return _linker(linker or DEFAULT)


@cache
def _linker(name: str) -> Callable[[Sequence[Object], Options], bytes]:
    # Only what is used is imported: each half would cost the other's users milliseconds at their first link.
    if name == "memory":
        return _in_memory()
    from jitdbg.linker.external import link_externally

    return lambda objects, options: link_externally(name, _read_all(objects), options)


def _in_memory() -> Callable[[Sequence[Object], Options], bytes]:
    from jitdbg.linker.memory import link_in_memory
    from jitdbg.linker.recurring import recall_unread

    if OWN is not None:
        architecture(OWN)

    def link_objects(objects: Sequence[Object], options: Options) -> bytes:
        known = recall_unread(objects[0].data, options) if len(objects) == 1 else None
        return known or link_in_memory(_read_all(objects), options)

    return link_objects


def _read_all(objects: Sequence[Object]) -> list[ElfFile]:
    files = [_read(item) for item in objects]
    _check_machines(files)
    return files


def _read(item: Object) -> ElfFile:
    elf = item.elf
    if elf.header.e_type != c.ET_REL:
        raise LinkError(f"{item.name}: this is no relocatable object (type {elf.header.e_type}); give the output of -c")
    if elf.header.e_machine not in MACHINES:
        machine, known = c.machine_name(elf.header.e_machine), " and ".join(sorted(map(c.machine_name, MACHINES)))
        raise LinkError(f"{item.name}: this is an object for {machine}; only objects for {known} can be linked")
    if _has_lto_sections(elf) and any(symbol.name == _SLIM and symbol.defined for symbol in elf.symbols):
        raise LinkError(
            f"{item.name}: GCC's -flto has left no machine code in this object; compile without it, or with "
            "-ffat-lto-objects"
        )
    return elf


def _has_lto_sections(elf: ElfFile) -> bool:
    """Look for the sections of GCC's -flto in the names of all, which are not taken apart for it: every link pays."""
    if elf.header.e_shstrndx >= len(elf.section_rows):
        return False
    offset, size = elf.section_rows[elf.header.e_shstrndx][4:6]
    return _LTO in bytes(elf.data[offset : offset + size])


def _check_machines(objects: Sequence[ElfFile]) -> None:
    first = objects[0]
    for other in objects:
        if other.header.e_machine != first.header.e_machine:
            names = [c.machine_name(elf.header.e_machine) for elf in (first, other)]
            raise LinkError(
                f"{other.name} is for {names[1]} and {first.name} for {names[0]}; compile all objects for one machine"
            )


def _check_build_id(build_id: bytes | None) -> None:
    if build_id is not None and not 0 < len(build_id) < 256:
        raise LinkError(f"a build-id has 1 to 255 bytes, not {len(build_id)}; 20 are usual")
