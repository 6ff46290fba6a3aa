"""What a comparison runs with: a folder with the module as IR, compiled once for all, and the libraries of hosts."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from jitdbg import codegen, frontend
from jitdbg.build import build
from jitdbg.codegen import Options
from jitdbg.harness.backend import Program
from jitdbg.harness.marks import Source
from jitdbg.linker import Object

SOURCES = Path(__file__).parent / "sources"
_TINY = "tiny_000000"
_MODULES = ("subject", "threads", "constructors", _TINY)
_GENERATIONS = (1, 2)


@dataclass(frozen=True)
class Bench:
    """A folder that is ready, and the module that hosts are started as; lives as long as somebody keeps the folder."""

    folder: Path
    host: str = "jitdbg.compare.host"

    def program(self, peer: str, scenario: str, *numbers: int) -> Program:
        """Give the host of a peer that runs a scenario."""
        words = ["-m", self.host, peer, scenario, str(self.folder), *map(str, numbers)]
        return Program([sys.executable, *words], self.environment(), str(self.folder))

    def environment(self) -> dict[str, str]:
        """Let images lie in the folder, with which they go, however a host ends."""
        store = self.folder / "images"
        store.mkdir(exist_ok=True)
        return {**os.environ, "JITDBG_STORE": str(store)}

    def source(self, name: str) -> Source:
        """Give a source of the module, with its marks."""
        return Source.read(self.folder / name)


def make_bench(folder: Path) -> Bench:
    """Compile everything into a folder. Raises `JitdbgError`, such as for want of clang."""
    for source in SOURCES.iterdir():
        (folder / source.name).write_bytes(source.read_bytes())
    for name in _MODULES:
        (folder / f"{name}.ll").write_text(_ir(folder / f"{name}.c"))
    for version in _GENERATIONS:
        ir = _ir(folder / "generation.c", f"-DVERSION={version}")
        (folder / f"generation-{version}.ll").write_text(ir)
    tiny = codegen.compile_text((folder / f"{_TINY}.ll").read_text(), Options(), _TINY, None)
    (folder / f"{_TINY}.o").write_bytes(tiny.data)
    (folder / "helper.so").write_bytes(build(folder / "helper.cc", soname="helper.so"))
    (folder / "hook.so").write_bytes(build(folder / "hook.ll", soname="hook.so", debug="none"))
    return Bench(folder)


def _ir(path: Path, *flags: str) -> str:
    read = frontend.read(path, cflags=flags)
    assert not isinstance(read, Object), "C is no object"
    return read.text
