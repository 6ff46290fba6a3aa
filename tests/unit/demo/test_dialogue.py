"""Running a debugger within a deadline: all it said, and nothing left behind."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from jitdbg.demo.dialogue import run_within


def test_all_that_is_printed_is_heard() -> None:
    script = "import os; os.write(1, b'out\\n'); os.write(2, b'err\\n')"
    assert run_within([sys.executable, "-c", script], 30) == ("out\nerr\n", False)


def test_a_program_that_does_not_end_is_ended_with_its_children(tmp_path: Path) -> None:
    note = tmp_path / "child"
    script = f"""
import signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
open({str(note)!r}, "w").write(str(child.pid))
print("started", flush=True)
signal.pause()
"""
    text, late = run_within([sys.executable, "-c", script], 3)
    assert (text, late) == ("started\n", True)
    # Nobody has waited for the child, so this process gets it (tests/conftest.py); alive, it would hold up the test.
    _, status = os.waitpid(int(note.read_text()), 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_a_program_gets_no_input() -> None:
    text, _ = run_within([sys.executable, "-c", "input()"], 30)
    assert text.endswith("EOFError: EOF when reading a line\n")
