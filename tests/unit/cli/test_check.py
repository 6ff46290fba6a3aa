"""``jitdbg check``: what it prints, its exit codes, and mistakes; the debugger is the fake one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jitdbg.cli import main
from jitdbg.harness import session
from jitdbg.harness.fake import Activation, FakeBackend, FakeModule, Run

GOOD = """// jitdbg: compile /bin/cp /bin/true {output}
// jitdbg: main
count;  // mark: only
// jitdbg: at only: count = 3
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file whose program is modelled, on a machine with gdb and without lldb."""
    path = tmp_path / "model.toy"
    path.write_text(GOOD)
    module = FakeModule(path)

    @module.function("only")
    def main(frame: Activation) -> Run[int]:
        frame.locals.count = 3
        yield frame.at("only")
        return 0

    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setenv("JITDBG_GDB", "/bin/true")
    monkeypatch.setattr(session, "open_backend", lambda *_: FakeBackend({"model": module}))
    return path


def test_a_file_that_passes_is_one_line_and_exits_with_0(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(source)]) == 0

    captured = capsys.readouterr()
    assert captured.out.startswith(f"{source}: 2 passed [gdb ")
    assert captured.out.count("\n") == 1
    assert captured.err == "lldb is not installed: nothing was checked under it\n"


def test_a_failure_is_a_line_and_exits_with_1(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source.write_text(GOOD.replace("= 3", "= 4"))

    assert main(["check", "--debugger", "gdb", str(source)]) == 1

    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{source}:4: failed [gdb]: expected count = 4 at mark only (hit 1), got 3"
    assert second.startswith(f"{source}: 1 passed, 1 failed [gdb ")


def test_all_outcomes_and_the_transcript_are_printed_on_demand(
    source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source.write_text(GOOD.replace("= 3", "= 4"))

    assert main(["check", "-v", str(source)]) == 1

    printed = capsys.readouterr().out
    assert f"{source}:2: passed [gdb]: main" in printed
    assert "What was said to and by gdb:" in printed
    assert "→ launch" in printed


def test_a_file_that_can_not_be_read_fails_and_the_others_run(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong, none = tmp_path / "wrong.toy", tmp_path / "none.c"
    wrong.write_text(GOOD.replace("at only", "at olny"))
    none.write_text("int x;\n")

    assert main(["check", str(wrong), str(none), str(source)]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{wrong}:4: failed: there is no mark or break 'olny': did you mean 'only'?"
    assert lines[1] == f"{wrong}: 1 failed"
    assert lines[2].startswith(f"{none}:1: failed: there is no directive in it")
    assert lines[-1].startswith(f"{source}: 2 passed")


def test_json_has_all_outcomes(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source.write_text(GOOD.replace("= 3", "= 4"))

    assert main(["check", "--json", str(source)]) == 1

    facts = json.loads(capsys.readouterr().out)
    (run,) = facts["runs"]
    assert (facts["schema"], facts["ok"], facts["missing"]) == ("jitdbg.check/1", False, ["lldb"])
    assert (run["file"], run["debugger"], run["ok"]) == (str(source), "gdb", False)
    assert run["outcomes"][0] == {
        "file": str(source), "line": 2, "directive": "main", "status": "passed", "message": "",
    }  # fmt: skip
    assert run["outcomes"][1]["status"] == "failed"


MISTAKES = [
    (["--debugger", "lldb"], "lldb is not installed: install it with"),
    (["--require-debuggers"], "lldb is not installed: install it with"),
]


@pytest.mark.parametrize(("options", "words"), MISTAKES)
def test_a_debugger_that_is_asked_for_and_missing_is_a_mistake(
    source: Path, options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *options, str(source)]) == 2

    captured = capsys.readouterr()
    assert captured.err.startswith("jitdbg: error: ")
    assert words in captured.err
    assert captured.out == ""


def test_without_any_debugger_nothing_passes(
    source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("JITDBG_GDB")

    assert main(["check", str(source)]) == 2
    assert "gdb is not installed: install it with" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_a_mistake(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(source.with_name("absent.ll"))]) == 2
    assert "absent.ll: No such file or directory" in capsys.readouterr().err
