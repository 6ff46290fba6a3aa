"""A report as rows: what the terminal, the page and the HTML report show alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jitdbg.compare.costs import BATCH, Cost, growths
from jitdbg.compare.facts import NO_DEBUGGER, NOT_HERE, WORKS, Cell
from jitdbg.compare.peers import PEERS, peer
from jitdbg.compare.run import Report

WITHOUT = "without a debugger"
_NOT_MEASURED = "–"


def cells_under(report: Report, debugger: str) -> dict[tuple[str, str], Cell]:
    """Give the cells of a debugger by feature and peer."""
    return {(cell.feature, cell.peer): cell for cell in report.cells if cell.debugger == debugger}


def feature_tables(report: Report) -> Iterator[tuple[str, list[tuple[Cell | None, ...]], list[str]]]:
    """Give, for each debugger and for none, its name, rows of cells, and what each row is about."""
    for debugger in (*report.debuggers, NO_DEBUGGER):
        found = cells_under(report, debugger)
        features = [name for name in report.features if any((name, each.name) in found for each in report.peers)]
        rows = [tuple(found.get((name, each.name)) for each in report.peers) for name in features]
        if rows:
            yield debugger or WITHOUT, rows, [report.features[name] for name in features]


def remarks(cells: Sequence[Cell | None]) -> list[tuple[Cell, str]]:
    """Give the cells that need words, with these: alike ones of several peers once, under all their titles."""
    words: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell and cell.outcome != WORKS:
            words.setdefault(f"{cell.outcome}: {cell.words}", []).append(cell)
    return [(alike[0], f"{_titles(alike)}: {said}") for said, alike in words.items()]


def _titles(cells: Sequence[Cell]) -> str:
    return ", ".join(peer(each.peer).title for each in cells)


def short(cell: Cell | None) -> str:
    """Say a cell in a word."""
    return "" if cell is None else "n/a" if cell.outcome == NOT_HERE else cell.outcome


def way(name: str, batch: int) -> str:
    """Name a peer with the number of modules in its images."""
    return peer(name).title + (f", {batch} in an image" if batch > 1 else "")


def cost_tables(report: Report) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Give, for each job under each debugger, a title, headings, and rows: a way, then its values with their ratios.

    A ratio is how many times the first way's cost it is, which is our dylib in a file, one module in an image.
    """
    for job, unit in dict.fromkeys((cost.job, cost.unit) for cost in report.costs):
        for debugger in dict.fromkeys(cost.debugger for cost in report.costs if cost.job == job):
            costs = [cost for cost in report.costs if (cost.job, cost.debugger) == (job, debugger)]
            counts = sorted({cost.count for cost in costs})
            title = f"{job}, {debugger or WITHOUT}, {unit}"
            exponents = {(each.peer, each.batch): each.exponent for each in growths(costs)}
            grows = [["total grows as N to the"]] if exponents else [[]]
            rows = [_cost_row(costs, name, batch, counts, exponents) for name, batch in ways(costs)]
            yield title, ["way", *(f"{count:,}" for count in counts), *grows[0]], rows


def ways(costs: Sequence[Cost]) -> list[tuple[str, int]]:
    """List the peers and sizes of batches that were measured, in the order of the peers."""
    found = {(cost.peer, cost.batch) for cost in costs}
    return [(each.name, batch) for each in PEERS for batch in (1, BATCH) if (each.name, batch) in found]


def _cost_row(
    costs: Sequence[Cost], name: str, batch: int, counts: Sequence[int], exponents: dict[tuple[str, int], float]
) -> list[str]:
    known = {(cost.peer, cost.batch, cost.count): cost for cost in costs}
    row = [way(name, batch)]
    for count in counts:
        cost, first = known.get((name, batch, count)), known.get(("file", 1, count))
        row.append(_value(cost, first))
    if exponents:
        row.append(str(exponents.get((name, batch), _NOT_MEASURED)))
    return row


def _value(cost: Cost | None, first: Cost | None) -> str:
    if cost is None:
        return _NOT_MEASURED
    if cost.value is None:
        return "failed"
    if first is None or not first.value or first.value < 0 or first is cost:
        return f"{cost.value:g}"
    return f"{cost.value:g} ({cost.value / first.value:.2g}×)"


def cost_failures(report: Report) -> list[str]:
    """Say why what could not be measured could not."""
    return [
        f"{cost.job}, {cost.debugger or WITHOUT}, {way(cost.peer, cost.batch)}, {cost.count:,} modules: {cost.words}"
        for cost in report.costs
        if cost.value is None
    ]
