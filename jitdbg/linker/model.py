"""The nouns of the in-memory linker: input and output sections, symbols, input objects.

Sections and symbols are objects; relocations are not: an input section keeps them as columns (three lists of equal
length) and every pass treats a column as a whole. A :class:`Symbol` is made for a global name, and for a local symbol
only where a relocation refers to it: an object has thousands that nobody does.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from jitdbg.elf import constants as c
from jitdbg.errors import LinkError

if TYPE_CHECKING:
    from jitdbg.elf import ElfFile, Section

Contents = bytes | bytearray | memoryview

_SYMBOL = struct.Struct("<IBBHQQ")


class OutputSection:
    """A section of the image: input sections and bytes of the linker's own, in order.

    ``address`` is the virtual address (0 for what is not loaded), ``offset`` the place in the file, ``index`` the place
    in the section header table; all three are given by the layout. ``parts`` are the contents, padding included, for
    joining.
    """

    __slots__ = (
        "address",
        "align",
        "entsize",
        "flags",
        "index",
        "info",
        "inputs",
        "link",
        "name",
        "offset",
        "parts",
        "size",
        "type",
    )

    def __init__(self, name: str, sh_type: int, flags: int, align: int = 1, entsize: int = 0) -> None:
        self.name = name
        self.type = sh_type
        self.flags = flags
        self.align = align
        self.entsize = entsize
        self.size = self.address = self.offset = self.index = self.link = self.info = 0
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


class InputSection:
    """A section of an object, and its place in the image: ``output`` is None for what is left out.

    ``data`` is a view of the object until something has to be changed, then a bytearray. ``offsets``, ``infos`` and
    ``addends`` are the columns of its relocations.
    """

    __slots__ = (
        "addends",
        "address",
        "data",
        "header",
        "infos",
        "object",
        "offset",
        "offsets",
        "output",
        "size",
    )

    def __init__(self, owner: InputObject, header: Section, data: Contents, size: int) -> None:
        self.object = owner
        self.header = header
        self.data = data
        self.size = size
        self.output: OutputSection | None = None
        self.offset = self.address = 0
        self.offsets: list[int] = []
        self.infos: list[int] = []
        self.addends: list[int] = []

    @property
    def name(self) -> str:
        """The section's name in its object."""
        return self.header.name

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
    synthesised tables, -1 where there is no entry. ``slot`` is the index of the slot of a bound name.
    """

    __slots__ = (
        "bound",
        "descriptor",
        "dynamic",
        "exported",
        "got",
        "imported",
        "name",
        "object",
        "plt",
        "preemptible",
        "section",
        "shndx",
        "size",
        "slot",
        "strtab_name",
        "thread_offset",
        "thread_pair",
        "type",
        "value",
        "visibility",
        "weak",
    )

    def __init__(self, name: bytes, owner: InputObject | None) -> None:
        self.name = name
        self.object = owner
        self.section: InputSection | OutputSection | None = None
        self.shndx = c.SHN_UNDEF
        self.value = self.size = self.type = self.strtab_name = self.dynamic = self.bound = 0
        self.visibility = c.STV_DEFAULT
        self.weak = self.imported = self.preemptible = self.exported = False
        self.got = self.plt = self.thread_pair = self.thread_offset = self.descriptor = self.slot = -1

    @property
    def text(self) -> str:
        """The name as text, for messages; a section symbol has its section's name."""
        if not self.name and self.section:
            return self.section.name
        return self.name.decode("utf-8", "backslashreplace")

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

    ``globals`` holds the shared symbols from ``first_global`` on, filled in by the resolution.
    """

    def __init__(self, elf: ElfFile) -> None:
        self.elf = elf
        self.name = elf.name
        self.sections: list[InputSection | None] = [None] * len(elf.sections)
        self.groups: list[Section] = []
        self.strings = b"\0"
        self.rows: list[tuple[int, int, int, int, int, int]] = []
        self.first_global = 0
        self.globals: list[Symbol] = []
        self._locals: dict[int, Symbol] = {}
        self._extended: memoryview | None = None
        self._read()

    def _read(self) -> None:
        elf, symtab, relocations = self.elf, None, []
        data, limit, total = elf.data, len(elf.data), 0
        for header in elf.sections:
            sh_type, size = header.sh_type, header.sh_size
            if sh_type == c.SHT_NOBITS:
                contents: Contents = b""
            else:
                # Sections of a real object never overlap; those of a hostile one would make gigabytes of kilobytes.
                total += size
                if header.sh_offset + size > limit or total > limit:
                    raise elf.error(header.sh_offset, f"section {header.name} is larger than what the file has left")
                contents = data[header.sh_offset : header.sh_offset + size]
            if sh_type in _CARRIED:
                if not header.sh_flags & c.SHF_EXCLUDE:
                    self.sections[header.shndx] = InputSection(self, header, contents, size)
            elif sh_type == c.SHT_RELA:
                relocations.append(header)
            elif sh_type == c.SHT_SYMTAB:
                symtab = header
            elif sh_type == c.SHT_GROUP:
                self.groups.append(header)
            elif sh_type == c.SHT_SYMTAB_SHNDX:
                self._extended = memoryview(contents)[: size // 4 * 4].cast("I")
            elif sh_type == c.SHT_REL:
                raise elf.error(header.sh_offset, f"{header.name} has relocations without addends (SHT_REL)")
        if symtab:
            self._read_symbols(symtab)
        for header in relocations:
            self._read_relocations(header)

    def _read_symbols(self, header: Section) -> None:
        elf = self.elf
        if header.sh_entsize != 24 or header.sh_size % 24:
            raise elf.error(header.sh_offset, f"{header.name} is no table of 24-byte symbols")
        self.strings = bytes(elf.contents(elf.section_at(header.sh_link, header.sh_offset)))
        if self.strings[-1:] != b"\0":
            raise elf.error(header.sh_offset, "the string table of the symbols does not end with a NUL")
        self.rows = list(_SYMBOL.iter_unpack(elf.contents(header)))
        self.first_global = header.sh_info
        if not 0 < header.sh_info <= len(self.rows):
            raise elf.error(header.sh_offset, f"{header.name} says that {header.sh_info} of its symbols are local")

    def _read_relocations(self, header: Section) -> None:
        target = self.sections[header.sh_info] if header.sh_info < len(self.sections) else None
        if target is None:
            if header.sh_info >= len(self.sections):
                raise self.elf.error(
                    header.sh_offset, f"{header.name} is for section {header.sh_info}, which is not there"
                )
            return
        columns = self.elf.read_relocations(header)
        target.offsets += columns.r_offset.tolist()
        target.infos += columns.r_info.tolist()
        target.addends += columns.r_addend.tolist()
        if target.infos and max(target.infos) >> 32 >= len(self.rows):
            raise self.elf.error(header.sh_offset, f"{header.name} refers to a symbol that does not exist")

    def name_at(self, start: int) -> bytes:
        """Return the string at ``start`` of the symbols' string table."""
        end = self.strings.find(b"\0", start)
        if end < 0:
            raise LinkError(f"{self.name}: a symbol's name lies outside of its string table (offset {start:#x})")
        return self.strings[start:end]

    def section_index(self, symbol: int) -> int:
        """Return the index of the section that a symbol is defined in, SHN_XINDEX looked up."""
        shndx = self.rows[symbol][3]
        if shndx != c.SHN_XINDEX:
            return shndx
        if self._extended is None or symbol >= len(self._extended):
            raise LinkError(f"{self.name}: symbol {symbol} has no entry in SHT_SYMTAB_SHNDX")
        return int(self._extended[symbol])

    def symbol(self, index: int) -> Symbol:
        """Return the symbol of that index: the shared one for a global, one of this object for a local."""
        if index >= self.first_global:
            return self.globals[index - self.first_global]
        found = self._locals.get(index)
        if found is None:
            found = self._locals[index] = self._local(index)
        return found

    def _local(self, index: int) -> Symbol:
        start, info, _, shndx, value, size = self.rows[index]
        symbol = Symbol(self.name_at(start), self)
        symbol.value, symbol.size, symbol.type, symbol.shndx = value, size, info & 15, shndx
        if index == 0:
            symbol.shndx = c.SHN_ABS
        elif shndx != c.SHN_ABS:
            symbol.section = self.defining_section(index)
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
_CARRIED = frozenset(
    (c.SHT_PROGBITS, c.SHT_NOBITS, c.SHT_NOTE, c.SHT_INIT_ARRAY, c.SHT_FINI_ARRAY, c.SHT_X86_64_UNWIND)
)
