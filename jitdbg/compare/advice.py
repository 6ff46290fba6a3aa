"""The advice that follows from a report: sentences that hold for what was measured, and none about the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jitdbg.compare.costs import BATCH, LOAD, PENDING_LOAD, Cost
from jitdbg.compare.facts import PARTLY, WORKS
from jitdbg.compare.peers import PEERS, peer
from jitdbg.compare.run import Report
from jitdbg.compare.tables import WITHOUT

_ALIKE = 0.1
_POINTS = {WORKS: 2, PARTLY: 1}


def advice(report: Report) -> list[str]:
    """Say when dylibs, when the JIT interface, and when several modules in an image are the better way."""
    return [*_features(report), *_loads(report), *_batches(report)]


def _features(report: Report) -> Iterator[str]:
    """Name the features that only one of the two ways has."""
    for debugger in (*report.debuggers, ""):
        for only, others, words in (
            (_ours(report), _registered(report), "Only a dylib has"),
            (_registered(report), _ours(report), "Only the JIT interface has"),
        ):
            titles = [
                title for name, title in report.features.items()
                if _best(report, debugger, name, only) == 2 and _best(report, debugger, name, others) in (0, 1)
            ]  # fmt: skip
            if titles:
                under = f"under {debugger}" if debugger else WITHOUT
                yield f"{words}, {under}: {', '.join(titles)}."


def _ours(report: Report) -> set[str]:
    return {each.name for each in report.peers if each.ours}


def _registered(report: Report) -> set[str]:
    return {each.name for each in report.peers if each.registers}


def _best(report: Report, debugger: str, feature: str, peers: set[str]) -> int | None:
    points = [
        _POINTS.get(cell.outcome, 0) for cell in report.cells
        if cell.debugger == debugger and cell.feature == feature and cell.peer in peers
    ]  # fmt: skip
    return max(points, default=None)


def _loads(report: Report) -> Iterator[str]:
    """Say from which number of modules on an image for each costs more than registering each."""
    for job, debugger in _measured(report):
        dearer = None
        for count, own, other in reversed(_against_registered(report, job, debugger, 1)):
            if own <= other[0] * (1 + _ALIKE):
                break
            dearer = count, own, other
        if dearer:
            count, own, (value, name) = dearer
            modules = "1 module" if count == 1 else f"{count:,} modules"
            yield (
                f"{_where(job, debugger)}, one image for each module costs more than {peer(name).title} from {modules} "
                f"on: {own:g} against {value:g} ms a module. Where each function is needed at once, the JIT interface "
                "is the better way there."
            )


def _batches(report: Report) -> Iterator[str]:
    """Say what batches cost against registering, at the largest number that both were measured for."""
    for job, debugger in _measured(report):
        if pairs := _against_registered(report, job, debugger, BATCH):
            count, own, (value, name) = pairs[-1]
            yield (
                f"{_where(job, debugger)}, {BATCH} modules in an image cost {_than(own, value)} {peer(name).title} "
                f"with {count:,} modules: {own:g} against {value:g} ms a module."
            )


def _than(own: float, other: float) -> str:
    # One run does not tell what is nearer than that apart.
    if abs(own / other - 1) < _ALIKE:
        return "about as much as"
    return f"{other / own:.1f} times less than" if own < other else f"{own / other:.1f} times more than"


def _against_registered(
    report: Report, job: str, debugger: str, batch: int
) -> list[tuple[int, float, tuple[float, str]]]:
    """Give, by number of modules, what ours costs, and the cheapest of those that register.

    Numbers for which one of these was not measured are left out: it could be the cheapest.
    """
    costs = [cost for cost in report.costs if (cost.job, cost.debugger) == (job, debugger) and cost.value]
    registered = {cost.peer for cost in costs if peer(cost.peer).registers}
    found = []
    for count in sorted({cost.count for cost in costs}):
        own, other = _value(costs, "file", batch, count), _least(costs, count)
        measured = {cost.peer for cost in costs if cost.count == count}
        if own and other and registered <= measured:
            found.append((count, own, other))
    return found


def _measured(report: Report) -> list[tuple[str, str]]:
    return list(dict.fromkeys((each.job, each.debugger) for each in report.costs if each.job in (LOAD, PENDING_LOAD)))


def _where(job: str, debugger: str) -> str:
    pending = " with a pending breakpoint" if job == PENDING_LOAD else ""
    return f"Under {debugger}{pending}" if debugger else "Without a debugger"


def _value(costs: Sequence[Cost], name: str, batch: int, count: int) -> float | None:
    return next((each.value for each in costs if (each.peer, each.batch, each.count) == (name, batch, count)), None)


def _least(costs: Sequence[Cost], count: int) -> tuple[float, str] | None:
    names = {each.name for each in PEERS if each.registers}
    found = [(each.value, each.peer) for each in costs if each.count == count and each.peer in names and each.value]
    return min(found, default=None)
