"""Programs that die of a null pointer in JIT code, and their core dumps."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from jitdbg.build import build
from jitdbg.elf import ElfFile
from jitdbg.tools import tool
from tests.linking import run_program

CORE_PATTERN = Path("/proc/sys/kernel/core_pattern")
PROGRAMS = Path(__file__).parent / "programs"

BOOM = """
define i32 @boom(ptr %p, i32 %n) {
entry:
  %more = add i32 %n, 1
  %value = load i32, ptr %p              ; mark: crash
  %sum = add i32 %value, %more
  ret i32 %sum
}
"""

_HOST = """
import sys
from jitdbg.engine import Engine
dylib = Engine(store=sys.argv[1], debug="ir").load(sys.argv[2], name="boom")
print(dylib.build_id.hex(), flush=True)
dylib.function("boom")(None, 41)
"""


@dataclass(frozen=True)
class Crashed:
    """A core dump, the build-id of the JIT's image, and the directory below which its files lie."""

    core: Path
    build_id: str
    files: Path


def crash_in_python(directory: Path, store: str) -> Crashed:
    """Have an engine's host die."""
    files = directory / "store"
    words = [sys.executable, "-c", _HOST, store, BOOM]
    return Crashed(*dumped(words, directory, {"JITDBG_STORE": str(files)}), files)


def crash_in_c(directory: Path) -> Crashed:
    """Have a small program die in what `jitdbg build` has made: its core is small as well."""
    host, files = directory / "host", directory / "built"
    files.mkdir()
    run_program([tool("clang").path, "-g", PROGRAMS / "crash_host.c", "-o", host, "-ldl"])
    (files / "boom.ll").write_text(BOOM)
    image = build(files / "boom.ll", soname="boom.so", debug="ir")
    (files / "boom.so").write_bytes(image)
    core, _ = dumped([host, files / "boom.so"], directory)
    return Crashed(core, (ElfFile(image, "boom.so").build_id or b"").hex(), files)


def dumped(words: Sequence[str | Path], directory: Path, environment: dict[str, str] | None = None) -> tuple[Path, str]:
    """Run what dies of a signal; give the core, which lies in the directory, and what was printed."""
    if CORE_PATTERN.read_text().startswith("|"):
        pytest.skip("this kernel hands cores to a program (core_pattern), so that there is no file to read")
    done = subprocess.run(
        words,
        cwd=directory,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)),
        timeout=60,
    )
    assert done.returncode < 0
    (core,) = directory.glob("core*")
    return core, done.stdout.strip()


@contextmanager
def moved_away(path: Path) -> Iterator[None]:
    """Have a file, or a directory of images, where nobody looks for it; what has come into its place meanwhile goes."""
    path.rename(path.with_suffix(".gone"))
    try:
        yield
    finally:
        shutil.rmtree(path, ignore_errors=True)
        path.with_suffix(".gone").rename(path)
