"""``jitdbg check --compare``: run source files in two ways, and print what debuggers show differently."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from jitdbg.cli.output import print_json
from jitdbg.errors import DirectiveError, JitdbgError, ToolMissingError
from jitdbg.harness import directives
from jitdbg.harness.differential import (
    Comparison,
    Difference,
    compare_debuggers,
    compare_executable,
    compare_levels,
)
from jitdbg.harness.directives.facts import Sheet

DEBUGGERS, EXECUTABLE, LEVELS = "debuggers", "executable", "levels"
MODES = (DEBUGGERS, EXECUTABLE, LEVELS)
_OPTIMISED = 2


@dataclass(frozen=True)
class ComparisonFacts:
    """A file in two ways; ``debugger`` is empty where two are compared, ``error`` where the two ways could be run."""

    file: str
    compare: str
    debugger: str
    ok: bool
    seconds: float
    error: str
    comparison: Comparison | None


@dataclass(frozen=True)
class CompareFacts:
    """What ``check --compare --json`` prints; ``missing`` are the debuggers that are not installed."""

    ok: bool
    missing: tuple[str, ...]
    comparisons: tuple[ComparisonFacts, ...]


def compare_files(
    files: Sequence[Path],
    modes: Sequence[str],
    debuggers: Sequence[str],
    missing: tuple[str, ...],
    level: int | None,
    as_json: bool,
) -> bool:
    """Compare and print; tells whether nothing differed. Raises `ToolMissingError` where two debuggers are needed."""
    if DEBUGGERS in modes and len(debuggers) != 2:
        lacking = f"{' and '.join(missing)} missing" if missing else f"{len(debuggers)} given"
        raise ToolMissingError(f"comparing debuggers takes two of them, {lacking}: install or name both")
    found = []
    for facts in _compared(files, modes, debuggers, level):
        found.append(facts)
        if not as_json:
            _print(facts)
    ok = all(facts.ok for facts in found)
    if as_json:
        print_json("compare", CompareFacts(ok, missing, tuple(found)))
    return ok


def _compared(
    files: Sequence[Path], modes: Sequence[str], debuggers: Sequence[str], level: int | None
) -> Iterator[ComparisonFacts]:
    for file in files:
        try:
            sheet = directives.read_sheet(file, level=level, may_expect_nothing=True)
        except DirectiveError as error:
            yield ComparisonFacts(str(file), "", "", False, 0.0, str(error), None)
            continue
        for mode in modes:
            for debugger in [""] if mode == DEBUGGERS else debuggers:
                yield _timed(sheet, mode, debugger, debuggers)


def _timed(sheet: Sheet, mode: str, debugger: str, debuggers: Sequence[str]) -> ComparisonFacts:
    began = time.monotonic()
    comparison, words = None, ""
    try:
        comparison = _compare(sheet, mode, debugger, debuggers)
    except JitdbgError as error:
        words = str(error)
    ok = comparison is not None and not comparison.differences
    seconds = round(time.monotonic() - began, 3)
    return ComparisonFacts(str(sheet.path), mode, debugger, ok, seconds, words, comparison)


def _compare(sheet: Sheet, mode: str, debugger: str, debuggers: Sequence[str]) -> Comparison:
    recipe, timeout = sheet.recipe, sheet.timeout
    if mode == DEBUGGERS:
        return compare_debuggers(recipe, left=debuggers[0], right=debuggers[1], timeout=timeout)
    if mode == EXECUTABLE:
        return compare_executable(recipe, debugger=debugger, timeout=timeout)
    return compare_levels(recipe, debugger=debugger, levels=(0, recipe.level or _OPTIMISED), timeout=timeout)


def _print(facts: ComparisonFacts) -> None:
    for sentence in sentences(facts):
        click.echo(sentence)


def sentences(facts: ComparisonFacts) -> Iterator[str]:
    """Give the first difference of each kind, how many more there are of it, and a summary."""
    under = f" [{facts.debugger}]" if facts.debugger else ""
    comparison = facts.comparison
    if comparison is None:
        yield f"{facts.file}: not compared{under}: {facts.error}"
        return
    for first, more in _kinds(comparison.differences):
        also = f", and differs {more} more times" if more else ""
        hit = f"stop {first.hit}: " if first.hit else ""
        where = f"{first.place.file}:{first.place.line}" if first.place else facts.file
        sides = f"{first.left} in {comparison.left}, {first.right} in {comparison.right}"
        yield f"{where}: {hit}{first.what}: {sides}{also}{under}"
    count = len(comparison.differences)
    differences = f"{count or 'no'} difference{'s' if count != 1 else ''}"
    left = "" if comparison.complete else ", left at the limit"
    stops = f"{comparison.stops[0]} and {comparison.stops[1]} stops{left}"
    ways = f"{comparison.left} against {comparison.right}"
    yield f"{facts.file}: {ways}{under}: {differences} in {stops}, {facts.seconds:.1f} s"


def _kinds(differences: Sequence[Difference]) -> list[tuple[Difference, int]]:
    """Gather differences in one thing: a variable that is wrong at one stop is wrong at the next."""
    kinds: dict[str, list[Difference]] = {}
    for each in differences:
        key = each.what.partition(",")[0] if each.hit else repr(dataclasses.astuple(each))
        kinds.setdefault(key, []).append(each)
    return [(group[0], len(group) - 1) for group in kinds.values()]
