"""Sequences of steps, after the run that serves all else.

One run can serve several: each is taken from where it begins, while the breakpoints at which the others begin are in
place. A step that comes across one of those shows nothing, since it could have been cut short there: that sequence is
taken again, in a run of its own, without any breakpoint.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from jitdbg.debugger.facts import Stop
from jitdbg.harness.directives.facts import Expectation, Sheet, Step, Steps
from jitdbg.harness.directives.judge import in_words, wrong_landing
from jitdbg.harness.directives.ledger import Ledger
from jitdbg.harness.directives.outcome import FAILED, NOT_REACHED, PASSED
from jitdbg.harness.directives.points import Points
from jitdbg.harness.session import Session, describe


def take_steps(session: Session, sheet: Sheet, ledger: Ledger, deadline: float) -> None:
    """Decide all sequences of steps that are open."""
    waiting = [each for each in ledger.open() if isinstance(each, Expectation) and isinstance(each.check, Steps)]
    with ledger.refusing(*waiting):  # Not every debugger can run a program again.
        while waiting:
            run = _StepRun(session, sheet, ledger, deadline)
            for disturbed in run.serve(waiting):
                _StepRun(session, sheet, ledger, deadline).serve([disturbed])
            waiting = [each for each in waiting if ledger.is_open(each)]


class _StepRun:
    """A run of the program for some sequences of steps; it decides one at least, or finds it disturbed."""

    def __init__(self, session: Session, sheet: Sheet, ledger: Ledger, deadline: float) -> None:
        self._session, self._sheet, self._ledger, self._deadline = session, sheet, ledger, deadline
        self._points = Points(session)

    def serve(self, directives: Sequence[Expectation]) -> list[Expectation]:
        """Run the program and take the steps of those that are due; gives the one that others disturbed."""
        waiting = list(directives)
        disturbed: list[Expectation] = []
        for point in dict.fromkeys(each.point for each in waiting if each.point):
            self._points.set(point)
        stop = self._session.run(timeout=self._left())
        while waiting and not stop.ended and not disturbed:
            due = self._due(waiting, stop)
            if not due:
                stop = self._session.go_on(timeout=self._left())
                continue
            waiting.remove(due[0])
            self._points.keep(each.point for each in waiting if each.point)
            stop = self._take(due[0], stop)
            disturbed = [] if not self._ledger.is_open(due[0]) else [due[0]]
            if len(due) > 1:
                break  # The place of the next one has been left: it takes another run.
        self._points.keep(())
        if len(waiting) == len(directives):
            self._ledger.decide(waiting[0], NOT_REACHED, f"{waiting[0].written.text}: when run again {describe(stop)}")
        return disturbed

    def _due(self, waiting: Sequence[Expectation], stop: Stop) -> list[Expectation]:
        subjects = self._points.subjects(stop)
        here = [each for each in waiting if each.subject in subjects]
        return [each for each in here if self._points.hits[each.subject] == each.hit]

    def _take(self, directive: Expectation, stop: Stop) -> Stop:
        """Take the steps of a directive and decide it, unless they come across a breakpoint."""
        assert isinstance(directive.check, Steps)
        with self._ledger.refusing(directive):
            for number, step in enumerate(directive.check.steps, 1):
                stop = self._step(step)
                if self._points.are_at(stop):
                    return stop
                if wrong := wrong_landing(step, stop, self._sheet.marks):
                    sequence = in_words(directive, directive.hit or 1)
                    self._ledger.decide(directive, FAILED, f"expected {sequence}, got with step {number}: {wrong}")
                    return stop
            self._ledger.decide(directive, PASSED)
        return stop

    def _step(self, step: Step) -> Stop:
        ways = {"in": self._session.step_in, "over": self._session.step_over, "out": self._session.step_out}
        return ways[step.how](timeout=self._left())

    def _left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())
