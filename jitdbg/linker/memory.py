"""The in-memory linker: objects to image without a process or a file.

``_contents`` reads as a table of contents. Up to the layout everything has a size and nothing an address; from the
layout on every address is final and no size changes. docs/linker.md says which layout was chosen and why.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence

from jitdbg.elf import ElfFile
from jitdbg.elf import constants as c
from jitdbg.linker.arch import Architecture, architecture
from jitdbg.linker.columns import survey
from jitdbg.linker.companion import PROVIDED, companion, slot_symbol, stub_symbol
from jitdbg.linker.debug_sections import OLD_PREFIX, decompress, decompress_old
from jitdbg.linker.fixup import Fixups
from jitdbg.linker.layout import (
    NOTE,
    TLS_BSS,
    TLS_DATA,
    UNLOADED,
    Layout,
    assign,
    is_debug,
    pack,
)
from jitdbg.linker.libraries import providers
from jitdbg.linker.model import Contents, InputObject, InputSection, OutputSection, Symbol
from jitdbg.linker.needs import Needs
from jitdbg.linker.options import Options
from jitdbg.linker.recurring import learn, recall
from jitdbg.linker.resolve import allocate_common, drop_duplicate_groups, resolve, settle
from jitdbg.linker.symver import take_versions
from jitdbg.linker.synthesise import headers, notes
from jitdbg.linker.synthesise.dynamic_symbols import DynamicStrings, DynamicSymbols
from jitdbg.linker.synthesise.features import add_features, shared_features
from jitdbg.linker.synthesise.got import GlobalOffsetTable
from jitdbg.linker.synthesise.loader_tables import LoaderTables, entry_points
from jitdbg.linker.synthesise.relocations import DynamicRelocations
from jitdbg.linker.synthesise.reserved import Reserved
from jitdbg.linker.synthesise.symtab import SymbolTable
from jitdbg.linker.synthesise.unwind import TERMINATOR, UnwindTables
from jitdbg.linker.synthesise.versions import Versions
from jitdbg.linker.veneers import Veneers

_ALLOC, _WRITE, _EXEC = c.SHF_ALLOC, c.SHF_WRITE, c.SHF_EXECINSTR


def link_in_memory(files: Sequence[ElfFile], options: Options) -> bytes:
    """Return the image of the objects: filled in where their shape has come before, else made from the ground up."""
    shape, image = recall(files, options)
    if image is None:
        # All else that the link had is gone before the image takes as much again.
        image = b"".join(_contents(files, options))
        if shape is not None:
            learn(shape, files[0], options, image)
    return image


def _contents(files: Sequence[ElfFile], options: Options) -> list[Contents]:
    machine, bindings, relro = files[0].header.e_machine, options.bindings, options.relro
    arch = architecture(machine)

    # One group of sections for each COMDAT signature, one symbol for each name.
    objects = [InputObject(file) for file in files]
    groups_dropped = len(objects) > 1 and drop_duplicate_groups(objects)
    symbols: dict[bytes, Symbol] = {}
    resolve(objects, symbols)
    features = shared_features(objects, arch.FEATURES_PROPERTY)
    objects = _with_ending(objects, symbols, bindings)
    settle(symbols, objects, bindings, interposable=options.interposable)

    # Input sections to output sections. What has no output from here on is not in the image.
    layout = Layout()
    build_id_section = notes.add_notes(layout, options.build_id, options.modules, options.ir)
    inputs = _collect(objects, layout, strip_debug=options.strip_debug)
    layout.add_inputs(allocate_common(objects, symbols.values()))
    for item in objects:
        item.find_ordinary()
    unwind = UnwindTables()
    for section in inputs:
        if section.output is not None and section.output.name == ".eh_frame":
            survey(section)
            unwind.read(section, prune=groups_dropped)

    # What the loader has to find, in which version, and what the image offers.
    known = providers(machine, options.libraries)
    take_versions(objects, symbols.values(), known)
    imported = [symbol for symbol in symbols.values() if symbol.imported]
    exported = [symbol for symbol in symbols.values() if symbol.exported and not _is_left_out(symbol)]
    dynamic_symbols = DynamicSymbols(imported, exported, DynamicStrings())
    versions = Versions(imported, known, dynamic_symbols.strings)
    tables = LoaderTables(layout, dynamic_symbols, versions, options.soname, entry_points(symbols))

    # What the relocations of loaded sections ask for: GOT entries, stubs, work for the loader.
    got = GlobalOffsetTable(arch)
    if bindings:
        got.slot_section.set_contents(_slots(bindings))
    reserved = Reserved(symbols, layout, got.section)
    needs = Needs(arch, got, layout)
    needs.scan([section for section in inputs if section.output is not None and section.output.flags & _ALLOC])

    # After this every section has its size.
    for output in layout.ordered():
        if output.inputs:
            pack(output)
        if output.name == ".eh_frame":
            output.size += len(TERMINATOR)
    got.add_to(layout, required=reserved.needs_got)
    veneers = Veneers(arch)
    veneers.add(layout)
    if veneers:
        features &= arch.FEATURES_WITH_VENEERS
    properties = add_features(layout, arch.FEATURES_PROPERTY, features)
    relocation_count = needs.dynamic_count + got.relocation_count
    tables.reserve_relocations(layout, relocation_count)
    tables.reserve_jumps(layout, got.stub_section, len(got.stubs()), arch.stub_tags(features, got.stub_others()))
    tables.reserve(layout, unwind, static_tls=needs.static_tls)
    thread = layout.of_rank(TLS_DATA, TLS_BSS)
    _align_thread_block(thread)

    # After this everything has its address, and nothing may change its size.
    page = max([arch.PAGE, *[output.align for output in layout.of_rank(NOTE, UNLOADED - 1)]])
    note_sections = layout.of_rank(NOTE, NOTE)
    segments = headers.Segments(note_sections, properties, thread, tables.frame_header, tables.dynamic, relro=relro)
    addresses = assign(layout, headers.FILE_HEADER_SIZE + segments.count * headers.SEGMENT_SIZE, page=page, relro=relro)
    outputs = layout.ordered()
    for index, output in enumerate(outputs, 1):
        output.index = index
    thread_start = thread[0].address if thread else 0
    reserved.place(addresses)
    for item in objects:
        item.find_addresses()

    # Contents.
    loader = DynamicRelocations(arch, thread_start)
    fixups = Fixups(arch, got, thread_start)
    got.write(loader)
    for section in inputs:
        dynamic = needs.dynamic.get(section)
        if dynamic:
            fixups.load(section, dynamic, loader)
        fixups.apply(section, dynamic or {})
        section.release()
    veneers.write(fixups)
    tables.write(loader, unwind)

    # The tables for debuggers, and the file.
    symtab = SymbolTable(thread_start)
    for item in objects:
        symtab.add_object(item)
    _add_own_symbols(symtab, arch, got, bindings)
    veneers.add_symbols(symtab)
    symtab.add_globals(list(symbols.values()))
    end = _add_unloaded_tables(symtab, outputs, addresses.file_end)
    pieces = _pieces(outputs, end, arch.FILLER)
    pieces.append(headers.section_headers(outputs))
    section_table = end + -end % 8
    file_header = headers.file_header(machine, segments.count, section_table, len(outputs) + 1)
    pieces[0] = file_header + segments.table(addresses, page)
    if options.build_id is None:
        notes.hash_contents(pieces, build_id_section)
    for item in objects:
        item.release()
    return pieces


def _with_ending(
    objects: list[InputObject], symbols: dict[bytes, Symbol], bindings: Mapping[str, int]
) -> list[InputObject]:
    """Add the object that defines `PROVIDED` names where one is asked for: first, so that destructors run last."""
    wanted = {name: symbols.get(name.encode()) for name in PROVIDED if name not in bindings}
    asked = [name for name, symbol in wanted.items() if symbol is not None and symbol.shndx == c.SHN_UNDEF]
    if not asked:
        return objects
    machine = objects[0].elf.header.e_machine
    own = InputObject(ElfFile(companion(machine, (), (), {}, asked), "jitdbg's own object"))
    resolve([own], symbols)
    return [own, *objects]


def _collect(objects: Sequence[InputObject], layout: Layout, *, strip_debug: bool) -> list[InputSection]:
    inputs = []
    for item in objects:
        for section in item.sections:
            if section is None or (strip_debug and is_debug(section.name)):
                continue
            if section.header.sh_flags & c.SHF_COMPRESSED:
                decompress(section)
            elif section.name.startswith(OLD_PREFIX):
                decompress_old(section)
            inputs.append(section)
    layout.add_inputs(inputs)
    return inputs


def _is_left_out(symbol: Symbol) -> bool:
    return symbol.section is not None and symbol.section.output is None


def _slots(bindings: Mapping[str, int]) -> bytes:
    return struct.pack(f"<{len(bindings)}Q", *(address & (1 << 64) - 1 for address in bindings.values()))


def _align_thread_block(thread: Sequence[OutputSection]) -> None:
    """Let the template of thread-local storage begin at the alignment of its strictest part."""
    if thread:
        thread[0].align = max(output.align for output in thread)


def _add_own_symbols(
    symtab: SymbolTable, arch: Architecture, got: GlobalOffsetTable, bindings: Mapping[str, int]
) -> None:
    for index, name in enumerate(bindings):
        section = got.slot_section
        symtab.add_own(slot_symbol(name), section.index, section.address + index * 8, 8, c.STT_OBJECT)
    for symbol in got.bound_stubs():
        section, name = got.bound_stub_section, stub_symbol(symbol.text)
        symtab.add_own(name, section.index, got.stub_address(symbol), arch.STUB_SIZE, c.STT_FUNC)


def _add_unloaded_tables(symtab: SymbolTable, outputs: list[OutputSection], position: int) -> int:
    """Add ``.symtab``, ``.strtab`` and ``.shstrtab`` behind all others, and return where the file ends."""
    rows, strings, first_global = symtab.contents()
    table = OutputSection(".symtab", c.SHT_SYMTAB, 0, 8, 24)
    table.link, table.info = len(outputs) + 2, first_global
    names = OutputSection(".shstrtab", c.SHT_STRTAB, 0)
    added = (table, OutputSection(".strtab", c.SHT_STRTAB, 0), names)
    outputs += added
    contents = (rows, strings, headers.section_names(outputs)[0])
    for section, data in zip(added, contents, strict=True):
        section.set_contents(data)
        section.offset = position + -position % section.align
        position = section.offset + section.size
    return position


def _pieces(outputs: Iterable[OutputSection], end: int, code_filler: bytes) -> list[Contents]:
    """Return the contents of the file from the program headers' end on, with one empty place before them."""
    pieces: list[Contents] = [b""]
    position = 0
    for output in outputs:
        if output.type == c.SHT_NOBITS or not output.size:
            continue
        if position and output.offset > position:
            pieces.append(bytes(output.offset - position))
        if output.inputs:
            _append_inputs(pieces, output, code_filler if output.flags & _EXEC else b"\0")
        else:
            pieces += output.parts
        position = output.offset + output.size
    pieces.append(bytes(end - position + -end % 8))
    return pieces


def _append_inputs(pieces: list[Contents], output: OutputSection, filler: bytes) -> None:
    position = 0
    for section in output.inputs:
        if section.offset > position:
            pieces.append(filler * (section.offset - position))
        pieces.append(section.data)
        position = section.offset + section.size
    if output.size > position:
        pieces.append(bytes(output.size - position))
