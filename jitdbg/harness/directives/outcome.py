"""How directives end, and the report on a file under one debugger."""

from __future__ import annotations

from dataclasses import dataclass, field

from jitdbg.errors import DirectiveError
from jitdbg.harness.directives.facts import Written
from jitdbg.harness.directives.problems import Problem

PASSED = "passed"
FAILED = "failed"
NOT_REACHED = "not reached"
UNSUPPORTED = "unsupported"
EXPECTED_FAILURE = "expected failure"
UNEXPECTED_PASS = "unexpected pass"
STATUSES = (PASSED, FAILED, NOT_REACHED, UNSUPPORTED, EXPECTED_FAILURE, UNEXPECTED_PASS)
BAD = frozenset({FAILED, NOT_REACHED, UNEXPECTED_PASS})


@dataclass(frozen=True)
class Outcome:
    """How one directive ended; ``directive`` is its text, ``message`` what is to be said of it."""

    file: str
    line: int
    directive: str
    status: str
    message: str = ""


@dataclass(frozen=True)
class Report:
    """The outcomes of a file's directives under a debugger, in the order of the lines.

    ``debugger`` is empty where the file was not run, since its directives can't be read. ``seconds`` are those of the
    run. The program has ``failed_at_once`` where that is why nothing was reached.
    """

    file: str
    debugger: str
    version: str
    seconds: float
    outcomes: tuple[Outcome, ...]
    transcript: str = field(default="", repr=False)
    failed_at_once: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not any(outcome.status in BAD for outcome in self.outcomes)

    def sentences(self, *, every: bool = False) -> list[str]:
        """Say what is wrong, a line each; with ``every`` how each directive ended."""
        told = {FAILED} if self.failed_at_once else BAD
        return [self._sentence(outcome) for outcome in self.outcomes if every or outcome.status in told]

    def summary(self) -> str:
        """Count the outcomes in one line."""
        counts = {status: sum(outcome.status == status for outcome in self.outcomes) for status in STATUSES}
        return ", ".join(f"{count} {status}" for status, count in counts.items() if count)

    def _sentence(self, outcome: Outcome) -> str:
        debugger = f" [{self.debugger}]" if self.debugger else ""
        message = outcome.message or outcome.directive
        return f"{outcome.file}:{outcome.line}: {outcome.status}{debugger}: {message}"


def judged(written: Written, debugger: str, status: str, message: str) -> Outcome:
    """Make an outcome, in view of what is known to differ under the debugger."""
    reason = written.differs.get(debugger)
    if reason is not None and status in (FAILED, NOT_REACHED):
        status, message = EXPECTED_FAILURE, f"{reason}: {message}"
    elif reason is not None and status == PASSED:
        status, message = UNEXPECTED_PASS, f"{written.text} holds, and is said to differ: {reason}"
    # Debuggers and compilers have words of several lines; an outcome has one.
    return Outcome(written.file, written.line, written.text, status, " ".join(message.split()))


def unreadable(file: str, error: DirectiveError) -> Report:
    """Report on a file whose directives can't be read: each problem is a failure."""
    problems = [problem for problem in error.problems if isinstance(problem, Problem)]
    outcomes = tuple(Outcome(each.file, each.line, "", FAILED, each.sentence) for each in problems)
    return Report(file, "", "", 0.0, outcomes)
