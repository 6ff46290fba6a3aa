"""What an ELF file says about itself: jitdbg's note, identity, symbols, layout and debug info, as facts.

Images of any origin and objects alike. Headers and symbols are read by `jitdbg.elf`; symbol versions and DWARF by
pyelftools, which says in many ways that a file is broken: all of them become `ElfError`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from elftools.elf.elffile import ELFFile

from jitdbg import elf
from jitdbg.elf import constants as c
from jitdbg.elf import note
from jitdbg.errors import ElfError
from jitdbg.symbols import files
from jitdbg.symbols.files import SourceFile

_KINDS = {c.ET_REL: "object", c.ET_EXEC: "executable", c.ET_DYN: "shared library", c.ET_CORE: "core"}
_SYMBOL_KINDS = {
    c.STT_FUNC: "function",
    c.STT_GNU_IFUNC: "function",
    c.STT_OBJECT: "object",
    c.STT_COMMON: "object",
    c.STT_TLS: "thread-local",
}
_FLAGS = ((c.SHF_ALLOC, "A"), (c.SHF_WRITE, "W"), (c.SHF_EXECINSTR, "X"), (c.SHF_TLS, "T"), (c.SHF_MERGE, "M"))
_PERMISSIONS = ((c.PF_R, "r"), (c.PF_W, "w"), (c.PF_X, "x"))


@dataclass(frozen=True)
class Module:
    """A module in the image, as its note tells; ``ir_size`` is the size of its IR in bytes, None without IR."""

    name: str
    generation: int
    source: str
    opt_level: int
    versions: dict[str, str]
    ir_size: int | None


@dataclass(frozen=True)
class Export:
    """A symbol that others can bind to; ``address`` is relative to the image's base, or to the section in an object."""

    name: str
    kind: str
    address: int
    size: int


@dataclass(frozen=True)
class Import:
    """A symbol that somebody else has to define; the version and its library are None where the file names none."""

    name: str
    version: str | None
    library: str | None
    weak: bool


@dataclass(frozen=True)
class SectionFact:
    """A section: ``kind`` is its ``SHT_`` name, ``flags`` has a letter each (Alloc, Write, eXec, Tls, Merge)."""

    name: str
    kind: str
    flags: str
    address: int
    offset: int
    size: int


@dataclass(frozen=True)
class SegmentFact:
    """A program header: ``kind`` is its ``PT_`` name, ``permissions`` as in ``r-x``, sizes in bytes."""

    kind: str
    permissions: str
    offset: int
    address: int
    file_size: int
    memory_size: int


@dataclass(frozen=True)
class Unit:
    """A compile unit of DWARF, by its ``DW_AT_name``, ``DW_AT_comp_dir`` and ``DW_AT_producer``."""

    name: str
    directory: str
    producer: str
    version: int


@dataclass(frozen=True)
class SourceFact:
    """A source file that the line tables name: its MD5 in hexadecimal digits, and whether its text is in the file."""

    path: str
    md5: str | None
    embedded: bool


@dataclass(frozen=True)
class Inspection:
    """All that is known of a file, symbols sorted by name.

    ``modules`` is empty where it was not made by jitdbg, ``units`` and ``sources`` without DWARF.
    """

    path: str
    kind: str
    machine: str
    size: int
    build_id: bytes | None
    soname: str | None
    modules: tuple[Module, ...]
    needed: tuple[str, ...]
    exports: tuple[Export, ...]
    imports: tuple[Import, ...]
    sections: tuple[SectionFact, ...]
    segments: tuple[SegmentFact, ...]
    units: tuple[Unit, ...]
    sources: tuple[SourceFact, ...]

    @property
    def made_by_jitdbg(self) -> bool:
        """Whether the file has jitdbg's note."""
        return bool(self.modules)


def inspect(data: bytes, path: str) -> Inspection:
    """Read an ELF file of 64 bits; ``path`` is what it is called. Raises `ElfError` for anything else."""
    file = elf.ElfFile(data, path)
    is_object = file.header.e_type == c.ET_REL
    with _pyelftools(data, path) as parsed:
        imports = _object_imports(file) if is_object else _image_imports(file, parsed)
        units = tuple(_units(parsed))
        sources = _sources(parsed)
    return Inspection(
        path=path,
        kind=_kind(file),
        machine=c.machine_name(file.header.e_machine),
        size=len(data),
        build_id=file.build_id,
        soname=file.soname,
        modules=_modules(file),
        needed=tuple(file.needed),
        exports=tuple(sorted(_object_exports(file) if is_object else _image_exports(file), key=_by_name)),
        imports=tuple(sorted(imports, key=_by_name)),
        sections=tuple(_section(section) for section in file.sections[1:]),
        segments=tuple(_segment(segment) for segment in file.segments),
        units=units,
        sources=tuple(SourceFact(each.path, each.md5, each.text is not None) for each in sources),
    )


def modules_with_ir(data: bytes, path: str) -> dict[str, bytes]:
    """Give the IR of each module in an image, by name. Raises `ElfError` where none was kept."""
    described = elf.describe(elf.ElfFile(data, path))
    found = {each.name: ir for each, ir in zip(described.modules, described.ir, strict=False) if ir}
    if not found:
        made = "was linked from objects" if described.modules else "was not made by jitdbg"
        raise ElfError(f"{path} has no IR in it: it {made}; make it from IR or C with jitdbg build")
    return found


def source_files(data: bytes, path: str) -> list[SourceFile]:
    """List the source files that an ELF file names, with what it has of their texts. Raises `ElfError`."""
    with _pyelftools(data, path) as parsed:
        return _sources(parsed)


def _by_name(symbol: Export | Import) -> str:
    return symbol.name


@contextmanager
def _pyelftools(data: bytes, path: str) -> Iterator[Any]:
    try:
        yield ELFFile(io.BytesIO(data))
    except ElfError:
        raise
    except Exception as error:  # noqa: BLE001 — pyelftools raises whatever broken bytes lead it to
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ElfError(f"{path}: the symbol versions or the debug info are broken ({reason})") from None


def _kind(file: elf.ElfFile) -> str:
    # The C library and the loader can be run too, and are libraries first.
    if file.soname is None and any(segment.p_type == c.PT_INTERP for segment in file.segments):
        return "executable"
    return _KINDS.get(file.header.e_type, f"file of type {file.header.e_type}")


def _modules(file: elf.ElfFile) -> tuple[Module, ...]:
    described = note.describe(file)
    sizes = [len(ir) or None for ir in described.ir] or [None] * len(described.modules)
    return tuple(
        Module(each.name, each.generation, each.source, each.opt_level, dict(each.versions), size)
        for each, size in zip(described.modules, sizes, strict=False)
    )


def _image_exports(file: elf.ElfFile) -> tuple[Export, ...]:
    return tuple(_export(symbol) for symbol in elf.exported(file).values())


def _object_exports(file: elf.ElfFile) -> tuple[Export, ...]:
    visible = (c.STV_DEFAULT, c.STV_PROTECTED)
    offered = (s for s in file.symbols if s.defined and s.binding != c.STB_LOCAL and s.visibility in visible)
    return tuple(map(_export, offered))


def _export(symbol: elf.Symbol) -> Export:
    return Export(symbol.name, _SYMBOL_KINDS.get(symbol.type, "label"), symbol.st_value, symbol.st_size)


def _object_imports(file: elf.ElfFile) -> tuple[Import, ...]:
    return tuple(
        Import(symbol.name, None, None, symbol.binding == c.STB_WEAK)
        for symbol in file.symbols
        if symbol.name and not symbol.defined
    )


def _image_imports(file: elf.ElfFile, parsed: Any) -> tuple[Import, ...]:
    versions, indices = _needed_versions(parsed), parsed.get_section_by_name(".gnu.version")
    found = []
    for position, symbol in enumerate(file.dynamic_symbols):
        if symbol.name and not symbol.defined:
            index = indices.get_symbol(position).entry["ndx"] if indices else None
            version, library = versions.get(index, (None, None))
            found.append(Import(symbol.name, version, library, symbol.binding == c.STB_WEAK))
    return tuple(found)


def _needed_versions(parsed: Any) -> dict[Any, tuple[str | None, str | None]]:
    """Map an index of ``.gnu.version`` to a version and the library that has it."""
    needs = parsed.get_section_by_name(".gnu.version_r")
    return {
        version["vna_other"]: (version.name, library.name)
        for library, versions in (needs.iter_versions() if needs else ())
        for version in versions
    }


def _section(section: elf.Section) -> SectionFact:
    flags = "".join(letter for bit, letter in _FLAGS if section.sh_flags & bit)
    kind = _named("SHT_", section.sh_type)
    return SectionFact(section.name, kind, flags, section.sh_addr, section.sh_offset, section.sh_size)


def _segment(segment: elf.Segment) -> SegmentFact:
    permissions = "".join(letter if segment.p_flags & bit else "-" for bit, letter in _PERMISSIONS)
    kind = _named("PT_", segment.p_type)
    return SegmentFact(kind, permissions, segment.p_offset, segment.p_vaddr, segment.p_filesz, segment.p_memsz)


def _named(prefix: str, number: int) -> str:
    names = (name for name, value in vars(c).items() if name.startswith(prefix) and value == number)
    return next(names, f"{number:#x}").removeprefix(prefix)


def _units(parsed: Any) -> Iterator[Unit]:
    if not parsed.has_dwarf_info():
        return
    for unit in parsed.get_dwarf_info().iter_CUs():
        attributes = unit.get_top_DIE().attributes
        name, directory, producer = (
            attributes[key].value.decode(errors="replace") if key in attributes else ""
            for key in ("DW_AT_name", "DW_AT_comp_dir", "DW_AT_producer")
        )
        yield Unit(name, directory, producer, unit["version"])


def _sources(parsed: Any) -> list[SourceFile]:
    return files.source_files(parsed.get_dwarf_info()) if parsed.has_dwarf_info() else []
