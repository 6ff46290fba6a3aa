"""The demo in order: each input through the engine, then under each debugger that is installed."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from jitdbg.demo import inputs
from jitdbg.demo.claims import Claim, check
from jitdbg.demo.dialects import DIALECTS, Dialect
from jitdbg.demo.dialogue import hold
from jitdbg.demo.inputs import Debuggee
from jitdbg.demo.round_trip import SIZE, round_trip
from jitdbg.demo.screen import Screen
from jitdbg.dylib import Dylib
from jitdbg.engine import Engine
from jitdbg.errors import ToolMissingError
from jitdbg.tools import tool

_MIB = 1 << 20
_RUNS = "it becomes a shared library and runs"


def tour(library: Path | None) -> bool:
    """Show everything and tell whether all that could be run was right.

    ``library`` is the folder with the C library. What is not installed is said and left out.
    """
    source = inputs.c_source(library) if library else None
    screen = Screen()
    _show_fib(screen, "fib.ll", "LLVM IR without debug info, which becomes its own source", inputs.fib())
    _show_fib(screen, "fib-toy.ll", "LLVM IR with the debug info of another language", inputs.toy_fib())
    if source:
        _show_zstd(screen, source)
    screen.last_word()
    return all(claim.holds for claim in screen.claims)


def _show_fib(screen: Screen, name: str, words: str, debuggee: Debuggee) -> None:
    screen.heading(f"{name}: {words}")
    screen.part("jitdbg")
    with Engine(debug="auto") as engine:
        start = time.perf_counter()
        dylib = engine.load(inputs.example(name))
        elapsed = time.perf_counter() - start
        result = dylib.function("fib")(20)
        screen.claim(Claim(_RUNS, result == 6765, _loaded(dylib, elapsed, f"fib(20) = {result}")))
    _debug(screen, debuggee)


def _show_zstd(screen: Screen, source: Path) -> None:
    screen.heading(f"{source.name}: a C library of {_lines(source):,} lines")
    screen.part("jitdbg")
    with tempfile.TemporaryDirectory(prefix="jitdbg-demo-") as folder:
        ir = Path(folder, "zstd.ll")
        start = time.perf_counter()
        try:
            with screen.waiting("clang compiles it to IR …"):
                inputs.compile_to_ir(source, ir)
        except ToolMissingError as error:
            screen.note(str(error))
            return
        screen.note(f"clang made {_lines(ir):,} lines of IR of it in {time.perf_counter() - start:.1f} s")
        _run_zstd(screen, ir)
        _debug(screen, inputs.zstd(source, ir))


def _run_zstd(screen: Screen, ir: Path) -> None:
    with Engine() as engine:
        start = time.perf_counter()
        with screen.waiting("LLVM compiles it to machine code …"):
            dylib = engine.load(ir, name="zstd")
        elapsed = time.perf_counter() - start
        trip = round_trip(dylib, ir.read_bytes()[:SIZE])
        words = f"{trip.size / _MIB:g} MiB became {trip.compressed / _MIB:.2f} MiB and came back"
        screen.claim(Claim(_RUNS, trip.intact, _loaded(dylib, elapsed, words)))


def _loaded(dylib: Dylib, elapsed: float, words: str) -> tuple[str, ...]:
    size, count = Path(dylib.path).stat().st_size, len(dylib.functions())
    span = f"{elapsed:.1f} s" if elapsed > 1 else f"{elapsed * 1000:.0f} ms"
    return words, f"{count} function{'s' * (count != 1)}, {size / 1024:,.0f} KiB, loaded in {span}", dylib.path


def _debug(screen: Screen, debuggee: Debuggee) -> None:
    for dialect in DIALECTS:
        _debug_with(screen, dialect, debuggee)


def _debug_with(screen: Screen, dialect: Dialect, debuggee: Debuggee) -> None:
    try:
        debugger = tool(dialect.name)
    except ToolMissingError as error:
        screen.part(dialect.name)
        screen.note(str(error))
        return
    screen.part(f"{debugger.name} {debugger.version or ''}, breakpoint at {debuggee.file.name}:{debuggee.line}")
    with screen.waiting(f"{dialect.name} runs the program twice …"):
        heard = hold(dialect, debugger, debuggee)
    claims = [*check(dialect, debuggee, heard)]
    if heard.late:
        claims.append(Claim(f"{dialect.name} is done within {debuggee.deadline:g} s", False))
    for claim in claims:
        screen.claim(claim)
    if not all(claim.holds for claim in claims):
        screen.transcript(f"all that {dialect.name} said:", heard.transcript)


def _lines(file: Path) -> int:
    with file.open("rb") as text:
        return sum(1 for _ in text)
