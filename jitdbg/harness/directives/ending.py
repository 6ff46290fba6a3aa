"""What only the end of a run tells: how the program ended, what was never reached, and what was rightly not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from jitdbg.debugger.facts import Place, Stop
from jitdbg.harness.directives.facts import Break, Directive, Expectation, Never, Reached, Sheet, Steps
from jitdbg.harness.directives.judge import landing
from jitdbg.harness.directives.ledger import Ledger
from jitdbg.harness.directives.outcome import FAILED, NOT_REACHED, PASSED
from jitdbg.harness.directives.points import Points
from jitdbg.harness.session import describe

_LAST_LINE = re.compile(r"([^\n]+)\s*\Z")


def decide_end(sheet: Sheet, ledger: Ledger, stop: Stop, crash: Stop | None, output: str) -> None:
    """Judge how the program ended; ``crash`` is its latest stop by a signal, ``output`` what it has printed."""
    start, exits, ended = sheet.start, sheet.exits, describe(stop)
    if exits and stop.exit_code == exits.status:
        ledger.decide(exits, PASSED)
    elif exits:
        ledger.decide(exits, FAILED, f"expected {exits.written.text}, but {ended}")
    if stop.signal and not may_end_by(stop, sheet):
        where = f" in {landing(crash, sheet.marks)}" if crash else ""
        ledger.decide(start, FAILED, f"{start.written.text}: {ended}{where}")
    elif stop.exit_code and not exits:
        after = f", after {crash.signal or 'a signal'} in {landing(crash, sheet.marks)}" if crash else ""
        ledger.decide(start, FAILED, f"{start.written.text}: {ended}{after}{_last_words(output)}")
    else:
        ledger.decide(start, PASSED)


def may_end_by(stop: Stop, sheet: Sheet) -> bool:
    """Tell whether a stop's signal, or one that the debugger does not name, can be one that a file has directives for.

    By these its program may end.
    """
    named = {each.signal for each in sheet.directives if isinstance(each, Expectation) and each.signal}
    return stop.signal in named if stop.signal else bool(named)


def decide_rest(ledger: Ledger, points: Points, stop: Stop, marks: Mapping[Place, str]) -> None:
    """Judge what is open; sequences of steps whose beginning was reached stay so."""
    for directive in list(ledger.open()):
        if not begins_steps(directive, points):
            _decide(directive, ledger, points, describe(stop), marks)


def begins_steps(directive: Directive, points: Points) -> bool:
    """Tell whether a directive is a sequence of steps, and the stop that they begin at was there."""
    if not (isinstance(directive, Expectation) and isinstance(directive.check, Steps)):
        return False
    return points.hits[directive.subject] >= (directive.hit or 1)


def _decide(directive: Directive, ledger: Ledger, points: Points, ended: str, marks: Mapping[Place, str]) -> None:
    assert isinstance(directive, Break | Expectation | Never), "the start and the end are decided"
    text, hits = directive.written.text, points.hits[directive.subject]
    if _holds(directive, hits, points):
        ledger.decide(directive, PASSED)
    elif hits and _times(directive) is not None:
        ledger.decide(directive, FAILED, f"expected {text}, got {hits}")
    else:
        ledger.decide(directive, NOT_REACHED, f"{text}: {points.why_not(directive.subject, marks)}, and {ended}")


def _holds(directive: Break | Expectation | Never, hits: int, points: Points) -> bool:
    if isinstance(directive, Expectation):
        return hits > 0 and (directive.hit is None or _times(directive) == hits)
    return (isinstance(directive, Never) or directive.avoided) and points.has_code(directive.point)


def _times(directive: Directive) -> int | None:
    check = directive.check if isinstance(directive, Expectation) else None
    return check.times if isinstance(check, Reached) else None


def _last_words(output: str) -> str:
    found = _LAST_LINE.search(output)
    return f": {found[1]}" if found else ""
