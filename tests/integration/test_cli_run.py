"""``jitdbg run`` as a process, and the examples as a user starts them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from jitdbg.store import Base, gc
from tests.sources import FIB

EXAMPLES = Path(__file__).parents[2] / "examples"
JITDBG = (sys.executable, "-m", "jitdbg")


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*JITDBG, "run", *map(str, arguments)], capture_output=True, text=True, timeout=60)


def test_a_program_in_c_runs_with_arguments_and_output() -> None:
    done = run(EXAMPLES / "hello.c", "World", "--", "-x")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Hello, World!\nHello, -x!\n", "")


def test_the_exit_code_is_the_programs_own(tmp_path: Path) -> None:
    (tmp_path / "exits.c").write_text(
        '#include <stdio.h>\n#include <stdlib.h>\nint main(int argc, char **argv) { puts("bye"); exit(argc + 40); }\n'
    )
    done = run(tmp_path / "exits.c", "one")
    assert (done.returncode, done.stdout) == (42, "bye\n")


def test_the_images_of_a_program_that_exits_by_itself_stay_for_the_grace_period(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JITDBG_STORE", str(tmp_path / "store"))
    (tmp_path / "exits.ll").write_text(
        "declare void @exit(i32)\ndefine i32 @main() {\n  call void @exit(i32 4)\n  unreachable\n}\n"
    )
    assert run(tmp_path / "exits.ll").returncode == 4
    assert [decision.run.state for decision in gc(where=[Base(tmp_path / "store")]).kept] == ["finished"]


def test_a_crash_ends_the_process_as_a_crash(tmp_path: Path) -> None:
    (tmp_path / "crash.ll").write_text("define i32 @main() {\n  store i32 1, ptr null\n  ret i32 0\n}\n")
    assert run(tmp_path / "crash.ll").returncode == -signal.SIGSEGV


def test_ctrl_c_ends_a_program_that_never_returns(tmp_path: Path) -> None:
    (tmp_path / "loop.c").write_text(
        '#include <stdio.h>\nint main(void) { puts("round"); fflush(stdout); for (;;) { } }\n'
    )
    with subprocess.Popen([*JITDBG, "run", str(tmp_path / "loop.c")], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "round\n"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == -signal.SIGINT


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    many = "".join(f"define void @function{number}() {{\n  ret void\n}}\n" for number in range(5000))
    (tmp_path / "many.ll").write_text(many)
    command = f"'{sys.executable}' -m jitdbg run '{tmp_path}/many.ll' | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["function", "type"]
    assert done.stderr == ""


def test_mistakes_are_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "fib.ll").write_text(FIB)
    done = run(tmp_path / "fib.ll", "--call", "fob(1)")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "jitdbg: error: dylib 'fib' exports no 'fob': did you mean 'fib'?\n"


def test_the_examples_of_ir_give_fibonacci_numbers() -> None:
    for name in ("fib.ll", "fib-toy.ll"):
        assert run(EXAMPLES / name, "--call", "fib(20)").stdout == "6765\n"


EXPECTED = {
    "numba_sum.py": "31.0\n",
    "two_lines.py": "square(12) = 144\n",
    "reload.py": "generation 1: price() = 5, bill(3) = 15\ngeneration 2: price() = 7, bill(3) = 21\n",
}


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.py")))
def test_the_examples_in_python_print_what_they_show(name: str) -> None:
    done = subprocess.run([sys.executable, str(EXAMPLES / name)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, EXPECTED[name], "")


def test_a_closed_standard_output_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "f.ll").write_text("define i32 @f() {\n  ret i32 1\n}\n")
    command = [sys.executable, "-m", "jitdbg", "run", str(tmp_path / "f.ll"), "--call", "f()"]
    done = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", *command], stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_standard_output_is_said(tmp_path: Path, unbuffered: str) -> None:
    (tmp_path / "f.ll").write_text("define i32 @f() {\n  ret i32 1\n}\n")
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*JITDBG, "run", str(tmp_path / "f.ll")],
            env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    sentence = "jitdbg: error: the output can't be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (2, sentence)


def test_a_terminal_without_unicode_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "f.ll").write_text('define i32 @"…"() {\n  ret i32 1\n}\n')
    command = [*JITDBG, "run", str(tmp_path / "f.ll")]
    done = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "latin-1"})
    assert (done.returncode, done.stderr) == (0, b"")
    assert rb"\u2026" in done.stdout
