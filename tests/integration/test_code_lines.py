"""Which lines of a source have code, of both compilers and both versions of the line table."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from jitdbg.errors import SourceError
from jitdbg.harness.code_lines import code_lines
from jitdbg.tools import tool

SOURCE = """#include "part.h"
/* nothing */
int twice(int number) {

  return number * 2;
}
int main(void) { return part(2); }
"""
PART = "int twice(int number);\nstatic int part(int number) {\n  return twice(number);\n}\n"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "include").mkdir()
    (tmp_path / "include" / "part.h").write_text(PART)
    path = tmp_path / "source.c"
    path.write_text(SOURCE)
    return path


@pytest.mark.parametrize("compiler", ["cc", "clang"])
@pytest.mark.parametrize("version", [4, 5])
def test_lines_with_code_are_found_in_each_file(source: Path, compiler: str, version: int) -> None:
    folder = source.parent
    command = [tool(compiler).path, "-g", f"-gdwarf-{version}", "-Iinclude", "source.c", "-o", "program"]
    subprocess.run(command, cwd=folder, check=True, timeout=60)

    found = code_lines(folder / "program", source)

    assert found.source == os.path.realpath(source)
    # Compilers differ in whether the brace at a function's end is a line of its own.
    assert {*found.lines} - {6} == {3, 5, 7}
    assert set(found.entries) == ({5, 7} if compiler == "clang" else set(found.lines))
    assert set(code_lines(folder / "program", folder / "include" / "part.h").lines) - {4} == {2, 3}


def test_a_source_without_debug_info_is_an_error(source: Path) -> None:
    folder = source.parent
    subprocess.run([tool("cc").path, "-Iinclude", "source.c", "-o", "program"], cwd=folder, check=True, timeout=60)

    with pytest.raises(
        SourceError, match=r"source\.c: no line of it is in the debug info of program: compile it with -g"
    ):
        code_lines(folder / "program", source)
