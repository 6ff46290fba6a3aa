"""The comparison as a run: features and costs, one after the other, with a report at every moment.

A run that is interrupted has the report of what was done until then, marked as such.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import platform
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jitdbg import __version__, codegen, tools
from jitdbg.compare.attempt import Attempt, cell
from jitdbg.compare.bench import Bench, make_bench
from jitdbg.compare.costs import Cost, Measurement, measured, measurements
from jitdbg.compare.debuggers import Debugger
from jitdbg.compare.facts import Cell
from jitdbg.compare.features import FEATURES, Feature
from jitdbg.compare.peers import NAMES, Peer, peer
from jitdbg.compare.toolfeatures import TOOL_FEATURES
from jitdbg.errors import ToolError
from jitdbg.harness.programs import temporary_folder

QUICK_FEATURES = ("break-by-line", "crash")
QUICK_TOOL_FEATURES = ("in-process",)
QUICK_PEERS = ("file", "mcjit", "floor")
QUICK_COUNTS = (10,)
COUNTS = (1, 10, 100, 400, 1600, 10_000)


@dataclass(frozen=True)
class Plan:
    """What is compared; without ``counts`` no costs are measured. ``timeout`` are the seconds of each wait."""

    peers: tuple[Peer, ...]
    debuggers: tuple[Debugger, ...]
    features: tuple[Feature, ...]
    tool_features: tuple[Feature, ...]
    counts: tuple[int, ...]
    timeout: float
    quick: bool = False

    @property
    def cells(self) -> int:
        """How many cells there are to run."""
        return len(self.peers) * (len(self.debuggers) * len(self.features) + len(self.tool_features))

    @property
    def measurements(self) -> list[Measurement]:
        """What is measured."""
        return measurements(self.peers, self.debuggers, self.counts, quick=self.quick)


def plan(
    debuggers: Sequence[Debugger],
    *,
    quick: bool = False,
    with_features: bool = True,
    with_costs: bool = True,
    features: Sequence[str] = (),
    peers: Sequence[str] = (),
    counts: Sequence[int] = (),
    timeout: float = 60.0,
) -> Plan:
    """Plan a comparison; what is not named is everything, or a little of it where it is to be ``quick``.

    Raises `ToolError` for a feature that does not exist.
    """
    known = {each.name: each for each in (*FEATURES, *TOOL_FEATURES)}
    if unknown := [name for name in features if name not in known]:
        raise ToolError(f"there is no feature {unknown[0]!r}: it is one of {', '.join(known)}")
    names = features or ((*QUICK_FEATURES, *QUICK_TOOL_FEATURES) if quick else tuple(known))
    chosen = [known[name] for name in names] if with_features else []
    numbers = tuple(counts) or (QUICK_COUNTS if quick else COUNTS)
    return Plan(
        tuple(peer(name) for name in peers or (QUICK_PEERS if quick else NAMES)),
        tuple(debuggers),
        tuple(each for each in chosen if each in FEATURES),
        tuple(each for each in chosen if each in TOOL_FEATURES),
        tuple(sorted(numbers)) if with_costs and not (features and not counts) else (),
        timeout,
        quick,
    )


@dataclass(frozen=True)
class Machine:
    """Where a comparison was run, when, and with which versions."""

    date: str
    system: str
    processor: str
    processors: int
    versions: dict[str, str]


@dataclass(frozen=True)
class Report:
    """What was found; ``complete`` is False where the run was interrupted."""

    complete: bool
    machine: Machine
    peers: tuple[Peer, ...]
    debuggers: tuple[str, ...]
    features: dict[str, str]
    cells: tuple[Cell, ...]
    costs: tuple[Cost, ...]


@dataclass
class Run:
    """A comparison that is under way; ``report`` can be asked for at any time. Lives as long as its caller wants."""

    plan: Plan
    progress: Callable[[str], None] = lambda _: None
    cells: list[Cell] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    done: int = 0
    complete: bool = False

    @property
    def steps(self) -> int:
        """How many steps there are in all; ``done`` of them are."""
        return self.plan.cells + len(self.plan.measurements)

    def go(self) -> None:
        """Run everything. Raises `JitdbgError` where the module can't be made at all; KeyboardInterrupt passes."""
        with temporary_folder("jitdbg-compare-") as folder:
            bench = make_bench(Path(folder))
            for attempt, feature in self._attempts(bench):
                debugger = attempt.debugger.name if attempt.debugger else "without a debugger"
                with self._step(f"{feature.title}, {debugger}, {attempt.peer}"):
                    self.cells.append(cell(feature.name, attempt, feature.try_it))
            for measurement in self.plan.measurements:
                with self._step(measurement.title):
                    self.costs += measured(measurement, bench, self.plan.timeout)
        self.complete = True

    @contextlib.contextmanager
    def _step(self, words: str) -> Iterator[None]:
        self.progress(words)
        yield
        self.done += 1

    def _attempts(self, bench: Bench) -> Iterator[tuple[Attempt, Feature]]:
        plan = self.plan
        under = [(debugger, feature) for debugger in plan.debuggers for feature in plan.features]
        for debugger, feature in (*under, *((None, feature) for feature in plan.tool_features)):
            for each in plan.peers:
                yield Attempt(bench, each.name, debugger, plan.timeout), feature

    def report(self) -> Report:
        """Give what was found until now."""
        titles = {each.name: each.title for each in (*self.plan.features, *self.plan.tool_features)}
        names = tuple(each.name for each in self.plan.debuggers)
        found = tuple(self.cells), tuple(self.costs)
        return Report(self.complete, _machine(), self.plan.peers, names, titles, *found)


def _machine() -> Machine:
    now = datetime.datetime.now(datetime.timezone.utc)
    versions = {"jitdbg": __version__, **codegen.versions(), "python": platform.python_version()}
    for name in ("perf", "valgrind"):
        if found := tools.find_tool(name):
            versions[name] = found.version or "unknown"
    system = f"{platform.system()} {platform.release()}, {' '.join(platform.libc_ver())}"
    return Machine(now.strftime("%Y-%m-%d %H:%M UTC"), system, _processor(), os.cpu_count() or 0, versions)


def _processor() -> str:
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    return names[0] if names else platform.machine()
