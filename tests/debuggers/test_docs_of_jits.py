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
    text = (ROOT / "docs" / f"{page}.md").read_text()
    for name, program in PROGRAM.findall(text):
        (tmp_path / name).write_text(textwrap.dedent(program))
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (command,) = COMMAND.findall(text)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        shlex.split(command),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=110,
        env={**os.environ, "PATH": path},
    )
    for pattern in shown:
        assert re.search(pattern, done.stdout), done.stdout + done.stderr


def test_the_line_of_the_breakpoint_is_that_of_the_example() -> None:
    (line,) = re.findall(r"-b numba_sum\.py:(\d+)", (ROOT / "docs" / "numba.md").read_text())
    assert "mark: add" in (ROOT / "examples" / "numba_sum.py").read_text().splitlines()[int(line) - 1]
