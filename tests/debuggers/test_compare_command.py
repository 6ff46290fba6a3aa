"""``jitdbg check --compare``: what it prints, and its exit codes, of files that say how they are run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jitdbg.cli import main
from jitdbg.tools import tool

pytestmark = pytest.mark.debugger

SOURCE = """// jitdbg: compile CC -g -O{level} -fno-inline -DLEVEL={level} {file} -o {output}
// jitdbg: main
static int sum(int count) {
  int total = 0;
  for (int index = 0; index < count; index++)
    total += index WRONG;
  return total;
}
int main(void) { return sum(3) - 3 WRONG; }
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "sum.c"
    path.write_text(SOURCE.replace("CC", tool("cc").path).replace("WRONG", ""))
    return path


def test_two_debuggers_that_agree_are_one_line(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--compare", "debuggers", str(source)]) == 0

    printed = capsys.readouterr().out
    assert printed.startswith(f"{source}: gdb against lldb: no differences in ")
    assert printed.count("\n") == 1


def test_a_debug_adapter_that_tells_enough_is_compared_with_itself(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--compare", "executable", "--debugger", "lldb-dap", str(source)]) == 0
    assert "dylib against executable [lldb-dap]: no differences in " in capsys.readouterr().out


def test_a_difference_is_a_line_with_both_sides(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source.write_text(SOURCE.replace("CC", tool("cc").path).replace("WRONG", "+ 100 * LEVEL"))

    assert main(["check", "--compare", "levels", "--debugger", "lldb", str(source)]) == 1

    *differences, summary = capsys.readouterr().out.splitlines()
    assert any(line.startswith(f"{source}:") and "total: 0 or " in line and "in -O2" in line for line in differences)
    assert summary.startswith(f"{source}: -O0 against -O2 [lldb]: ")


def test_facts_are_json(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--compare", "executable", "--debugger", "gdb", "--json", str(source)]) == 0

    facts = json.loads(capsys.readouterr().out)
    assert (facts["schema"], facts["ok"], facts["missing"]) == ("jitdbg.compare/1", True, [])
    (found,) = facts["comparisons"]
    assert (found["file"], found["compare"], found["debugger"], found["error"]) == (
        str(source),
        "executable",
        "gdb",
        "",
    )
    comparison = found["comparison"]
    assert (comparison["left"], comparison["right"], comparison["differences"]) == ("dylib", "executable", [])
    assert comparison["stops"][0] == comparison["stops"][1] > 5
    assert comparison["complete"]


def test_files_that_can_not_be_compared_are_said_and_the_next_ones_are(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unclear, broken = tmp_path / "unclear.c", tmp_path / "broken.c"
    unclear.write_text("int main(void) { return 0; }\n")
    broken.write_text("// jitdbg: main\nint main(void) { return }\n")

    assert main(["check", "--compare", "debuggers", str(unclear), str(broken), str(source)]) == 1

    first, second, last = capsys.readouterr().out.splitlines()
    assert "unclear.c: not compared: " in first
    assert "there is no directive in it" in first
    assert "broken.c: not compared: " in second
    assert "expected expression" in second
    assert "sum.c: gdb against lldb: no differences" in last


def test_two_debuggers_are_needed_to_compare_them(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--compare", "debuggers", "--debugger", "gdb", str(source)]) != 0

    assert "comparing debuggers takes two of them, 1 given: install or name both" in capsys.readouterr().err
