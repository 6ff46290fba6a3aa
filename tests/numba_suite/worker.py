"""Run tests of Numba's suite, and say of each how it went: ``python worker.py NAMES RESULTS`` with a name a line.

A line of the results is an outcome and a name; that of a test that is running, and of one that ended the process, is
``started``. The last line has processor seconds and the largest memory in KiB.
"""

from __future__ import annotations

import resource
import sys
import unittest
import warnings
from pathlib import Path
from typing import Any


class Recorder(unittest.TestResult):
    """Writes each outcome at once, so that a crash loses none."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def _note(self, outcome: str, test: Any) -> None:
        self._file.write(f"{outcome} {test.id()}\n")

    def startTest(self, test: Any) -> None:
        super().startTest(test)
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


def main() -> None:
    names, results = sys.argv[1:]
    warnings.simplefilter("ignore")
    import numba.testing  # noqa: F401 (it sets up what the tests expect)

    suite = unittest.defaultTestLoader.loadTestsFromNames(Path(names).read_text().split())
    suite.run(Recorder(Path(results)))
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    with Path(results).open("a", encoding="utf-8") as file:
        file.write(f"{seconds} {own.ru_maxrss}\n")


if __name__ == "__main__":  # processes that tests spawn import it too
    main()
