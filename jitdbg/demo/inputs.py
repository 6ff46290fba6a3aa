"""What the demo shows: where to stop in it, and what has to be seen there.

Lines are never numbers here: they are found in the source by a statement's text.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jitdbg.errors import JitdbgError, ToolError
from jitdbg.tools import tool

CLANG_SECONDS = 300


@dataclass(frozen=True)
class Debuggee:
    """A program that loads a dylib, and a statement in the dylib's source.

    ``command`` is the host's command line; ``file`` and ``line`` are where the statement stands, in ``function``;
    ``values`` are variables that must have these values, as debuggers print them, or None where the source has no
    variables; ``deadline`` in seconds is for a whole dialogue, which runs the host twice.
    """

    command: tuple[str, ...]
    file: Path
    line: int
    function: str
    deadline: float
    values: Mapping[str, str] | None = None


def example(name: str) -> Path:
    """Find a file of the examples: inside the package where it was installed, else beside it in a checkout."""
    package = Path(__file__).parents[1]
    candidates = [folder / "examples" / name for folder in (package, package.parent)]
    found = next((path for path in candidates if path.is_file()), None)
    if found is None:
        raise JitdbgError(f"examples/{name} is missing from {package}: install jitdbg again")
    return found


def line_of(file: Path, statement: str, *, after: str = "") -> int:
    """Find the first line that contains ``statement``, below the first that contains ``after``; they count from 1."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    start = _index(file, lines, after, 0)
    return _index(file, lines, statement, start) + 1


def _index(file: Path, lines: list[str], words: str, start: int) -> int:
    for index in range(start, len(lines)):
        if words in lines[index]:
            return index
    raise JitdbgError(f"{file} has no line with {words!r}: it is not the file that the demo was written for")


def fib() -> Debuggee:
    """Describe the small input, which is its own source: ``fib(6)`` stops first in the call ``fib(2)``."""
    return _fib("fib.ll", "fib.ll", "%n.minus.2 = ", None)


def toy_fib() -> Debuggee:
    """Describe the same in a small language, whose compiler made IR with debug info of it."""
    return _fib("fib-toy.ll", "fib.toy", "let rest = ", {"n": "2", "first": "1"})


def _fib(ir: str, source: str, statement: str, values: Mapping[str, str] | None) -> Debuggee:
    file = example(source)
    return Debuggee(
        command=(sys.executable, "-m", "jitdbg", "run", str(example(ir)), "--call", "fib(6)"),
        file=file,
        line=line_of(file, statement),
        function="fib",
        deadline=60,
        values=values,
    )


def zstd(source: Path, ir: Path) -> Debuggee:
    """Describe the C library, ``source``, compiled to ``ir``: it stops where the first block has been measured."""
    from jitdbg.demo.round_trip import SIZE

    return Debuggee(
        command=(sys.executable, "-m", "jitdbg.demo.round_trip", str(ir)),
        file=source,
        line=line_of(source, "U32 const lastBlock = ", after="static size_t ZSTD_compress_frameChunk("),
        function="ZSTD_compress_frameChunk",
        deadline=400,
        values={"srcSize": str(SIZE), "remaining": str(SIZE)},
    )


def c_source(library: Path) -> Path:
    """Find the one file that the C library consists of. Raises `JitdbgError`."""
    file = library.absolute() / "zstd.c"
    if not file.is_file():
        raise JitdbgError(f"{library} has no zstd.c: give the folder that scripts/fetch-zstd makes, .cache/zstd")
    return file


def compile_to_ir(source: Path, ir: Path) -> None:
    """Let clang compile C to IR with debug info. Raises `ToolMissingError` or `ToolError`."""
    clang = tool("clang").path
    # Without optnone, which clang sets at -O0, the functions would be optimised by nobody later on.
    flags = ["-g", "-O0", "-Xclang", "-disable-O0-optnone", "-fPIC", "-S", "-emit-llvm"]
    done = subprocess.run([clang, *flags, str(source), "-o", str(ir)], capture_output=True, timeout=CLANG_SECONDS)
    if done.returncode:
        raise ToolError(f"{clang} failed on {source}: {done.stderr.decode(errors='replace').strip().splitlines()[:1]}")
