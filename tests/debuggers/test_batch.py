"""Modules of one image in debuggers: each is stopped in, and crashes, as if it had been loaded alone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from jitdbg.debugger.facts import BREAKPOINT, SIGNAL
from jitdbg.harness import Session

pytestmark = pytest.mark.debugger

ROOT = Path(__file__).parents[2]
COUNT = 100
HOST = """
import sys
from pathlib import Path
from jitdbg.engine import Engine

with Engine(debug="ir") as engine:
    with engine.batch():
        dylibs = [engine.load(path, name=path.stem) for path in sorted(Path(sys.argv[1]).glob("m*.ll"))]
    assert len({dylib.path for dylib in dylibs}) == 1
    dylibs[-1].function("f99")(None, 7)
"""
MODULE = """define i32 @f%d(ptr %%where, i32 %%x) {
  %%sum = add i32 %%x, %d
  %%value = load i32, ptr %%where
  %%both = add i32 %%sum, %%value
  ret i32 %%both
}
"""


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_the_last_module_of_an_image_is_stopped_in_and_crashes_with_its_own_lines_and_values(
    tmp_path: Path, debugger: str
) -> None:
    for number in range(COUNT):
        (tmp_path / f"m{number:02}.ll").write_text(MODULE % (number, number))
    (tmp_path / "host.py").write_text(HOST)
    last = tmp_path / f"m{COUNT - 1}.ll"
    command = [sys.executable, tmp_path / "host.py", tmp_path]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JITDBG_STORE": str(tmp_path)}
    with Session.launch(command, debugger=debugger, environment=environment) as session:
        session.break_at(f"{last}:3")
        stop = session.run()
        assert stop.reason == BREAKPOINT
        assert stop.frame
        assert stop.frame.function == "f99"
        assert stop.frame.place
        assert (Path(stop.frame.place.file).name, stop.frame.place.line) == ("m99.ll", 3)
        assert [session.variable(name).scalar for name in ("x", "sum")] == [7, 106]
        stop = session.go_on()
        assert stop.reason == SIGNAL
        frames = session.frames()
        assert frames[0].function == "f99"
        assert any((frame.function or "").startswith(("_start", "__libc_start", "main")) for frame in frames)
