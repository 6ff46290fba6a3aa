"""``jitdbg audit``: what is printed of how much a debugger can see, without a debugger."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jitdbg.build import build
from jitdbg.cli import main

# What is in it stays at -O0, and is mostly gone at -O2.
SPARE = """define i32 @spare(i32 %n) {
  %a = add i32 %n, 1
  %b = mul i32 %a, 2
  %c = call i32 @twice(i32 %b)
  %unused = xor i32 %c, 5
  %e = add i32 %c, 3
  ret i32 %e
}
define i32 @twice(i32 %n) noinline {
  %d = shl i32 %n, 1
  ret i32 %d
}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "spare.ll"
    path.write_text(SPARE)
    return path


def printed(capsys: pytest.CaptureFixture[str], *words: str | Path) -> list[str]:
    """Give the lines that are printed, with one blank between words."""
    assert main(["audit", *map(str, words)]) == 0
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def facts(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict[str, Any]:
    assert main(["audit", "--json", *map(str, words)]) == 0
    read: dict[str, Any] = json.loads(capsys.readouterr().out)
    return read


def mistake(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    assert main(["audit", *map(str, words)]) == 2
    streams = capsys.readouterr()
    assert streams.out == ""
    (line,) = streams.err.splitlines()
    return line


def test_unoptimised_ir_is_whole(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, source)
    assert lines[0] == str(source)
    assert "functions 2" in lines
    assert "lines with a statement, of those with code 8 of 8 (100 %)" in lines
    # Arguments on all lines, results behind their own: 6 + 5 + 4 + 3 + 2 + 1 of @spare, 2 + 1 of @twice.
    assert "variables readable, by line 24 of 24 (100 %)" in lines
    assert "calls with call-site info 0 of 1 (0 %)" in lines
    assert not any("the worst functions" in line for line in lines), "none lacks anything"


def test_levels_stand_side_by_side_and_what_is_lost_is_named(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = printed(capsys, source, "-O0", "-O2")
    assert "-O0 -O2" in lines
    assert "calls with call-site info 0 of 1 (0 %) 1 of 1 (100 %)" in lines
    (left,) = (line for line in lines if line.startswith("statements of -O0 left"))
    assert "of 8" in left
    assert "100 %" not in left
    assert "the worst functions at -O2" in lines


def test_no_more_functions_are_listed_than_asked_for(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source.write_text(SPARE + SPARE.partition("define i32 @twice")[0].replace("@spare", "@again"))
    both = printed(capsys, source, "-O2")
    first = printed(capsys, source, "-O2", "--worst", "1")
    none = printed(capsys, source, "-O2", "--worst", "0")
    listed = [line.split()[0] for line in both[both.index("the worst functions at -O2") + 2 :]]
    assert set(listed) == {"spare", "again"}
    assert "… 1 more: --worst 2 shows them" in first
    assert not any("worst" in line for line in none)


def test_as_json_it_says_the_same_of_each_function_and_variable(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    read = facts(capsys, source)
    assert (read["schema"], read["runs"], read["kept"], read["missing"]) == ("jitdbg.audit/1", [], [], [])
    [audit] = read["audits"]
    assert (audit["level"], audit["lines"]) == (0, {"have": 8, "of": 8})
    spare = next(each for each in audit["functions"] if each["name"] == "spare")
    assert spare["code"] == spare["statements"] == [2, 3, 4, 5, 6, 7]
    variables = {each["name"]: (each["lines"], each["readable"]) for each in spare["variables"]}
    assert variables["n"] == ([2, 3, 4, 5, 6, 7],) * 2
    assert variables["a"] == ([3, 4, 5, 6, 7],) * 2
    assert variables["unused"] == ([6, 7],) * 2


def test_an_image_is_audited_as_it_is(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    image = tmp_path / "libspare.so"
    image.write_bytes(build(source, soname=image.name, opt_level=2))
    [audit] = facts(capsys, image)["audits"]
    assert audit["level"] == 2
    assert audit["calls"] == {"have": 1, "of": 1}
    assert "levels are for sources, leave out -O" in mistake(capsys, image, "-O2")


def test_mistakes_are_said_in_one_line(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.ll"
    broken.write_text("define")
    words = tmp_path / "words.txt"
    words.write_text("no program\n")
    assert f"{tmp_path}/none.ll: No such file or directory: name a file" in mistake(capsys, tmp_path / "none.ll")
    assert f"{broken}:1:7: expected type" in mistake(capsys, broken)
    assert "jitdbg can't compile it: write its compiler's command in a comment" in mistake(capsys, words)
    assert "has no debug info" in mistake(capsys, source, "--debug", "none")
    assert "'spare(' is no call" in mistake(capsys, source, "--run", "spare(")
    assert "leave out --run and -O" in mistake(capsys, source, "-O2", "--", "true")
    assert "has loaded no image with code of it" in mistake(capsys, source, "--", "true")


def test_a_stripped_image_has_nothing_to_audit(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = tmp_path / "libspare.so"
    image.write_bytes(build(source, soname=image.name))
    subprocess.run(["strip", str(image)], check=True, timeout=60)
    assert "is stripped, it has neither debug info nor symbols" in mistake(capsys, image)


def test_a_program_that_takes_too_long_is_ended(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    endless = [sys.executable, "-c", "import signal; signal.pause()"]
    assert "ran for more than 2 s and was stopped: --timeout gives it more" in mistake(
        capsys, source, "--timeout", "2", "--", *endless
    )


def test_the_page_shows_what_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parents[3]
    monkeypatch.chdir(root)
    page = (root / "docs" / "audit.md").read_text()
    shown = page.partition("    $ jitdbg audit examples/fib.ll -O0 -O2\n")[2].partition("\n\n**Functions**")[0]
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert [line for line in lines if line] == [
        line for line in printed(capsys, "examples/fib.ll", "-O0", "-O2") if line
    ]
