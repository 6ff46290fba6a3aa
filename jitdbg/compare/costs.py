"""What loading costs: by the clock of the host, by its memory and the debugger's, at attaching and at stops.

Every number is of modules that are alike, from one object whose name is written over, so that no compiler is measured
(but for `IR_LOAD`). A host tells how long it took; that a debugger stands behind it shows in that alone.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jitdbg.compare import hosts
from jitdbg.compare.bench import Bench
from jitdbg.compare.debuggers import Debugger
from jitdbg.compare.facts import NO_DEBUGGER
from jitdbg.compare.peers import Peer
from jitdbg.debugger.facts import BREAKPOINT, SIGNAL, Place
from jitdbg.errors import DebuggerError, JitdbgError
from jitdbg.harness import Session, processes
from jitdbg.harness.session import describe

LOAD = "load"
IR_LOAD = "load from IR"
PENDING_LOAD = "load with a pending breakpoint"
STOP = "stop"
ATTACH = "attach"
HOST_MEMORY = "memory of the host"
DEBUGGER_MEMORY = "memory of the debugger"
UNITS = {
    LOAD: "ms a module", IR_LOAD: "ms a module", PENDING_LOAD: "ms a module", STOP: "ms", ATTACH: "s",
    HOST_MEMORY: "KiB a module", DEBUGGER_MEMORY: "MiB",
}  # fmt: skip
BATCH = 100
OTHERS_AT_MOST = 2_000
"""More modules than that are for batches alone: all others take many minutes for them."""
ALONE = ((LOAD, HOST_MEMORY), (IR_LOAD,))
DEBUGGED = ((LOAD, DEBUGGER_MEMORY, STOP), (PENDING_LOAD,), (ATTACH,))
"""What one run of a host is measured for, without a debugger and under each."""

_STOPS = 5
_PATIENCE = 10
"""How many times a feature's deadline loading may take: minutes, with many modules under a slow debugger."""
_NOWHERE = Place("/nowhere/pending.c", 1)


@dataclass(frozen=True)
class Cost:
    """What a number of modules costs; ``value`` is None where it could not be measured, and ``words`` say why.

    ``batch`` is how many modules lie in an image.
    """

    job: str
    peer: str
    batch: int
    debugger: str
    count: int
    value: float | None
    unit: str
    words: str = ""


@dataclass(frozen=True)
class Measurement:
    """A host that is run once, for several costs."""

    jobs: tuple[str, ...]
    peer: str
    batch: int
    debugger: Debugger | None
    count: int

    @property
    def title(self) -> str:
        """What it is, for people who wait."""
        under = f" under {self.debugger.name}" if self.debugger else ""
        return f"{self.jobs[0]}: {self.count} modules, {self.peer}, {self.batch} in an image{under}"


@dataclass(frozen=True)
class Growth:
    """How the time for all modules grows with their number: as ``exponent`` says, 1 where each costs the same."""

    job: str
    peer: str
    batch: int
    debugger: str
    exponent: float


def measurements(
    peers: Sequence[Peer], debuggers: Sequence[Debugger], counts: Sequence[int], *, quick: bool = False
) -> list[Measurement]:
    """List what is measured, the small numbers first: an interrupted run has those of all."""
    ways = [(peer, batch) for peer in peers for batch in (1, *([BATCH] if peer.ours else []))]
    under = [(debugger, jobs) for debugger in debuggers for jobs in (DEBUGGED[:1] if quick else DEBUGGED)]
    runs: list[tuple[Debugger | None, tuple[str, ...]]] = [*((None, jobs) for jobs in ALONE), *under]
    return [
        Measurement(jobs, peer.name, batch, debugger, count)
        for count in counts
        for peer, batch in ways
        if batch <= count and (count <= OTHERS_AT_MOST or batch > 1)
        for debugger, jobs in runs
    ]


def measured(measurement: Measurement, bench: Bench, timeout: float) -> list[Cost]:
    """Measure; what fails, hangs or crashes becomes costs without a value."""
    try:
        found = _measure(measurement, bench, timeout * _PATIENCE)
        return [_cost(measurement, job, *_value(found[job])) for job in measurement.jobs]
    except (JitdbgError, OSError, ValueError) as error:
        return [_cost(measurement, job, None, str(error)) for job in measurement.jobs]


def _value(found: float | str) -> tuple[float | None, str]:
    return (None, found) if isinstance(found, str) else (found, "")


def _cost(measurement: Measurement, job: str, value: float | None, words: str = "") -> Cost:
    debugger = measurement.debugger.name if measurement.debugger else NO_DEBUGGER
    rounded = None if value is None else float(f"{value:.4g}")
    return Cost(job, measurement.peer, measurement.batch, debugger, measurement.count, rounded, UNITS[job], words)


def _measure(measurement: Measurement, bench: Bench, timeout: float) -> dict[str, float | str]:
    if measurement.debugger is None:
        return _alone(measurement, bench, timeout)
    if ATTACH in measurement.jobs:
        return {ATTACH: _attached(measurement, measurement.debugger, bench, timeout)}
    return _debugged(measurement, measurement.debugger, bench, timeout)


def _alone(measurement: Measurement, bench: Bench, timeout: float) -> dict[str, float | str]:
    scenario = "many_from_ir" if IR_LOAD in measurement.jobs else "many"
    program = bench.program(measurement.peer, scenario, measurement.count, measurement.batch)
    done = hosts.run(program.command, program, timeout)
    if done.status:
        raise DebuggerError(f"the host ended with {done.status}: {done.output[-200:].strip()}")
    return _told(done.output, measurement.count)


def _told(output: str, count: int) -> dict[str, float | str]:
    """Read what a host told of its loading."""
    line = next((line for line in output.splitlines() if line.startswith('{"seconds"')), "")
    if not line:
        raise DebuggerError(f"the host did not load all modules: {output[-200:].strip()}")
    told: dict[str, Any] = json.loads(line)
    latency = told["seconds"] * 1000 / count
    return {LOAD: latency, PENDING_LOAD: latency, IR_LOAD: latency, HOST_MEMORY: told["bytes"] / 1024 / count}


def _debugged(measurement: Measurement, debugger: Debugger, bench: Bench, timeout: float) -> dict[str, float | str]:
    program = bench.program(measurement.peer, "many", measurement.count, measurement.batch)
    backend = debugger.open(timeout)
    try:
        session = Session.launch(
            program.command, debugger=backend, environment=program.environment, directory=program.directory,
            timeout=timeout,
        )  # fmt: skip
        if PENDING_LOAD in measurement.jobs:
            session.break_at(_NOWHERE)
        stop = session.run()
        if stop.reason != SIGNAL:
            raise DebuggerError(f"the modules were not loaded: {describe(stop)}")
        found = _told(session.output, measurement.count)
        if STOP in measurement.jobs:
            found[DEBUGGER_MEMORY] = _memory_besides(session) / (1 << 20)
            found[STOP] = _stop_time(session, measurement.count)
        return found
    finally:
        backend.close()


def _stop_time(session: Session, count: int) -> float | str:
    """Give the milliseconds from going on to the next stop in the last module, with its stack read: a median.

    Where there is no stop, say what there is.
    """
    session.break_at(f"jit_tiny_{count - 1:06d}")
    took = []
    for _ in range(_STOPS):
        began = time.perf_counter()
        stop = session.go_on()
        if stop.reason != BREAKPOINT:
            return f"there was no stop in the last module: {describe(stop)}"
        session.frames(3)
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def _memory_besides(session: Session) -> int:
    """Add up the memory of all processes below this one but the host's."""
    process = session.process()
    host = process.id if process else None
    return sum(_resident(each) for each in processes.descendants(os.getpid()) if each != host)


def _resident(process: int) -> int:
    """Give the bytes that a process holds; 0 for one that has ended."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in text.splitlines() if line.startswith("Rss:")), 0)


def _attached(measurement: Measurement, debugger: Debugger, bench: Bench, timeout: float) -> float:
    """Give the seconds from starting a debugger to the stop of a process that it has attached to."""
    program = bench.program(measurement.peer, "many_waiting", measurement.count, measurement.batch)
    with hosts.waiting(program, timeout) as (process, _):
        began = time.perf_counter()
        backend = debugger.open(timeout)
        try:
            Session.attach(process, debugger=backend, timeout=timeout)
            return time.perf_counter() - began
        finally:
            backend.close()


def growths(costs: Sequence[Cost]) -> list[Growth]:
    """Fit exponents to what was measured for three numbers of modules and more, 10 at least."""
    series: dict[tuple[str, str, int, str], list[tuple[float, float]]] = {}
    for cost in costs:
        if cost.job in (LOAD, PENDING_LOAD) and cost.value and cost.count >= 10:
            key = cost.job, cost.peer, cost.batch, cost.debugger
            total = math.log(cost.value * cost.count)
            series.setdefault(key, []).append((math.log(cost.count), total))
    return list(_fitted(series))


def _fitted(series: dict[tuple[str, str, int, str], list[tuple[float, float]]]) -> Iterator[Growth]:
    for key, points in series.items():
        if len(points) > 2:
            slope, _ = statistics.linear_regression(*zip(*points, strict=True))
            yield Growth(*key, round(slope, 2))
