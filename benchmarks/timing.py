"""Measuring peers against each other in one run.

Timings on shared machines drift by tens of percent within minutes, so peers take turns round by round, and what is
reported first is the ratio of their medians. ``minimum`` is the best round: the least disturbed one.
"""

from __future__ import annotations

import json
import math
import platform
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from typing import cast

from rich.console import Console
from rich.progress import track
from rich.table import Table


@dataclass(frozen=True)
class Peer:
    """One way to do the job: ``work`` is timed, ``cleanup`` gets its result and is not."""

    name: str
    work: Callable[[], object]
    cleanup: Callable[[object], None] = lambda _: None


@dataclass(frozen=True)
class Timing:
    """What a peer took, in milliseconds or another unit, and how that compares to the ratio's peer (``ours``).

    ``interval`` is where the ratio lies with 95 % confidence, where it was measured in pairs.
    """

    job: str
    peer: str
    rounds: int
    median: float
    minimum: float
    ratio: float
    interval: tuple[float, float] | None = None
    unit: str = "ms"


def compare(
    job: str,
    peers: list[Peer],
    rounds: int,
    *,
    in_a_row: int = 1,
    warm_up: int = 0,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Timing]:
    """Let ``peers`` take turns; the first is ours, and ``ratio`` is our median divided by the other's.

    In its turn a peer does the job ``in_a_row`` times, and what counts is how long it took on average, by ``clock``:
    for what runs in this process alone, `time.process_time` leaves out the time that other programs had. Before that
    come ``warm_up`` rounds that do not count: what is made once is made in these.
    """
    for peer in peers * warm_up:
        _once(peer, clock)
    samples: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for turn in track(range(rounds), description=job, console=Console(stderr=True), transient=True):
        # Whoever comes after a process finds the caches cold, so that it is another one each time.
        for peer in Random(turn).sample(peers, len(peers)):
            samples[peer.name].append(sum(_once(peer, clock) for _ in range(in_a_row)) / in_a_row)
    ours = statistics.median(samples[peers[0].name])
    return [_timing(job, peer.name, samples[peer.name], ours) for peer in peers]


def compare_pairs(job: str, ours: Peer, other: Peer, rounds: int) -> list[Timing]:
    """Compare two peers round by round, for a difference that is smaller than the machine's noise.

    ``work`` returns what it took, in milliseconds: of processor time, say. The ratio is the median of the rounds' own
    ratios, so that what disturbs both peers of a round cancels out; its interval are the order statistics around it.
    """
    pairs = []
    for turn in track(range(rounds), description=job, console=Console(stderr=True), transient=True):
        took = {peer.name: cast(float, peer.work()) for peer in Random(turn).sample((ours, other), 2)}
        pairs.append((took[ours.name], took[other.name]))
    mine, others = zip(*pairs, strict=True)
    ratios = sorted(first / second for first, second in pairs)
    compared = _timing(job, other.name, others, statistics.median(mine))
    return [
        _timing(job, ours.name, mine, statistics.median(mine)),
        replace(compared, ratio=round(statistics.median(ratios), 4), interval=_interval(ratios)),
    ]


def _interval(ordered: Sequence[float]) -> tuple[float, float]:
    """Give the 95 % confidence interval of the median: the ranks are those of the binomial's normal approximation."""
    middle, reach = len(ordered) / 2, 1.96 * math.sqrt(len(ordered)) / 2
    low, high = max(0, math.floor(middle - reach)), min(len(ordered) - 1, math.ceil(middle + reach))
    return round(ordered[low], 4), round(ordered[high], 4)


def _once(peer: Peer, clock: Callable[[], float]) -> float:
    start = clock()
    result = peer.work()
    took = clock() - start
    peer.cleanup(result)
    return took * 1000


def _timing(job: str, name: str, sample: Sequence[float], ours: float) -> Timing:
    median = statistics.median(sample)
    # What is a thousand times as fast still has a ratio.
    ratio = float(f"{ours / median:.4g}")
    return Timing(job, name, len(sample), round(median, 4), round(min(sample), 4), ratio)


def show(title: str, timings: list[Timing]) -> None:
    """Print a table."""
    table = Table("job", "way", "median", "best", "ours / this", title=title)
    for previous, each in zip([None, *timings], timings, strict=False):
        if previous and previous.job != each.job:
            table.add_section()
        numbers = (f"{number:.3f} {each.unit}" for number in (each.median, each.minimum))
        table.add_row(each.job, each.peer, *numbers, _ratio(each))
    Console().print(table)


def _ratio(timing: Timing) -> str:
    if timing.interval is None:
        return f"{timing.ratio:.2f}×" if timing.ratio >= 0.1 else f"{timing.ratio:.2g}×"
    low, high = timing.interval
    return f"{timing.ratio:.4f}× ({low:.4f} to {high:.4f})"


def write(path: Path, results: Mapping[str, list[Timing]], versions: Mapping[str, str]) -> None:
    """Write all results as JSON, with what the machine is."""
    machine = {"machine": platform.machine(), "system": platform.platform(), "python": platform.python_version()}
    timings = {name: [asdict(each) for each in result] for name, result in results.items()}
    content = {"schema": "jitdbg.benchmark/1", **machine, "versions": versions, "timings": timings}
    path.write_text(json.dumps(content, indent=1) + "\n")
