"""The loader's tables together: made before the layout as far as sizes go, filled in after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jitdbg.elf import constants as c
from jitdbg.linker.layout import GOT, TABLE, UNWIND, Layout
from jitdbg.linker.model import OutputSection, Symbol
from jitdbg.linker.synthesise import headers
from jitdbg.linker.synthesise.dynamic_symbols import SYMBOL_SIZE, DynamicSymbols
from jitdbg.linker.synthesise.relocations import SIZE as RELOCATION_SIZE
from jitdbg.linker.synthesise.relocations import DynamicRelocations
from jitdbg.linker.synthesise.unwind import UnwindTables
from jitdbg.linker.synthesise.versions import Versions

_ALLOC, _WRITE = c.SHF_ALLOC, c.SHF_WRITE
_ENTRY_POINTS = ((c.DT_INIT, b"_init"), (c.DT_FINI, b"_fini"))


class LoaderTables:
    """``.gnu.hash``, ``.dynsym``, ``.dynstr``, versions, ``.rela.*``, ``.eh_frame_hdr`` and ``.dynamic``."""

    def __init__(
        self,
        layout: Layout,
        symbols: DynamicSymbols,
        versions: Versions,
        soname: str,
        functions: Sequence[tuple[int, Symbol]],
    ) -> None:
        strings = symbols.strings
        self._symbols, self._versions = symbols, versions
        self._soname = strings.add(soname.encode("utf-8", "surrogateescape"))
        self._needed = [strings.add(name.encode()) for name in versions.needed]
        self._arrays: list[OutputSection] = []
        self._entry_points = functions
        self._flags = 0

        self._hash = layout.add(OutputSection(".gnu.hash", c.SHT_GNU_HASH, _ALLOC, 8), TABLE)
        self._hash.set_contents(symbols.hash_table())
        self._dynsym = layout.add(OutputSection(".dynsym", c.SHT_DYNSYM, _ALLOC, 8, SYMBOL_SIZE), TABLE)
        self._dynsym.size, self._dynsym.info = symbols.size, 1
        self._dynstr = layout.add(OutputSection(".dynstr", c.SHT_STRTAB, _ALLOC), TABLE)
        self._versym = self._verneed = self._relocations = self._jumps = None
        self.frame_header = self._frames = self._stubs = None
        if versions:
            self._add_versions(layout)
        self._dynstr.set_contents(bytes(strings.data))
        self.dynamic = layout.add(OutputSection(".dynamic", c.SHT_DYNAMIC, _ALLOC | _WRITE, 8, 16), GOT)

    _versym: OutputSection | None
    _verneed: OutputSection | None
    _relocations: OutputSection | None
    _jumps: OutputSection | None
    _stubs: OutputSection | None
    _stub_tags: Sequence[int] = ()
    _frames: OutputSection | None
    frame_header: OutputSection | None

    def _add_versions(self, layout: Layout) -> None:
        versions = self._versions
        self._versym = layout.add(OutputSection(".gnu.version", c.SHT_GNU_VERSYM, _ALLOC, 2, 2), TABLE)
        self._versym.set_contents(versions.symbol_versions(len(self._symbols.symbols) - len(self._symbols.imported)))
        self._verneed = layout.add(OutputSection(".gnu.version_r", c.SHT_GNU_VERNEED, _ALLOC, 8), TABLE)
        self._verneed.set_contents(versions.requirements())
        self._verneed.info = versions.library_count

    def reserve_relocations(self, layout: Layout, relocations: int) -> None:
        """Add room for the loader's relocations, but for those of stubs."""
        if relocations:
            self._relocations = layout.add(OutputSection(".rela.dyn", c.SHT_RELA, _ALLOC, 8, RELOCATION_SIZE), TABLE)
            self._relocations.size = relocations * RELOCATION_SIZE

    def reserve_jumps(self, layout: Layout, stubs: OutputSection, stub_count: int, tags: Sequence[int]) -> None:
        """Add room for the relocations of stubs, behind the others.

        In this order and without a gap ld.so takes both as one table and runs the resolvers of IFUNCs at its end: they
        may call through stubs (glibc, elf/dynamic-link.h). ``tags`` say what stubs are like.
        """
        if stub_count:
            flags = _ALLOC | c.SHF_INFO_LINK
            self._jumps = layout.add(OutputSection(".rela.plt", c.SHT_RELA, flags, 8, RELOCATION_SIZE), TABLE)
            self._jumps.size = stub_count * RELOCATION_SIZE
            self._stubs, self._stub_tags = stubs, tags

    def reserve(self, layout: Layout, unwind: UnwindTables, *, static_tls: bool) -> None:
        """Add the unwinders' search table, and size ``.dynamic``; after ``reserve_relocations``."""
        self._frames = layout.find(".eh_frame")
        if self._frames:
            self.frame_header = layout.add_first(OutputSection(".eh_frame_hdr", c.SHT_PROGBITS, _ALLOC, 4), UNWIND)
            self.frame_header.size = unwind.header_size()
        arrays = (layout.find(".init_array"), layout.find(".fini_array"))
        self._arrays = [section for section in arrays if section]
        self._flags = c.DF_BIND_NOW | (c.DF_STATIC_TLS if static_tls else 0)
        self.dynamic.size = (len(self._entries(0)) + 1) * headers.DYNAMIC_SIZE

    def write(self, loader: DynamicRelocations, unwind: UnwindTables) -> None:
        """Fill everything in, after all other contents are final."""
        if self._relocations:
            self._relocations.set_contents(loader.write())
        if self._jumps and self._stubs:
            self._jumps.set_contents(loader.write_jumps())
            self._jumps.link, self._jumps.info = self._dynsym.index, self._stubs.index
        if self.frame_header and self._frames:
            self.frame_header.set_contents(unwind.header(self.frame_header, self._frames.address))
        self._dynsym.set_contents(self._symbols.table(loader.thread_start))
        self.dynamic.set_contents(headers.dynamic_section(self._entries(loader.relative_count())))
        dynsym, dynstr = self._dynsym.index, self._dynstr.index
        self._dynsym.link = self.dynamic.link = dynstr
        self._hash.link = dynsym
        for section, link in ((self._versym, dynsym), (self._verneed, dynstr), (self._relocations, dynsym)):
            if section:
                section.link = link

    def _entries(self, relative: int) -> Sequence[tuple[int, int]]:
        """Return the contents of ``.dynamic``; ``relative`` is how many relocations are relative."""
        return [
            *[(c.DT_NEEDED, name) for name in self._needed],
            (c.DT_SONAME, self._soname),
            *[(tag, symbol.address) for tag, symbol in self._entry_points],
            *self._array_entries(),
            (c.DT_GNU_HASH, self._hash.address),
            (c.DT_STRTAB, self._dynstr.address),
            (c.DT_SYMTAB, self._dynsym.address),
            (c.DT_STRSZ, self._dynstr.size),
            (c.DT_SYMENT, SYMBOL_SIZE),
            *self._relocation_entries(relative),
            *self._version_entries(),
            (c.DT_FLAGS, self._flags),
            (c.DT_FLAGS_1, c.DF_1_NOW),
        ]

    def _array_entries(self) -> Iterator[tuple[int, int]]:
        for section in self._arrays:
            first = section.type == c.SHT_INIT_ARRAY
            yield (c.DT_INIT_ARRAY if first else c.DT_FINI_ARRAY), section.address
            yield (c.DT_INIT_ARRAYSZ if first else c.DT_FINI_ARRAYSZ), section.size

    def _relocation_entries(self, relative: int) -> Iterator[tuple[int, int]]:
        if self._relocations:
            yield c.DT_RELA, self._relocations.address
            yield c.DT_RELASZ, self._relocations.size
            yield c.DT_RELAENT, RELOCATION_SIZE
            yield c.DT_RELACOUNT, relative
        if self._jumps:
            yield c.DT_JMPREL, self._jumps.address
            yield c.DT_PLTRELSZ, self._jumps.size
            yield c.DT_PLTREL, c.DT_RELA
            yield from [(tag, 0) for tag in self._stub_tags]

    def _version_entries(self) -> Iterator[tuple[int, int]]:
        if self._versym and self._verneed:
            yield c.DT_VERSYM, self._versym.address
            yield c.DT_VERNEED, self._verneed.address
            yield c.DT_VERNEEDNUM, self._verneed.info


def entry_points(symbols: Mapping[bytes, Symbol]) -> list[tuple[int, Symbol]]:
    """Return the functions that ld.so calls before all constructors and after all destructors, each with its tag.

    They are those that are called ``_init`` and ``_fini``, as for other linkers.
    """
    found = [(tag, symbols.get(name)) for tag, name in _ENTRY_POINTS]
    return [(tag, symbol) for tag, symbol in found if symbol and symbol.section and symbol.section.output]
