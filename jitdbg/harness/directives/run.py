"""A file's program under a debugger: one run serves all its directives, but for sequences of steps.

Breakpoints are at all points that directives name; each stop is matched to them by the point and the number of its
hits. A breakpoint that has served is deleted, so that a mark in a hot loop costs no more than its directives ask for.
"""

from __future__ import annotations

import time
from pathlib import Path

from jitdbg.debugger.facts import SIGNAL, Stop
from jitdbg.errors import ConditionError, DeadlinePassed, DebuggerError, JitdbgError
from jitdbg.harness.abilities import DEATHS, SIGNALS
from jitdbg.harness.backend import Backend, Program
from jitdbg.harness.directives.ending import begins_steps, decide_end, decide_rest, may_end_by
from jitdbg.harness.directives.facts import (
    Break,
    Directive,
    Expectation,
    Never,
    Point,
    Reached,
    Sheet,
    Steps,
    Subject,
)
from jitdbg.harness.directives.judge import Look, in_words, landing
from jitdbg.harness.directives.ledger import Ledger
from jitdbg.harness.directives.outcome import FAILED, PASSED, Report
from jitdbg.harness.directives.points import Points
from jitdbg.harness.directives.steps import take_steps
from jitdbg.harness.programs import as_dylib, temporary_folder
from jitdbg.harness.session import Session

_ENTRIES = 10
"""Stops where the program enters the file, or a function of the same name elsewhere, before that is given up."""


def check(sheet: Sheet, debugger: str | Backend) -> Report:
    """Run a file's program under a debugger and judge all its directives.

    What goes wrong with the program or the debugger is in the outcomes. Raises `ToolMissingError` and `ToolError`
    where there is no debugger that can be used.
    """
    began = time.monotonic()
    name = debugger if isinstance(debugger, str) else debugger.name
    ledger = Ledger(sheet, name)
    version = transcript = ""
    with temporary_folder() as folder:
        try:
            program = as_dylib(sheet.recipe, Path(folder))
        except JitdbgError as error:
            ledger.decide(sheet.start, FAILED, str(error))
            ledger.give_up("the program could not be made")
        else:
            version, transcript = _run(sheet, program, debugger, ledger)
    seconds = time.monotonic() - began
    return Report(str(sheet.path), name, version, seconds, ledger.outcomes(), transcript, ledger.failed_at_once())


def _run(sheet: Sheet, program: Program, debugger: str | Backend, ledger: Ledger) -> tuple[str, str]:
    """Do all runs in one session, and give the debugger's version and what was said."""
    version = ""
    try:
        with Session.launch(
            program.command, debugger=debugger, environment=program.environment, directory=program.directory,
            timeout=sheet.timeout,
        ) as session:  # fmt: skip
            version, deadline = session.version, time.monotonic() + sheet.timeout
            try:
                Run(session, sheet, ledger, deadline).run()
                take_steps(session, sheet, ledger, deadline)
            except DeadlinePassed:
                if time.monotonic() < deadline:
                    raise  # It was the debugger that did not answer.
                _give_up(sheet, ledger, f"the program ran on until the deadline of {sheet.timeout:g} s")
            return version, str(session.transcript)
    except DebuggerError as error:
        _give_up(sheet, ledger, str(error))
        return version, error.transcript


def _give_up(sheet: Sheet, ledger: Ledger, reason: str) -> None:
    ledger.decide(sheet.start, FAILED, f"{sheet.start.written.text}: {reason}")
    ledger.give_up(reason)


class Run:
    """The run that serves all directives but steps; lives as long as it takes."""

    def __init__(self, session: Session, sheet: Sheet, ledger: Ledger, deadline: float) -> None:
        self._session, self._sheet, self._ledger, self._deadline = session, sheet, ledger, deadline
        self._points = Points(session)
        self._entry = Point("", function=_entry(sheet))
        self._identities: dict[str, int] = {}
        self._crash: Stop | None = None
        self._by_subject: dict[Subject, list[Directive]] = {}
        for directive in sheet.directives:
            self._by_subject.setdefault(directive.subject, []).append(directive)

    def run(self) -> None:
        """Run the program to its end, and decide what that shows."""
        self._set_breakpoints()
        stop = self._points.resume(self._session.run, self._left())
        while not stop.ended:
            self._look(stop)
            stop = self._points.resume(self._session.go_on, self._left())
        self._refuse_broken_conditions()
        self._refuse_to_guess_the_end(stop)
        decide_end(self._sheet, self._ledger, stop, self._crash, self._session.output)
        decide_rest(self._ledger, self._points, stop, self._sheet.marks)
        self._points.keep(())

    def _refuse_to_guess_the_end(self, end: Stop) -> None:
        """Leave the end undecided where nobody says whether the program died of a signal, and it makes a difference."""
        if self._crash and (self._sheet.exits or not end.exit_code or may_end_by(self._crash, self._sheet)):
            with self._ledger.refusing(*self._sheet.of_the_run):
                self._session.require(DEATHS)

    def _left(self) -> float:
        return max(0.0, self._deadline - time.monotonic())

    def _set_breakpoints(self) -> None:
        for subject, directives in self._by_subject.items():
            with self._ledger.refusing(*directives):
                if isinstance(subject, Point):
                    self._points.set(subject)
                else:
                    self._session.require(SIGNALS)
        # Where the program enters the file, all its code is loaded: which lines have code is seen there at the latest.
        with self._ledger.refusing():  # Without it, less is known of what is not reached.
            self._points.set(self._entry)

    # -------------------------------------------------------------------------------------------------------- stops

    def _look(self, stop: Stop) -> None:
        """Do at a stop all that is due there."""
        self._points.learn()
        if stop.reason == SIGNAL:
            self._crash = stop
        look = Look(self._session, self._identities, self._sheet.marks)
        subjects = self._points.subjects(stop)
        self._refuse_broken_conditions()
        for subject in subjects:
            for directive in self._by_subject.get(subject, ()):
                if self._ledger.is_open(directive):
                    with self._ledger.refusing(directive):
                        self._judge(directive, self._points.hits[subject], look, stop)
        self._points.keep(self._still_wanted())

    def _refuse_broken_conditions(self) -> None:
        for point, broken in self._points.broken.items():
            with self._ledger.refusing(*self._by_subject[point]):
                raise ConditionError(broken.sentence)
        self._points.broken.clear()

    def _judge(self, directive: Directive, hit: int, look: Look, stop: Stop) -> None:
        if isinstance(directive, Break):
            self._ledger.decide(directive, PASSED)
        elif isinstance(directive, Never):
            where = landing(stop, self._sheet.marks)
            self._ledger.decide(directive, FAILED, f"expected {directive.written.text}, got {where}")
        elif isinstance(directive, Expectation):
            self._judge_check(directive, hit, look)

    def _judge_check(self, expectation: Expectation, hit: int, look: Look) -> None:
        check = expectation.check
        if isinstance(check, Reached) and check.times is not None:
            if hit > check.times:
                self._ledger.decide(expectation, FAILED, f"expected {expectation.written.text}, got more")
        elif expectation.hit in (None, hit) and not isinstance(check, Steps):
            if complaint := look.complaint(expectation):
                self._ledger.decide(expectation, FAILED, f"expected {in_words(expectation, hit)}, got {complaint}")
            elif expectation.hit is not None:
                self._ledger.decide(expectation, PASSED)

    def _still_wanted(self) -> list[Point]:
        wanted = [
            subject
            for subject, directives in self._by_subject.items()
            if isinstance(subject, Point) and any(map(self._needs_more, directives))
        ]
        entered = self._points.hits[self._entry] >= _ENTRIES or all(map(self._points.has_code, wanted))
        return wanted if entered else [*wanted, self._entry]

    def _needs_more(self, directive: Directive) -> bool:
        """Tell whether a directive is to be decided by more hits; where steps begin need only be reached here."""
        return self._ledger.is_open(directive) and not begins_steps(directive, self._points)


def _entry(sheet: Sheet) -> str:
    """Name the function by which the program enters the file."""
    from jitdbg import invocation

    return invocation.parse(sheet.recipe.call).function if sheet.recipe.call else "main"
