"""Numba's own test suite, as its package carries it, with and without dylibs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from jitdbg import tools

HERE = Path(__file__).parent
# What the engine concerns most, whole: typing, code generation, caching, gdb, debug info.
CORE = re.compile(r"numba\.tests\.test_(typ|codegen|cach|debuginfo|gdb)")
SUITE = re.compile(r"numba\.tests\.")


@dataclass
class Run:
    """How a slice went: the outcome of each test, processor seconds, the largest memory of the main process in KiB."""

    outcomes: dict[str, str] = field(default_factory=dict)
    seconds: float = 0
    memory: int = 0
    output: str = ""

    def failed(self) -> set[str]:
        """Name the tests that failed or ended the process."""
        return {name for name, outcome in self.outcomes.items() if outcome in ("failed", "started")}


def all_tests() -> list[str]:
    """List the tests of Numba's suite, as its own runner does."""
    done = subprocess.run([sys.executable, "-m", "numba.runtests", "-l"], capture_output=True, text=True, timeout=600)
    return sorted(line for line in done.stdout.splitlines() if SUITE.match(line))


def slice_of(tests: list[str], every: int) -> list[str]:
    """Choose every n-th test, and all of the core modules."""
    return sorted({*tests[::every], *filter(CORE.match, tests)})


def run(names: list[str], folder: Path, *, dylibs: bool, seconds: float) -> Run:
    """Run tests in one process, and in another one from where a test has ended that."""
    folder.mkdir()
    # Numba looks for gdb at a path, and skips the tests that need one where it finds none.
    environment = {**os.environ, "PYTHONPATH": str(HERE / "site"), "NUMBA_GDB_BINARY": tools.tool("gdb").path}
    if dylibs:
        environment["NUMBA_ON_JITDBG"] = "1"
    result = Run()
    left = list(names)
    while left:
        wanted, results = folder / "names", folder / "results"
        wanted.write_text("\n".join(left))
        results.unlink(missing_ok=True)
        command = [sys.executable, str(HERE / "worker.py"), str(wanted), str(results)]
        done = subprocess.run(
            command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds
        )
        result.output += done.stdout.decode(errors="replace")
        _read(results, result)
        left = [name for name in left if name not in result.outcomes] if done.returncode else []
    return result


def _read(results: Path, result: Run) -> None:
    for line in results.read_text().splitlines():
        word, rest = line.split(" ", 1)
        if word[0].isdigit():
            result.seconds += float(word)
            result.memory = max(result.memory, int(rest))
        elif result.outcomes.get(rest) != "failed":
            result.outcomes[rest] = word
