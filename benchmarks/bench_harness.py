"""The harness against the bare debuggers, to the first stop and a hundred more, each with locals and stack.

The bars are 1.5 times the bare debugger to the first stop, and 5 s for a hundred. The bare debugger is given the same
settings and the same orders on its command line, prints what it finds to a pipe, and ends; a session is opened, asked,
and closed. The program is a small one of C.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from benchmarks.timing import Peer, Timing, compare
from jitdbg import tools
from jitdbg.harness import Session
from jitdbg.harness.debuggers import DEBUGGERS

SOURCE = """static volatile double total;
static void add(int index) {
  double half = index / 2.0;
  total = total + half; /* mark: body */
}
int main(void) {
  for (int index = 0; index < 1000; index++)
    add(index);
  return 0;
}
"""
LINE = SOURCE[: SOURCE.index("/* mark")].count("\n") + 1
STOPS = 100
LOOK = {"gdb": ("info locals", "backtrace"), "lldb": ("frame variable", "thread backtrace")}
SECONDS = 120


def program(folder: Path) -> Path:
    """Compile the program, with its source beside it."""
    source = folder / "stops.c"
    source.write_text(SOURCE)
    command = [tools.tool("cc").path, "-g", "-O0", str(source), "-o", str(folder / "stops")]
    subprocess.run(command, check=True, timeout=60)
    return folder / "stops"


def session(debugger: str, path: Path, stops: int) -> Peer:
    """Stop once, and then ``stops`` times more, looking around each time."""

    def work() -> None:
        with Session.launch([path], debugger=debugger, sources=[path.with_suffix(".c")]) as opened:
            opened.break_at("mark: body")
            opened.run()
            for _ in range(stops):
                opened.go_on()
                assert opened.locals()
                assert opened.frames()

    return Peer("session", work)


def bare(debugger: str, path: Path, stops: int) -> Peer:
    """Do the same with the debugger alone."""
    option, batch = {"gdb": ("-ex", ["-nx", "-batch"]), "lldb": ("-o", ["--no-lldbinit", "--batch"])}[debugger]
    at_line = {"gdb": f"break stops.c:{LINE}", "lldb": f"breakpoint set --file stops.c --line {LINE}"}[debugger]
    orders = [at_line, "run", *(["continue", *LOOK[debugger]] * stops)]
    command = [tools.tool(debugger).path, *batch, *tools.launch_arguments(debugger)]
    command += [word for order in orders for word in (option, order)] + [str(path)]

    def work() -> None:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, text=True, timeout=SECONDS)
        assert done.stdout.count("half = ") >= stops, done.stdout + done.stderr

    return Peer(f"{debugger} alone", work)


def run(*, quick: bool) -> list[Timing]:
    """Measure each debugger that is here; ``quick`` is one round, and few stops."""
    stops, rounds = (2, 1) if quick else (STOPS, 10)
    timings = []
    with tempfile.TemporaryDirectory(prefix="jitdbg-bench-") as folder:
        path = program(Path(folder))
        for debugger in (each for each in DEBUGGERS if each in LOOK and tools.find_tool(each)):
            for job, more in ((f"{debugger}: to the first stop", 0), (f"{debugger}: {stops} stops more", stops)):
                timings += compare(job, [session(debugger, path, more), bare(debugger, path, more)], rounds)
    return timings
