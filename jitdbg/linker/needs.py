"""What the relocations ask for, before anything has an address: GOT entries, stubs, relocations for the loader.

Each different ``r_info`` of a section is looked at once, whatever the number of relocations that have it. After this
pass the sizes of all synthesised tables are known, and every reference that can't be in a shared library was refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.linker import diagnose
from jitdbg.linker.arch.kinds import Kind, Operand, direct_forms
from jitdbg.linker.columns import survey
from jitdbg.linker.diagnose import position_dependent
from jitdbg.linker.layout import TLS_BSS, TLS_DATA, Layout
from jitdbg.linker.model import InputSection, Symbol
from jitdbg.locks import cached_property

if TYPE_CHECKING:
    from jitdbg.linker.arch import Architecture
    from jitdbg.linker.synthesise.got import GlobalOffsetTable

_WRITE = c.SHF_WRITE
# Half of what 32 bits reach: the other half is for the linker's own tables and the gaps before sections.
_REACH = 1 << 30
# Types of symbols whose value is no address of what they name.
_SPECIAL = frozenset((c.STT_GNU_IFUNC, c.STT_TLS))

# Looking up a member of an enumeration costs as much as three calls of a built-in function.
_ADDRESS = Operand.ADDRESS
_CALL = Operand.CALL
_CALL_FROM_GOT = Operand.CALL_FROM_GOT
_EXECUTABLE_ONLY = Operand.EXECUTABLE_ONLY
_FROM_GOT = Operand.FROM_GOT
_NOTHING = Operand.NOTHING
_THREAD_DESCRIPTOR = Operand.THREAD_DESCRIPTOR
_THREAD_MODULE = Operand.THREAD_MODULE
_THREAD_PAIR = Operand.THREAD_PAIR
_THREAD_POINTER_ENTRY = Operand.THREAD_POINTER_ENTRY
_THREAD_POINTER_OFFSET = Operand.THREAD_POINTER_OFFSET


class Needs:
    """What loaded sections ask for.

    ``dynamic`` holds, for each section with relocations that the loader has to do, the ``r_info`` of those and the
    loader's type for each.
    """

    def __init__(self, arch: Architecture, got: GlobalOffsetTable, layout: Layout) -> None:
        self._arch = arch
        self._layout = layout
        self._kinds: Mapping[int, Kind] = arch.KINDS
        self._direct = direct_forms(arch)
        self._got = got
        self.dynamic: dict[InputSection, dict[int, int]] = {}
        self.dynamic_count = 0
        self.static_tls = False
        self._canonical: dict[Symbol, None] = {}
        self._pointers: list[tuple[InputSection, int]] = []
        self._has_thread_locals = bool(layout.of_rank(TLS_DATA, TLS_BSS))

    def scan(self, sections: Sequence[InputSection]) -> None:
        """Look at all relocations of loaded sections."""
        for section in sections:
            if section.table is not None:
                survey(section)
                if section.header.sh_type == c.SHT_NOBITS and section.different:
                    raise refused(section, section.infos()[0], "is in a section without contents")
                self._scan_section(section)
        if self._canonical:
            self._settle_resolvers()

    def _settle_resolvers(self) -> None:
        """Let all pointers to an IFUNC whose address code computes be the address of its stub."""
        for symbol in self._canonical:
            self._got.make_canonical(symbol)
        for section, info in self._pointers:
            if not section.object.symbol(info >> 32).is_ifunc:
                self.dynamic[section][info] = self._arch.RELATIVE

    def _scan_section(self, section: InputSection) -> None:
        kinds, symbol_at = self._kinds, section.object.symbol
        direct, locals_end = self._direct, section.object.first_global
        ordinary = section.object.shared if self._has_thread_locals else section.object.ordinary
        relaxable, needed = set(), []
        for info in section.different:
            number = info >> 32
            if number < locals_end and ordinary[number] and info & 0xFFFFFFFF in direct:
                continue  # a fixed distance within the image
            kind = kinds.get(info & 0xFFFFFFFF)
            if kind is None:
                raise refused(section, info, "is not supported in a shared library; compile with -fPIC -mcmodel=small")
            symbol = symbol_at(info >> 32)
            if symbol.section is not None and symbol.section.output is not None:
                own = not symbol.preemptible and symbol.type not in _SPECIAL
            elif is_left_out(symbol) and kind.operand is not _NOTHING:
                raise refused(section, info, "refers to a section that is not in the image")
            else:
                own = False
            if own and kind.direct:
                continue  # a fixed distance within the image
            if own and kind.relaxable and self._all_in_reach:
                relaxable.add(info)
            else:
                needed.append(info)
        for info in sorted(needed):  # so that tables do not depend on the order of the relocations
            self._need(section, info, kinds[info & 0xFFFFFFFF], symbol_at(info >> 32))
        if relaxable:
            self._relax(section, relaxable)
        if section in self.dynamic:
            counts = Counter(section.infos())
            self.dynamic_count += sum(counts[info] for info in self.dynamic[section])

    @cached_property
    def _all_in_reach(self) -> bool:
        """Whether code can compute every address of the image, wherever the layout puts things."""
        return self._layout.largest_size() < _REACH

    def _relax(self, section: InputSection, relaxable: set[int]) -> None:
        loads = section.relocations(relaxable, {info & 0xFF for info in relaxable})
        changed = self._arch.relax(section.writable_data(), loads)
        section.change_infos(changed)
        now = {changed.get(load.number, load.info) for load in loads}
        section.different = section.different - relaxable | now
        for info in sorted(now & relaxable):
            self._got.add_address(section.object.symbol(info >> 32))

    def _need(self, section: InputSection, info: int, kind: Kind, symbol: Symbol) -> None:
        operand = kind.operand
        if symbol.type == c.STT_TLS and operand not in _OF_THREAD_LOCALS:
            raise refused(section, info, "treats a thread-local variable as an ordinary one; declare it so everywhere")
        if operand is _ADDRESS:
            self._need_address(section, info, kind, symbol)
        elif operand is _CALL:
            if symbol.preemptible or symbol.slot >= 0 or symbol.is_ifunc:
                self._got.add_stub(symbol)
        elif operand in _THREAD_OPERANDS:
            self._need_thread_local(section, info, operand, symbol)
        elif operand in _GOT_ENTRIES:
            self._got.add_address(symbol)
            self._got.required = True
        elif operand is not _NOTHING:
            self._need_got(section, info, operand, symbol)

    def _need_got(self, section: InputSection, info: int, operand: Operand, symbol: Symbol) -> None:
        self._got.required = True
        if operand is _CALL_FROM_GOT and (symbol.preemptible or symbol.slot >= 0 or symbol.is_ifunc):
            self._got.add_stub(symbol)
        elif operand is _FROM_GOT and symbol.slot >= 0:
            raise unbindable(section, info, symbol)
        elif operand in (Operand.FROM_GOT, Operand.SIZE) and symbol.preemptible:
            raise self._not_shared(section, info)
        elif operand is _FROM_GOT and symbol.is_ifunc:
            self._canonical[symbol] = None

    def _need_address(self, section: InputSection, info: int, kind: Kind, symbol: Symbol) -> None:
        if kind.form.relative:
            self._need_distance(section, info, symbol)
        elif kind.form.width == 8:
            self._need_pointer(section, info, symbol)
        elif symbol.slot >= 0:
            raise unbindable(section, info, symbol)
        elif not is_constant(symbol):
            raise self._not_shared(section, info)

    def _need_distance(self, section: InputSection, info: int, symbol: Symbol) -> None:
        if symbol.slot >= 0:
            if self._kinds[info & 0xFFFFFFFF].form.width != 4:
                raise unbindable(section, info, symbol)
            self._got.add_stub(symbol)
        elif symbol.is_ifunc and not symbol.preemptible:
            self._canonical[symbol] = None
        elif symbol.preemptible or (symbol.shndx == c.SHN_ABS and not symbol.weak):
            raise self._not_shared(section, info)

    def _need_pointer(self, section: InputSection, info: int, symbol: Symbol) -> None:
        if is_constant(symbol):
            return
        output = section.output
        if output is None or not output.flags & _WRITE:
            raise self._not_shared(section, info)
        arch = self._arch
        if symbol.preemptible:
            self._need_dynamic(section, info, arch.ABSOLUTE)
        elif symbol.is_ifunc:
            self._need_dynamic(section, info, arch.IRELATIVE)
            self._pointers.append((section, info))
        else:
            self._need_dynamic(section, info, arch.RELATIVE)

    def _need_thread_local(self, section: InputSection, info: int, operand: Operand, symbol: Symbol) -> None:
        if operand is _EXECUTABLE_ONLY:
            raise refused(section, info, "is for executables (local-exec TLS); compile with -fPIC")
        if symbol.slot >= 0:
            raise unbindable(section, info, symbol)
        if operand is _THREAD_MODULE:
            self._got.add_module()
            return
        if (symbol.section is None and not symbol.imported) or symbol.type not in (c.STT_TLS, c.STT_NOTYPE):
            raise refused(section, info, "refers to what is no thread-local variable")
        if operand is _THREAD_PAIR:
            self._got.add_pair(symbol)
        elif operand is _THREAD_DESCRIPTOR:
            self._got.add_descriptor(symbol)
        elif operand is _THREAD_POINTER_ENTRY:
            self.static_tls = True
            self._got.add_thread_offset(symbol)
        elif operand is _THREAD_POINTER_OFFSET:
            self.static_tls = True
            self._need_dynamic(section, info, self._arch.TPOFF)
        elif symbol.preemptible:
            raise self._not_shared(section, info)

    def _need_dynamic(self, section: InputSection, info: int, r_type: int) -> None:
        self.dynamic.setdefault(section, {})[info] = r_type

    def _not_shared(self, section: InputSection, info: int) -> LinkError:
        symbol = section.object.symbol(info >> 32)
        offset = section.offset_of(info)
        name = self._kinds[info & 0xFFFFFFFF].name
        return LinkError(position_dependent(section.object.name, section.name, offset, symbol.text, name))


_GOT_ENTRIES = frozenset((Operand.GOT_ENTRY, Operand.GOT_INDEX, Operand.GOT_PAGE_INDEX))
_THREAD_OPERANDS = frozenset(operand for operand in Operand if operand.name.startswith("THREAD_")) | {
    Operand.EXECUTABLE_ONLY
}
_OF_THREAD_LOCALS = _THREAD_OPERANDS | {Operand.SIZE, Operand.NOTHING}


def is_constant(symbol: Symbol) -> bool:
    """Whether the symbol's address is known now and the same in every process (or, bound, in this one)."""
    return symbol.slot >= 0 or (symbol.shndx == c.SHN_ABS and not symbol.preemptible)


def is_left_out(symbol: Symbol) -> bool:
    """Whether the symbol is defined in a section that the image does not have."""
    if symbol.section is not None:
        return symbol.section.output is None
    return symbol.shndx not in (c.SHN_UNDEF, c.SHN_ABS)


def refused(section: InputSection, info: int, what: str) -> LinkError:
    """Return the error for the first relocation with this ``r_info`` in the section."""
    machine = section.object.elf.header.e_machine
    section.object.check_symbol(info >> 32)
    offset, symbol = section.offset_of(info), section.object.symbol(info >> 32)
    against = f" against {symbol.text}" if symbol.text else ""
    return section.error(offset, f"{c.relocation_name(machine, info & 0xFFFFFFFF)}{against} {what}")


def unbindable(section: InputSection, info: int, symbol: Symbol) -> LinkError:
    """Return the error for a reference to a bound name that can't go through a slot."""
    name = c.relocation_name(section.object.elf.header.e_machine, info & 0xFFFFFFFF)
    offset = section.offset_of(info)
    return diagnose.unbindable(section.object.name, name, f"{section.name}+{offset:#x}", symbol.text)
