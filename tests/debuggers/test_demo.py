"""``jitdbg demo``: what it shows is what the debuggers saw, and what is wrong fails it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from jitdbg.demo import inputs
from jitdbg.demo.dialects import DIALECTS, Dialect
from jitdbg.demo.dialogue import hold
from jitdbg.tools import tool

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / ".cache" / "zstd"


def demo(*arguments: str, deadline: float = 110, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "jitdbg", "demo", *arguments],
        capture_output=True,
        text=True,
        timeout=deadline,
        env={**os.environ, **environment},
    )


@pytest.mark.debugger
def test_both_debuggers_stop_in_the_small_inputs() -> None:
    done = demo()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all 28 checks passed" in done.stdout
    assert "✗" not in done.stdout
    assert done.stdout.count("fib(20) = 6765") == 2
    for debugger in ("gdb", "lldb"):
        assert f"run again in the same {debugger}, it is hit again" in done.stdout


@pytest.mark.debugger
@pytest.mark.timeout(900)
def test_both_debuggers_stop_in_a_c_library() -> None:
    assert LIBRARY.is_dir(), "scripts/set-up fetches it"
    done = demo("--library", str(LIBRARY), deadline=880)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all 43 checks passed" in done.stdout
    assert "4 MiB became 0.39 MiB and came back" in done.stdout
    assert done.stdout.count("the backtrace runs through 7 frames of the dylib into the host") == 2
    assert "remaining = 4194304" in done.stdout


def test_without_debuggers_the_engine_is_shown_and_what_to_install() -> None:
    done = demo(JITDBG_GDB="/absent/gdb", JITDBG_LLDB="/absent/lldb")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("✓ it becomes a shared library and runs") == 2
    assert "/absent/gdb" in done.stdout
    assert "/absent/lldb" in done.stdout
    assert "all 2 checks passed" in done.stdout


def test_a_claim_that_does_not_hold_fails_the_demo_and_shows_the_transcript(tmp_path: Path) -> None:
    liar = tmp_path / "gdb"
    liar.write_text("#!/bin/sh\necho 'Breakpoint 1 (fib.ll:15) pending.'\necho 'I saw nothing else.'\n")
    liar.chmod(0o755)
    done = demo(JITDBG_GDB=str(liar), JITDBG_LLDB="/absent/lldb")
    assert done.returncode == 1
    assert done.stderr == ""
    assert "✗ it is hit in the dylib" in done.stdout
    assert "all that gdb said:" in done.stdout
    assert "| I saw nothing else." in done.stdout
    assert "of 15 checks failed" in done.stdout


def test_a_compiler_that_is_missing_is_said() -> None:
    missing = {name: f"/absent/{name}" for name in ("JITDBG_GDB", "JITDBG_LLDB", "JITDBG_CLANG")}
    done = demo("--library", str(LIBRARY), **missing)
    assert done.returncode == 0
    assert "/absent/JITDBG_CLANG" in done.stdout


def test_a_folder_without_the_library_is_one_sentence(tmp_path: Path) -> None:
    done = demo("--library", str(tmp_path))
    assert done.returncode == 2
    assert done.stdout == ""
    assert (
        done.stderr
        == f"jitdbg: error: {tmp_path} has no zstd.c: give the folder that scripts/fetch-zstd makes, .cache/zstd\n"
    )


@pytest.mark.debugger
@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_debugger_whose_program_hangs_is_ended_with_it(dialect: Dialect, tmp_path: Path) -> None:
    note = tmp_path / "process"
    script = f"import os, signal; open({str(note)!r}, 'w').write(str(os.getpid())); signal.pause()"
    debuggee = replace(inputs.fib(), command=(sys.executable, "-c", script), deadline=8)
    heard = hold(dialect, tool(dialect.name), debuggee)
    assert heard.late
    assert "pending" in heard.answer("breakpoint")
    # An orphan comes to this process (tests/conftest.py); one that was not killed would hold up the test.
    _, status = os.waitpid(int(note.read_text()), 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
