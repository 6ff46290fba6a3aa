"""What crash reports cost a host that runs, and how long one takes with 1,000 dylibs loaded.

The bars are 1 % of the run time, and 1 s from the crash to the end of the process. Two hosts that differ in nothing
else take turns: at work (calls of JIT code, loads, threads that come and go), and at having a forked child crash.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.timing import Peer, Timing, compare

HOST = r"""
import os, sys, threading
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
    jobs[line.strip()]()
    print("done", flush=True)
"""


class Host:
    """A running host, which does what it is told."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._wait_for("ready")

    def do(self, job: str) -> None:
        assert self._process.stdin
        print(job, file=self._process.stdin, flush=True)
        self._wait_for("done")

    def _wait_for(self, word: str) -> None:
        assert self._process.stdout
        assert self._process.stdout.readline().strip() == word


@contextmanager
def host(*, reports: bool, dylibs: int, repeats: int) -> Iterator[Host]:
    words = [sys.executable, "-c", HOST, *map(str, (int(reports), dylibs, repeats))]
    pipe = subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        words, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        yield Host(process)


def run(*, quick: bool) -> list[Timing]:
    """Measure; ``quick`` is one round with few dylibs."""
    dylibs, repeats, rounds = (2, 1, 1) if quick else (1000, 20, 40)
    timings = []
    with (
        host(reports=True, dylibs=dylibs, repeats=repeats) as on,
        host(reports=False, dylibs=dylibs, repeats=repeats) as off,
    ):
        for job, title in (("work", "a host's work"), ("die", f"a crash with {dylibs:,} dylibs")):
            peers = [Peer("reports", lambda job=job: on.do(job)), Peer("no reports", lambda job=job: off.do(job))]
            timings += compare(title, peers, rounds)
    return timings
