"""Memory: what a link takes at its peak, its object included, against object and image together: the bar is 2.

A shape that came before is filled in; an object of a new one, which has a function more here, is linked from the ground
up, and from the second of a shape the pattern is learned that all others are filled in by. Python's allocations are
counted (`tracemalloc`), whether or not the interpreter has room for them already.
"""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

from benchmarks.bench_linker import compiled, library
from benchmarks.timing import Timing
from jitdbg import codegen, kernel
from jitdbg.elf import Module
from jitdbg.linker import Object, link
from jitdbg.linker.recurring import kernel as recurring

_KIB = 1024


def run(*, quick: bool) -> list[Timing]:
    """Measure; ``quick`` is the tiny object alone."""
    before = recurring.use(recurring.State())
    try:
        return _all(quick=quick)
    finally:
        recurring.use(before)


def _all(*, quick: bool) -> list[Timing]:
    sizes = {"tiny object": 1} if quick else {"tiny object": 1, "100 functions": 100}
    jobs = [timing for name, functions in sizes.items() for timing in _with_shapes(name, functions)]
    return jobs if quick else [*jobs, *_large()]


def _with_shapes(name: str, functions: int) -> list[Timing]:
    known = [compiled(functions, variant) for variant in range(5)]
    found = kernel.provide(True)
    return [
        *(_measured(f"{name}, by the kernel", known, recurring.State(found)) if found else ()),
        *_measured(f"{name}, without the kernel", known, recurring.State()),
        *_measured(f"{name}, new shape", [compiled(functions + 2), compiled(functions + 1)], recurring.State()),
        *_measured(f"{name}, second of its shape", [compiled(functions + 3, n) for n in range(2)], recurring.State()),
    ]


def _large() -> list[Timing]:
    files = [Path(path).read_bytes() for path in (os.environ.get("JITDBG_BENCH_OBJECT"),) if path]
    objects = {f"object of {len(data) / 1e6:.1f} MB": data for data in (library(), *files) if data}
    return [timing for name, data in objects.items() for timing in _measured(name, [data] * 2, recurring.State())]


def _measured(job: str, objects: list[bytes], state: recurring.State) -> list[Timing]:
    """Link all objects, and say what the last one took."""
    recurring.use(state)
    for data in objects[:-1]:
        _linked(data)
    tracemalloc.start()
    try:
        size = len(_linked(objects[-1])) + len(objects[-1])
        peak = tracemalloc.get_traced_memory()[1] + len(objects[-1])
    finally:
        tracemalloc.stop()
    return [_row(job, "peak of the link", peak, peak), _row(job, "object and image", size, peak)]


def _linked(data: bytes) -> bytes:
    described = [Module("bench", 1, "/bench/bench.ll", 0, codegen.versions())]
    return link([Object("bench.o", data)], soname="bench.so", linker="memory", build_id=bytes(20), modules=described)


def _row(job: str, way: str, count: int, ours: int) -> Timing:
    kib = round(count / _KIB, 1)
    return Timing(job, way, 1, kib, kib, round(ours / count, 2), unit="KiB")
