"""The main job: gdb and lldb, as they come, stop in code that did not exist when the program started."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sources import FIB

SQUARES = """int squares(int count) {
  int sum = 0;
  for (int i = 1; i <= count; i++) {
    int square = i * i;
    sum += square;                       // mark: body
  }
  return sum;
}
"""
BACKTRACE = {"gdb": "backtrace", "lldb": "thread backtrace"}
LOCALS = {"gdb": "info locals", "lldb": "frame variable --no-args"}
GO_ON = {"gdb": "continue", "lldb": "process continue"}

pytestmark = pytest.mark.debugger


def line_of(text: str, mark: str) -> int:
    (line,) = [number for number, words in enumerate(text.splitlines(), 1) if words.rstrip().endswith(f"mark: {mark}")]
    return line


def debug(debugger: str, breakpoints: list[str], commands: list[str], program: list[str], cwd: Path) -> str:
    """Run a program under a debugger through ``jitdbg debug --batch`` and give all that was printed."""
    options = [word for place in breakpoints for word in ("--break", place)]
    options += [word for command in commands for word in ("-x", command)]
    arguments = [sys.executable, "-m", "jitdbg", "debug", "--debugger", debugger, "--batch", *options, "--", *program]
    done = subprocess.run(arguments, cwd=cwd, capture_output=True, text=True, timeout=100, stdin=subprocess.DEVNULL)
    return done.stdout + done.stderr


def run(file: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "jitdbg", "run", file, *options]


@pytest.mark.parametrize("store", ["file", "memfd"])
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_pending_breakpoint_in_ir_is_hit_and_stepped_from(debugger: str, store: str, tmp_path: Path) -> None:
    (tmp_path / "fib.ll").write_text(FIB)
    first = line_of(FIB, "first")
    host = run("fib.ll", "--store", store, "--call", "fib(5)")
    seen = debug(debugger, [f"fib.ll:{first}"], [BACKTRACE[debugger], "next", BACKTRACE[debugger]], host, tmp_path)
    assert re.search(rf"fib\.ll:{first}\b", seen), seen
    assert "mark: first" in seen, f"the source is shown\n{seen}"
    assert re.search(r"#\d+.*\bfib\b.*fib\.ll:", seen) or "frame #0" in seen, seen
    assert re.search(r"Py|ffi_call", seen), f"the backtrace goes on into the host\n{seen}"


@pytest.mark.smoke
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_c_source_stops_with_locals_shown(debugger: str, tmp_path: Path) -> None:
    (tmp_path / "squares.c").write_text(SQUARES)
    body = line_of(SQUARES, "body")
    commands = [GO_ON[debugger], LOCALS[debugger], BACKTRACE[debugger], "next", "next", "next", LOCALS[debugger]]
    seen = debug(debugger, [f"squares.c:{body}"], commands, run("squares.c", "--call", "squares(4)"), tmp_path)
    values = re.findall(r"^(?:\(int\) )?(sum|square|i) = (-?\d+)", seen, re.MULTILINE)
    assert set(values[:3]) == {("sum", "1"), ("square", "4"), ("i", "2")}, seen
    assert {("sum", "5"), ("i", "3")} <= set(values[3:]), f"three steps later the loop is in its third round\n{seen}"
    assert re.search(rf"squares\b.*squares\.c:{body}\b", seen), seen


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_breakpoint_on_a_function_stops_in_each_generation_with_its_own_text(debugger: str, tmp_path: Path) -> None:
    """Generation 1 waits in a callback while generation 2 is stopped at; each frame is shown with its own text."""
    (tmp_path / "host.py").write_text(RELOADING_HOST)
    seen = debug(
        debugger, ["greet"], [GO_ON[debugger], BACKTRACE[debugger], *_show_frames(debugger)], ["host.py"], tmp_path
    )
    assert "text of generation 1" in seen, seen
    assert "text of generation 2" in seen, seen
    after = seen[seen.rindex("text of generation 2") :]
    assert "text of generation 1" in after, f"the old frame is shown with the old text\n{seen}"


RELOADING_HOST = '''
import ctypes
from jitdbg.engine import Engine

TEXT = """declare void @reload()
define i32 @greet() {{
  call void @reload()                    ; text of generation {0}
  ret i32 {0}
}}
"""
engine = Engine(debug="ir")
generations = iter([2])

def reload():
    for number in generations:
        engine.reload(dylib, TEXT.format(number))
        print("inner", greet())

callback = ctypes.CFUNCTYPE(None)(reload)
engine.define("reload", callback)
dylib = engine.load(TEXT.format(1), name="greeting")
greet = dylib.function("greet")
print("outer", greet())
'''


def _show_frames(debugger: str) -> list[str]:
    """Select every frame called greet, which shows its source."""
    if debugger == "gdb":
        return ["frame apply all -q frame"]
    return [f"frame select {number}" for number in range(1, 60)]
