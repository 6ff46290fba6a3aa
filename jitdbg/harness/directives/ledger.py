"""The books of a run: which directives are still open, and how the others have ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from jitdbg.errors import DeadlinePassed, DebuggerError, DebuggerGone, Unsupported
from jitdbg.harness.directives.facts import Directive, Exits, Sheet, Start
from jitdbg.harness.directives.outcome import EXPECTED_FAILURE, FAILED, NOT_REACHED, UNSUPPORTED, Outcome, judged


class Ledger:
    """The directives of a sheet under one debugger; each is decided once. Lives for a run."""

    def __init__(self, sheet: Sheet, debugger: str) -> None:
        self._debugger = debugger
        self._all: list[Directive] = [*sheet.of_the_run, *sheet.directives]
        self._decided: dict[Directive, Outcome] = {}

    def decide(self, directive: Directive, status: str, message: str = "") -> None:
        """Close a directive."""
        self._decided.setdefault(directive, judged(directive.written, self._debugger, status, message))

    @contextmanager
    def refusing(self, *directives: Directive) -> Iterator[None]:
        """Close directives where the debugger has an error for them; that it is gone, or late, concerns all of them."""
        try:
            yield
        except Unsupported as error:
            for directive in directives:
                self.decide(directive, UNSUPPORTED, error.reason)
        except (DebuggerGone, DeadlinePassed):
            raise
        except DebuggerError as error:
            for directive in directives:
                self.decide(directive, FAILED, f"{directive.written.text}: {error}")

    def is_open(self, directive: Directive) -> bool:
        """Tell whether nothing is known of a directive yet."""
        return directive not in self._decided

    def open(self) -> Iterator[Directive]:
        """Go through what is open."""
        return (directive for directive in self._all if self.is_open(directive))

    def give_up(self, reason: str) -> None:
        """Close all that is open as not reached."""
        for directive in list(self.open()):
            self.decide(directive, NOT_REACHED, f"{directive.written.text}: {reason}")

    def failed_at_once(self) -> bool:
        """Tell whether the program failed and nothing was reached, for which its failure is reason enough."""
        seen = [self._decided[each] for each in self._all if not isinstance(each, Start | Exits)]
        start = self._decided[self._all[0]]
        return start.status == FAILED and all(outcome.status in (NOT_REACHED, EXPECTED_FAILURE) for outcome in seen)

    def outcomes(self) -> tuple[Outcome, ...]:
        """Give all outcomes, in the order of the lines."""
        return tuple(sorted(self._decided.values(), key=lambda outcome: outcome.line))
