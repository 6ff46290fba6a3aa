"""Layout: which output section an input section goes to, in which order they stand, and at which address.

An image is two mappings: headers, tables, constants, unwind tables and code (read, execute), then everything writable.
Debug sections, symbol table and section headers follow in the file and are not loaded. The second mapping begins on the
next page at the file's own offset within the page, so that the file has no padding. With RELRO there is a third one:
what only the loader writes ends at a page boundary and is made read-only.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain

from jitdbg.elf import Section
from jitdbg.elf import constants as c
from jitdbg.errors import LinkError
from jitdbg.linker.adapt import is_old_array, modern_array, reverse_words
from jitdbg.linker.model import InputSection, OutputSection
from jitdbg.linker.resolve import check_alignment

PAGE = 4096
LIMIT = 1 << 46

_ALLOC, _WRITE, _EXEC, _TLS = c.SHF_ALLOC, c.SHF_WRITE, c.SHF_EXECINSTR, c.SHF_TLS
_NOBITS = c.SHT_NOBITS
_ARRAYS = (c.SHT_INIT_ARRAY, c.SHT_FINI_ARRAY)
_KEPT_FLAGS = _ALLOC | _WRITE | _EXEC | _TLS
# Sections of one function or variable (-ffunction-sections) go to the section that they are named after.
_PREFIXES = (".text", ".rodata", ".data.rel.ro", ".data", ".bss", ".tdata", ".tbss", ".gcc_except_table")
_PREFIXES_LARGE = (".ltext", ".lrodata", ".ldata", ".lbss")
_DEBUG = (".debug", ".zdebug", ".gdb_index", ".stab")

# The order of output sections. Up to TEXT they are in the first mapping, up to LARGE_BSS in the second one, RELRO up to
# GOT. Large zeroes (-mcmodel=medium) come last: code reaches everything else with 32 bits.
NOTE, TABLE, CONSTANT, UNWIND, TEXT, TLS_DATA, TLS_BSS, ARRAY, RELRO, GOT, DATA, BSS, LARGE_BSS, UNLOADED = range(14)


def placement(header: Section) -> tuple[str, int, int, int] | None:
    """Return name, type, flags and rank of the output section for an input section; None: it is left out."""
    return _placement(header.name, header.sh_type, header.sh_flags)


@lru_cache(maxsize=1 << 12)
def _placement(name: str, sh_type: int, sh_flags: int) -> tuple[str, int, int, int] | None:
    flags = sh_flags & _KEPT_FLAGS
    if not flags & _ALLOC:
        if name == ".note.GNU-stack" or name.startswith((".llvm", ".deplibs", ".gnu.lto", ".gnu.warning")):
            return None
        kept = sh_flags & (c.SHF_MERGE | c.SHF_STRINGS) if name != ".comment" else 0
        return name, c.SHT_PROGBITS if sh_type == c.SHT_NOBITS else sh_type, kept, UNLOADED
    if name == ".note.gnu.property":
        return None  # it holds for an image only if it holds for every object and for the linker's own code
    if name == ".note.gnu.build-id":
        return None  # of an object that a linker made; the image has its own
    if is_old_array(name):
        new, sh_type = modern_array(name)
        return new[:11], sh_type, _ALLOC | _WRITE, ARRAY
    if sh_type in _ARRAYS or name.startswith((".init_array", ".fini_array")):
        if sh_type == c.SHT_INIT_ARRAY or (sh_type != c.SHT_FINI_ARRAY and name.startswith(".init_array")):
            return ".init_array", c.SHT_INIT_ARRAY, _ALLOC | _WRITE, ARRAY
        return ".fini_array", c.SHT_FINI_ARRAY, _ALLOC | _WRITE, ARRAY
    if name == ".eh_frame":
        return name, c.SHT_PROGBITS, _ALLOC, UNWIND
    for prefix in _PREFIXES + _PREFIXES_LARGE:
        if name.startswith(prefix) and name[len(prefix) : len(prefix) + 1] in ("", "."):
            name = prefix
            break
    if name.isidentifier() and not flags & _EXEC:
        flags |= _WRITE  # __start_NAME to __stop_NAME are one list, whatever the objects say of their parts
    return name, sh_type, flags, _rank(name, sh_type, flags)


def _is_for_the_loader(name: str, sh_type: int) -> bool:
    return sh_type in _ARRAYS or is_old_array(name) or name.startswith((".init_array", ".fini_array", ".eh_frame"))


def _rank(name: str, sh_type: int, flags: int) -> int:
    if sh_type == c.SHT_NOTE and not flags & _WRITE:
        return NOTE
    if flags & _TLS:
        return TLS_BSS if sh_type == c.SHT_NOBITS else TLS_DATA
    if flags & _WRITE:
        if sh_type == c.SHT_NOBITS:
            return LARGE_BSS if name == ".lbss" else BSS
        return RELRO if name == ".data.rel.ro" else DATA
    return TEXT if flags & _EXEC else CONSTANT


def is_debug(name: str) -> bool:
    """Whether a section of that name is there for debuggers alone."""
    return name.startswith(_DEBUG)


class Layout:
    """The output sections while they are collected, by name and kind."""

    def __init__(self) -> None:
        self._sections: dict[tuple[str, int, int], OutputSection] = {}
        self._ranks: list[list[OutputSection]] = [[] for _ in range(UNLOADED + 1)]
        self._by_name: dict[str, OutputSection] = {}

    def add(self, section: OutputSection, rank: int) -> OutputSection:
        """Add a section of the linker's own behind those of its rank."""
        self._ranks[rank].append(section)
        self._by_name.setdefault(section.name, section)
        return section

    def add_inputs(self, sections: Iterable[InputSection]) -> None:
        """Give each input section its place; leave out those that images don't have."""
        outputs = self._sections
        for section in sections:
            header = section.header
            given = header.sh_type
            place = _placement(header.name, given, header.sh_flags)
            if place is None:
                continue
            name, sh_type, flags, rank = place
            if given == _NOBITS and sh_type != _NOBITS:
                raise section.error(0, "a section of this name or kind can't be without contents")
            key = name, flags, sh_type == _NOBITS
            output = outputs.get(key)
            if output is None:
                if rank == UNLOADED and _is_for_the_loader(name, sh_type):
                    raise section.error(0, 'a section of this name or kind has to be loaded; give it the flags "aw"')
                output = outputs[key] = self.add(OutputSection(name, sh_type, flags, 1, header.sh_entsize), rank)
            output.inputs.append(section)
            section.output = output

    def add_first(self, section: OutputSection, rank: int) -> OutputSection:
        """Add a section of the linker's own before those of its rank."""
        self._ranks[rank].insert(0, section)
        return section

    def find(self, name: str) -> OutputSection | None:
        """Return the first output section of that name, or None."""
        return self._by_name.get(name)

    def ordered(self) -> list[OutputSection]:
        """Return all output sections in the order of the file."""
        return list(chain.from_iterable(self._ranks))

    def largest_size(self) -> int:
        """Return how large the loaded input sections can get together; before they have places."""
        return sum(
            section.size + section.header.sh_addralign
            for output in self.of_rank(NOTE, LARGE_BSS)
            for section in output.inputs
        )

    def of_rank(self, first: int, last: int) -> list[OutputSection]:
        """Return the sections of the ranks ``first`` to ``last``."""
        return list(chain.from_iterable(self._ranks[first : last + 1]))


def pack(output: OutputSection) -> None:
    """Give each input section its offset in the output section, and the output section its size and alignment."""
    inputs = output.inputs
    if output.type in _ARRAYS:
        inputs.sort(key=_priority)
        output.entsize = 8
        for section in inputs:
            if is_old_array(section.name):
                _turn_round(section)
    position, align = 0, output.align
    for section in inputs:
        header = section.header
        own = header.sh_addralign
        if own > 1:
            if own & (own - 1) or own > PAGE:
                check_alignment(f"{section.object.name}: section {section.name}", own)
            position = (position + own - 1) & -own
            if own > align:
                align = own
        section.offset = position
        position += section.size
        if output.entsize and header.sh_entsize != output.entsize:
            output.entsize = 0
            output.flags &= ~(c.SHF_MERGE | c.SHF_STRINGS)
    output.size, output.align = position, align


def _priority(section: InputSection) -> int:
    name = modern_array(section.name)[0] if is_old_array(section.name) else section.name
    suffix = name[12:]
    return int(suffix) if suffix.isdigit() else 65536


def _turn_round(section: InputSection) -> None:
    """Reverse an array of constructors: ``.ctors`` is run from its end."""
    last, columns = section.size - 8, section.columns()
    if section.size % 8 or any(offset > last for offset in columns.offsets):
        raise section.error(0, f"{section.size} bytes are no array of addresses")
    section.data = reverse_words(memoryview(section.data))
    section.replace_relocations([(last - offset, info, addend) for offset, info, addend in zip(*columns, strict=True)])


class Addresses:
    """Where things ended up: the mappings' bounds, for program headers and symbols."""

    __slots__ = (
        "code_end",
        "data_file_end",
        "data_memory_end",
        "data_start",
        "data_start_offset",
        "file_end",
        "relro_end",
    )

    def __init__(self) -> None:
        self.code_end = self.data_start = self.data_start_offset = 0
        self.data_file_end = self.data_memory_end = self.file_end = self.relro_end = 0


def assign(layout: Layout, headers_size: int, *, page: int, relro: bool) -> Addresses:
    """Give every output section its address and its offset in the file; return the bounds.

    After this nothing may change its size.
    """
    result = Addresses()
    position = _place(layout.of_rank(NOTE, TEXT), headers_size, 0)
    result.code_end = position
    result.data_start_offset = position
    # The next page, at the same place in the page as in the file.
    delta = page
    result.data_start = position + delta
    position = _place(layout.of_rank(TLS_DATA, GOT), position, delta)
    if relro:
        # The loader protects whole pages. What is written to begins on the next one; memory without it ends there.
        result.relro_end = position + delta + -(position + delta) % page
        if layout.of_rank(DATA, LARGE_BSS):
            position = result.relro_end - delta
    position = _place(layout.of_rank(DATA, DATA), position, delta)
    result.data_file_end = position + delta
    memory_end = _place_nobits(layout.of_rank(BSS, LARGE_BSS), position, delta) + delta
    result.data_memory_end = max(memory_end, result.relro_end)
    result.file_end = _place_unloaded(layout.of_rank(UNLOADED, UNLOADED), position)
    for section in layout.ordered():
        for item in section.inputs:
            item.address = section.address + item.offset
    return result


def _place(sections: Iterable[OutputSection], position: int, delta: int) -> int:
    thread = position
    for section in sections:
        align = section.align
        if section.type == c.SHT_NOBITS:
            # Thread-local zeroes take no address space of the image: each thread has its own.
            thread = max(thread, position)
            thread = (thread + align - 1) & -align
            section.offset, section.address = thread, thread + delta
            thread += section.size
            continue
        if align > 1:
            position = (position + align - 1) & -align
        section.offset = position
        section.address = position + delta
        position += section.size
    size = max(position, thread)
    if size > LIMIT:
        raise LinkError(f"the image would take {size} bytes; that is more than a process has room for")
    return position


def _place_nobits(sections: Iterable[OutputSection], file_position: int, delta: int) -> int:
    position = file_position
    for section in sections:
        position = (position + section.align - 1) & -section.align
        section.offset, section.address = file_position, position + delta
        position += section.size
    if position > LIMIT:
        raise LinkError(f"the image would take {position} bytes of zeroes; that is more than a process has room for")
    return position


def _place_unloaded(sections: Iterable[OutputSection], position: int) -> int:
    for section in sections:
        if section.align > 1:
            position = (position + section.align - 1) & -section.align
        section.offset = position
        position += section.size
    return position
