"""Memory: what a link takes at its peak, its object included, against object and image together: the bar is 2.

A shape that came before is filled in; an object of a new one, which has a function more here, is linked from the ground
up, and from the second of a shape the pattern is learned that all others are filled in by.

It is counted twice: what Python allocates (`tracemalloc`), whether or not the interpreter has room for that already;
and by how much the resident memory of the process rises at its peak (VmHWM of proc(5)), the most of ten new shapes in
turn: what they leave behind counts as well.
"""

from __future__ import annotations

import gc
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
_NEW_SHAPES = range(4, 15)


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
    resident = [timing for name, functions in sizes.items() for timing in _resident(name, functions)]
    return [*jobs, *resident] if quick else [*jobs, *_large(), *resident]


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


def _resident(name: str, functions: int) -> list[Timing]:
    """Link objects of shapes that were not linked here, and say what the process took for the most expensive one."""
    recurring.use(recurring.State())
    first, *objects = [compiled(functions + further) for further in _NEW_SHAPES]
    _linked(first)
    gc.collect()
    peak, size = max(map(_growth, objects))
    return [
        _row(f"{name}, new shapes", "the process at its peak", peak, peak),
        _row(f"{name}, new shapes", "object and image", size, peak),
    ]


def _growth(data: bytes) -> tuple[int, int]:
    """Link an object; give by how many bytes the process was larger meanwhile, and the size of object and image."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak is what there is now
    before = _status("VmRSS")
    image = _linked(data)
    return _status("VmHWM") - before, len(data) + len(image)


def _status(field: str) -> int:
    """Read a field of /proc/self/status, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * _KIB for line in lines if line.startswith(f"{field}:"))


def _linked(data: bytes) -> bytes:
    described = [Module("bench", 1, "/bench/bench.ll", 0, codegen.versions())]
    return link([Object("bench.o", data)], soname="bench.so", linker="memory", build_id=bytes(20), modules=described)


def _row(job: str, way: str, count: int, ours: int) -> Timing:
    kib = round(count / _KIB, 1)
    return Timing(job, way, 1, kib, kib, round(ours / count, 2) if count else 1.0, unit="KiB")
