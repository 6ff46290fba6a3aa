"""A library that ``jitdbg build`` made: debuggers stop in the user's own ``.ll`` file, where it lies."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from jitdbg.cli import main
from jitdbg.demo import inputs
from jitdbg.demo.claims import check
from jitdbg.demo.dialects import DIALECTS, Dialect
from jitdbg.demo.dialogue import hold
from jitdbg.tools import tool

pytestmark = pytest.mark.debugger
HOST = "import ctypes, sys; print(ctypes.CDLL(sys.argv[1]).fib(6))"


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_breakpoint_in_the_ir_file_is_hit_in_the_library(dialect: Dialect, tmp_path: Path) -> None:
    ir, library = tmp_path / "sources" / "fib.ll", tmp_path / "libraries" / "fib.0000000000000000.so"
    for path in (ir, library):
        path.parent.mkdir()
    shutil.copy(inputs.example("fib.ll"), ir)
    assert main(["build", str(ir), "-o", str(library)]) == 0
    command = (sys.executable, "-c", HOST, str(library))
    debuggee = inputs.Debuggee(command, ir, inputs.line_of(ir, "%n.minus.2 = "), "fib", 60)
    heard = hold(dialect, tool(dialect.name), debuggee)
    assert [claim for claim in check(dialect, debuggee, heard) if not claim.holds] == [], heard.transcript
