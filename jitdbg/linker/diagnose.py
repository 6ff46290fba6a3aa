"""Why objects can't be linked, in words that say what to change: looked for only after a link has failed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jitdbg.elf import ElfFile, Relocations, Symbol
from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.linker.libraries import split_version

# What a loader can't fill in at run time, since it has 32 bits for an address or a distance that it does not know.
_ABSOLUTE = (c.R_X86_64_32, c.R_X86_64_32S, c.R_X86_64_16, c.R_X86_64_8)
_RELATIVE = (c.R_X86_64_PC32, c.R_X86_64_PC64, c.R_X86_64_PC16, c.R_X86_64_PC8, c.R_X86_64_GOTOFF64)


def explain(objects: Sequence[ElfFile], bindings: Mapping[str, int]) -> str | None:
    """Return the sentence for the first known reason why ``objects`` don't link, or None where none is found."""
    defined: dict[str, str] = {}
    for elf in objects:
        for symbol in elf.symbols:
            reason = _versioned(elf, symbol) or _duplicate(elf, symbol, defined)
            if reason:
                return reason
    for elf in objects:
        reason = _not_position_independent(elf, defined, bindings)
        if reason:
            return reason
    return None


def _versioned(elf: ElfFile, symbol: Symbol) -> str | None:
    if "@" not in symbol.name or not symbol.defined or symbol.binding == c.STB_LOCAL:
        return None
    plain, version = split_version(symbol.name)
    if version:
        return versioned_definition(elf.name, plain, version)
    if "@@" not in symbol.name:
        return None
    return (
        f"{elf.name}: symbol {symbol.name} has @@ in its name, which this linker takes for a version; "
        'use the in-memory linker (linker="memory") or rename it'
    )


def _duplicate(elf: ElfFile, symbol: Symbol, defined: dict[str, str]) -> str | None:
    if symbol.binding != c.STB_GLOBAL or not symbol.defined or symbol.st_shndx == c.SHN_COMMON:
        return None
    section = elf.section_at(symbol.section) if symbol.section < c.SHN_LORESERVE else None
    if section and section.sh_flags & c.SHF_GROUP:
        return None
    place = f"{elf.name} ({section.name if section else 'absolute'}+{symbol.st_value:#x})"
    first = defined.setdefault(symbol.name, place)
    if first == place:
        return None
    return f"{symbol.name} is defined twice: in {first} and in {place}; rename one, or make it internal or weak"


def _not_position_independent(elf: ElfFile, defined: Mapping[str, str], bindings: Mapping[str, int]) -> str | None:
    symbols = elf.symbols
    for table in elf.relocations():
        if table.target.sh_flags & c.SHF_ALLOC and elf.header.e_machine == c.EM_X86_64:
            suspects = {info for info in table.r_info if info & 0xFFFFFFFF in (*_ABSOLUTE, *_RELATIVE)}
            for info in suspects:
                symbol = symbols[info >> 32] if info >> 32 < len(symbols) else None
                if symbol and _unlinkable(symbol, info & 0xFFFFFFFF, defined, bindings):
                    return _position_dependent(elf, table, info, symbol)
    return None


def _unlinkable(symbol: Symbol, r_type: int, defined: Mapping[str, str], bindings: Mapping[str, int]) -> bool:
    if r_type in _ABSOLUTE:
        return symbol.st_shndx != c.SHN_ABS
    elsewhere = not symbol.defined and symbol.name not in defined and symbol.name not in bindings
    return elsewhere and symbol.binding != c.STB_LOCAL


def _position_dependent(elf: ElfFile, table: Relocations, info: int, symbol: Symbol) -> str:
    offset = table.r_offset[list(table.r_info).index(info)]
    return position_dependent(
        elf.name, table.target.name, offset, symbol.name, c.relocation_name(elf.header.e_machine, info & 0xFFFFFFFF)
    )


def versioned_definition(file: str, name: str, version: str) -> str:
    """Return the sentence for a definition in a version."""
    return (
        f"{file}: {name} is defined in version {version}, and without a version script there are no versions; "
        "remove the .symver and give each definition a name of its own"
    )


def missing_version(file: str, name: str, version: str) -> str:
    """Return the sentence for a reference in a version that no library has."""
    return (
        f"{file}: no library has {name} in version {version}; "
        "give the library that has it (libraries), or remove the .symver"
    )


def position_dependent(name: str, section: str, offset: int, symbol: str, relocation: str) -> str:
    """Return the sentence for a relocation that no loader can fill in."""
    return (
        f"{name}: {relocation} at {section}+{offset:#x} against {symbol or 'a section'} can't be in a shared library; "
        "compile position-independent code (-fPIC) and declare imports as such (no dso_local, no hidden visibility)"
    )


def unbindable(file: str, relocation: str, place: str, symbol: str) -> LinkError:
    """Return the error for a reference at ``place`` to a bound name, that can't go through a slot."""
    remedy = "compile position-independent code of the small code model"
    if any(word in relocation for word in ("TLS", "TPOFF")):
        remedy = "a thread-local has an address for each thread, so export a function from its dylib that gives it"
    what = f"{relocation} at {place} can't refer to {symbol}, which is bound to an address of this process"
    return LinkError(f"{file}: {what}: {remedy}")
