"""IR to callable: the engine against llvmlite's two JITs and against compiler, assembler and linker as processes.

Every way starts from the same IR text, which has debug info, ends with a function that has been called, and does not
optimise. It is never the same module twice in a row, but variants with other names and constants, as the modules of a
JIT are. What a way leaves loaded is unloaded between the rounds. The linker's kernel is there, as it is after the first
400 modules that a user loads; the images of the first peer lie on a tmpfs.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import llvmlite.binding as llvm

from benchmarks.libgccjit import find_libgccjit
from benchmarks.timing import Peer, Timing, compare
from jitdbg import codegen, kernel
from jitdbg.debuginfo import lines
from jitdbg.engine import Engine

TMPFS = Path("/dev/shm")
PROTOTYPE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)
BODY = """define i32 @f{n}(i32 %x) {{
entry:
  %slot = alloca i32
  store i32 %x, ptr %slot
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %value = load i32, ptr %slot
  %sum = add i32 %value, %i
  store i32 %sum, ptr %slot
  %next = add i32 %i, 1
  %more = icmp slt i32 %next, {limit}
  br i1 %more, label %loop, label %exit
exit:
  %result = load i32, ptr %slot
  ret i32 %result
}}
"""


def module(functions: int, variant: int = 0) -> str:
    """Make IR with a loop in each function and debug info for every line; variants differ in names and constants."""
    first, limit = variant**3, 3 + 50 * variant
    text = "".join(BODY.format(n=first + n, limit=limit) for n in range(functions))
    return lines.annotate(text, filename="bench.ll", directory="/bench")


@dataclass(frozen=True)
class Variants:
    """Modules that take turns, each with the name of the function that is called."""

    modules: Sequence[tuple[str, str]]

    @classmethod
    def of(cls, functions: int, count: int) -> Variants:
        return cls([(module(functions, variant), f"f{variant**3}") for variant in range(count)])

    def turns(self) -> Iterator[tuple[str, str]]:
        return itertools.cycle(self.modules)


def ours(variants: Variants, store: str, place: Path | None = None) -> Peer:
    engine = engine_in(place, store)
    names, turns = (f"bench-{n}" for n in itertools.count()), variants.turns()

    def work() -> object:
        text, function = next(turns)
        dylib = engine.load(text, name=next(names))
        dylib.function(function)(1)
        return dylib

    where = " on a tmpfs" if place else ""
    return Peer(f"jitdbg, {store} store{where}", work, lambda dylib: dylib.close())


def engine_in(place: Path | None, store: str) -> Engine:
    """Make an engine whose store is at ``place``, or where it is by default; it opens that at once."""
    with patch.dict(os.environ, {"JITDBG_STORE": str(place)} if place else {}):
        return Engine(store=store)


def mcjit(variants: Variants) -> Peer:
    turns = variants.turns()

    def work() -> object:
        text, function = next(turns)
        parsed = llvm.parse_assembly(text, llvm.create_context())
        parsed.verify()
        machine = llvm.Target.from_default_triple().create_target_machine(opt=0)
        compiler = llvm.create_mcjit_compiler(parsed, machine)
        compiler.finalize_object()
        PROTOTYPE(compiler.get_function_address(function))(1)
        return compiler

    return Peer("llvmlite MCJIT", work, lambda compiler: compiler.close())


def lljit(variants: Variants) -> Peer:
    # The compiler lives on, as it does in a program that adds modules to it.
    machine = llvm.Target.from_default_triple().create_target_machine(opt=0, jit=True)
    compiler = llvm.create_lljit_compiler(machine)
    names, turns = (f"bench-{n}" for n in itertools.count()), variants.turns()

    def work() -> object:
        text, function = next(turns)
        parsed = llvm.parse_assembly(text, llvm.create_context())
        parsed.verify()
        builder = llvm.JITLibraryBuilder().add_ir(str(parsed)).export_symbol(function)
        tracker = builder.link(compiler, next(names))
        PROTOTYPE(tracker[function])(1)
        return tracker

    return Peer("llvmlite LLJIT", work)


def lljit_unverified(variants: Variants) -> Peer:
    """Hand the text over as it is: LLJIT parses it itself, and nobody verifies it."""
    machine = llvm.Target.from_default_triple().create_target_machine(opt=0, jit=True)
    compiler = llvm.create_lljit_compiler(machine)
    names, turns = (f"bench-{n}" for n in itertools.count()), variants.turns()

    def work() -> object:
        text, function = next(turns)
        tracker = llvm.JITLibraryBuilder().add_ir(text).export_symbol(function).link(compiler, next(names))
        PROTOTYPE(tracker[function])(1)
        return tracker

    return Peer("llvmlite LLJIT, unverified", work)


def processes(variants: Variants) -> Peer | None:
    """Make a shared library the classic way: llc, as and ld, each a process with files between them."""
    if not (llc := _find("llc")) or not shutil.which("as") or not shutil.which("ld"):
        return None
    directory = Path(tempfile.mkdtemp(prefix="jitdbg-bench-"))
    numbers, turns = itertools.count(), variants.turns()

    def work() -> object:
        text, function = next(turns)
        stem = directory / f"m{next(numbers)}"
        stem.with_suffix(".ll").write_text(text)
        _run(llc, "-O0", "-relocation-model=pic", f"{stem}.ll", "-o", f"{stem}.s")
        _run("as", f"{stem}.s", "-o", f"{stem}.o")
        _run("ld", "-shared", f"{stem}.o", "-o", f"{stem}.so")
        library = ctypes.CDLL(f"{stem}.so")
        library[function](1)
        return library

    return Peer("llc, as, ld, dlopen", work, _unload)


def _unload(library: ctypes.CDLL) -> None:
    import _ctypes

    _ctypes.dlclose(library._handle)
    for path in Path(library._name).parent.glob(Path(library._name).stem + ".*"):
        path.unlink()


def _find(program: str) -> str | None:
    versions = [f"{program}-{version}" for version in range(30, 14, -1)]
    return next((path for name in (*versions, program) if (path := shutil.which(name))), None)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=300)


def one_image(texts: Sequence[str]) -> Peer:
    """Load modules as one image and call each."""

    def work() -> object:
        engine = Engine()
        with engine.batch():
            dylibs = [engine.load(text, name=f"bench-{n}") for n, text in enumerate(texts)]
        for n, dylib in enumerate(dylibs):
            dylib.function(f"f{n}")(1)
        return engine

    return Peer("jitdbg, one image", work, lambda engine: engine.close())


def mcjit_of_each(texts: Sequence[str]) -> Peer:
    """Make an MCJIT of each module and call its function."""

    def work() -> object:
        compilers = []
        for n, text in enumerate(texts):
            parsed = llvm.parse_assembly(text, llvm.create_context())
            parsed.verify()
            machine = llvm.Target.from_default_triple().create_target_machine(opt=0)
            compilers.append(llvm.create_mcjit_compiler(parsed, machine))
            compilers[-1].finalize_object()
            PROTOTYPE(compilers[-1].get_function_address(f"f{n}"))(1)
        return compilers

    return Peer("llvmlite MCJIT", work, lambda compilers: [compiler.close() for compiler in compilers])


def importing() -> list[Peer]:
    def python(statement: str) -> Callable[[], object]:
        return lambda: _run(sys.executable, "-c", statement)

    return [Peer("import jitdbg", python("import jitdbg")), Peer("nothing", python("pass"))]


def peers(variants: Variants, *, with_libgccjit: bool) -> list[Peer]:
    """Give all ways that this machine has; ours first."""
    codegen.target_machine(codegen.Options())  # initialises LLVM for all
    kernel.provide(True)
    found = [ours(variants, "file", TMPFS)] if TMPFS.is_dir() else []
    found += [ours(variants, "file"), ours(variants, "memfd")]
    found += [mcjit(variants), lljit(variants), lljit_unverified(variants), processes(variants)]
    found += [find_libgccjit()] if with_libgccjit else []
    return [peer for peer in found if peer]


def run(*, quick: bool) -> list[Timing]:
    """Measure everything; ``quick`` is one round of small modules, to see whether it runs."""
    jobs = {"tiny module": (1, 8, 200), "100 functions": (100, 4, 20), "3,000 functions": (3000, 1, 3)}
    if quick:
        jobs = {"tiny module": (1, 2, 1), "3 functions": (3, 1, 1)}
    timings = compare("import", importing(), 1 if quick else 20)
    for job, (functions, variants, rounds) in jobs.items():
        ways = peers(Variants.of(functions, variants), with_libgccjit=functions == 1)
        timings += compare(job, ways, rounds, warm_up=0 if quick else 3)
        if functions == 1:
            own = [way for way in ways if way.name.startswith(("jitdbg", "llvmlite"))]
            timings += compare(f"{job}, processor time", own, rounds, clock=time.process_time)
    count = 3 if quick else 1000
    texts = [
        lines.annotate(BODY.format(n=n, limit=3), filename=f"bench-{n}.ll", directory="/bench") for n in range(count)
    ]
    many = [one_image(texts), mcjit_of_each(texts)]
    return timings + compare(f"{count:,} tiny modules", many, 1 if quick else 9, warm_up=0 if quick else 1)
