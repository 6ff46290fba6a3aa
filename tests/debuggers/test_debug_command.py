"""``jitdbg debug`` with real debuggers: they stop in a library that was unknown when the breakpoint was set."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from jitdbg.tools import tool
from tests.seccomp import refuse

pytestmark = [pytest.mark.debugger, pytest.mark.parametrize("debugger", ["gdb", "lldb"])]

PROGRAMS = Path(__file__).parents[1] / "programs"
SHOW_PROCESS = {"gdb": "python import os; print('debugger', os.getpid())"}
SHOW_PROCESS["lldb"] = SHOW_PROCESS["gdb"].replace("python", "script", 1)
TWICE = """
define i32 @twice(i32 %number) {
entry:
  %sum = add i32 %number, %number ; mark: computed
  ret i32 %sum
}
"""
PYTHON_HOST = """
import ctypes, os, subprocess, sys
print("prefix", sys.prefix)
subprocess.run(["true"], check=True)
reader, writer = os.pipe()
os.close(reader)
try:
    os.write(writer, b"nobody listens")
except BrokenPipeError:
    print("the pipe is broken")
sys.stdout.flush()
ctypes.CDLL(sys.argv[1]).triple(14)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``host`` and ``late.so``; the host knows nothing of the library."""
    path = tmp_path_factory.mktemp("debug")
    compiler = [tool("cc").path, "-g"]
    subprocess.run([*compiler, PROGRAMS / "debug_host.c", "-o", path / "host"], check=True)
    subprocess.run([*compiler, "-shared", "-fPIC", PROGRAMS / "debug_late.c", "-o", path / "late.so"], check=True)
    return path


def line_of(text: str) -> int:
    """The number of the marked line."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if "mark: computed" in line)


def computed() -> str:
    """The location of the marked line in the library's source."""
    return f"debug_late.c:{line_of((PROGRAMS / 'debug_late.c').read_text())}"


def command(debugger: str, *words: str | Path) -> list[str]:
    return [sys.executable, "-m", "jitdbg", "debug", "--debugger", debugger, "--batch", *map(str, words)]


def run(command: Sequence[str], folder: Path, **options: object) -> tuple[int, str]:
    """Run a command and return its exit code with all that it, the debugger and the program printed."""
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
        **options,
    )
    return done.returncode, done.stdout


def test_a_line_in_a_library_that_is_loaded_later_stops_with_locals_and_the_way_back(
    debugger: str, folder: Path
) -> None:
    code, seen = run(command(debugger, "--break", computed(), "--", "./host", "./late.so"), folder)

    assert code == 0, seen
    assert re.search(rf"triple ?\(number=14\) at .*{computed()}", seen), seen
    assert re.search(r"result = 42$", seen, re.MULTILINE), seen
    assert re.search(r"main ?\(.*debug_host\.c:\d+", seen), seen
    assert "triple of 14 is" not in seen


def test_a_function_and_the_users_own_commands(debugger: str, folder: Path) -> None:
    own = {"gdb": "print number * 2", "lldb": "expression -- number * 2"}[debugger]

    code, seen = run(command(debugger, "--break", "triple", "-x", own, "--", "./host", "./late.so"), folder)

    assert code == 0, seen
    assert re.search(r"= 28$", seen, re.MULTILINE), seen


def test_a_program_that_never_stops_can_not_be_shown_and_ends_with_1(debugger: str, folder: Path) -> None:
    code, seen = run(command(debugger, "--break", "no_such_function", "--", "./host", "./late.so"), folder)

    assert code == 1, seen
    assert "triple of 14 is 42" in seen


def test_a_crash_is_shown(debugger: str, tmp_path: Path) -> None:
    source = tmp_path / "crash.c"
    source.write_text("int main(void) { int *nowhere = 0; return *nowhere; }\n")
    subprocess.run([tool("cc").path, "-g", source, "-o", tmp_path / "crash"], check=True)

    _, seen = run(command(debugger, "--", "./crash"), tmp_path)

    assert "SIGSEGV" in seen
    assert re.search(r"nowhere = 0x0", seen), seen


def test_a_python_file_keeps_its_environment_and_stops_for_no_signal_of_its_own(
    debugger: str, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "host.py").write_text(PYTHON_HOST)

    code, seen = run(command(debugger, "--break", computed(), "--", "host.py", folder / "late.so"), tmp_path)

    assert code == 0, seen
    assert f"prefix {sys.prefix}" in seen
    assert "the pipe is broken" in seen
    assert re.search(rf"triple ?\(number=14\) at .*{computed()}", seen), seen
    assert "SIGPIPE" not in seen
    assert "SIGCHLD" not in seen


def test_ir_is_compiled_called_and_stopped_in(debugger: str, tmp_path: Path) -> None:
    (tmp_path / "twice.ll").write_text(TWICE)

    place = f"twice.ll:{line_of(TWICE)}"
    own = {"gdb": "backtrace 1", "lldb": "thread backtrace --count 1"}[debugger]

    code, seen = run(command(debugger, "-b", place, "-x", own, "--", "twice.ll", "--call", "twice(21)"), tmp_path)

    assert code == 0, seen
    assert re.search(rf"twice.* at twice\.ll:{line_of(TWICE)}\b", seen), seen


def test_a_wrapper_script_that_becomes_the_program_is_followed(debugger: str, folder: Path, tmp_path: Path) -> None:
    wrapper = tmp_path / "wrapper"
    wrapper.write_text(f'#!/usr/bin/env sh\nexec {folder}/host "$@"\n')
    wrapper.chmod(0o755)

    code, seen = run(command(debugger, "--break", computed(), "--", wrapper, "./late.so"), folder)

    assert code == 0, seen
    assert re.search(r"result = 42$", seen, re.MULTILINE), seen


def test_the_debugger_is_the_process_that_was_started(debugger: str, folder: Path) -> None:
    words = command(debugger, "-x", SHOW_PROCESS[debugger], "--break", "triple", "--", "./host", "./late.so")

    started = subprocess.Popen(words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    seen = started.communicate(timeout=100)[0]

    assert f"\ndebugger {started.pid}\n" in seen


def test_a_container_that_forbids_fixed_addresses_is_no_hindrance(debugger: str, folder: Path) -> None:
    words = command(debugger, "--break", computed(), "--", "./host", "./late.so")

    code, seen = run(words, folder, preexec_fn=lambda: refuse("personality"))

    assert code == 0, seen
    assert re.search(r"result = 42$", seen, re.MULTILINE), seen
