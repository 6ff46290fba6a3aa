"""``jitdbg gc``: remove the images that finished runs left behind."""

from __future__ import annotations

from dataclasses import dataclass

import click

from jitdbg import store
from jitdbg.cli.output import in_bytes, json_option, print_json, print_table
from jitdbg.store import Decision, Limits
from jitdbg.store.shared import SharedFile

SHOWN = 20
"""Rows of the table, those that go in front."""
_NONE = Limits(grace=0, crashed=0, cap=0)
_UNUSED = "shared by runs, and used by none of late"


@dataclass(frozen=True)
class GcFacts:
    """What ``gc --json`` prints; with ``dry_run`` the runs called removed are still there."""

    dry_run: bool
    freed: int
    decisions: tuple[Decision, ...]
    skipped: tuple[tuple[str, str], ...]
    shared: tuple[SharedFile, ...]


@click.command()
@click.option("-n", "--dry-run", is_flag=True, help="Remove nothing, say what would be removed.")
@click.option("--all", "want_all", is_flag=True, help="Remove the images of all runs that ended, however recently.")
@click.option("--kept", is_flag=True, help="Judge the runs that JITDBG_KEEP kept like all others.")
@json_option
def command(dry_run: bool, want_all: bool, kept: bool, as_json: bool) -> None:
    """Remove the images of runs that ended long enough ago, and say what stays and why.

    Images outlive their run, since profilers, cores and debuggers read them later: an hour after a clean exit, seven
    days after a crash, 1,024 MiB together. JITDBG_GRACE (seconds), JITDBG_CRASH_DAYS and JITDBG_CAP (MiB) change that.
    The linker's kernel goes when nobody has used it for those days after a crash, and is made anew when it pays.
    """
    report = store.gc(limits=_NONE if want_all else None, kept=kept, dry_run=dry_run)
    if as_json:
        print_json("gc", GcFacts(dry_run, report.freed, report.decisions, report.skipped, report.shared))
        return
    for path, reason in report.skipped:
        click.echo(f"{path} is left alone: {reason}")
    gone = "would go" if dry_run else "gone"
    rows = [_row(decision, gone) for decision in (*report.removed, *report.kept)]
    rows = [*((gone, in_bytes(file.size), file.path, _UNUSED) for file in report.shared), *rows]
    if rows:
        print_table(("", "size", "run", "why"), rows[:SHOWN])
    if len(rows) > SHOWN:
        click.echo(f"… {len(rows) - SHOWN} more: --json lists them all")
    click.echo(_summary(report, dry_run))


def _row(decision: Decision, gone: str) -> tuple[str, ...]:
    size = in_bytes(decision.run.size) if decision.run.size else ""
    return gone if decision.removed else "stays", size, decision.run.path, decision.why


def _summary(report: store.Report, dry_run: bool) -> str:
    runs = f"{len(report.removed)} run{'s' * (len(report.removed) != 1)}"
    files = f" and {len(report.shared)} shared file{'s' * (len(report.shared) != 1)}" if report.shared else ""
    return f"{runs}{files} {'would be ' * dry_run}removed ({in_bytes(report.freed)}), {len(report.kept)} left"
