"""Where the demo stops: lines that are found by what stands on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from jitdbg.demo import inputs
from jitdbg.errors import JitdbgError


def test_a_line_is_found_by_its_text_below_another(tmp_path: Path) -> None:
    file = tmp_path / "a.c"
    file.write_text("x = 1;\nvoid f() {\nx = 1;\n}\n")
    assert inputs.line_of(file, "x = 1") == 1
    assert inputs.line_of(file, "x = 1", after="void f") == 3


def test_a_line_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("x = 1;\n")
    with pytest.raises(JitdbgError, match=r"a\.c has no line with 'y = 2'"):
        inputs.line_of(tmp_path / "a.c", "y = 2")


@pytest.mark.parametrize("debuggee", [inputs.fib(), inputs.toy_fib()])
def test_the_small_inputs_stop_at_the_marked_statement(debuggee: inputs.Debuggee) -> None:
    statement = debuggee.file.read_text().splitlines()[debuggee.line - 1]
    assert "n - 2" in statement or "sub i32 %n, 2" in statement
    assert Path(debuggee.command[4]).is_file()


def test_a_folder_without_the_library_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(JitdbgError, match=r"has no zstd\.c: give the folder"):
        inputs.c_source(tmp_path)


def test_a_missing_example_is_one_sentence() -> None:
    with pytest.raises(JitdbgError, match=r"examples/absent\.ll is missing"):
        inputs.example("absent.ll")
