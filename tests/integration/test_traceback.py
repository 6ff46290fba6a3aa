"""The native stack of this thread, from within JIT code that has called back."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

import jitdbg
from jitdbg import Engine
from jitdbg.harness.marks import find_marks
from jitdbg.stack import Traceback

SOURCE = """
extern void look(void);
static inline __attribute__((always_inline)) void inner(void) {
  look();  /* mark: call */
  __asm__ volatile("");
}
void outer(int depth) {
  if (depth > 0)
    outer(depth - 1);  /* mark: deeper */
  else
    inner();  /* mark: inlined */
  __asm__ volatile("");
}
"""


@pytest.fixture
def seen(tmp_path: Path) -> Traceback:
    """Return the stack from a callback that JIT code has called, two calls deep."""
    source = tmp_path / "outer.c"
    source.write_text(SOURCE)
    found: list[Traceback] = []
    look = ctypes.CFUNCTYPE(None)(lambda: found.append(jitdbg.traceback()))
    with Engine(opt_level=1) as engine:
        engine.define("look", look)
        engine.load(source, cflags=["-g", "-fno-optimize-sibling-calls"]).function("outer")(1)
    return found[0]


def test_frames_of_jit_code_have_lines_and_inlined_functions(seen: Traceback, tmp_path: Path) -> None:
    lines = find_marks(SOURCE)
    jit = [frame for frame in seen.frames if frame.file == str(tmp_path / "outer.c")]
    assert [(frame.function, frame.line, frame.inlined) for frame in jit] == [
        ("inner", lines["call"], True),
        ("outer", lines["inlined"], False),
        ("outer", lines["deeper"], False),
    ]
    assert all(frame.column for frame in jit)


def test_the_interpreter_that_called_jit_code_follows(seen: Traceback) -> None:
    names = [frame.function for frame in seen.frames]
    outer = names.index("outer")
    assert names.index("inner") < outer
    assert "_PyEval_EvalFrameDefault" in names[outer:]


def test_the_text_has_source_lines_and_folds_the_interpreter(seen: Traceback, tmp_path: Path) -> None:
    lines = str(seen).splitlines()
    place = next(index for index, line in enumerate(lines) if "inner" in line)
    assert f" (inlined) at {tmp_path}/outer.c:{find_marks(SOURCE)['call']}:3 in outer." in lines[place]
    assert lines[place + 1].strip() == "look();  /* mark: call */"
    assert "of the interpreter (" in lines[place - 1]
    assert sum("of the interpreter" in line for line in lines) <= 3


def test_a_limit_ends_the_walk() -> None:
    assert len({frame.address for frame in jitdbg.traceback(limit=8).frames}) <= 8
    assert jitdbg.traceback(limit=1).frames == jitdbg.traceback().frames[:1] != ()
