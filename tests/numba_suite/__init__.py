"""Numba's own test suite, as its package carries it, with and without dylibs."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jitdbg import tools

HERE = Path(__file__).parent
# What the engine concerns most, whole: typing, code generation, caching, gdb, debug info.
CORE: Final = re.compile(
    r"numba\.tests\.(gdb\.|(npyufunc\.)?test_(typ|codegen|cach|compile_cache|parfors_cach|debuginfo|gdb))"
)
SUITE: Final = re.compile(r"numba\.tests\.")


@dataclass
class Run:
    """How tests went: the outcome of each and its processor seconds; then what all took together.

    Seconds on the processor are those of all processes, memory is the largest of the one that runs the tests, in KiB.
    """

    outcomes: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    processor: float = 0
    wall: float = 0
    memory: int = 0
    output: str = ""

    def passed(self) -> set[str]:
        """Name the tests that passed."""
        return {name for name, outcome in self.outcomes.items() if outcome == "passed"}


def all_tests() -> list[str]:
    """List the tests of Numba's suite, as its own runner does."""
    done = subprocess.run([sys.executable, "-m", "numba.runtests", "-l"], capture_output=True, text=True, timeout=600)
    return sorted(line for line in done.stdout.splitlines() if SUITE.match(line))


def slice_of(tests: list[str], every: int) -> list[str]:
    """Choose every n-th test, and all of the core modules."""
    return sorted({*tests[::every], *filter(CORE.match, tests)})


def run(names: list[str], folder: Path, *, dylibs: bool) -> Run:
    """Run tests in one process, and in another one from where a test has ended that."""
    folder.mkdir()
    result = Run()
    left = list(names)
    while left:
        ended_well = _run_once(left, folder, dylibs, result)
        remaining = [name for name in left if name not in result.outcomes]
        left = [] if ended_well or remaining == left else remaining
    result.output = (folder / "output").read_text(errors="replace") if names else ""
    return result


def _run_once(names: list[str], folder: Path, dylibs: bool, result: Run) -> bool:
    """Run tests in a process and add what came of them; say whether the process came to its end."""
    wanted, results = folder / "names", folder / "results"
    wanted.write_text("\n".join(names))
    results.write_text("")
    begin, before = time.monotonic(), _processor_seconds()
    with (folder / "output").open("ab") as output:  # a pipe would be waited for while any process of a test has it
        done = subprocess.run(
            [sys.executable, str(HERE / "worker.py"), str(wanted), str(results)],
            env=_environment(dylibs),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    result.wall += time.monotonic() - begin
    result.processor += _processor_seconds() - before
    _read(results, result)
    return done.returncode == 0


def _environment(dylibs: bool) -> dict[str, str]:
    # Numba looks for gdb at a path, and skips the tests that need one where it finds none.
    environment = {**os.environ, "PYTHONPATH": str(HERE / "site"), "NUMBA_GDB_BINARY": tools.tool("gdb").path}
    return {**environment, "NUMBA_ON_JITDBG": "1"} if dylibs else environment


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _read(results: Path, result: Run) -> None:
    for line in results.read_text().splitlines():
        outcome, seconds, memory, name = line.split(" ", 3)
        if result.outcomes.get(name) != "failed":
            result.outcomes[name] = outcome
        result.seconds[name] = float(seconds)
        result.memory = max(result.memory, int(memory))
