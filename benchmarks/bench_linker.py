"""Objects to image: the in-memory linker against the others as processes, from object bytes to image bytes.

The external linkers get the object as a file, as they would from a compiler, and write the image to one; the directory
that both are in is made once, outside of what is timed, and the time to write the one and read the other is left out.

No small object is linked twice in a row: they are variants of one another, with other names and constants, as the
modules of a JIT are. Where the linkers take turns after each object, each finds the processor's caches full of
another's data; a JIT that makes many modules is rather like several objects in a row.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from benchmarks.bench_engine import module
from benchmarks.timing import Peer, Timing, compare
from jitdbg import codegen, kernel
from jitdbg.elf import Module
from jitdbg.linker import Object, link
from jitdbg.linker.recurring import kernel as recurring
from jitdbg.tools import find_tool

CACHE = Path(__file__).parent.parent / ".cache"
OPTIONS = ("-shared", "-Bsymbolic", "--eh-frame-hdr", "--hash-style=gnu", "-z", "now", f"--build-id=0x{'5a' * 20}")


@dataclass(frozen=True)
class Job:
    """What is measured: objects that are linked in turn, ``in_a_row`` of them before it is another linker's turn."""

    name: str
    objects: Sequence[bytes]
    rounds: int
    in_a_row: int = 1


def compiled(functions: int, variant: int = 0) -> bytes:
    """Compile a module of the engine's benchmark as the engine does."""
    return codegen.compile_text(module(functions, variant), codegen.Options(), "bench").data


def library() -> bytes | None:
    """Compile zstd with -O2 -g, once; None where neither its source nor clang is here."""
    stored, source, clang = CACHE / "bench-zstd.o", CACHE / "zstd" / "zstd.c", find_tool("clang")
    if not stored.exists():
        if not source.exists() or not clang:
            return None
        command = [clang.path, "-O2", "-g", "-fPIC", "-w", "-c", str(source), "-o", str(stored)]
        subprocess.run(command, check=True, timeout=300)
    return stored.read_bytes()


def ours(objects: Sequence[bytes], name: str, state: recurring.State) -> Peer:
    described = [Module("bench", 1, "/bench/bench.ll", 0, codegen.versions())]
    build_id, datas = os.urandom(20), cycle(objects)

    def work() -> object:
        recurring.use(state)
        item = Object("bench.o", next(datas))
        return link([item], soname="bench.so", linker="memory", build_id=build_id, modules=described)

    return Peer(name, work)


def process(name: str, program: str, folder: Path, count: int) -> Peer:
    command = [program, *OPTIONS, "-o", str(folder / f"{name}.so")]
    paths = cycle([str(folder / f"{index}.o") for index in range(count)])
    # Without a timeout: with one, subprocess asks whether the process has ended at 0.5, 1.5, 3.5, 7.5, 15.5 … ms only.
    return Peer(name, lambda: subprocess.run([*command, next(paths)], check=True))


def jobs(*, quick: bool) -> list[Job]:
    """Return what to measure; ``quick`` is one round of small objects, to see whether it runs."""
    if quick:
        return [Job("tiny object", [compiled(1), compiled(1, 1)], 1, in_a_row=3)]
    tiny = [compiled(1, variant) for variant in range(16)]
    found = [
        Job("tiny object", tiny, 100),
        Job("tiny object, 20 in a row", tiny, 20, in_a_row=20),
        Job("100 functions", [compiled(100, variant) for variant in range(4)], 40),
    ]
    if large := library():
        found.append(Job(f"zstd, {len(large) / 1e6:.1f} MB", [large], 15))
    if other := os.environ.get("JITDBG_BENCH_OBJECT"):
        found.append(Job(Path(other).name, [Path(other).read_bytes()], 15))
    return found


def measure(job: Job) -> list[Timing]:
    """Measure a job with all linkers that are here."""
    with tempfile.TemporaryDirectory(prefix="jitdbg-bench-") as folder:
        for index, data in enumerate(job.objects):
            Path(folder, f"{index}.o").write_bytes(data)
        tools = [tool for name in ("ld", "mold", "lld") if (tool := find_tool(name))]
        peers = [process(tool.name, tool.path, Path(folder), len(job.objects)) for tool in tools]
        own = [
            ours(job.objects, "jitdbg, in memory", recurring.State(kernel.provide(True))),
            ours(job.objects, "the same without kernel", recurring.State()),
        ]
        return compare(job.name, [*own, *peers], job.rounds, in_a_row=job.in_a_row, warm_up=len(job.objects))


def run(*, quick: bool) -> list[Timing]:
    """Measure all jobs."""
    before = recurring.use(recurring.State())
    try:
        return [timing for job in jobs(quick=quick) for timing in measure(job)]
    finally:
        recurring.use(before)
