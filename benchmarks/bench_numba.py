"""Numba on dylibs against stock Numba: from a tiny `@njit` function to its first result.

The bar is 1.05. Each way has a process of its own, which compiles a function that is new for each round; the pipe to
it is part of what is timed, some 0.05 ms. With debug info for all functions, which `install` gives unless told
otherwise, stock Numba has ``NUMBA_DEBUGINFO=1``.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack

from benchmarks.timing import Peer, Timing, compare

COMPILES = """
import os, sys, warnings
warnings.simplefilter("ignore")
if sys.argv[1]:
    import jitdbg.numba
    jitdbg.numba.install(debug=sys.argv[1] == "debug")
from numba import njit

for line in sys.stdin:
    names = {}
    exec(f"def f(x):\\n  return x + {line}", names)
    print(njit(names["f"])(1), flush=True)
"""
WARM_UP = 3


class Worker:
    """A process that compiles a function whenever it is asked."""

    def __init__(self, way: str, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", COMPILES, way], env=os.environ | environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        self._number = 0

    def compile(self) -> None:
        """Compile a function that was not there before, and call it."""
        assert self._process.stdin
        assert self._process.stdout
        self._number += 1
        print(self._number, file=self._process.stdin, flush=True)
        assert int(self._process.stdout.readline()) == self._number + 1

    def close(self) -> None:
        """Let the process end."""
        self._process.communicate(timeout=60)


@contextlib.contextmanager
def worker(way: str, environment: Mapping[str, str]) -> Iterator[Worker]:
    """Start one, which has compiled before, and end it afterwards."""
    with contextlib.closing(Worker(way, environment)) as started:
        for _ in range(WARM_UP):
            started.compile()
        yield started


def run(*, quick: bool = False) -> list[Timing]:
    """Measure both ways, with and without debug info for all functions."""
    timings = []
    for job, way, environment in (
        ("tiny @njit function", "plain", {}),
        ("tiny @njit function, debug info for all", "debug", {"NUMBA_DEBUGINFO": "1"}),
    ):
        with ExitStack() as workers:
            ours = workers.enter_context(worker(way, {}))
            stock = workers.enter_context(worker("", environment))
            peers = [Peer("Numba on dylibs", ours.compile), Peer("stock Numba", stock.compile)]
            timings += compare(job, peers, 1 if quick else 60)
    return timings
