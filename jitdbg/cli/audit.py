"""``jitdbg audit``: how much a debugger can see of a source or an image, from its DWARF and by stepping through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from jitdbg import invocation
from jitdbg.audit.facts import Audit, FunctionFact, Kept, Share, kept
from jitdbg.audit.run import STOPS, main_source, step_through
from jitdbg.audit.steps import Run
from jitdbg.audit.subject import Request, Subject, loaded_by, subject
from jitdbg.cli import CHECK_FAILED
from jitdbg.cli.arguments import Seconds, complete_file
from jitdbg.cli.debuggers import debuggers_option, installed
from jitdbg.cli.ending import unwound_when_asked_to_end
from jitdbg.cli.options import cflags_option, debug_option
from jitdbg.cli.output import json_option, print_json, print_table
from jitdbg.cli.program import debuggee
from jitdbg.debuginfo.attach import Debug
from jitdbg.errors import CallError
from jitdbg.harness.backend import Program
from jitdbg.harness.debuggers import WITH_OWN_ADAPTER
from jitdbg.harness.programs import temporary_folder

_WORST = 10
_TIMEOUT = 30.0
_LISTED = 12


@dataclass(frozen=True)
class AuditFacts:
    """What ``audit --json`` prints: an audit for each level, what is left of the first at the others, and the runs.

    ``missing`` are the debuggers that are not installed.
    """

    audits: tuple[Audit, ...]
    kept: tuple[Kept, ...]
    runs: tuple[Run, ...]
    missing: tuple[str, ...]


@click.command()
@click.argument("file", metavar="SOURCE|IMAGE", type=click.Path(path_type=Path))
@click.argument("program", nargs=-1, metavar="[-- COMMAND...]", shell_complete=complete_file)
@click.option(
    "-O", "levels", type=click.IntRange(0, 3), multiple=True, metavar="0-3",
    help="Optimisation level (0); given again, levels are compared.",
)  # fmt: skip
@click.option("--run", "call", metavar="'NAME(LITERAL, ...)'", default="", help="Step through a call in each debugger.")
@debuggers_option
@click.option("--worst", type=click.IntRange(0), default=_WORST, help=f"How many functions to list ({_WORST}).")
@click.option("--stops", type=click.IntRange(1), default=STOPS, help=f"Leave a run after so many stops ({STOPS}).")
@click.option(
    "--timeout", type=Seconds(0, min_open=True), default=_TIMEOUT, metavar="SECONDS",
    help=f"What each step may take ({_TIMEOUT:g}).",
)  # fmt: skip
@debug_option
@cflags_option
@json_option
@click.pass_context
@unwound_when_asked_to_end()
def command(
    context: click.Context,
    file: Path,
    program: tuple[str, ...],
    levels: tuple[int, ...],
    call: str,
    debuggers: tuple[str, ...],
    worst: int,
    stops: int,
    timeout: float,
    debug: Debug,
    cflags: tuple[str, ...],
    as_json: bool,
) -> None:
    """Say how much a debugger can see of SOURCE (.ll, .bc, .c, .cc, .cpp, .o) or IMAGE; docs/audit.md explains.

    With --run, the call is stepped through, line by line, in gdb and lldb, and what they show is held against what
    there is. Of a program that has a JIT of its own, COMMAND is stepped through in SOURCE.
    """
    if call:
        invocation.parse(call)
    if program and (call or levels):
        raise CallError("COMMAND says what is run and how it is compiled: leave out --run and -O")
    wants_run = bool(call or program)
    found, missing = installed(debuggers or WITH_OWN_ADAPTER, needed=bool(debuggers)) if wants_run else ((), ())
    with temporary_folder() as folder:
        audited, asked = _subject(Request(file, levels, call, debug, cflags), program, Path(folder), timeout)
        runs = _runs(audited, file, found, stops, timeout) if wants_run else []
    audits = tuple(audit for level, audit in audited.audits.items() if level in asked)
    facts = AuditFacts(
        audits,
        tuple(kept(audits[0], each) for each in audits[1:]),
        tuple(run for run in runs if run.level in asked),
        missing,
    )
    if as_json:
        print_json("audit", facts)
    else:
        _print(facts, file, worst)
    if any(run.crashed for run in facts.runs):
        context.exit(CHECK_FAILED)


def _subject(
    request: Request, program: Sequence[str], folder: Path, timeout: float
) -> tuple[Subject, Sequence[int | None]]:
    """Give what is audited, and the levels that were asked for: a run is held against one at level 0."""
    if program:
        found = loaded_by(Program(debuggee(program)), request.file, folder, timeout)
        return found, [None]
    asked = tuple(dict.fromkeys(request.levels)) or (0,)
    needed = tuple(dict.fromkeys([*asked, 0])) if request.call and request.levels else request.levels
    found = subject(Request(request.file, needed, request.call, request.debug, request.cflags), folder)
    return found, asked if None not in found.audits else [None]


def _runs(audited: Subject, file: Path, debuggers: Sequence[str], stops: int, timeout: float) -> list[Run]:
    audit = next(iter(audited.audits.values()))
    files = {each.file for each in audit.functions}
    source = file.resolve() if str(file.resolve()) in files else main_source(audit)
    return step_through(audited.programs, audited.audits, source, debuggers, stops=stops, timeout=timeout)


# ------------------------------------------------------------------------------------------------------------- printing


def _print(facts: AuditFacts, file: Path, worst: int) -> None:
    _print_levels(facts, file)
    _print_worst(facts.audits[-1], worst)
    if facts.runs:
        click.echo()
        _print_runs(facts.runs)
        for sentence in _sentences(facts.runs):
            click.echo(f"  {sentence}")
    for debugger in facts.missing:
        click.echo(f"{debugger} is not installed: nothing was run under it", err=True)
    for run in facts.runs:
        if not run.complete:
            click.echo(_incomplete(run), err=True)


def _print_levels(facts: AuditFacts, file: Path) -> None:
    """Print a column for each level."""
    rows: list[tuple[str, Callable[[Audit], str]]] = [
        ("functions", lambda each: str(len(each.functions))),
        ("lines with a statement, of those with code", lambda each: _share(each.lines)),
        ("variables readable, by line", lambda each: _share(each.variables)),
        ("variables readable on all their lines", lambda each: _share(each.whole)),
        ("calls with call-site info", lambda each: _share(each.calls)),
        ("calls inlined", lambda each: str(each.inlined)),
    ]
    table = [(name, *map(show, facts.audits)) for name, show in rows]
    if facts.kept:
        first = _level(facts.audits[0].level)
        table.append((f"statements of {first} left", "", *(_share(each.lines) for each in facts.kept)))
        table.append((f"variables' lines of {first} left", "", *(_share(each.variables) for each in facts.kept)))
    print_table(("", *(_level(each.level) for each in facts.audits)), table, str(file))


def _print_worst(audit: Audit, limit: int) -> None:
    """Print the functions that lack most lines."""
    lacking = [each for each in sorted(audit.functions, key=_lost, reverse=True) if _lost(each)]
    if not lacking or not limit:
        return
    click.echo()
    rows = [
        (
            each.name,
            f"{Path(each.file).name}:{each.line}",
            _fraction(Share(len(each.statements), len(each.code))),
            _fraction(_variables(each)),
            _fraction(each.calls),
            str(each.inlined),
            ", ".join(_least_readable(each)),
        )
        for each in lacking[:limit]
    ]
    title = f"the worst functions{f' at {_level(audit.level)}' if audit.level is not None else ''}"
    print_table(("function", "at", "statements", "variables", "calls", "inlined", "not readable in lines"), rows, title)
    if len(lacking) > limit:
        click.echo(f"  … {len(lacking) - limit} more: --worst {len(lacking)} shows them")


def _lost(function: FunctionFact) -> int:
    share = _variables(function)
    return share.of - share.have + len(function.code) - len(function.statements)


def _variables(function: FunctionFact) -> Share:
    return Share(
        sum(len(each.readable) for each in function.variables), sum(len(each.lines) for each in function.variables)
    )


def _least_readable(function: FunctionFact) -> Iterator[str]:
    for each in function.variables:
        if lines := sorted(set(each.lines) - set(each.readable)):
            yield f"{each.name} {_lines(lines)}"


def _print_runs(runs: Sequence[Run]) -> None:
    """Print a column for each run."""
    rows: list[tuple[str, Callable[[Run], str]]] = [
        ("stops", lambda run: str(run.stops)),
        ("lines stopped at", lambda run: _share(run.lines)),
        ("variables read", lambda run: _share(run.readings)),
        ("values wrong", lambda run: _count(None if run.wrong is None else sum(each.times for each in run.wrong))),
        ("values shown before there were any", lambda run: str(run.early)),
        ("steps backwards", lambda run: str(run.backwards)),
        ("… that unoptimised code does not make", lambda run: _count(run.jumps)),
        ("stacks with frames missing", lambda run: _count(run.frames_missing)),
        ("compared with", lambda run: run.against),
    ]
    names = (f"{run.debugger} {_level(run.level)}".strip() for run in runs)
    table = [(name, *map(show, runs)) for name, show in rows]
    print_table(("", *names), [row for row in table if any(row[1:])], "stepped through")


def _sentences(runs: Sequence[Run]) -> Iterator[str]:
    for run in runs:
        name = f"{run.debugger} {_level(run.level)}".strip()
        if run.missed:
            yield f"{name}: not stopped at: {_lines(run.missed)}"
        if run.unstepped:
            yield f"{name}: stopped at by breakpoints, but no step leads there: {_lines(run.unstepped)}"
        for wrong in (run.wrong or ())[:_LISTED]:
            yield f"{name}: line {wrong.line}: {wrong.variable} is {wrong.shown}, and should be {wrong.right}"
        for lack in run.lacking[:_LISTED]:
            yield f"{name}: line {lack.line}: {lack.variable} can't be read{_times(lack.times)}"
        hidden = max(0, len(run.wrong or ()) - _LISTED) + max(0, len(run.lacking) - _LISTED)
        if hidden:
            yield f"{name}: … {hidden} more: --json has them all"


def _incomplete(run: Run) -> str:
    name = f"{run.debugger} {_level(run.level)}".strip()
    if run.end:
        return f"{name}: {run.end}: what would come after was not seen"
    return f"{name}: left after {run.stops} stops: --stops takes it further"


def _level(level: int | None) -> str:
    return "" if level is None else f"-O{level}"


def _share(share: Share | None) -> str:
    """Write a share; only what is whole has 100 %."""
    if share is None:
        return "not known"
    return f"{share.have} of {share.of} ({100 * share.have // share.of} %)" if share.of else "none"


def _fraction(share: Share | None) -> str:
    return f"{share.have}/{share.of}" if share and share.of else ""


def _count(number: int | None) -> str:
    return "" if number is None else str(number)


def _times(times: int) -> str:
    return f", {times} times" if times > 1 else ""


def _lines(lines: Sequence[int]) -> str:
    """Write ascending lines, runs of them shortly: ``3-5, 9``."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
