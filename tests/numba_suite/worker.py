"""Run tests of Numba's suite, and say of each how it went: ``python worker.py NAMES RESULTS`` with a name a line.

A line of the results is an outcome, the processor seconds of the test, the largest memory so far in KiB, and the name;
the outcome of a test that is running, and of one that ended the process, is ``started``.
"""

from __future__ import annotations

import faulthandler
import resource
import sys
import unittest
import warnings
from pathlib import Path
from typing import Any

DEADLINE = 900
"""Seconds until a test that hangs ends the process."""


class Recorder(unittest.TestResult):
    """Writes each outcome at once, so that a crash loses none."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("a", encoding="utf-8", buffering=1)
        self._begin = 0.0

    def _note(self, outcome: str, test: Any) -> None:
        seconds, memory = used()
        self._file.write(f"{outcome} {seconds - self._begin:.3f} {memory} {test.id()}\n")

    def startTest(self, test: Any) -> None:
        super().startTest(test)
        faulthandler.dump_traceback_later(DEADLINE, exit=True)
        self._begin, _ = used()
        self._note("started", test)

    def addSuccess(self, test: Any) -> None:
        self._note("passed", test)

    def addSkip(self, test: Any, reason: str) -> None:
        del reason
        self._note("skipped", test)

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        del err
        self._note("passed", test)

    def addUnexpectedSuccess(self, test: Any) -> None:
        self._note("failed", test)

    def addError(self, test: Any, err: Any) -> None:
        self._note("failed", test)
        print(test.id(), self._exc_info_to_string(err, test), sep="\n", flush=True)

    addFailure = addError

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        del subtest
        if err is not None:
            self.addError(test, err)


def used() -> tuple[float, int]:
    """Give the processor seconds of this process and of those it has waited for, and its largest memory in KiB."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime, own.ru_maxrss


def main() -> None:
    names, results = sys.argv[1:]
    warnings.simplefilter("ignore")
    import numba.testing  # noqa: F401 (it sets up what the tests expect)

    suite = unittest.defaultTestLoader.loadTestsFromNames(Path(names).read_text().split())
    suite.run(Recorder(Path(results)))
    faulthandler.cancel_dump_traceback_later()


if __name__ == "__main__":  # processes that tests spawn import it too
    main()
