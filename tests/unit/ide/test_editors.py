"""The files for editors: what is in them, and that nothing of the user's is lost."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import pytest

from jitdbg import tools
from jitdbg.cli import main
from jitdbg.ide.editors import EDITORS

TRUE = "/bin/true"


@pytest.fixture(autouse=True)
def debuggers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debuggers that are never started: their paths are all that is asked for."""
    for variable in ("JITDBG_GDB", "JITDBG_LLDB_DAP"):
        monkeypatch.setenv(variable, "/bin/false")


def configure(editor: str, folder: Path, *program: str) -> None:
    assert main(["ide", editor, "--folder", str(folder), *program]) == 0


def test_vscode_gets_entries_for_both_debuggers_with_our_settings(tmp_path: Path) -> None:
    configure("vscode", tmp_path, TRUE, "one two")

    launch = json.loads((tmp_path / ".vscode" / "launch.json").read_text())
    lldb, gdb = launch["configurations"]
    assert (lldb["type"], lldb["initCommands"]) == ("lldb-dap", tools.start_commands("lldb"))
    assert (gdb["type"], [each["text"] for each in gdb["setupCommands"]]) == ("cppdbg", tools.start_commands("gdb"))
    assert {(each["program"], *each["args"]) for each in (lldb, gdb)} == {(TRUE, "one two")}
    settings = json.loads((tmp_path / ".vscode" / "settings.json").read_text())
    assert settings == {"debug.allowBreakpointsEverywhere": True}


@pytest.mark.parametrize("editor", sorted(EDITORS))
@pytest.mark.parametrize("name", ["fib.ll", "host.py"])
def test_a_file_is_named_so_that_it_is_found_from_any_folder(
    editor: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path)

    assert main(["ide", editor, "--folder", "/", "--print", name]) == 0

    said = capsys.readouterr().out
    assert said.count(name) == said.count(str(tmp_path / name)) > 0


def test_without_a_program_vscode_runs_the_file_that_is_open(tmp_path: Path) -> None:
    configure("vscode", tmp_path)

    lldb, _ = json.loads((tmp_path / ".vscode" / "launch.json").read_text())["configurations"]
    assert (lldb["program"], lldb["args"][-1]) == (sys.executable, "${file}")


def test_what_vscode_is_configured_for_already_stays_and_ours_is_there_once(tmp_path: Path) -> None:
    folder = tmp_path / ".vscode"
    folder.mkdir()
    theirs = {"name": "theirs", "type": "node"}
    (folder / "launch.json").write_text(json.dumps({"configurations": [theirs], "compounds": []}))
    (folder / "settings.json").write_text('{"editor.tabSize": 3}')

    configure("vscode", tmp_path, TRUE)
    configure("vscode", tmp_path, "/bin/false")

    launch = json.loads((folder / "launch.json").read_text())
    assert [each["name"] for each in launch["configurations"]] == ["theirs", "JIT code (lldb)", "JIT code (gdb)"]
    assert launch["configurations"][1]["program"] == "/bin/false"
    assert launch["compounds"] == []
    assert json.loads((folder / "settings.json").read_text())["editor.tabSize"] == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("// mine\n{}", "has comments, or is no JSON"),
        ("[]", "is no JSON object"),
        ('{"configurations": {}}', "is no list"),
    ],
)
def test_a_file_that_nothing_can_be_added_to_is_left_alone(
    text: str, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / ".vscode" / "launch.json"
    path.parent.mkdir()
    path.write_text(text)

    assert main(["ide", "vscode", "--folder", str(tmp_path)]) == 2

    assert sentence in capsys.readouterr().err
    assert path.read_text() == text
    assert list(path.parent.iterdir()) == [path], "all files are written, or none"


@pytest.mark.parametrize("editor", sorted(set(EDITORS) - {"vscode"}))
def test_a_file_of_ours_is_written_again_and_one_of_the_users_is_not(
    editor: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(editor, tmp_path, TRUE)
    configure(editor, tmp_path, "/bin/false")
    (path,) = tmp_path.iterdir()
    assert "/bin/false" in path.read_text()
    path.write_text("mine\n")

    assert main(["ide", editor, "--folder", str(tmp_path)]) == 2

    assert f"{path} is there and was not written by jitdbg" in capsys.readouterr().err
    assert path.read_text() == "mine\n"


def test_the_files_are_printed_on_demand_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["ide", "vim", "--print", TRUE]) == 0

    assert capsys.readouterr().out.startswith("==> jitdbg.vim <==\n")
    assert list(tmp_path.iterdir()) == []


def test_the_script_for_gdbgui_is_a_shells_and_hands_gdb_on_as_one_word(tmp_path: Path) -> None:
    configure("gdbgui", tmp_path, TRUE, "one two")

    script = tmp_path / "jitdbg-gdbgui"
    words = shlex.split(script.read_text().splitlines()[-1])
    assert script.stat().st_mode & 0o111
    assert words[:3] == ["exec", "gdbgui", "--gdb-cmd"]
    assert shlex.split(words[3]) == ["/bin/false", *tools.launch_arguments("gdb")]
    assert words[-3:] == ["--args", TRUE, "one two"]


def test_neovim_gets_the_adapter_and_its_settings(tmp_path: Path) -> None:
    configure("neovim", tmp_path, TRUE, 'a "b"')

    text = (tmp_path / "jitdbg.lua").read_text()
    assert 'command = "/bin/false"' in text
    assert 'args = { "a \\"b\\"" }' in text
    assert all(json.dumps(command) in text for command in tools.start_commands("lldb"))
