"""The nouns of the in-memory linker: input and output sections, symbols, input objects.

Sections and symbols are objects; relocations are not: an input section keeps them packed, as its object has them, and a
pass that looks at many unpacks them into columns and treats each as a whole. A :class:`Symbol` is made for a global
name, and for a local symbol only where a relocation refers to it: an object has thousands that nobody does.
"""

from __future__ import annotations

import struct
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import compress, repeat
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.locks import cached_property

if TYPE_CHECKING:
    from jitdbg.elf import ElfFile, Section

Contents = bytes | bytearray | memoryview
# st_name, st_info, st_other, st_shndx, st_value, st_size
Row = tuple[int, int, int, int, int, int]

_SYMBOL = struct.Struct("<IBBHQQ")
RELOCATION = struct.Struct("<QQq")
"""An Elf64_Rela: ``r_offset``, ``r_info``, ``r_addend``."""
_INFO = struct.Struct("<Q")


class OutputSection:
    """A section of the image: input sections and bytes of the linker's own, in order.

    ``address`` is the virtual address (0 for what is not loaded), ``offset`` the place in the file, ``index`` the place
    in the section header table; all three are given by the layout. ``parts`` are the contents, padding included, for
    joining.
    """

    __slots__ = (
        "address", "align", "entsize", "flags", "index", "info", "inputs", "link", "name", "offset", "parts", "size",
        "type",
    )  # fmt: skip

    def __init__(self, name: str, sh_type: int, flags: int, align: int = 1, entsize: int = 0) -> None:
        self.size = self.address = self.offset = self.index = self.link = self.info = 0
        self.name = name
        self.type = sh_type
        self.flags = flags
        self.align = align
        self.entsize = entsize
        self.inputs: list[InputSection] = []
        self.parts: list[Contents] = []

    @property
    def output(self) -> OutputSection:
        """Itself: a symbol of the linker's own lies in an output section as others lie in input sections."""
        return self

    def set_contents(self, data: Contents) -> None:
        """Make ``data`` the whole of the section."""
        self.parts = [data]
        self.size = len(data)


class Columns(NamedTuple):
    """Relocations of one section, a column for each of their fields."""

    offsets: list[int]
    infos: list[int]
    addends: list[int]

    def of(self, wanted: Container[int]) -> Columns:
        """Give those whose ``r_info`` is wanted."""
        chosen = list(map(wanted.__contains__, self.infos))
        return Columns(*(list(compress(column, chosen)) for column in self))


class Relocation(NamedTuple):
    """One relocation, and its number in its table."""

    number: int
    offset: int
    info: int
    addend: int


def _occurrences(data: bytes, value: int) -> Iterator[int]:
    index = data.find(value)
    while index >= 0:
        yield index
        index = data.find(value, index + 1)


# What sections have until they are looked at; it is replaced, never changed.
_NO_INFOS: set[int] = set()


class InputSection:
    """A section of an object, and its place in the image: ``output`` is None for what is left out.

    ``data`` is a view of the object until something has to be changed, then a bytearray. ``table`` is the relocations,
    packed; ``different`` the set of their ``r_info``, once `columns.survey` has found it and checked their symbols.
    """

    __slots__ = ("address", "data", "different", "header", "object", "offset", "output", "size", "table")

    def __init__(self, owner: InputObject, header: Section, data: Contents, size: int) -> None:
        self.output: OutputSection | None = None
        self.offset = self.address = 0
        self.table: memoryview | None = None
        self.different = _NO_INFOS
        self.object = owner
        self.header = header
        self.data = data
        self.size = size

    @property
    def name(self) -> str:
        """The section's name in its object."""
        return self.header.name

    @property
    def is_thread_local(self) -> bool:
        """Whether each thread has the section's contents for itself."""
        return bool(self.header.sh_flags & c.SHF_TLS)

    def columns(self) -> Columns:
        """Unpack the relocations."""
        if self.table is None:
            return Columns([], [], [])
        words = self.table.cast("Q")
        return Columns(words[0::3].tolist(), words[1::3].tolist(), self.table.cast("q")[2::3].tolist())

    def infos(self) -> list[int]:
        """Unpack the column of ``r_info`` alone."""
        return self.table.cast("Q")[1::3].tolist() if self.table is not None else []

    def offset_of(self, info: int) -> int:
        """Return where the first relocation with this ``r_info`` is."""
        offsets, infos, _ = self.columns()
        return offsets[infos.index(info)]

    def relocations(self, wanted: Container[int], low_bytes: Iterable[int]) -> list[Relocation]:
        """Return, in their order, those whose ``r_info`` is wanted; ``low_bytes`` are the last ones of their types."""
        table = self.table or memoryview(b"")
        # Of most others this byte says that they are not wanted.
        lows = bytes(table[8 :: RELOCATION.size])
        numbers = sorted(number for low in low_bytes for number in _occurrences(lows, low))
        found = [Relocation(number, *RELOCATION.unpack_from(table, number * RELOCATION.size)) for number in numbers]
        return [each for each in found if each.info in wanted]

    def change_infos(self, infos: Mapping[int, int]) -> None:
        """Give relocations, by their number, another ``r_info``."""
        if not infos:
            return
        table = bytearray(self.table or b"")
        for number, info in infos.items():
            _INFO.pack_into(table, number * RELOCATION.size + 8, info)
        self.table = memoryview(table)

    def replace_relocations(self, rows: Iterable[tuple[int, int, int]]) -> None:
        """Let these be the relocations: offset, ``r_info`` and addend of each."""
        self.table = memoryview(b"".join([RELOCATION.pack(*row) for row in rows]))
        self.different = set(self.infos())

    def release(self) -> None:
        """Forget the relocations, once they are done."""
        self.table, self.different = None, _NO_INFOS

    def writable_data(self) -> bytearray:
        """Return the contents as a bytearray that belongs to this link alone."""
        if not isinstance(self.data, bytearray):
            self.data = bytearray(self.data)
        return self.data

    def error(self, offset: int, what: str) -> LinkError:
        """Return the error for what is wrong at ``offset`` of this section."""
        return LinkError(f"{self.object.name}: {self.name}+{offset:#x}: {what}")


class Symbol:
    """A symbol: global ones are shared by all objects of the link, local ones belong to one.

    ``section`` is None for undefined and absolute symbols. ``imported`` says that the loader has to find it, and
    ``preemptible`` that it may find another one than the image's own. ``got``, ``plt`` and so on are indices into the
    synthesised tables, -1 where there is no entry. ``slot`` is the index of the slot of a bound name. ``strtab_name``
    is where the name is in the string table of ``object``. ``plain_name`` is that of an import whose name says a
    version, without it. ``resolver`` is what an IFUNC was before its stub became its address.
    """

    # Slots take a third of what a dictionary for each does: a link has thousands.
    __slots__ = (
        "_name", "bound", "descriptor", "dynamic", "exported", "got", "imported", "jump", "object", "other",
        "plain_name", "plt", "preemptible", "resolver", "section", "shndx", "size", "slot", "strtab_name",
        "thread_offset", "thread_pair", "type", "value", "visibility", "weak",
    )  # fmt: skip

    def __init__(self, owner: InputObject, strtab_name: int, name: bytes | None = None) -> None:
        self.section: InputSection | OutputSection | None = None
        self.plain_name: bytes | None = None
        self.resolver: Symbol | None = None
        self.shndx, self.visibility = c.SHN_UNDEF, c.STV_DEFAULT
        self.value = self.size = self.type = self.other = self.dynamic = self.bound = 0
        self.weak = self.imported = self.preemptible = self.exported = False
        self.got = self.plt = self.jump = self.thread_pair = self.thread_offset = self.descriptor = self.slot = -1
        self.object = owner
        self.strtab_name = strtab_name
        self._name = name

    @property
    def name(self) -> bytes:
        """The name as it is in the object."""
        if self._name is None:
            self._name = self.object.name_at(self.strtab_name)
        return self._name

    @property
    def text(self) -> str:
        """The name as text, for messages; a section symbol has its section's name."""
        name = self.name
        if not name and self.section:
            return self.section.name
        return name.decode("utf-8", "backslashreplace")

    @property
    def address(self) -> int:
        """The link-time address; only after the layout."""
        return self.section.address + self.value if self.section else self.value

    @property
    def is_ifunc(self) -> bool:
        """Whether the address is what a resolver returns at load time."""
        return self.type == c.STT_GNU_IFUNC and self.shndx != c.SHN_UNDEF


class InputObject:
    """An object of the link: its sections, and its symbol table as columns.

    ``globals`` holds the shared symbols from ``first_global`` on, filled in by the resolution. Most local symbols are
    ``ordinary``: all that is ever asked of them is their address, and no :class:`Symbol` is made for them. ``replaced``
    holds, for macros in groups that another object has given already, the section of that object.
    """

    def __init__(self, elf: ElfFile) -> None:
        self.elf = elf
        self.name = elf.name
        self.sections: list[InputSection | None] = [None] * len(elf.sections)
        self.groups: list[Section] = []
        self.replaced: dict[int, InputSection | None] = {}
        self.strings = b"\0"
        self.symbol_table = memoryview(b"")
        self.symbol_count = self.first_global = 0
        self.st_infos: list[int] = []
        self.st_shndxs: list[int] = []
        self.st_values: list[int] = []
        self.globals: list[Symbol] = []
        self._locals: dict[int, Symbol] = {}
        self._extended: memoryview | None = None
        self.ordinary: list[bool] = []
        self.addresses: list[int] = []
        self._read()

    def _read(self) -> None:
        elf, symtab, relocations = self.elf, None, []
        data = self._data = elf.data
        limit, total = len(data), 0
        for header in elf.sections:
            _, index, _, sh_type, sh_flags, _, offset, size, _, _, _, _ = header
            if sh_type != c.SHT_NOBITS:
                # Sections of a real object never overlap; those of a hostile one would make gigabytes of kilobytes.
                total += size
                if offset + size > limit or total > limit:
                    raise elf.error(offset, f"section {header.name} is larger than what the file has left")
            if sh_type in CARRIED:
                if not sh_flags & c.SHF_EXCLUDE:
                    contents: Contents = data[offset : offset + size] if sh_type != c.SHT_NOBITS else b""
                    self.sections[index] = InputSection(self, header, contents, size)
            elif sh_type == c.SHT_RELA:
                relocations.append(header)
            elif sh_type == c.SHT_SYMTAB:
                symtab = header
            elif sh_type == c.SHT_GROUP:
                self.groups.append(header)
            elif sh_type == c.SHT_SYMTAB_SHNDX:
                self._extended = data[offset : offset + size // 4 * 4].cast("I")
            elif sh_type == c.SHT_REL:
                raise elf.error(header.sh_offset, f"{header.name} has relocations without addends (SHT_REL)")
            elif sh_type == c.SHT_PREINIT_ARRAY:
                raise elf.error(header.sh_offset, f"{header.name} is for executables; use .init_array")
        if symtab:
            self._read_symbols(symtab)
        tables: dict[InputSection, list[memoryview]] = {}
        for header in relocations:
            self._read_relocations(header, tables)
        for target, parts in tables.items():
            target.table = parts[0] if len(parts) == 1 else memoryview(b"".join(parts))

    def _read_symbols(self, header: Section) -> None:
        elf = self.elf
        if header.sh_entsize != 24 or header.sh_size % 24:
            raise elf.error(header.sh_offset, f"{header.name} is no table of 24-byte symbols")
        self.strings = bytes(elf.contents(elf.section_at(header.sh_link, header.sh_offset)))
        if self.strings[-1:] != b"\0":
            raise elf.error(header.sh_offset, "the string table of the symbols does not end with a NUL")
        self.symbol_table = elf.contents(header)
        self.symbol_count, self.first_global = len(self.symbol_table) // 24, header.sh_info
        self.st_infos = self.symbol_table[4::24].tolist()
        self.st_shndxs = self.symbol_table.cast("H")[3::12].tolist()
        self.st_values = self.symbol_table.cast("Q")[1::3].tolist()
        if not 0 < header.sh_info <= self.symbol_count:
            raise elf.error(header.sh_offset, f"{header.name} says that {header.sh_info} of its symbols are local")
        names = self.symbol_table.cast("I")[0::6].tolist()
        if max(names) >= len(self.strings):
            index = names.index(max(names))
            raise elf.error(header.sh_offset + index * 24, f"symbol {index} has no name in its string table")

    def _read_relocations(self, header: Section, tables: dict[InputSection, list[memoryview]]) -> None:
        target = self.sections[header.sh_info] if header.sh_info < len(self.sections) else None
        if target is None:
            if header.sh_info >= len(self.sections):
                raise self.elf.error(
                    header.sh_offset, f"{header.name} is for section {header.sh_info}, which is not there"
                )
            return
        if header.sh_entsize != 24 or header.sh_size % 24:
            raise self.elf.error(header.sh_offset, f"{header.name} is no table of 24-byte relocations")
        table = self._data[header.sh_offset : header.sh_offset + header.sh_size]
        tables.setdefault(target, []).append(table)

    def release(self) -> None:
        """Let go of sections and symbols, which refer back to the object: megabytes would wait for the collector."""
        for section in self.sections:
            if section is not None:
                section.output = None
        self.sections.clear()
        self.globals.clear()
        self._locals.clear()

    def name_at(self, start: int) -> bytes:
        """Return the string at ``start`` of the symbols' string table."""
        end = self.strings.find(b"\0", start)
        if end < 0:
            raise LinkError(f"{self.name}: a symbol's name lies outside of its string table (offset {start:#x})")
        return self.strings[start:end]

    def row(self, index: int) -> Row:
        """Return one row of the symbol table."""
        row: Row = _SYMBOL.unpack_from(self.symbol_table, index * 24)
        return row

    def find_ordinary(self) -> None:
        """Note which local symbols are nothing but places in sections of the image; after those are known."""
        placed = {
            index for index, section in enumerate(self.sections) if section is not None and section.output is not None
        }
        ordinary = list(map(placed.__contains__, self.st_shndxs[: self.first_global]))
        if c.STT_GNU_IFUNC in self.st_infos:
            ordinary = [
                is_placed and info != c.STT_GNU_IFUNC for is_placed, info in zip(ordinary, self.st_infos, strict=False)
            ]
        self.ordinary = ordinary

    @cached_property
    def shared(self) -> list[bool]:
        """Which local symbols are ordinary and no thread's own; after ``find_ordinary``."""
        own = {index for index, section in enumerate(self.sections) if section is not None and section.is_thread_local}
        if not own:
            return self.ordinary
        return [ordinary and shndx not in own for ordinary, shndx in zip(self.ordinary, self.st_shndxs, strict=False)]

    def find_addresses(self) -> None:
        """Compute the addresses of all local symbols, the values of those that are in no section; after the layout."""
        starts = {index: section.address for index, section in enumerate(self.sections) if section is not None}
        self.addresses = list(map(add, map(starts.get, self.st_shndxs[: self.first_global], repeat(0)), self.st_values))

    def section_index(self, symbol: int) -> int:
        """Return the index of the section that a symbol is defined in, SHN_XINDEX looked up."""
        shndx = self.st_shndxs[symbol]
        if shndx != c.SHN_XINDEX:
            return shndx
        if self._extended is None or symbol >= len(self._extended):
            raise LinkError(f"{self.name}: symbol {symbol} has no entry in SHT_SYMTAB_SHNDX")
        return int(self._extended[symbol])

    def check_symbol(self, index: int) -> None:
        """Raise LinkError where there is no symbol of that index."""
        if index >= self.first_global + len(self.globals):
            raise LinkError(f"{self.name}: a relocation refers to symbol {index}, which does not exist")

    def symbol(self, index: int) -> Symbol:
        """Return the symbol of that index: the shared one for a global, one of this object for a local."""
        if index >= self.first_global:
            return self.globals[index - self.first_global]
        found = self._locals.get(index)
        if found is None:
            found = self._locals[index] = self._local(index)
        return found

    def add_symbol(self, symbol: Symbol) -> int:
        """Let relocations of this object refer to a symbol of the linker's own; return its index."""
        self.globals.append(symbol)
        return self.first_global + len(self.globals) - 1

    def _local(self, index: int) -> Symbol:
        start, info, _, shndx, value, size = self.row(index)
        symbol = Symbol(self, start)
        symbol.value, symbol.size, symbol.type, symbol.shndx = value, size, info & 15, shndx
        if index == 0:
            symbol.shndx = c.SHN_ABS
        elif shndx != c.SHN_ABS:
            symbol.section = self.defining_section(index) or self.replaced.get(self.section_index(index))
            if symbol.section is not None and symbol.section.is_thread_local:
                symbol.type = c.STT_TLS  # also that of the section itself
            if symbol.section is None and shndx == c.SHN_UNDEF:
                raise LinkError(f"{self.name}: local symbol {symbol.text!r} (number {index}) is undefined")
        return symbol

    def defining_section(self, index: int) -> InputSection | None:
        """Return the section of a defined symbol; None for one that the image leaves out."""
        shndx = self.section_index(index)
        if shndx >= len(self.sections):
            raise LinkError(f"{self.name}: symbol {index} is in section {shndx}, which does not exist")
        return self.sections[shndx]


# What is carried over into the image; the linker makes its own of everything else.
CARRIED = frozenset((c.SHT_PROGBITS, c.SHT_NOBITS, c.SHT_NOTE, c.SHT_INIT_ARRAY, c.SHT_FINI_ARRAY, c.SHT_X86_64_UNWIND))
