"""Fixing up: relocations become bytes, a column at a time.

An operand is computed once for each different ``r_info`` of a section; then ``columns`` stores the values. Only when
one does not fit is the column looked through for the culprit.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from itertools import repeat
from operator import add
from typing import TYPE_CHECKING

from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.linker.arch.kinds import Field, Form, Kind, Operand, direct_forms, plain_forms
from jitdbg.linker.columns import alike, kernel_for, store, store_alike, store_packed, survey
from jitdbg.linker.model import RELOCATION, Columns, InputSection, Symbol
from jitdbg.linker.needs import is_constant, is_left_out, refused

if TYPE_CHECKING:
    from jitdbg.linker.arch import Architecture
    from jitdbg.linker.recurring.kernel import Kernel
    from jitdbg.linker.synthesise.got import GlobalOffsetTable
    from jitdbg.linker.synthesise.relocations import DynamicRelocations

_FEW = 24 * RELOCATION.size
# What a reference to what was left out becomes where it can't be 0: two zeroes end a list of ranges or locations, and a
# name index with a unit at 0 has the first one. Addresses become 0, as with lld: a range at -1 makes gdb drop its list.
_TOMBSTONE = {".debug_ranges": 1, ".debug_loc": 1, ".debug_names": -1}
# What sections that are not loaded can refer to. In code of the large model GCC's debug info says with GOTOFF64 what a
# register holds.
_OUTSIDE = frozenset((Operand.ADDRESS, Operand.FROM_GOT, Operand.THREAD_OFFSET, Operand.SIZE))

# Looking up a member of an enumeration costs as much as three calls of a built-in function.
_ADDRESS = Operand.ADDRESS
_CALL = Operand.CALL
_FROM_GOT = Operand.FROM_GOT
_GOT_ENTRY = Operand.GOT_ENTRY
_NOTHING = Operand.NOTHING


class Fixups:
    """The operands of relocations, now that everything has an address; ``thread_start`` is that of the TLS template."""

    def __init__(self, arch: Architecture, got: GlobalOffsetTable, thread_start: int) -> None:
        self._arch = arch
        self._kinds: Mapping[int, Kind] = arch.KINDS
        self._direct, self._plain = direct_forms(arch), plain_forms(arch)
        self._got = got
        self._thread_start = thread_start

    def operand(self, kind: Kind, symbol: Symbol) -> int:
        """Return what the relocation's arithmetic takes for its symbol."""
        operand, got = kind.operand, self._got
        if operand is _ADDRESS:
            if symbol.slot < 0:
                return symbol.address
            return got.stub_address(symbol) if symbol.plt >= 0 and kind.form.relative else symbol.bound
        if operand is _CALL:
            return got.stub_address(symbol) if symbol.plt >= 0 else symbol.address
        if operand is _GOT_ENTRY:
            return got.entry_address(symbol)
        return self._rare_operand(operand, symbol)

    def _rare_operand(self, operand: Operand, symbol: Symbol) -> int:
        got = self._got
        start = got.section.address
        values: dict[Operand, Callable[[], int]] = {
            Operand.GOT_INDEX: lambda: got.entry_address(symbol) - start,
            Operand.GOT_PAGE_INDEX: lambda: got.entry_address(symbol) - (start & -4096),
            Operand.FROM_GOT: lambda: symbol.address - start,
            Operand.CALL_FROM_GOT: lambda: (got.stub_address(symbol) if symbol.plt >= 0 else symbol.address) - start,
            Operand.GOT: lambda: start,
            Operand.SIZE: lambda: symbol.size,
            Operand.THREAD_PAIR: lambda: start + symbol.thread_pair,
            Operand.THREAD_MODULE: got.module_address,
            Operand.THREAD_OFFSET: lambda: symbol.address - self._thread_start,
            Operand.THREAD_POINTER_ENTRY: lambda: start + symbol.thread_offset,
            Operand.THREAD_DESCRIPTOR: lambda: start + symbol.descriptor,
        }
        return values[operand]()

    def apply(self, section: InputSection, dynamic: Mapping[int, int]) -> None:
        """Fix up a section; ``dynamic`` are the ``r_info`` that the loader does."""
        output = section.output
        if output is None or section.table is None or not len(section.table):
            return
        loaded = bool(output.flags & c.SHF_ALLOC)
        if section.header.sh_type == c.SHT_NOBITS:
            raise section.error(0, "there are relocations for a section without contents")
        if len(section.table) <= _FEW:
            self._apply_few(section, section.table, dynamic, loaded=loaded)
            return
        kernel = kernel_for(section.table)
        if loaded or kernel or not self._apply_alike(section, section.table):
            self._apply_many(section, kernel, dynamic, loaded=loaded)

    def _apply_many(
        self, section: InputSection, kernel: Kernel | None, dynamic: Mapping[int, int], *, loaded: bool
    ) -> None:
        by_form, dead = self._operands(section, dynamic, loaded=loaded)
        data = section.writable_data()
        if dead:
            self._bury(section, data, dead)
        packed, columns = bytes(section.table or b"") if kernel else b"", None
        for form, operands in by_form.items():
            if not (kernel and store_packed(kernel, data, packed, form, operands)):
                columns = columns or section.columns()
                of_form = columns if len(operands) == len(section.different) else columns.of(operands)
                self._store(section, data, form, operands, of_form)

    def _operands(
        self, section: InputSection, dynamic: Mapping[int, int], *, loaded: bool
    ) -> tuple[dict[Form, dict[int, int]], set[int]]:
        """Return the operand of each ``r_info`` of a section, by form, and those that refer to what was left out."""
        survey(section)
        by_form: dict[Form, dict[int, int]] = {}
        dead: set[int] = set()
        own = section.object
        ordinary, addresses, first_global = own.ordinary, own.addresses, own.first_global
        direct, start = self._direct, section.address
        for info in section.different:
            number = info >> 32
            form = direct.get(info & 0xFFFFFFFF)
            if form is not None and number < first_global and ordinary[number]:
                if form not in by_form:
                    by_form[form] = {}
                by_form[form][info] = addresses[number] - start
            elif info not in dynamic:
                self._collect(section, info, by_form, dead, loaded=loaded)
        return by_form, dead

    def _apply_few(self, section: InputSection, table: memoryview, dynamic: Mapping[int, int], *, loaded: bool) -> None:
        """Fix up one by one, which is quicker for a few than to set up a column."""
        own, start, data = section.object, section.address, section.writable_data()
        ordinary, addresses, first_global, plain = own.ordinary, own.addresses, own.first_global, self._plain
        for offset, info, addend in RELOCATION.iter_unpack(table):
            if dynamic and info in dynamic:
                continue
            number, form = info >> 32, plain.get(info & 0xFFFFFFFF)
            if form and number < first_global and ordinary[number]:
                value = addresses[number] - start if form.relative else addresses[number]
            else:
                by_form: dict[Form, dict[int, int]] = {}
                dead: set[int] = set()
                self._collect(section, info, by_form, dead, loaded=loaded)
                if dead:
                    self._bury(section, data, dead)
                if not by_form:
                    continue
                ((form, operands),) = by_form.items()
                value = operands[info]
            stored = value + addend - offset if form.relative else value + addend
            if form.measure:
                stored = form.measure(stored, start + offset)
            try:
                form.pack_into(data, offset, stored)
            except (struct.error, OverflowError, IndexError):
                self._store(section, data, form, {info: value}, Columns([offset], [info], [addend]))

    def _apply_alike(self, section: InputSection, table: memoryview) -> bool:
        """Fix up a long table of one type without gaps, whose symbols come in runs; say whether the section is one.

        It is one of a section that is not loaded, such as ``.debug_addr``.
        """
        runs = alike(table)
        kind = self._kinds.get(runs[0][0] & 0xFFFFFFFF) if runs else None
        if kind is None:
            return False
        by_form: dict[Form, dict[int, int]] = {}
        different = {info for info, _ in runs}
        for info in different:
            self._collect(section, info, by_form, set(), loaded=False)
        operands = by_form.get(kind.form, {})
        return len(operands) == len(different) and store_alike(
            section.writable_data(), table, kind.form, [(operands[info], length) for info, length in runs]
        )

    def _collect(
        self, section: InputSection, info: int, by_form: dict[Form, dict[int, int]], dead: set[int], *, loaded: bool
    ) -> None:
        kind = self._kinds.get(info & 0xFFFFFFFF)
        if kind is None:
            raise refused(section, info, "is not supported; compile with -fPIC -mcmodel=small")
        if kind.operand is _NOTHING:
            return
        section.object.check_symbol(info >> 32)
        symbol = section.object.symbol(info >> 32)
        if not loaded:
            if (symbol.section is None and not is_constant(symbol)) or is_left_out(symbol):
                dead.add(info)
                return
            if kind.operand not in _OUTSIDE or (kind.operand is _FROM_GOT and symbol.slot >= 0):
                raise refused(section, info, "has no meaning in a section that is not loaded")
        value = self.operand(kind, symbol)
        form = kind.form
        if form.relative:
            value -= section.address
        operands = by_form.get(form)
        if operands is None:
            by_form[form] = {info: value}
        else:
            operands[info] = value

    def _bury(self, section: InputSection, data: bytearray, dead: set[int]) -> None:
        tombstone = _TOMBSTONE.get(section.name)
        if tombstone is None:
            return
        for offset, info, _ in zip(*section.columns(), strict=True):
            if info in dead:
                width = self._kinds[info & 0xFFFFFFFF].form.width
                if offset + width > len(data):
                    raise self._outside(section, self._kinds[info & 0xFFFFFFFF].form, [offset], [info])
                data[offset : offset + width] = tombstone.to_bytes(width, "little", signed=True)

    def _store(
        self, section: InputSection, data: bytearray, form: Form, operands: dict[int, int], columns: Columns
    ) -> None:
        if not store(data, columns, form, operands, section.address):
            self._store_checked(section, data, form, operands, columns)

    def _store_checked(
        self, section: InputSection, data: bytearray, form: Form, operands: dict[int, int], columns: Columns
    ) -> None:
        """Store one by one, values that are meant without sign too, and name the first that does not fit."""
        if max(columns.offsets) + form.width > len(data):
            raise self._outside(section, form, columns.offsets, columns.infos)
        for offset, info, addend in zip(*columns, strict=True):
            value = operands[info] + addend - (offset if form.relative else 0)
            if form.measure:
                value = form.measure(value, section.address + offset)
            if form.width == 8:
                value &= (1 << 64) - 1
            elif not form.low <= value < form.high:
                raise self._overflow(section, form, offset, info, value)
            if not form.field:
                data[offset : offset + form.width] = (value & (1 << 8 * form.width) - 1).to_bytes(form.width, "little")
            elif value % form.field.align:
                raise self._misaligned(section, form.field, offset, info, value)
            else:
                form.pack_into(data, offset, value)

    @staticmethod
    def _outside(section: InputSection, form: Form, offsets: Sequence[int], infos: Sequence[int]) -> LinkError:
        index = next(index for index, offset in enumerate(offsets) if offset + form.width > section.size)
        name = c.relocation_name(section.object.elf.header.e_machine, infos[index] & 0xFFFFFFFF)
        return section.error(offsets[index], f"{name} lies outside of the section, which has {section.size:#x} bytes")

    def _overflow(self, section: InputSection, form: Form, offset: int, info: int, value: int) -> LinkError:
        name, symbol = self._kinds[info & 0xFFFFFFFF].name, section.object.symbol(info >> 32)
        what = "distance" if form.relative else "value"
        return section.error(
            offset,
            f"{name} against {symbol.text}: the {what} {value:#x} does not fit into {form.bits} bits; {form.remedy}",
        )

    def _misaligned(self, section: InputSection, field: Field, offset: int, info: int, value: int) -> LinkError:
        name, symbol = self._kinds[info & 0xFFFFFFFF].name, section.object.symbol(info >> 32)
        return section.error(
            offset,
            f"{name} against {symbol.text}: the instruction takes multiples of {field.align}, not {value:#x}; "
            f"align what it refers to by {field.align}",
        )

    def load(self, section: InputSection, dynamic: Mapping[int, int], loader: DynamicRelocations) -> None:
        """Hand the section's dynamic relocations to the loader."""
        operands: dict[int, int] = {}
        others: dict[int, tuple[int, Symbol | None, int]] = {}
        for info, r_type in dynamic.items():
            symbol = section.object.symbol(info >> 32)
            if r_type == self._arch.RELATIVE:
                operands[info] = symbol.address
            elif symbol.preemptible:
                others[info] = r_type, symbol, 0
            else:
                others[info] = r_type, None, symbol.address - (self._thread_start if r_type == self._arch.TPOFF else 0)
        columns = section.columns()
        of_loader = columns if len(dynamic) == len(section.different) else columns.of(dynamic)
        self._check_inside(section, of_loader)
        relative = of_loader.of(operands) if others else of_loader
        places = list(map(add, relative.offsets, repeat(section.address)))
        loader.add_relative(places, list(map(add, relative.addends, map(operands.__getitem__, relative.infos))))
        if others:
            self._load_others(section, columns, others, loader)

    def _check_inside(self, section: InputSection, columns: Columns) -> None:
        if max(columns.offsets) + 8 > section.size:
            form = self._kinds[columns.infos[0] & 0xFFFFFFFF].form
            raise self._outside(section, form, columns.offsets, columns.infos)

    @staticmethod
    def _load_others(
        section: InputSection,
        columns: Columns,
        others: Mapping[int, tuple[int, Symbol | None, int]],
        loader: DynamicRelocations,
    ) -> None:
        for offset, info, addend in zip(*columns, strict=True):
            if info in others:
                r_type, symbol, base = others[info]
                loader.add(section.address + offset, r_type, symbol, base + addend)
