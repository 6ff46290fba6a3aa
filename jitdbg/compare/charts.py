"""Charts of what was measured, as SVG for the HTML report and as PNG; matplotlib makes both without a browser.

It is an extra (``pip install jitdbg[charts]``), imported when a chart is drawn.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jitdbg.compare.costs import LOAD, PENDING_LOAD, Cost
from jitdbg.compare.run import Report
from jitdbg.compare.tables import WITHOUT, way, ways
from jitdbg.errors import ToolMissingError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_INCHES = (7.0, 4.2)
_DPI = 110
_MARKERS = "os^vDPX*"
_SETTINGS = {"svg.fonttype": "none", "svg.hashsalt": "jitdbg", "font.size": 9}


def require() -> None:
    """Raise `ToolMissingError` where charts can't be drawn, with the cure."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise ToolMissingError(
            "charts are drawn by matplotlib, which is not installed: pip install 'jitdbg[charts]'"
        ) from None


def svgs(report: Report) -> Iterator[tuple[str, str]]:
    """Draw all charts; gives their titles and SVG elements."""
    for title, _, figure in _figures(report):
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None})
        yield title, text.getvalue()[text.getvalue().index("<svg") :]


def write_pngs(report: Report, folder: Path) -> list[Path]:
    """Draw all charts into files, named after what they show."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for _, stem, figure in _figures(report):
        written.append(folder / f"{stem}.png")
        figure.savefig(written[-1], dpi=_DPI, metadata={"Software": None})
    return written


def _figures(report: Report) -> Iterator[tuple[str, str, Figure]]:
    """Draw costs against numbers of modules, where there are several of these."""
    require()
    import matplotlib as mpl

    with mpl.rc_context(_SETTINGS):
        for job, debugger in dict.fromkeys((cost.job, cost.debugger) for cost in report.costs):
            costs = [each for each in report.costs if (each.job, each.debugger) == (job, debugger) and each.value]
            if len({cost.count for cost in costs}) > 1:
                title = f"{job}, {debugger or WITHOUT}"
                yield title, _stem(title), _figure(title, costs)


def _stem(title: str) -> str:
    return "-".join(title.replace(",", "").lower().split())


def _figure(title: str, costs: Sequence[Cost]) -> Figure:
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator

    figure = Figure(figsize=_INCHES, layout="constrained")
    axes = figure.add_subplot()
    for index, (name, batch) in enumerate(ways(costs)):
        points = sorted((each.count, each.value) for each in costs if (each.peer, each.batch) == (name, batch))
        axes.plot(*zip(*points, strict=True), marker=_MARKERS[index % len(_MARKERS)], label=way(name, batch))
    axes.set(title=title, xlabel="modules", ylabel=costs[0].unit, xscale="log")
    if costs[0].job in (LOAD, PENDING_LOAD):
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_minor_formatter("")
    numbers = sorted({cost.count for cost in costs})
    axes.set_xticks(numbers, labels=[f"{number:,}" for number in numbers])
    axes.xaxis.set_minor_formatter("")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.grid(visible=True, which="major", alpha=0.3)
    figure.legend(loc="outside right center", fontsize="small")
    return figure
