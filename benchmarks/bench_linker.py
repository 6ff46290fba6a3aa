"""Objects to image: the in-memory linker against the others as processes, from object bytes to image bytes.

The external linkers get the object as a file, as they would from a compiler, and write the image to one; the directory
that both are in is made once, outside of what is timed, and the time to write the one and read the other is left out.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from benchmarks.bench_engine import module
from benchmarks.timing import Peer, Timing, compare
from jitdbg import codegen
from jitdbg.elf import Module
from jitdbg.linker import Object, link
from jitdbg.tools import find_tool

CACHE = Path(__file__).parent.parent / ".cache"
OPTIONS = ("-shared", "-Bsymbolic", "--eh-frame-hdr", "--hash-style=gnu", "-z", "now", f"--build-id=0x{'5a' * 20}")


def compiled(functions: int) -> bytes:
    """Compile a module of the engine's benchmark as the engine does."""
    return codegen.compile_text(module(functions), codegen.Options(), "bench").data


def library() -> bytes | None:
    """Compile zstd with -O2 -g, once; None where neither its source nor clang is here."""
    stored, source, clang = CACHE / "bench-zstd.o", CACHE / "zstd" / "zstd.c", find_tool("clang")
    if not stored.exists():
        if not source.exists() or not clang:
            return None
        command = [clang.path, "-O2", "-g", "-fPIC", "-w", "-c", str(source), "-o", str(stored)]
        subprocess.run(command, check=True, timeout=300)
    return stored.read_bytes()


def ours(data: bytes) -> Peer:
    described = [Module("bench", 1, "/bench/bench.ll", 0, codegen.versions())]
    build_id = os.urandom(20)

    def work() -> object:
        # A new object each time: what was read of one is kept with it.
        return link([Object("bench.o", data)], soname="bench.so", linker="memory", build_id=build_id, modules=described)

    return Peer("jitdbg, in memory", work)


def process(name: str, program: str, folder: Path) -> Peer:
    command = [program, *OPTIONS, "-o", str(folder / f"{name}.so"), str(folder / "bench.o")]
    return Peer(name, lambda: subprocess.run(command, check=True, timeout=300))


def run(*, quick: bool) -> list[Timing]:
    """Measure all linkers that are here; ``quick`` is one round of small objects, to see whether it runs."""
    jobs = {"tiny object": (compiled(1), 100), "100 functions": (compiled(100), 40)}
    if quick:
        jobs = {"tiny object": (compiled(1), 1)}
    elif large := library():
        jobs[f"zstd, {len(large) / 1e6:.1f} MB"] = large, 15
    if not quick and (other := os.environ.get("JITDBG_BENCH_OBJECT")):
        jobs[Path(other).name] = Path(other).read_bytes(), 15
    timings = []
    for job, (data, rounds) in jobs.items():
        with tempfile.TemporaryDirectory(prefix="jitdbg-bench-") as folder:
            Path(folder, "bench.o").write_bytes(data)
            tools = [tool for name in ("ld", "mold", "lld") if (tool := find_tool(name))]
            peers = [process(tool.name, tool.path, Path(folder)) for tool in tools]
            timings += compare(job, [ours(data), *peers], rounds)
    return timings
