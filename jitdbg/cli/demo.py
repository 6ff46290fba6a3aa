"""``jitdbg demo``: two real inputs the whole way, each claim checked."""

from __future__ import annotations

from pathlib import Path

import click

from jitdbg.cli import CHECK_FAILED


@click.command()
@click.option(
    "--library",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Show zstd too, of which FOLDER has the C source (scripts/fetch-zstd puts it into .cache/zstd).",
)
@click.pass_context
def command(context: click.Context, library: Path | None) -> None:
    """Load real code and stop in it with gdb and lldb, checking what they show.

    Uses the debuggers that are installed and says how to install those that are not. Exit code 1 if a check failed.
    """
    from jitdbg.demo.tour import tour

    if not tour(library):
        context.exit(CHECK_FAILED)
