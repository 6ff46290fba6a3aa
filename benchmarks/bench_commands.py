"""The commands in gdb and lldb, with 1,000 dylibs loaded, against what the debuggers list and look up themselves.

The bars are 1 s for jit-list, 20 ms for jit-symbol, and 400 ms for jit-load of a tiny file of IR into a program that
has no dylibs yet, which stands against its compiling child alone. The times are those of a session of the harness, its
way into the debugger and back included; the first jit-list is the one that reads the images.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import Peer, Timing, compare
from jitdbg import elf, tools
from jitdbg.codegen import Options, compile_text
from jitdbg.debugger import installation
from jitdbg.debugger.compiler import Compiler
from jitdbg.harness import Session
from jitdbg.linker import Object, link

DYLIBS = 1000
HOST = """#include <dlfcn.h>
int main(int count, char **words) {
  for (int index = 1; index < count; index++)
    if (!dlopen(words[index], RTLD_NOW))
      return 2;
  return 0; /* mark: loaded */
}
"""
OWN = {
    "gdb": ("info sharedlibrary", "info symbol {:#x}"),
    "lldb": ("image list", "image lookup --address {:#x}"),
}
SECONDS = 300.0


def images(folder: Path, count: int) -> list[Path]:
    """Link images of one small function each."""
    text = "define i32 @f() {\n  ret i32 7\n}\n"
    objects = [Object("f", compile_text(text, Options(), "f", "/f.ll").data)]
    paths = []
    for number in range(count):
        paths.append(folder / f"f{number}.so")
        paths[-1].write_bytes(link(objects, soname=paths[-1].name, modules=[elf.Module(f"f{number}")]))
    return paths


def host(folder: Path) -> Path:
    """Compile the program, with its source beside it."""
    source, path = folder / "loads.c", folder / "loads"
    source.write_text(HOST)
    subprocess.run([tools.tool("cc").path, "-g", "-O0", str(source), "-o", str(path)], check=True, timeout=60)
    return path


def listing(session: Session, count: int) -> Peer:
    """List all dylibs."""

    def work() -> None:
        assert len(session.command("jit-list").splitlines()) == count + 1

    return Peer("jit-list", work)


def look_up(session: Session, address: int) -> Peer:
    """Look up an address in one of them."""

    def work() -> None:
        assert "is f + 1, in the JIT dylib f" in session.command(f"jit-symbol {address:#x}")

    return Peer("jit-symbol", work)


def own(session: Session, command: str) -> Peer:
    """Do what the debugger itself offers."""
    return Peer(command.partition(" {")[0].partition(" 0x")[0], lambda: session.command(command))


def load(session: Session, source: Path) -> Peer:
    """Load a file, and unload it again when the time is taken."""

    def work() -> None:
        assert session.command(f"jit-load {source}").startswith("loaded the JIT dylib tiny (generation 1)")

    return Peer("jit-load", work, lambda _: session.command("jit-unload tiny"))


def compiler(source: Path) -> Peer:
    """Compile the file in a child that nobody loads from."""

    def work() -> None:
        with Compiler() as child:
            child.ask({"file": str(source), "machine": 0})
            child.image(lambda: False)

    return Peer("the compiling child", work)


def measure_loading(debugger: str, program: Path, rounds: int) -> list[Timing]:
    """Measure the loading of a tiny file in one debugger."""
    source = program.with_name("tiny.ll")
    source.write_text("define i32 @f() {\n  ret i32 7\n}\n")
    installation.use(sys.executable)
    with Session.launch([program], debugger=debugger, sources=[f"{program}.c"], timeout=SECONDS) as session:
        session.run_to("mark: loaded")
        first = compare(f"{debugger}: load, the first time", [load(session, source), compiler(source)], 1)
        return first + compare(f"{debugger}: load again", [load(session, source), compiler(source)], rounds)


def measure(debugger: str, program: Path, paths: list[Path], rounds: int) -> list[Timing]:
    """Measure one debugger."""
    with Session.launch([program, *paths], debugger=debugger, sources=[f"{program}.c"], timeout=SECONDS) as session:
        session.run_to("mark: loaded")
        lists, looks_up = OWN[debugger]
        name = f"{debugger}, {len(paths)} dylibs"
        first = compare(f"{name}: list, the first time", [listing(session, len(paths)), own(session, lists)], 1)
        again = compare(f"{name}: list again", [listing(session, len(paths)), own(session, lists)], rounds)
        address = int(session.command("jit-symbol f").split()[0], 16) + 1
        found = compare(f"{name}: look up", [look_up(session, address), own(session, looks_up.format(address))], rounds)
        return [*first, *again, *found]


def run(*, quick: bool) -> list[Timing]:
    """Measure both debuggers; ``quick`` is one round with few dylibs."""
    count, rounds = (3, 1) if quick else (DYLIBS, 20)
    timings = []
    with tempfile.TemporaryDirectory(prefix="jitdbg-bench-") as name:
        folder = Path(name)
        program, paths = host(folder), images(folder, count)
        for debugger in (each for each in OWN if tools.find_tool(each)):
            timings += measure_loading(debugger, program, rounds)
            timings += measure(debugger, program, paths, rounds)
    return timings
