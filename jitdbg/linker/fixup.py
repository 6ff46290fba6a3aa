"""Fixing up: relocations become bytes, a column at a time.

An operand is computed once for each different ``r_info`` of a section; then ``map`` and ``operator`` go over the
columns, and ``struct`` checks the range of every value as it stores it. Only when a value does not fit is the column
looked through for the culprit. Tables without gaps (``.debug_addr``, ``.debug_str_offsets``) that refer to one symbol
are added up as one big integer: 20,000 entries in a tenth of a millisecond.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import compress, repeat
from operator import add, sub
from typing import TYPE_CHECKING

from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.linker.arch.kinds import Form, Kind, Operand
from jitdbg.linker.model import InputSection, Symbol
from jitdbg.linker.needs import is_constant, is_left_out, refused

if TYPE_CHECKING:
    from types import ModuleType

    from jitdbg.linker.synthesise.got import GlobalOffsetTable
    from jitdbg.linker.synthesise.relocations import DynamicRelocations

_BULK = 256
# What a reference to code that was left out becomes; in these two a pair of zeroes would end the list.
_TOMBSTONE = {".debug_ranges": 1, ".debug_loc": 1}
# What sections that are not loaded can refer to.
_OUTSIDE = frozenset((Operand.ADDRESS, Operand.THREAD_OFFSET, Operand.SIZE))


class Fixups:
    """The operands of relocations, now that everything has an address; ``thread_start`` is that of the TLS template."""

    def __init__(self, arch: ModuleType, got: GlobalOffsetTable, thread_start: int) -> None:
        self._arch = arch
        self._kinds: Mapping[int, Kind] = arch.KINDS
        self._got = got
        self._thread_start = thread_start

    def operand(self, kind: Kind, symbol: Symbol) -> int:
        """Return what the relocation's arithmetic takes for its symbol."""
        operand, got = kind.operand, self._got
        if operand is Operand.ADDRESS:
            if symbol.plt >= 0 and kind.form.relative and (symbol.slot >= 0 or symbol.is_ifunc):
                return got.stub_address(symbol)
            return symbol.bound if symbol.slot >= 0 else symbol.address
        if operand is Operand.CALL:
            return got.stub_address(symbol) if symbol.plt >= 0 else symbol.address
        if operand is Operand.GOT_ENTRY:
            return got.entry_address(symbol)
        return self._rare_operand(operand, symbol)

    def _rare_operand(self, operand: Operand, symbol: Symbol) -> int:
        got = self._got
        start = got.section.address
        values: dict[Operand, Callable[[], int]] = {
            Operand.GOT_INDEX: lambda: got.entry_address(symbol) - start,
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
        if output is None or not section.infos:
            return
        if section.header.sh_type == c.SHT_NOBITS:
            raise refused(section, section.infos[0], "is in a section without contents")
        loaded = bool(output.flags & c.SHF_ALLOC)
        by_form: dict[Form, dict[int, int]] = {}
        dead: set[int] = set()
        different = set(section.infos)
        for info in different:
            if info not in dynamic:
                self._collect(section, info, by_form, dead, loaded=loaded)
        data = section.writable_data()
        if dead:
            self._bury(section, data, dead)
        for form, operands in by_form.items():
            if len(operands) == len(different):
                self._store(section, data, form, operands, section.offsets, section.infos, section.addends)
            else:
                chosen = [info in operands for info in section.infos]
                columns = (section.offsets, section.infos, section.addends)
                self._store(section, data, form, operands, *(list(compress(column, chosen)) for column in columns))

    def _collect(
        self, section: InputSection, info: int, by_form: dict[Form, dict[int, int]], dead: set[int], *, loaded: bool
    ) -> None:
        kind = self._kinds.get(info & 0xFFFFFFFF)
        if kind is None:
            raise refused(section, info, "is not supported; compile with -fPIC -mcmodel=small")
        if kind.operand is Operand.NOTHING:
            return
        symbol = section.object.symbol(info >> 32)
        if not loaded:
            if (symbol.section is None and not is_constant(symbol)) or is_left_out(symbol):
                dead.add(info)
                return
            if kind.operand not in _OUTSIDE:
                raise refused(section, info, "has no meaning in a section that is not loaded")
        value = self.operand(kind, symbol)
        by_form.setdefault(kind.form, {})[info] = value - section.address if kind.form.relative else value

    @staticmethod
    def _bury(section: InputSection, data: bytearray, dead: set[int]) -> None:
        tombstone = _TOMBSTONE.get(section.name)
        if tombstone:
            for offset, info in zip(section.offsets, section.infos, strict=True):
                if info in dead and offset + 8 <= len(data):
                    struct.pack_into("<Q", data, offset, tombstone)

    def _store(
        self,
        section: InputSection,
        data: bytearray,
        form: Form,
        operands: dict[int, int],
        offsets: Sequence[int],
        infos: Sequence[int],
        addends: Sequence[int],
    ) -> None:
        if max(offsets) + form.width > len(data):
            raise self._outside(section, form, offsets, infos)
        if len(offsets) >= _BULK and len(operands) == 1 and not form.relative:
            (operand,) = operands.values()
            if _store_table(data, form, operand, offsets, addends):
                return
        values = map(add, addends, map(operands.__getitem__, infos))
        if form.relative:
            values = map(sub, values, offsets)
        try:
            deque(map(form.pack_into, repeat(data), offsets, values), maxlen=0)
        except (struct.error, OverflowError):
            self._store_checked(section, data, form, operands, offsets, infos, addends)

    def _store_checked(
        self,
        section: InputSection,
        data: bytearray,
        form: Form,
        operands: dict[int, int],
        offsets: Sequence[int],
        infos: Sequence[int],
        addends: Sequence[int],
    ) -> None:
        """Store one by one, values that are meant without sign too, and name the first that does not fit."""
        for offset, info, addend in zip(offsets, infos, addends, strict=True):
            value = operands[info] + addend - (offset if form.relative else 0)
            if form.width == 8:
                value &= (1 << 64) - 1
            elif not form.low <= value < form.high:
                raise self._overflow(section, form, offset, info, value)
            data[offset : offset + form.width] = (value & (1 << 8 * form.width) - 1).to_bytes(form.width, "little")

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
            f"{name} against {symbol.text}: the {what} {value:#x} does not fit into {form.width * 8} bits; "
            "make the image smaller, or compile with a larger code model",
        )

    def load(self, section: InputSection, dynamic: Mapping[int, int], loader: DynamicRelocations) -> None:
        """Hand the section's dynamic relocations to the loader."""
        operands: dict[int, int] = {}
        for info, r_type in dynamic.items():
            symbol = section.object.symbol(info >> 32)
            if r_type == self._arch.RELATIVE:
                operands[info] = symbol.address
            else:
                self._load_one(section, info, r_type, symbol, loader)
        chosen = [info in operands for info in section.infos]
        infos = list(compress(section.infos, chosen))
        offsets, addends = list(compress(section.offsets, chosen)), list(compress(section.addends, chosen))
        if section.header.sh_type == c.SHT_NOBITS or max(section.offsets) + 8 > section.size:
            raise self._outside(
                section, self._kinds[section.infos[0] & 0xFFFFFFFF].form, section.offsets, section.infos
            )
        places = list(map(add, offsets, repeat(section.address)))
        loader.add_relative(places, list(map(add, addends, map(operands.__getitem__, infos))))

    def _load_one(
        self, section: InputSection, info: int, r_type: int, symbol: Symbol, loader: DynamicRelocations
    ) -> None:
        base = 0
        if not symbol.preemptible:
            kind = self._kinds[info & 0xFFFFFFFF]
            base = symbol.address - (self._thread_start if kind.operand is Operand.THREAD_POINTER_OFFSET else 0)
        for offset, other, addend in zip(section.offsets, section.infos, section.addends, strict=True):
            if other == info:
                loader.add(section.address + offset, r_type, symbol if symbol.preemptible else None, base + addend)


def _store_table(data: bytearray, form: Form, operand: int, offsets: Sequence[int], addends: Sequence[int]) -> bool:
    """Store a column as one slice where it has no gaps and nothing can overflow; say whether it could be done."""
    width, count, start = form.width, len(offsets), offsets[0]
    last = start + width * (count - 1)
    if width not in (4, 8) or offsets[-1] != last or list(offsets) != list(range(start, last + 1, width)):
        return False
    smallest, largest = min(addends) + operand, max(addends) + operand
    if operand < 0 or min(addends) < 0 or smallest < 0 or largest >= 1 << (8 * width - 1):
        return False
    # Neither addends nor sums reach into the next lane, so one addition does them all.
    column = int.from_bytes(struct.pack(f"<{count}{'Q' if width == 8 else 'I'}", *addends), "little")
    total = column + int.from_bytes(operand.to_bytes(width, "little") * count, "little")
    data[start : start + width * count] = total.to_bytes(width * count, "little")
    return True
