"""Symbolication of 100,000 addresses in this process, against llvm-symbolizer and addr2line as processes.

The bar is 100,000 addresses a second, after warm-up. The addresses are of a JIT dylib of 1,000 functions, once as a
sampling profiler sees them, a thousand places again and again, once from all over the dylib. Both processes are
started, read the dylib's DWARF, and are given all addresses at once.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from random import Random

import jitdbg
from benchmarks.bench_engine import module
from benchmarks.timing import Peer, Timing, compare
from jitdbg import tools
from jitdbg.dylib import Dylib

HOT = 1000


def peers(dylib: Dylib, base: int, addresses: Sequence[int]) -> list[Peer]:
    """Give all ways to symbolize; ours first."""
    relative = "".join(f"{address - base:#x}\n" for address in addresses).encode()
    found = [
        Peer("symbolize_all", lambda: jitdbg.symbolize_all(addresses)),
        Peer("symbolize, one by one", lambda: [jitdbg.symbolize(address) for address in addresses]),
    ]
    for name, options in (("llvm-symbolizer", (f"--obj={dylib.path}",)), ("addr2line", ("-fie", dylib.path))):
        if program := tools.find_tool(name):
            found.append(Peer(name, process([program.path, *options], relative)))
    return found


def process(command: Sequence[str], text: bytes) -> Callable[[], object]:
    # Without a timeout: with one, subprocess asks whether the process has ended every 50 ms only.
    return lambda: subprocess.run(command, input=text, stdout=subprocess.DEVNULL, check=True)


def run(*, quick: bool) -> list[Timing]:
    """Measure; ``quick`` is one round with few addresses."""
    functions, count, rounds = (10, 5000, 1) if quick else (1000, 100_000, 5)
    random = Random(1)
    timings = []
    with jitdbg.Engine() as engine:
        dylib = engine.load(module(functions), name="bench")
        base = dylib.base
        first, last = dylib.address("f0"), dylib.address(f"f{functions - 1}")
        hot = [random.randrange(first, last) for _ in range(HOT)]
        jobs = {
            f"{count:,} samples of {HOT:,} places": random.choices(hot, k=count),
            f"{count:,} samples of all places": [random.randrange(first, last) for _ in range(count)],
        }
        for job, addresses in jobs.items():
            jitdbg.symbolize_all(addresses)
            timings += compare(job, peers(dylib, base, addresses), rounds)
    return timings
