"""``jitdbg inspect``: what an image, an object or any other ELF file says about itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from jitdbg import inspection
from jitdbg.cli.output import in_bytes, json_option, print_facts, print_json, print_table
from jitdbg.cli.source_lines import print_source_map
from jitdbg.errors import ElfError
from jitdbg.inspection import Export, Import, Inspection, Module, SectionFact, SegmentFact, SourceFact, Unit
from jitdbg.reading import read_file
from jitdbg.sourcemap import source_map

SHOWN = 20
"""Rows of the tables of symbols and compile units without ``--all``."""


def address(text: str) -> int:
    """Read an address: hexadecimal with 0x before it, else decimal."""
    try:
        return int(text, 0)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no address: write it as 0x1139 or as a decimal number") from None


@click.command()
@click.argument("image", type=click.Path(path_type=Path))
@click.option("--ir", "want_ir", is_flag=True, help="Print the IR that the image was made from, nothing else.")
@click.option("--lines", "want_lines", is_flag=True, help="Print address, source line and IR lines of all code.")
@click.option(
    "--address", "at", type=address, help="Print that of the code at one address, relative to the image's base."
)
@click.option("--all", "want_all", is_flag=True, help=f"Print all symbols and units, not the first {SHOWN}.")
@json_option
def command(image: Path, want_ir: bool, want_lines: bool, at: int | None, want_all: bool, as_json: bool) -> None:
    """Show what IMAGE says about itself: modules, identity, symbols, layout, debug info, lines.

    Works on images, on objects and on libraries that others made.
    """
    if want_ir and (want_lines or at is not None or want_all or as_json):
        raise click.UsageError("--ir prints the IR and nothing else: leave out the other options")
    data = _read(image)
    if want_ir:
        _print_ir(inspection.modules_with_ir(data, str(image)))
        return
    if want_lines or at is not None:
        found = source_map(data, str(image))
        print_source_map(found if at is None else found.at(at), as_json)
        return
    facts = inspection.inspect(data, str(image))
    if as_json:
        print_json("inspect", facts)
    else:
        _print(facts, None if want_all else SHOWN)


def _read(path: Path) -> bytes:
    try:
        return read_file(path)
    except OSError as error:
        raise ElfError(f"{path} can't be read: {error.strerror}") from None


def _print_ir(modules: dict[str, bytes]) -> None:
    for name, text in modules.items():
        if len(modules) > 1:
            click.echo(f"; ======== module {name}")
        click.echo(text, nl=not text.endswith(b"\n"))


def _print(facts: Inspection, limit: int | None) -> None:
    print_facts(_identity(facts), f"{facts.path}: {facts.kind} for {facts.machine}, {in_bytes(facts.size)}")
    if facts.modules:
        _table("modules", ("name", "generation", "made with", "IR", "source"), map(_module_row, facts.modules))
    _table("debug info", ("unit", "DWARF", "directory", "producer"), map(_unit_row, facts.units), limit)
    _table("sources", ("file", "MD5", "text"), map(_source_row, facts.sources), limit)
    _table("exports", ("name", "kind", "address", "size"), map(_export_row, facts.exports), limit)
    _table("imports", ("name", "from"), map(_import_row, facts.imports), limit)
    _table("sections", ("name", "kind", "flags", "address", "offset", "size"), map(_section_row, facts.sections))
    _table(
        "segments", ("kind", "access", "address", "offset", "in file", "in memory"), map(_segment_row, facts.segments)
    )


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], limit: int | None = None) -> None:
    listed = list(rows)
    click.echo()
    if not listed:
        click.echo(f"{title}: none")
        return
    print_table(columns, listed[:limit], title if len(listed) == 1 else f"{title}: {len(listed)}")
    if limit is not None and len(listed) > limit:
        click.echo(f"  … {len(listed) - limit} more: --all shows them")


def _identity(facts: Inspection) -> dict[str, str]:
    return {
        "made by": _maker(facts),
        "build-id": facts.build_id.hex() if facts.build_id else "none",
        "soname": facts.soname or "none",
        "needs": ", ".join(facts.needed) or "no library",
    }


def _maker(facts: Inspection) -> str:
    if not facts.modules:
        return "not by jitdbg"
    return " and ".join(dict.fromkeys(f"jitdbg {each.versions.get('jitdbg', '')}".strip() for each in facts.modules))


def _module_row(module: Module) -> tuple[str, ...]:
    others = [f"{name} {version}" for name, version in module.versions.items() if name != "jitdbg"]
    size = "none" if module.ir_size is None else in_bytes(module.ir_size)
    return module.name, str(module.generation), ", ".join([f"-O{module.opt_level}", *others]), size, module.source


def _unit_row(unit: Unit) -> tuple[str, ...]:
    return unit.name, str(unit.version), unit.directory, unit.producer


def _source_row(source: SourceFact) -> tuple[str, ...]:
    return source.path, source.md5 or "none", "in the debug info" if source.embedded else ""


def _export_row(export: Export) -> tuple[str, ...]:
    return export.name, export.kind, f"{export.address:#x}", str(export.size)


def _import_row(wanted: Import) -> tuple[str, ...]:
    origin = " ".join(filter(None, (wanted.version, wanted.library and f"({wanted.library})")))
    return wanted.name, " ".join(filter(None, (origin or "anywhere", "weak" if wanted.weak else "")))


def _section_row(section: SectionFact) -> tuple[str, ...]:
    place = f"{section.address:#x}", f"{section.offset:#x}", str(section.size)
    return section.name, section.kind, section.flags, *place


def _segment_row(segment: SegmentFact) -> tuple[str, ...]:
    place = f"{segment.address:#x}", f"{segment.offset:#x}", str(segment.file_size), str(segment.memory_size)
    return segment.kind, segment.permissions, *place
