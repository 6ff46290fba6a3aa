"""``jitdbg compare``: dylibs against the GDB JIT interface, what works and what it costs, by running both."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from jitdbg.cli import INTERRUPTED
from jitdbg.cli.arguments import Output, Seconds
from jitdbg.cli.ending import unwound_when_asked_to_end
from jitdbg.cli.output import print_table

if TYPE_CHECKING:
    from jitdbg.compare.run import Plan, Report, Run
    from jitdbg.compare.written import Outputs

_PEERS = ("file", "memfd", "mcjit", "lljit", "mapped", "floor")
_KINDS = ("gdb", "lldb", "lldb-dap", "gdb-dap")
_FILE = click.Path(dir_okay=False, path_type=Path)
_OUTPUT = Output(dir_okay=False, path_type=Path)


@click.command()
@click.option("--quick", is_flag=True, help="A few features, peers and modules: under a minute on a quiet machine.")
@click.option("--features", "only", flag_value="features", help="Only what works.")
@click.option("--costs", "only", flag_value="costs", help="Only what it costs.")
@click.option("--feature", "chosen", multiple=True, metavar="NAME", help="Only this feature; can be given again.")
@click.option("--peer", "peers", type=click.Choice(_PEERS), multiple=True, help="Only this peer; can be given again.")
@click.option("--debugger", "kinds", type=click.Choice(_KINDS), multiple=True, help="Only this one; can be repeated.")
@click.option(
    "--program", "programs", type=_FILE, multiple=True, metavar="PATH",
    help="A further debugger, as another version: a program called gdb, lldb or lldb-dap; can be given again.",
)  # fmt: skip
@click.option("-n", "counts", type=click.IntRange(1, 100_000), multiple=True, help="A number of modules; repeatable.")
@click.option("--timeout", type=Seconds(1), default=60.0, help="Seconds that each wait has (60).")
@click.option("--json", "json_file", type=_OUTPUT, metavar="FILE", help="Write all that was found, for programs.")
@click.option("--html", "html_file", type=_OUTPUT, metavar="FILE", help="Write a report with charts and transcripts.")
@click.option("--page", "page_file", type=_OUTPUT, metavar="FILE", help="Write a page of Markdown, with the advice.")
@click.option(
    "--charts", "charts_folder", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER",
    help="Write the charts as PNG files.",
)  # fmt: skip
@click.option(
    "--from", "from_files", type=_FILE, multiple=True, metavar="FILE",
    help="Run nothing: show and write what an earlier --json has; several that were run one by one are put together.",
)  # fmt: skip
@click.pass_context
@unwound_when_asked_to_end()
def command(
    context: click.Context,
    quick: bool,
    only: str | None,
    chosen: tuple[str, ...],
    peers: tuple[str, ...],
    kinds: tuple[str, ...],
    programs: tuple[Path, ...],
    counts: tuple[int, ...],
    timeout: float,
    json_file: Path | None,
    html_file: Path | None,
    page_file: Path | None,
    charts_folder: Path | None,
    from_files: tuple[Path, ...],
) -> None:
    """Load one module as a dylib and through the GDB JIT interface, in every way there is, and compare.

    What works in which debugger is tried, not claimed, and what it costs is measured. Without --quick it takes many
    minutes; interrupted, it reports what it has until then.
    """
    from jitdbg.compare import written

    outputs = written.Outputs(json_file, html_file, page_file, charts_folder)
    outputs.check(from_files)
    if from_files:
        report, interrupted = written.merged([written.read(path) for path in from_files]), False
    else:
        run = _run(_plan(quick, only, chosen, peers, kinds, programs, counts, timeout))
        interrupted = _go(run, outputs)
        report = run.report()
    _print(report)
    outputs.write(report)
    if interrupted:
        context.exit(INTERRUPTED)


def _plan(
    quick: bool,
    only: str | None,
    chosen: tuple[str, ...],
    peers: tuple[str, ...],
    kinds: tuple[str, ...],
    programs: tuple[Path, ...],
    counts: tuple[int, ...],
    timeout: float,
) -> Plan:
    from jitdbg.compare import run
    from jitdbg.compare.debuggers import find_debuggers

    standard = ("gdb", "lldb") if quick else ("gdb", "lldb", "lldb-dap")
    debuggers = find_debuggers(kinds or (() if programs else standard), programs, needed=bool(kinds))
    return run.plan(
        debuggers, quick=quick, with_features=only != "costs", with_costs=only != "features",
        features=chosen, peers=peers, counts=counts, timeout=timeout,
    )  # fmt: skip


def _run(plan: Plan) -> Run:
    from jitdbg.compare.run import Run

    return Run(plan)


def _go(run: Run, outputs: Outputs) -> bool:
    """Run with a progress bar, and keep what is found as it is found; tells whether it was interrupted."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("compiling the module", total=run.steps)

        def show(words: str) -> None:
            bar.update(task, completed=run.done, description=words)
            outputs.write_json(run.report())

        run.progress = show
        try:
            run.go()
        except KeyboardInterrupt:
            return True
    return False


def _print(report: Report) -> None:
    from jitdbg.compare import tables

    if not report.complete:
        click.echo("The run was interrupted: this is what it had found until then.\n")
    for debugger, rows, titles in tables.feature_tables(report):
        headings = ["", *(peer.title for peer in report.peers)]
        lines = zip(titles, rows, strict=True)
        print_table(headings, [[title, *map(tables.short, row)] for title, row in lines], debugger)
        for title, row in zip(titles, rows, strict=True):
            for _, words in tables.remarks(row):
                click.echo(f"    {title}; {words}")
        click.echo()
    for title, headings, values in tables.cost_tables(report):
        print_table(headings, values, title)
        click.echo()
    for sentence in tables.cost_failures(report):
        click.echo(f"not measured: {sentence}")
