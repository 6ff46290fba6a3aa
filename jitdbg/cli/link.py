"""``jitdbg link``: objects to a shared library in a file."""

from __future__ import annotations

from pathlib import Path

import click

from jitdbg import __version__, elf
from jitdbg.build import check_output, write_atomically
from jitdbg.cli.options import linker_option, output_option
from jitdbg.errors import LinkError
from jitdbg.linker import Object, link
from jitdbg.reading import read_file


@click.command()
@click.argument("objects", nargs=-1, required=True, metavar="OBJECT...", type=click.Path(path_type=Path))
@output_option("The library to write.")
@linker_option
@click.option("--soname", help="The library's own name (that of its file).")
@click.option("--interposable", is_flag=True, help="Let symbols of the process take the place of the library's own.")
@click.option("--strip-debug", is_flag=True, help="Leave the debug info out.")
def command(
    objects: tuple[Path, ...],
    output: Path,
    linker: str | None,
    soname: str | None,
    interposable: bool,
    strip_debug: bool,
) -> None:
    """Link OBJECTs to a shared library that any process can load."""
    check_output(output, objects)
    image = link(
        [_read(path) for path in objects],
        soname=soname or output.name,
        linker=linker,
        modules=[_described(path) for path in objects],
        interposable=interposable,
        strip_debug=strip_debug,
    )
    write_atomically(output, image, executable=True)


def _described(path: Path) -> elf.Module:
    return elf.Module(path.stem, source=str(path.absolute()), versions={"jitdbg": __version__})


def _read(path: Path) -> Object:
    try:
        return Object(str(path), read_file(path))
    except OSError as error:
        raise LinkError(f"{path} can't be read: {error.strerror}") from None
