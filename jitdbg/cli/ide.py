"""``jitdbg ide``: files that make editors ready, and what the VS Code extension asks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from jitdbg.cli.arguments import complete_file
from jitdbg.cli.output import print_json
from jitdbg.cli.program import debuggee, debuggee_anywhere
from jitdbg.errors import ConfigurationError, DebuggerError
from jitdbg.harness.locations import parse_location


@click.group()
def command() -> None:
    """Make an editor ready for JIT code, or answer one: its debug sessions and what became of breakpoints."""


def _editor_command(editor: str, what: str) -> click.Command:
    @command.command(editor, help=what, context_settings={"allow_interspersed_args": False})
    @click.option(
        "--folder",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=Path(),
        help="Where to write (here).",
    )
    @click.option("--print", "only_print", is_flag=True, help="Print the files rather than write them.")
    @click.argument("program", nargs=-1, metavar="[COMMAND]...", type=click.UNPROCESSED, shell_complete=complete_file)
    def editor_command(folder: Path, only_print: bool, program: tuple[str, ...]) -> None:
        _configure(editor, folder, only_print, debuggee_anywhere(program))

    return editor_command


def _configure(editor: str, folder: Path, only_print: bool, program: Sequence[str]) -> None:
    from jitdbg.ide.editors import EDITORS
    from jitdbg.ide.editors.files import write

    setup = EDITORS[editor](program)
    if only_print:
        for file in setup.files:
            click.echo(f"==> {file.path} <==\n{file.text}", nl=False)
        return
    for path in write(setup, folder):
        click.echo(f"wrote {path}")
    click.echo(setup.next_step)


vscode = _editor_command("vscode", "Write launch.json for VS Code without jitdbg's extension.")
emacs = _editor_command("emacs", "Write jitdbg.el for Emacs (gdb-mi and dape).")
vim = _editor_command("vim", "Write jitdbg.vim for Vim (termdebug).")
neovim = _editor_command("neovim", "Write jitdbg.lua for Neovim (nvim-dap).")
gdbgui = _editor_command("gdbgui", "Write a script that starts gdbgui.")


@command.command()
@click.argument("configuration")
def session(configuration: str) -> None:
    """Print, as JSON, the adapter and the request for CONFIGURATION, an entry of launch.json.

    Its schema is in docs/json.md.
    """
    from jitdbg.ide.configuration import read_configuration
    from jitdbg.ide.session import session as session_of
    from jitdbg.ide.session import words

    try:
        values = json.loads(configuration)
    except ValueError as error:
        raise ConfigurationError(f"the debug configuration is no JSON: {error}") from None
    read = read_configuration(values)
    print_json("ide-session", session_of(read, debuggee(given) if (given := words(read)) else []))


@command.command()
@click.option("-b", "--break", "breakpoints", multiple=True, metavar="FILE:LINE", help="A breakpoint that was not set.")
@click.argument("images", nargs=-1, metavar="[IMAGE]...", shell_complete=complete_file)
def explain(breakpoints: tuple[str, ...], images: tuple[str, ...]) -> None:
    """Print, as JSON, why breakpoints found no code in IMAGEs, and which of their sources were edited.

    Its schema is in docs/json.md.
    """
    from jitdbg.ide.explain import explain as explained

    print_json("ide-explain", explained([_place(text) for text in breakpoints], images))


def _place(text: str) -> tuple[str, int]:
    try:
        found = parse_location(text)
    except DebuggerError as error:
        raise click.BadParameter(str(error)) from error
    if not found.file or not found.line:
        raise click.BadParameter(f"{text!r} is no FILE:LINE")
    return found.file, found.line
