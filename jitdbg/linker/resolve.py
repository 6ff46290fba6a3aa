"""Resolution: one symbol for each global name, one section group for each signature.

A strong definition beats a COMMON one, which beats a weak one, which beats none; of several COMMON ones the largest
size and alignment count; the most constraining visibility of all mentions wins. Sources: gABI chapter 4 "Symbol Table"
and "Section Groups".
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence

from jitdbg.elf import Section
from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.linker.model import InputObject, InputSection, Symbol

# The linker's own definitions, where an object asks for them: see synthesise/symbols.py.
RESERVED = frozenset(
    (
        *(b"_GLOBAL_OFFSET_TABLE_", b"_DYNAMIC", b"__ehdr_start", b"__executable_start", b"_TLS_MODULE_BASE_"),
        *(b"__bss_start", b"_edata", b"edata", b"_end", b"end", b"_etext", b"etext"),
    )
)
_BOUNDARIES = (b"__start_", b"__stop_")
_MACROS = ".debug_macro"


def drop_duplicate_groups(objects: Sequence[InputObject]) -> bool:
    """Leave out the sections of each COMDAT group whose signature was seen before; say whether there were any."""
    kept: dict[bytes, tuple[InputObject, tuple[int, ...]]] = {}
    dropped = False
    for item in objects:
        for group in item.groups:
            flags, members = _group_members(item, group)
            if not flags & c.GRP_COMDAT:
                continue
            signature = _signature(item, group)
            if signature in kept:
                dropped = True
                _drop(item, members, *kept[signature])
            else:
                kept[signature] = item, members
    return dropped


def _drop(item: InputObject, members: tuple[int, ...], owner: InputObject, kept: tuple[int, ...]) -> None:
    """Leave out the members of a group that ``owner`` has given already.

    GCC names groups of macros (-g3) by a hash of them, so that other units can refer to those that are kept. Code and
    types of one name can differ between objects.
    """
    for member in members:
        section, item.sections[member] = item.sections[member], None
        if section is not None and section.name == _MACROS:
            others = (owner.sections[index] for index in kept)
            item.replaced[member] = next((other for other in others if other and other.name == _MACROS), None)


def _group_members(item: InputObject, group: Section) -> tuple[int, tuple[int, ...]]:
    data = item.elf.contents(group)
    if len(data) < 4 or len(data) % 4:
        raise item.elf.error(group.sh_offset, f"{group.name} is no section group")
    flags, *members = struct.unpack(f"<{len(data) // 4}I", data)
    if members and max(members) >= len(item.sections):
        raise item.elf.error(group.sh_offset, f"{group.name} has a section that does not exist")
    return flags, tuple(members)


def _signature(item: InputObject, group: Section) -> bytes:
    if group.sh_info >= item.symbol_count:
        raise item.elf.error(group.sh_offset, f"{group.name} has no signature")
    return item.name_at(item.row(group.sh_info)[0])


def resolve(objects: Sequence[InputObject], symbols: dict[bytes, Symbol]) -> None:
    """Add the symbol of each global name of the objects to ``symbols``, and enter them into the objects."""
    for item in objects:
        mentions = item.globals
        strings, find = item.strings, item.strings.find
        for index in range(item.first_global, item.symbol_count):
            row = item.row(index)
            start = row[0]
            if not row[1] >> 4:
                raise LinkError(f"{item.name}: symbol {index} is a local one among the global ones")
            name = strings[start : find(b"\0", start)]
            symbol = symbols.get(name)
            if symbol is None:
                symbol = symbols[name] = Symbol(item, start, name)
                symbol.weak = True
            mentions.append(symbol)
            _mention(symbol, item, index, row)


def _mention(symbol: Symbol, item: InputObject, index: int, row: tuple[int, int, int, int, int, int]) -> None:
    start, info, other, shndx, value, size = row
    if other:
        visibility = other & 3
        if visibility and (not symbol.visibility or visibility < symbol.visibility):
            symbol.visibility = visibility
        symbol.other |= other & ~3
    weak = info >> 4 == c.STB_WEAK
    if shndx == c.SHN_UNDEF:
        if symbol.shndx == c.SHN_UNDEF:
            symbol.weak = symbol.weak and weak
            symbol.type = symbol.type or info & 15
        return
    section = None
    if shndx == c.SHN_COMMON:
        if symbol.shndx == c.SHN_COMMON:
            symbol.size, symbol.value = max(symbol.size, size), max(symbol.value, value)
            return
        if symbol.shndx != c.SHN_UNDEF and not symbol.weak:
            return
    else:
        if shndx != c.SHN_ABS:
            section = item.defining_section(index)
            if section is None:
                return  # in a group that another object has given already
        if symbol.shndx != c.SHN_UNDEF and (weak or not _gives_way(symbol)):
            if weak:
                return
            raise _duplicate(symbol, item, section, value)
    symbol.object, symbol.section, symbol.shndx, symbol.strtab_name = item, section, shndx, start
    symbol.value, symbol.size, symbol.type, symbol.weak = value, size, info & 15, weak


def _gives_way(symbol: Symbol) -> bool:
    return symbol.weak or symbol.shndx == c.SHN_COMMON


def _duplicate(symbol: Symbol, item: InputObject, section: InputSection | None, value: int) -> LinkError:
    def place(owner: InputObject | None, inside: object, offset: int) -> str:
        where = inside.name if isinstance(inside, InputSection) else "absolute"
        return f"{owner.name if owner else ''} ({where}+{offset:#x})"

    first, second = place(symbol.object, symbol.section, symbol.value), place(item, section, value)
    return LinkError(
        f"{symbol.text} is defined twice: in {first} and in {second}; rename one, or make it internal or weak"
    )


def settle(
    symbols: Mapping[bytes, Symbol],
    objects: Sequence[InputObject],
    bindings: Mapping[str, int],
    *,
    interposable: bool,
) -> None:
    """Decide for each symbol whether it is the image's own, bound, reserved for the linker, or the loader's to find.

    After this no symbol changes what it means; addresses come with the layout.
    """
    slots = {name.encode("utf-8", "surrogateescape"): index for index, name in enumerate(bindings)}
    addresses = list(bindings.values())
    for name, symbol in symbols.items():
        visible = symbol.visibility in (c.STV_DEFAULT, c.STV_PROTECTED)
        if symbol.shndx != c.SHN_UNDEF:
            symbol.exported = visible
            symbol.preemptible = interposable and symbol.visibility == c.STV_DEFAULT
        elif name in slots:
            symbol.slot, symbol.bound = slots[name], addresses[slots[name]]
        elif _is_reserved(name, objects):
            symbol.visibility, symbol.weak = c.STV_HIDDEN, False
        elif visible:
            symbol.imported = symbol.preemptible = True
        elif not symbol.weak:
            raise LinkError(
                f"{symbol.object.name if symbol.object else ''}: {symbol.text} is hidden and nobody defines it; "
                "link the object that does, or declare it with default visibility"
            )
        else:
            symbol.shndx = c.SHN_ABS  # a weak reference that stays 0


def _is_reserved(name: bytes, objects: Sequence[InputObject]) -> bool:
    if name in RESERVED:
        return True
    prefix = next((prefix for prefix in _BOUNDARIES if name.startswith(prefix)), None)
    if prefix is None:
        return False
    section = name[len(prefix) :].decode("utf-8", "replace")
    return any(other is not None and other.name == section for item in objects for other in item.sections)


def allocate_common(objects: Sequence[InputObject], symbols: Iterable[Symbol]) -> list[InputSection]:
    """Give each COMMON symbol its place, and return the sections that hold them (for ordinary and for thread data)."""
    common = [symbol for symbol in symbols if symbol.shndx == c.SHN_COMMON]
    if not common:
        return []
    return [
        _common_section(objects[0], name, flags, chosen)
        for name, flags, chosen in (
            (".bss", c.SHF_ALLOC | c.SHF_WRITE, [s for s in common if s.type != c.STT_TLS]),
            (".tbss", c.SHF_ALLOC | c.SHF_WRITE | c.SHF_TLS, [s for s in common if s.type == c.STT_TLS]),
        )
        if chosen
    ]


def _common_section(owner: InputObject, name: str, flags: int, symbols: list[Symbol]) -> InputSection:
    size, align = 0, 1
    places = []
    for symbol in symbols:
        own = check_alignment(f"COMMON symbol {symbol.text}", symbol.value)
        size = -(-size // own) * own
        places.append(size)
        size, align = size + symbol.size, max(align, own)
    header = Section(name, 0, 0, c.SHT_NOBITS, flags, 0, 0, size, 0, 0, align, 0)
    section = InputSection(owner, header, b"", size)
    for symbol, place in zip(symbols, places, strict=True):
        symbol.section, symbol.value, symbol.shndx, symbol.type = section, place, 0xFF, symbol.type or c.STT_OBJECT
    return section


def check_alignment(what: str, align: int) -> int:
    """Return an alignment that is a power of two and not absurd; 0 means 1. LinkError names ``what`` otherwise."""
    if align & (align - 1) or align > 1 << 21:
        raise LinkError(f"{what} has an alignment of {align}, which is no power of two up to 2 MiB")
    return align or 1
