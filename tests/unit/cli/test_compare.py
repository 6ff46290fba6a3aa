"""``jitdbg compare``: what it says of mistakes, and what an interrupted run leaves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jitdbg.cli import main
from jitdbg.compare.run import Run


def test_an_interrupted_run_leaves_a_report_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(run: Run) -> None:
        run.progress("the first step")
        raise KeyboardInterrupt

    monkeypatch.setattr(Run, "go", interrupted)
    report = tmp_path / "report.json"
    assert main(["compare", "--quick", "--debugger", "gdb", "--json", str(report)]) == 130
    assert json.loads(report.read_text())["complete"] is False
    assert capsys.readouterr().out.startswith("The run was interrupted: this is what it had found until then.")


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--feature", "crush"], "there is no feature 'crush': it is one of break-by-name, "),
        (["--program", "/nowhere/gdb"], "/nowhere/gdb is no debugger: give the path of a program that is called gdb"),
        (["--json", "/nowhere/report.json"], "/nowhere/report.json can't be written: name a file in a folder"),
        (["--from", "/nowhere/report.json"], "/nowhere/report.json: No such file or directory"),
    ],
)
def test_a_mistake_is_one_sentence(words: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"jitdbg: error: {complaint}")
    assert said.err.count("\n") == 1
