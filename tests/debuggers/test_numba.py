"""Functions that Numba compiles are debugged by their Python source."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from jitdbg.debugger.facts import AVAILABLE, EXITED, SIGNAL
from jitdbg.harness import Session
from jitdbg.harness.plugin import SessionStarter

ROOT = Path(__file__).parents[2]
SUM = ROOT / "examples" / "numba_sum.py"
CRASH = ROOT / "tests" / "programs" / "numba_crash.py"
FEATURES = ROOT / "tests" / "programs" / "numba_features.py"


def launch(debug_session: SessionStarter, script: Path, *words: str) -> Session:
    return debug_session.launch([sys.executable, "-m", "jitdbg", "exec", script, *words], sources=[script])


def functions(session: Session, count: int) -> list[str]:
    return [frame.function for frame in session.frames(count)]


@pytest.mark.debugger
def test_a_breakpoint_by_line_shows_arguments_locals_and_the_caller(debug_session: SessionStarter) -> None:
    session = launch(debug_session, SUM)
    session.break_at("mark: add")
    stop = session.run()
    assert stop.frame is not None
    assert (stop.frame.function, stop.frame.place.file) == ("total", str(SUM))
    assert functions(session, 2) == ["total", "twice"]
    assert [session.variable(name).scalar for name in ("scale", "index", "item", "result$1")] == [2, 0, 0, 0]
    session.go_on()
    session.go_on()
    assert [session.variable(name).scalar for name in ("index", "item")] == [2, 4]
    session.step_over()
    session.step_over()
    assert session.frame().place.line < session.place("add").line, "a step goes back to the loop's head"


@pytest.mark.debugger
def test_an_arrays_shape_strides_type_and_elements_are_shown(debug_session: SessionStarter) -> None:
    session = launch(debug_session, SUM)
    session.run_to("mark: add")
    if session.debugger.endswith("dap"):
        assert session.variable("values").availability == AVAILABLE
        return  # an adapter is asked for its facts, and has no command line
    values = session.variable("values", depth=2)
    assert [values.child("shape").children[0].scalar, values.child("strides").children[0].scalar] == [6, 8]
    prefix = "frame variable" if session.debugger.startswith("lldb") else "print"
    session.command(load_printers(session))
    shown = session.command(f"{prefix} values")
    assert "array(float64, shape=(6,), strides=(8,), order=C)" in shown
    assert all(f"[{index}] = {index}" in shown for index in range(6))


@pytest.mark.debugger
def test_its_dylibs_are_listed_with_their_names(debug_session: SessionStarter) -> None:
    session = launch(debug_session, SUM)
    session.run_to("mark: add")
    if session.debugger.endswith("dap"):
        return  # an adapter has no command line of ours
    session.command(load_printers(session))
    assert re.search(r"^\d+ +total ", session.command("jit-list"), re.MULTILINE)
    assert re.search(r"^=> #0 +total +JIT twice\.1 .*/numba_sum\.py:12$", session.command("jit-bt 2"), re.MULTILINE)
    stack = session.command("jit-bt")
    assert re.search(r"^   #2  \S.{80,}  JIT twice\.1 ", stack, re.MULTILINE)
    assert max(line.index("JIT twice") for line in stack.splitlines()[:2]) < 50


def load_printers(session: Session) -> str:
    from jitdbg.tools import commands_line

    return commands_line("lldb" if session.debugger.startswith("lldb") else "gdb")


@pytest.mark.debugger
def test_a_crash_in_compiled_code_has_its_backtrace(debug_session: SessionStarter) -> None:
    session = launch(debug_session, CRASH)
    stop = session.run()
    assert stop.reason == SIGNAL
    frames = session.frames(3)
    compiled = [frame for frame in frames if frame.place and frame.place.file == str(CRASH)]
    assert [frame.function for frame in compiled][-2:] == ["poke", "outer"]
    assert compiled[-1].place.line == session.place("call").line


@pytest.mark.debugger
@pytest.mark.parametrize(
    ("mark", "function", "variable", "value"),
    [
        ("vectorize", "halved", "half", 1.5),
        ("guvectorize", "running", "place", 0),
        ("cfunc", "tripled", "threefold", 6.0),
        ("recursion", "countdown", "left", 2),
        ("cached", "squared", "square", 49),
        ("parallel", "parfor_gufunc", "number", 4.5),
    ],
)
def test_every_kind_of_function_is_stopped_in(
    debug_session: SessionStarter, tmp_path: Path, mark: str, function: str, variable: str, value: float
) -> None:
    for _ in range(2 if mark == "cached" else 1):  # the second time it comes from the cache
        session = launch(debug_session, FEATURES, str(tmp_path))
        stop = session.run_to(f"mark: {mark}")
        assert stop.frame is not None
        assert function in stop.frame.function
        assert session.variable(variable).scalar == value
        session.close()


@pytest.mark.debugger
def test_the_program_ends_as_it_would_alone(debug_session: SessionStarter) -> None:
    session = launch(debug_session, SUM)
    stop = session.run()
    assert (stop.reason, stop.exit_code) == (EXITED, 0)
