"""What crash reports cost a host that runs, and how long one takes with 1,000 dylibs loaded.

The bars are 1 % of the run time, and 1 s from the crash to the end of the process. Two hosts that differ in nothing
else take turns at work: calls of JIT code, loads, threads that come and go. What counts is the processor time of each,
as it says itself, round by round: the bar is met where the whole interval of the ratio is below 1.01. There are several
such pairs, since one process can be slower than its twin by where its memory lies. Crashes are timed by the clock, in a
forked child: the first of a new host, since a program has one alone, and later ones.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle

from benchmarks.timing import Peer, Timing, compare, compare_pairs

HOST = r"""
import os, sys, threading, time
import jitdbg
REPORTS, DYLIBS, REPEATS = map(int, sys.argv[1:])
IR = "define i32 @f{n}(ptr %p) {{\n  %value = load i32, ptr %p\n  ret i32 %value\n}}\n"
if REPORTS:
    jitdbg.enable_crash_reports()
engine = jitdbg.Engine(debug="ir")
dylibs = [engine.load(IR.format(n=n), name=f"d{n}") for n in range(DYLIBS)]
crash = dylibs[-1].function(f"f{DYLIBS - 1}")
import ctypes
word = ctypes.c_int(1)
address = ctypes.addressof(word)
def work():
    for _ in range(REPEATS):
        for _ in range(2000):
            crash(address)
        thread = threading.Thread(target=crash, args=(address,))
        thread.start()
        thread.join()
        engine.load(IR.format(n="x"), name="x").close()
def die():
    if (child := os.fork()) == 0:
        crash(None)
    os.waitpid(child, 0)
jobs = {"work": work, "die": die}
work()
print("ready", flush=True)
for line in sys.stdin:
    start = time.process_time()
    jobs[line.strip()]()
    print(1000 * (time.process_time() - start), flush=True)
"""


class Host:
    """A running host, which does what it is told."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert self._answer() == "ready"

    def do(self, job: str) -> float:
        """Have a job done; give the processor time that the host took for it, in milliseconds."""
        assert self._process.stdin
        print(job, file=self._process.stdin, flush=True)
        return float(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


@contextmanager
def host(*, reports: bool, dylibs: int, repeats: int) -> Iterator[Host]:
    words = [sys.executable, "-c", HOST, *map(str, (int(reports), dylibs, repeats))]
    pipe = subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        yield Host(process)


@contextmanager
def hosts(dylibs: int, repeats: int) -> Iterator[tuple[Host, Host]]:
    """Have a host with reports and one without."""
    with (
        host(reports=True, dylibs=dylibs, repeats=repeats) as on,
        host(reports=False, dylibs=dylibs, repeats=repeats) as off,
    ):
        yield on, off


def run(*, quick: bool) -> list[Timing]:
    """Measure; ``quick`` is one round with few dylibs."""
    dylibs, repeats, rounds, count, later = (2, 1, 1, 1, 1) if quick else (1000, 20, 400, 5, 40)
    loaded = f"with {dylibs:,} dylibs"
    with ExitStack() as living:
        pairs = [living.enter_context(hosts(dylibs, repeats)) for _ in range(count)]
        return [
            *compare(f"the first crash {loaded}", _peers(pairs, "die"), count),
            *compare(f"a later crash {loaded}", _peers(pairs, "die"), later),
            *compare_pairs("a host's work, processor time", *_peers(pairs, "work"), rounds),
        ]


def _peers(pairs: Sequence[tuple[Host, Host]], job: str) -> list[Peer]:
    """Give both ways to do a job; each time it is the next pair's turn."""
    turns = (cycle(each) for each in zip(*pairs, strict=True))
    return [
        Peer(name, lambda turn=turn: next(turn).do(job))
        for name, turn in zip(("reports", "no reports"), turns, strict=True)
    ]
