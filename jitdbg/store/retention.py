"""What becomes of images after their run: tools read them later, so they go by age and by size, never by exit.

A finished run stays for a grace period, a crashed one for days (the core is looked at after the weekend), a live one
for as long as its lock is held, and what runs share for as long as a crashed one after its last use. Where the dead
runs of a place are larger than the cap together, the oldest go first. ``JITDBG_KEEP=1`` keeps a run for good, and keeps
its process from sweeping.

Who starts a run sweeps its place at most once in an hour, for 50 ms at most; every other start costs one stat. A thread
in the background would make the host's forks unsafe, a process in the background would outlive it.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jitdbg.errors import StoreError
from jitdbg.store import shared
from jitdbg.store.place import Base, bases, distrust
from jitdbg.store.remains import ALIVE, UNKNOWN, RunFact, clear_remains, find_runs, remove_run
from jitdbg.store.runs import FINISHED
from jitdbg.store.shared import SharedFile

_STAMP = ".swept"
_SWEEP_EVERY = 3600.0
_PATIENCE = 0.05
_POSTPONED = "its time is over, and the next start removes it"
_MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """How long images outlive their run: seconds after a clean exit, seconds after a crash, bytes for each place."""

    grace: float = 3600.0
    crashed: float = 7 * 86400.0
    cap: float = 1024.0 * _MIB

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Limits:
        """Read ``JITDBG_GRACE`` (seconds), ``JITDBG_CRASH_DAYS`` (days) and ``JITDBG_CAP`` (MiB for each place).

        A value that is no number, or a negative one, is a `StoreError`; ``inf`` is one.
        """
        environment = os.environ if environment is None else environment
        return cls(
            _number(environment, "JITDBG_GRACE", cls.grace, "seconds", 1),
            _number(environment, "JITDBG_CRASH_DAYS", cls.crashed, "days", 86400),
            _number(environment, "JITDBG_CAP", cls.cap, "MiB", _MIB),
        )


@dataclass(frozen=True)
class Decision:
    """What was decided about a run, and why."""

    run: RunFact
    removed: bool
    why: str


@dataclass(frozen=True)
class Report:
    """What a collection did; ``skipped`` has the places that are there and can't be trusted, each with the reason.

    ``shared`` has the files that runs share and nobody has used for long, which are gone.
    """

    decisions: tuple[Decision, ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    shared: tuple[SharedFile, ...] = ()

    @property
    def removed(self) -> tuple[Decision, ...]:
        """The runs that are gone."""
        return tuple(decision for decision in self.decisions if decision.removed)

    @property
    def kept(self) -> tuple[Decision, ...]:
        """The runs that stay."""
        return tuple(decision for decision in self.decisions if not decision.removed)

    @property
    def freed(self) -> int:
        """Bytes of the runs and files that are gone."""
        return sum(decision.run.size for decision in self.removed) + sum(file.size for file in self.shared)


def keeps(environment: Mapping[str, str] | None = None) -> bool:
    """Tell whether ``JITDBG_KEEP`` asks that the images of this run stay."""
    return (os.environ if environment is None else environment).get("JITDBG_KEEP", "") not in ("", "0")


def gc(
    *,
    now: float | None = None,
    limits: Limits | None = None,
    where: Iterable[Base] | None = None,
    kept: bool = False,
    dry_run: bool = False,
) -> Report:
    """Remove the images whose runs ended long enough ago, in every place.

    ``limits`` are those of the environment by default, ``where`` all places. ``kept=True`` judges the runs that
    ``JITDBG_KEEP`` kept like all others. ``dry_run=True`` removes nothing and reports what would go as removed.
    Raises `StoreError` for an environment variable that is no number.
    """
    now = time.time() if now is None else now
    limits = limits or Limits.from_environment()
    found = [base for base in (bases() if where is None else where) if os.path.lexists(base.path)]
    doubts = {base: distrust(base) for base in found}
    trusted = [base.path for base in found if not doubts[base]]
    files = [file for base in trusted for file in shared.unused(base, now, limits.crashed)]
    act = judge if dry_run else sweep
    decisions = [act(base, now, limits, kept=kept) for base in trusted]
    skipped = tuple((str(base.path), doubt) for base, doubt in doubts.items() if doubt)
    return Report(tuple(itertools.chain.from_iterable(decisions)), skipped, tuple(files))


def sweep_if_due(base: Path, limits: Limits) -> None:
    """Sweep ``base`` unless that was done within the hour; called by who starts a run there."""
    now, stamp = time.time(), base / _STAMP
    with contextlib.suppress(FileNotFoundError):
        if abs(now - stamp.stat().st_mtime) < _SWEEP_EVERY:
            return
    # Two starts may both come here: sweeping twice does no harm. A start must not fail because of what others left;
    # what can't be removed, an explicit collection reports.
    with contextlib.suppress(OSError):
        stamp.touch(0o600)
        if any(decision.why == _POSTPONED for decision in sweep(base, now, limits, patience=_PATIENCE)):
            stamp.unlink(missing_ok=True)  # the next start goes on


def sweep(
    base: Path, now: float, limits: Limits, *, kept: bool = False, patience: float = math.inf
) -> tuple[Decision, ...]:
    """Remove every run below ``base`` whose time is over, for ``patience`` seconds at most, and what nobody shares."""
    clear_remains(base, now)
    shared.remove_unused(base, now, limits.crashed)
    decisions = judge(base, now, limits, kept=kept)
    deadline = time.monotonic() + patience
    return tuple(_executed(decision, deadline) if decision.removed else decision for decision in decisions)


def judge(base: Path, now: float, limits: Limits, *, kept: bool = False) -> tuple[Decision, ...]:
    """Decide about every run below ``base``; those called removed are still there."""
    runs = find_runs(base, now)
    doomed = _doomed([run for run in runs if run.state not in (ALIVE, UNKNOWN) and (kept or not run.keep)], now, limits)
    return tuple(Decision(run, run.path in doomed, doomed.get(run.path) or _reprieve(run, now, limits)) for run in runs)


def _doomed(dead: Sequence[RunFact], now: float, limits: Limits) -> dict[str, str]:
    """Map the runs that have to go, of these from the oldest to the newest, to the reason."""
    outlived = [run for run in dead if now - run.since >= _stay(run, limits)]
    doomed = {run.path: f"{_history(run, now)}: the limit is {_span(_stay(run, limits))}" for run in outlived}
    rest = [run for run in dead if run.path not in doomed]
    excess = sum(run.size for run in rest) - limits.cap
    for run in rest:
        if excess <= 0:
            break
        doomed[run.path] = f"{_history(run, now)}, and the place is over its cap of {limits.cap / _MIB:g} MiB"
        excess -= run.size
    return doomed


def _executed(decision: Decision, deadline: float) -> Decision:
    """Remove the run; gives the decision as it came out."""
    if time.monotonic() >= deadline:
        return Decision(decision.run, False, _POSTPONED)
    failure = remove_run(Path(decision.run.path))
    return Decision(decision.run, False, f"{decision.why}, but {failure}") if failure else decision


def _reprieve(run: RunFact, now: float, limits: Limits) -> str:
    """Say why a run stays."""
    if run.state == ALIVE:
        return "alive: its lock is held"
    if run.state == UNKNOWN:
        return "not as a run's directory should be, or not readable: left alone"
    if run.keep:
        return f"{_history(run, now)}, kept by JITDBG_KEEP"
    return f"{_history(run, now)}, stays for {_span(_stay(run, limits))}"


def _stay(run: RunFact, limits: Limits) -> float:
    return limits.grace if run.state == FINISHED else limits.crashed


def _history(run: RunFact, now: float) -> str:
    return f"{run.state} {_span(now - run.since)} ago"


def _span(seconds: float) -> str:
    """Word a length of time in the largest unit that leaves two or more of it."""
    units = ((86400, "days"), (3600, "hours"), (60, "minutes"))
    size, name = next(((size, name) for size, name in units if seconds >= 2 * size), (1, "seconds"))
    return f"{seconds / size:.0f} {name}" if math.isfinite(seconds) else "ever"


def _number(environment: Mapping[str, str], variable: str, default: float, unit: str, scale: int) -> float:
    given = environment.get(variable)
    if not given:
        return default
    try:
        number = float(given)
    except ValueError:
        number = math.nan
    if not number >= 0:
        raise StoreError(f"{variable} is {given!r}: set it to a number of {unit}, 0 or more, or unset it")
    return number * scale
