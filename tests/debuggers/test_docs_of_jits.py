"""The pages on llvmlite, Numba and sympy: each step, from nothing to the first breakpoint."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = re.compile(r"this one is `(\S+)`:\n\n   ```python\n(.*?)   ```", re.DOTALL)
COMMAND = re.compile(r"^ *(jitdbg debug .*)$", re.MULTILINE)
TWO_LINES = re.compile(r"^ *(import jitdbg\.\w+)\n\n *(jitdbg\.\w+\.install\(\))$", re.MULTILINE)


def text_of(page: str) -> str:
    return (ROOT / "docs" / f"{page}.md").read_text()


def lay_out(page: str, folder: Path) -> None:
    """Write the programs that a page shows or names."""
    for name, program in PROGRAM.findall(text_of(page)):
        (folder / name).write_text(textwrap.dedent(program))
    shutil.copytree(ROOT / "examples", folder / "examples")


def output(words: list[str], folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=110, env=environment)
    return done.stdout + done.stderr


@pytest.mark.debugger
@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("llvmlite", [r"#0 +(0x\w+ in )?blend \(", r"%sum = add i32"]),
        ("sympy", [r"#0 +(0x\w+ in )?jit_func1 \(", r"at .*\.ll:\d+"]),
        (
            "numba",
            [
                r"#0 +(0x\w+ in )?total \(",
                r"#1 .* twice \(",
                r"= array\(float64, shape=\(6,\), strides=\(8,\), order=C\) = \{\[0\] = 0, \[1\] = 1",
            ],
        ),
    ],
)
def test_the_first_breakpoint_is_reached_as_the_page_says(page: str, shown: list[str], tmp_path: Path) -> None:
    lay_out(page, tmp_path)
    (command,) = COMMAND.findall(text_of(page))
    printed = output(shlex.split(command), tmp_path)
    for pattern in shown:
        assert re.search(pattern, printed), printed


@pytest.mark.debugger
def test_lldb_shows_of_numbas_array_what_gdb_does(tmp_path: Path) -> None:
    lay_out("numba", tmp_path)
    (command,) = COMMAND.findall(text_of("numba"))
    assert "With `--debugger lldb`, `frame variable values` shows the same" in text_of("numba")
    words = shlex.split(command.replace("print values", "frame variable values").replace("backtrace 2", "bt"))
    words[words.index("gdb")] = "lldb"
    printed = output(words, tmp_path)
    for pattern in (
        r"frame #0: .*total\(",
        r"frame #1: .*twice\(",
        r"values = array\(float64, shape=\(6,\), strides=\(8,\), order=C\).*\n *\[0\] = 0\n *\[1\] = 1\n",
    ):
        assert re.search(pattern, printed), printed


@pytest.mark.debugger
@pytest.mark.parametrize(
    ("page", "program", "function"), [("llvmlite", "jit.py", "blend"), ("numba", "examples/numba_sum.py", "total")]
)
def test_the_two_lines_of_the_page_do_what_jitdbg_exec_does(
    page: str, program: str, function: str, tmp_path: Path
) -> None:
    lay_out(page, tmp_path)
    (lines,) = TWO_LINES.findall(text_of(page))
    file = tmp_path / program
    file.write_text("\n".join([*lines, file.read_text()]))
    options = ["--debugger", "gdb", "--batch", "-b", function, "-x", "backtrace 1"]
    printed = output(["jitdbg", "debug", *options, sys.executable, program], tmp_path)
    assert re.search(rf"#0 +(0x\w+ in )?{function} \(", printed), printed


@pytest.mark.debugger
def test_the_readmes_command_stops_in_numbas_loop() -> None:
    (command,) = re.findall(r"^ *(jitdbg debug .*numba_sum\.py)$", (ROOT / "README.md").read_text(), re.MULTILINE)
    printed = output([*shlex.split(command.replace(" debug ", " debug --batch ", 1))], ROOT)
    assert re.search(r"Breakpoint 1.*, (0x\w+ in )?total \(", printed), printed


def test_the_line_of_the_breakpoint_is_that_of_the_example() -> None:
    (line,) = re.findall(r"-b numba_sum\.py:(\d+)", text_of("numba"))
    assert "mark: add" in (ROOT / "examples" / "numba_sum.py").read_text().splitlines()[int(line) - 1]
