"""``jitdbg pack``: a core dump and all that a debugger needs for it, in one file."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

from jitdbg import elf, replacing
from jitdbg.cli.ending import unwound_when_asked_to_end
from jitdbg.cli.options import build_ids_option, output_option
from jitdbg.cli.output import in_bytes, json_option, print_json
from jitdbg.elf.constants import machine_name
from jitdbg.postmortem.core import Core
from jitdbg.postmortem.images import UNCHECKED
from jitdbg.postmortem.manifest import Manifest, Packed
from jitdbg.postmortem.pack import pack

SHOWN = 5
"""Lost sources that are named: a module of another machine can have all the headers of that one."""

_CONTROL = re.compile(r"[\0-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class PackFacts:
    """What ``pack --json`` prints."""

    bundle: str
    size: int
    truncated: int
    manifest: Manifest


@click.command()
@click.argument("core", type=click.Path(path_type=Path))
@output_option("The bundle; .gz and .xz compress.")
@build_ids_option
@json_option
@unwound_when_asked_to_end()
def command(core: Path, output: Path, tree: Path | None, as_json: bool) -> None:
    """Pack CORE, its program, the libraries that were loaded, and the sources and IR of JIT dylibs into one file.

    `jitdbg open` opens it on another machine. It holds the program's memory: give it to nobody who may not see that.
    """
    with Core(core) as opened, _beside(output):
        written = pack(opened, output, tree, _read_with_progress)
        facts = PackFacts(str(output), written.size, opened.missing, written.manifest)
        if as_json:
            print_json("pack", facts)
        else:
            tell_of_core(opened)
            _tell_of_bundle(facts)


def _beside(output: Path) -> AbstractContextManager[object]:
    """Have the facts on standard error where the bundle goes into a stream, which may be standard output itself."""
    with suppress(OSError):  # `pack` says what is wrong with it
        if replacing.is_stream(output):
            return redirect_stdout(sys.stderr)
    return nullcontext()


def _tell_of_bundle(facts: PackFacts) -> None:
    manifest = facts.manifest
    jit = [image for image in manifest.images if image.modules and image.included]
    click.echo(
        f"{facts.bundle}: {in_bytes(facts.size)}, {_count(len(jit), 'JIT dylib')} and "
        f"{_count(len(manifest.images) - len(manifest.absent) - len(jit), 'other image')}, "
        f"{_count(len(manifest.sources), 'source')}"
    )
    tell_of_manifest(manifest)


def tell_of_core(core: Core) -> None:
    """Say that a core was cut off, or is another machine's, where that is so."""
    if core.missing:
        lost = in_bytes(core.missing)
        click.echo(f"{core.path} is truncated, {lost} are missing: raise `ulimit -c`, or make room on the disk")
    if core.machine != (here := _this_machine()):
        machines = f"{machine_name(core.machine)}, and this machine is {machine_name(here)}"
        click.echo(f"{core.path} is a core of {machines}: open it with lldb, or with gdb-multiarch as JITDBG_GDB")


def _this_machine() -> int:
    with open("/proc/self/exe", "rb") as file:
        return elf.read_head(file.read(elf.HEAD_SIZE), file.name).header.e_machine


def _read_with_progress(core: str) -> AbstractContextManager[BinaryIO]:
    """Open the core, with a bar on a terminal for how much of it was read: to compress a big one takes minutes."""
    import rich.progress
    from rich.console import Console

    return rich.progress.open(
        core,
        "rb",
        description="packing",
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def tell_of_manifest(manifest: Manifest) -> None:
    """Say what is not there: images, and sources that debug info names."""
    tell_of_images(manifest.images)
    for path in manifest.lost_sources[:SHOWN]:
        _tell(f"missing: source {path}: it is gone, or has no path that a debugger could be told")
    if (rest := len(manifest.lost_sources) - SHOWN) > 0:
        _tell(f"missing: {_count(rest, 'more source')}: --json has them all")


def tell_of_images(images: Iterable[Packed]) -> None:
    """Say for each image that is not there which one it was and where, and which of the JIT's may be another build."""
    for image in images:
        what = f"JIT dylib {', '.join(image.modules)}" if image.modules else "library"
        identity = f" (build-id {image.build_id})" if image.build_id else ""
        if not image.included:
            reason = "another build lies there now" if image.state == "replaced" else "it is gone"
            _tell(f"missing: {what}{identity}, which was {image.path}: {reason}")
        elif image.modules and image.state == UNCHECKED:
            _tell(
                f"unchecked: {what}, {image.path}: the core has not kept its build-id, so that it may be another build"
            )


def _tell(line: str) -> None:
    """Print a line that has names from a core or a bundle: what would control the terminal is escaped."""
    click.echo(_CONTROL.sub(lambda found: repr(found[0])[1:-1], line))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"
