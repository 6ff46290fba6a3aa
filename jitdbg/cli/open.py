"""``jitdbg open``: a core dump in a debugger, from a bundle of `jitdbg pack` or as it lies on this machine."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from jitdbg.cli.options import build_ids_option
from jitdbg.cli.pack import tell_of_absent, tell_of_core
from jitdbg.errors import CoreError, ToolError
from jitdbg.postmortem.bundle import Bundle, is_bundle, unpack
from jitdbg.postmortem.core import Core
from jitdbg.postmortem.images import loaded_images
from jitdbg.postmortem.layout import lay_out
from jitdbg.tools import Tool, default_debugger, launch_arguments, tool


@click.command()
@click.argument("file", metavar="CORE|BUNDLE", type=click.Path(path_type=Path))
@click.option("--debugger", type=click.Choice(["gdb", "lldb"]), help="Which debugger (default: gdb, else lldb).")
@click.option("--to", type=click.Path(path_type=Path), help="Unpack into this new directory, and keep it.")
@build_ids_option
@click.option("--batch", is_flag=True, help="Show the stack (or do what -x says), and end.")
@click.option("-x", "--execute", "commands", multiple=True, metavar="TEXT", help="A command for the debugger.")
@click.pass_context
def command(
    context: click.Context,
    file: Path,
    debugger: str | None,
    to: Path | None,
    tree: Path | None,
    batch: bool,
    commands: tuple[str, ...],
) -> None:
    """Open a core dump in gdb or lldb, with the program's and the JIT dylibs' symbols and sources.

    Of a BUNDLE all comes from the bundle, of a CORE from this machine, where it was written: from the files that are
    still what they were, from copies in the core, and from a tree by build-id. What is missing is said.
    """
    found = tool(debugger) if debugger else default_debugger()
    with TemporaryDirectory(prefix="jitdbg-open-", ignore_cleanup_errors=True) as directory:
        if is_bundle(file):
            opening = _bundle_commands(found, _unpacked(file, to or Path(directory, "bundle"), tree))
        elif to is not None:
            raise CoreError(f"{file} is no bundle, so that there is nothing to unpack: leave --to away")
        else:
            opening = _core_commands(found, file, Path(directory), tree)
        context.exit(_debug(found, opening, batch, commands))


def _unpacked(file: Path, directory: Path, tree: Path | None) -> Bundle:
    if tree is not None:
        raise CoreError(f"{file} is a bundle: give --build-ids to `jitdbg pack`, which makes one")
    bundle = unpack(file, directory)
    with Core(bundle.core) as core:
        tell_of_core(core)
    tell_of_absent(bundle.manifest.absent)
    return bundle


def _core_commands(debugger: Tool, file: Path, directory: Path, tree: Path | None) -> list[str]:
    with Core(file) as core:
        tell_of_core(core)
        if all(image.usable for image in loaded_images(core)):
            executable = Path(core.executable)
            return _open_commands(debugger, executable if executable.is_file() else None, file)
        bundle = lay_out(core, directory, tree)
    tell_of_absent(bundle.manifest.absent)
    return _bundle_commands(debugger, bundle)


def _bundle_commands(debugger: Tool, bundle: Bundle) -> list[str]:
    sources = list(bundle.source_directories())
    if debugger.name == "gdb":
        places = [
            f"set sysroot {bundle.root}",
            f"set debug-file-directory {bundle.directory}",
            *(f'set substitute-path "{old}" "{new}"' for old, new in sources),
        ]
    else:
        maps = " ".join(f'"{path}"' for pair in sources for path in pair)
        places = [
            f'settings set target.debug-file-search-paths "{bundle.directory}"',
            f'platform select --sysroot "{bundle.root}" remote-linux',
            *([f"settings set target.source-map {maps}"] if maps else []),
        ]
    return [*places, *_open_commands(debugger, bundle.executable, bundle.core)]


def _open_commands(debugger: Tool, executable: Path | None, core: Path) -> list[str]:
    if debugger.name == "gdb":
        return [*([f"file {executable}"] if executable else []), f"core-file {core}"]
    return [f'target create --core "{core}"' + (f' "{executable}"' if executable else "")]


def _debug(debugger: Tool, opening: Sequence[str], batch: bool, commands: Sequence[str]) -> int:
    option = "-ex" if debugger.name == "gdb" else "-o"
    shown = list(commands) or (["backtrace" if debugger.name == "gdb" else "thread backtrace"] if batch else [])
    quiet = [{"gdb": "-batch", "lldb": "--batch"}[debugger.name]] if batch else []
    words = [debugger.path, *launch_arguments(debugger.name), *quiet]
    for text in (*opening, *shown):
        words += [option, text]
    # The terminal's Ctrl-C is the debugger's; we wait, since what was unpacked goes when it is done.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return subprocess.run(words, restore_signals=True).returncode
    except OSError as error:
        raise ToolError(f"{debugger.path} can't be started: {error.strerror}") from error
    finally:
        signal.signal(signal.SIGINT, before)
