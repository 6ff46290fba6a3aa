"""From F5 to the first stop in JIT code, against the same debug adapter on the same code built ahead of time.

The bar is 1.3 times. A session is what an IDE does: start the adapter, send the breakpoint, start the program, wait for
the stop, ask for the stack; ending it is not in the time. Two programs: one of C that loads a dylib, against one
that is linked to it; and one of Python that compiles the IR with an `Engine`, against one that loads, with
ctypes, a library made of it before. Both of Python import the engine, since such a program has it either way.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import Peer, Timing, compare
from jitdbg import tools
from jitdbg.build import build
from jitdbg.harness import Session
from jitdbg.harness.debuggers import why_left_out

IR = """define i32 @triple(i32 %n) {
  %result = mul i32 %n, 3 ; mark: body
  ret i32 %result
}
"""
LINKED = """int triple(int);
int main(void) { return triple(14) != 42; }
"""
LOADING = """#include <dlfcn.h>
int main(int count, char **words) {
  void *library = dlopen(words[1], RTLD_NOW);
  int (*triple)(int) = (int (*)(int))dlsym(library, "triple");
  return triple(14) != 42;
}
"""
COMPILING = """import sys, jitdbg
engine = jitdbg.Engine(debug="ir")
assert engine.load(sys.argv[1]).function("triple")(14) == 42
"""
CTYPES = """import sys, ctypes, jitdbg
engine = jitdbg.Engine(debug="ir")
assert ctypes.CDLL(sys.argv[1]).triple(14) == 42
"""


def session(name: str, debugger: str, source: Path, *words: str | Path) -> Peer:
    """Go to the first stop in the source's code."""

    def work() -> Session:
        begun = Session.launch(words, debugger=debugger, sources=[source])
        begun.break_at("mark: body")
        stop = begun.run()
        assert stop.frame is not None
        assert stop.frame.function == "triple"
        assert begun.frames(20)
        return begun

    return Peer(name, work, Session.close)


def programs(folder: Path) -> tuple[Path, dict[str, list[list[str | Path]]]]:
    """Build all; gives the source, and by what loads it the commands: of JIT code, and of that made ahead of time."""
    source, library, linked = folder / "triple.ll", folder / "triple.so", folder / "linked"
    source.write_text(IR)
    library.write_bytes(build(source, soname="triple.so", debug="ir"))
    cc = tools.tool("cc").path
    for name, text in (("linked.c", LINKED), ("loading.c", LOADING), ("compiling.py", COMPILING), ("ahead.py", CTYPES)):
        (folder / name).write_text(text)
    subprocess.run([cc, "-g", folder / "linked.c", library, f"-Wl,-rpath,{folder}", "-o", linked], check=True)
    subprocess.run([cc, "-g", folder / "loading.c", "-o", folder / "loading", "-ldl"], check=True)
    return source, {
        "C": [[folder / "loading", library], [linked]],
        "Python": [
            [sys.executable, folder / "compiling.py", source],
            [sys.executable, folder / "ahead.py", library],
        ],
    }


def run(*, quick: bool) -> list[Timing]:
    """Measure each adapter that is here; ``quick`` is one round, of the program of C alone."""
    timings = []
    with tempfile.TemporaryDirectory(prefix="jitdbg-bench-") as folder:
        source, commands = programs(Path(folder))
        for debugger in (name for name in ("lldb-dap", "gdb-dap") if not why_left_out(name)):
            for host, (jit, ahead) in list(commands.items())[: 1 if quick else None]:
                peers = [
                    session("JIT code", debugger, source, *jit),
                    session("built ahead of time", debugger, source, *ahead),
                ]
                timings += compare(f"{debugger}, {host}: F5 to the first stop", peers, 1 if quick else 10)
    return timings
