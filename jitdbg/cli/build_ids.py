"""``jitdbg build-ids``: images as a tree by build-id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from jitdbg.cli.arguments import complete_file
from jitdbg.cli.ending import unwound_when_asked_to_end
from jitdbg.cli.output import json_option, print_json, print_table
from jitdbg.postmortem.build_ids import Filed, file_by_build_id, images_below, images_of_process, stored_images


@dataclass(frozen=True)
class BuildIdsFacts:
    """What ``build-ids --json`` prints."""

    directory: str
    images: tuple[Filed, ...]


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.argument("images", metavar="[IMAGE|PID]...", nargs=-1, shell_complete=complete_file)
@json_option
@unwound_when_asked_to_end()
def command(directory: Path, images: tuple[str, ...], as_json: bool) -> None:
    """File the JIT's images as DIRECTORY/.build-id/ab/cdef… and the same with .debug.

    A debuginfod server (`debuginfod -F DIRECTORY`) gives them from there to gdb, lldb and all others who ask for a
    build-id, also on other machines; perf (`--buildid-dir`) and elfutils (`--debuginfo-path`) read them by themselves:
    when the program, or its store, is gone.

    IMAGE is a file or a directory of files, PID a process whose dylibs are meant, those in memory too. Without either
    it is all images in the stores of this user.
    """
    filed = file_by_build_id(_chosen(images), directory)
    if as_json:
        print_json("build-ids", BuildIdsFacts(str(directory), tuple(filed)))
        return
    if filed:
        print_table(("build-id", "modules", "from"), map(_row, filed))
    click.echo(f"{len(filed)} image{'s' * (len(filed) != 1)} in {directory}/.build-id")


def _chosen(images: tuple[str, ...]) -> Iterator[Path]:
    if not images:
        yield from stored_images()
    for word in images:
        yield from images_of_process(int(word)) if word.isdecimal() else images_below(Path(word))


def _row(filed: Filed) -> tuple[str, ...]:
    return filed.build_id, ", ".join(filed.modules), filed.source
