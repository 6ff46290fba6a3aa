"""``jitdbg open``: a core dump in a debugger, from a bundle of `jitdbg pack` or as it lies on this machine."""

from __future__ import annotations

import itertools
import re
import signal
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from jitdbg.cli.ending import unwound_when_asked_to_end
from jitdbg.cli.options import build_ids_option
from jitdbg.cli.pack import tell_of_core, tell_of_images, tell_of_manifest
from jitdbg.errors import CoreError, ToolError
from jitdbg.postmortem.bundle import Bundle, is_bundle, unpack
from jitdbg.postmortem.contents import as_packed
from jitdbg.postmortem.core import Core
from jitdbg.postmortem.images import loaded_images
from jitdbg.postmortem.layout import lay_out
from jitdbg.tools import Tool, default_debugger, launch_arguments, tool

SECONDS_TO_END = 5
"""What a debugger has for it when it is asked to."""


@click.command()
@click.argument("file", metavar="CORE|BUNDLE", type=click.Path(path_type=Path))
@click.option("--debugger", type=click.Choice(["gdb", "lldb"]), help="Which debugger (default: gdb, else lldb).")
@click.option("--to", type=click.Path(path_type=Path), help="Unpack into this new directory, and keep it.")
@build_ids_option
@click.option("--batch", is_flag=True, help="Show the stack (or do what -x says), and end.")
@click.option("-x", "--execute", "commands", multiple=True, metavar="TEXT", help="A command for the debugger.")
@click.pass_context
@unwound_when_asked_to_end()
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
            bundle = _unpacked(file, to or Path(directory, "bundle"), tree)
            opening = _bundle_commands(found, bundle, Path(directory))
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
    tell_of_manifest(bundle.manifest)
    return bundle


def _core_commands(debugger: Tool, file: Path, directory: Path, tree: Path | None) -> list[str]:
    with Core(file) as core:
        tell_of_core(core)
        images = loaded_images(core)
        if all(image.usable for image in images):
            tell_of_images(map(as_packed, images))
            executable = Path(core.executable)
            return _open_commands(debugger, executable if executable.is_file() else None, file, directory)
        bundle = lay_out(core, directory, tree)
    tell_of_manifest(bundle.manifest)
    return _bundle_commands(debugger, bundle, directory)


def _bundle_commands(debugger: Tool, bundle: Bundle, directory: Path) -> list[str]:
    sources = list(bundle.source_directories())
    if debugger.name == "gdb":
        places = [
            # Its auto-load safe-path has the debug-file-directory in it: whatever lies there would be trusted, and run.
            "set auto-load off",
            f"set sysroot {bundle.root}",
            f"set debug-file-directory {bundle.directory}",
            *(f"set substitute-path {_word(old)} {_word(new)}" for old, new in sources),
        ]
    else:
        places = [
            _lldb_setting("target.debug-file-search-paths", [bundle.directory]),
            f"platform select --sysroot {_word(bundle.root)} remote-linux",
            *([_lldb_setting("target.source-map", itertools.chain(*sources))] if sources else []),
        ]
    return [*places, *_open_commands(debugger, bundle.executable, bundle.core, directory)]


def _open_commands(debugger: Tool, executable: Path | None, core: Path, directory: Path) -> list[str]:
    program = _word(executable) if executable else ""
    if debugger.name == "gdb":
        return [*([f"file {program}"] if program else []), f"core-file {_plain(core, directory)}"]
    return [f"target create --core {_word(core)} {program}"]


def _lldb_setting(name: str, paths: Iterable[Path | str]) -> str:
    """Write the command for a setting: in one that takes its line as it is, lldb evaluates what is in backquotes."""
    return f"settings set {name} {' '.join(map(_word, paths))}".replace("`", "\\`")


def _word(path: Path | str) -> str:
    """Write a path as one word of a command of gdb's or lldb's."""
    return '"' + re.sub(r'(["\\])', r"\\\1", str(path)) + '"'


def _plain(core: Path, directory: Path) -> Path:
    """Give a path of a core in which gdb, which takes quotes around it for a part of it, finds one word."""
    if not re.search(r"[\s\"'\\]", str(core)):
        return core
    link = directory / "plain"
    link.symlink_to(core.absolute())
    return link


def _debug(debugger: Tool, opening: Sequence[str], batch: bool, commands: Sequence[str]) -> int:
    option = "-ex" if debugger.name == "gdb" else "-o"
    shown = list(commands) or (["backtrace" if debugger.name == "gdb" else "thread backtrace"] if batch else [])
    quiet = [{"gdb": "-batch", "lldb": "--batch"}[debugger.name]] if batch else []
    words = [debugger.path, *launch_arguments(debugger.name), *quiet]
    for text in (*opening, *shown):
        words += [option, text]
    # The terminal's Ctrl-C is the debugger's; we wait, since what was unpacked goes when it is done, and then remove
    # that undisturbed: `unwound_when_asked_to_end` puts SIGINT back.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return _wait(subprocess.Popen(words, restore_signals=True))
    except OSError as error:
        raise ToolError(f"{debugger.path} can't be started: {error.strerror}") from error


def _wait(debugger: subprocess.Popen[bytes]) -> int:
    """Wait for the debugger's end; who asks us to end means both, and the debugger can put the terminal in order."""
    try:
        return debugger.wait()
    except SystemExit:
        try:
            debugger.terminate()
            with suppress(subprocess.TimeoutExpired):
                debugger.wait(SECONDS_TO_END)
        finally:
            debugger.kill()
        raise
