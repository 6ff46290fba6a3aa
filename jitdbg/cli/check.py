"""``jitdbg check``: run the directives in the comments of source files, under every debugger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from jitdbg.cli import CHECK_FAILED, comparing
from jitdbg.cli.debuggers import debuggers_option, installed
from jitdbg.cli.ending import unwound_when_asked_to_end
from jitdbg.cli.output import json_option, print_json
from jitdbg.errors import DirectiveError
from jitdbg.harness import directives
from jitdbg.harness.debuggers import WITH_OWN_ADAPTER
from jitdbg.harness.directives import Outcome, Report


@dataclass(frozen=True)
class RunFacts:
    """A file under a debugger; both ``debugger`` and ``version`` are empty where the file was not run."""

    file: str
    debugger: str
    version: str
    ok: bool
    seconds: float
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class CheckFacts:
    """What ``check --json`` prints; ``missing`` are the debuggers that are not installed."""

    ok: bool
    missing: tuple[str, ...]
    runs: tuple[RunFacts, ...]


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@debuggers_option
@click.option("--require-debuggers", is_flag=True, help="Fail where one of the debuggers is not installed.")
@click.option(
    "-O", "level", type=click.IntRange(0, 3), metavar="0-3", help="Optimisation level, rather than the file's own."
)
@click.option(
    "--compare",
    "modes",
    type=click.Choice(comparing.MODES),
    multiple=True,
    help="Rather than that, look for what is shown differently at each line: by the debuggers, of a plain executable, "
    "or at -O0 and -O2 (or the -O given). Can be given again.",
)
@click.option("-v", "--verbose", is_flag=True, help="Print all outcomes, and what was said where some are bad.")
@json_option
@click.pass_context
@unwound_when_asked_to_end()
def command(
    context: click.Context,
    files: tuple[Path, ...],
    debuggers: tuple[str, ...],
    require_debuggers: bool,
    level: int | None,
    modes: tuple[str, ...],
    verbose: bool,
    as_json: bool,
) -> None:
    """Compile and run each FILE under gdb and lldb, and check what its directives say.

    Directives are comments that begin with `jitdbg:`, as in `// jitdbg: at loop: i = 0`; their grammar is in
    docs/directives.md. Files run commands that their directives name: check those only that you trust.
    """
    found, missing = installed(debuggers or WITH_OWN_ADAPTER, needed=bool(debuggers) or require_debuggers)
    if modes:
        if not comparing.compare_files(files, modes, found, missing, level, as_json):
            context.exit(CHECK_FAILED)
        return
    reports = []
    for report in _reports(files, found, level):
        reports.append(report)
        if not as_json:
            _print(report, verbose)
    ok = all(report.ok for report in reports)
    if as_json:
        runs = tuple(_facts(report) for report in reports)
        print_json("check", CheckFacts(ok, missing, runs))
    else:
        for debugger in missing:
            click.echo(f"{debugger} is not installed: nothing was checked under it", err=True)
    if not ok:
        context.exit(CHECK_FAILED)


def _reports(files: Sequence[Path], debuggers: Sequence[str], level: int | None) -> Iterator[Report]:
    for file in files:
        try:
            sheet = directives.read_sheet(file, level=level)
        except DirectiveError as error:
            yield directives.unreadable(str(file), error)
            continue
        yield from (directives.check(sheet, debugger) for debugger in debuggers)


def _print(report: Report, verbose: bool) -> None:
    for sentence in report.sentences(every=verbose):
        click.echo(sentence)
    debugger = f" [{report.debugger} {report.version}, {report.seconds:.1f} s]" if report.debugger else ""
    click.echo(f"{report.file}: {report.summary()}{debugger}")
    if verbose and not report.ok and report.transcript:
        click.echo(f"What was said to and by {report.debugger}:\n{report.transcript}")


def _facts(report: Report) -> RunFacts:
    return RunFacts(report.file, report.debugger, report.version, report.ok, report.seconds, report.outcomes)
