"""Which interpreter the scripts in a debugger compile with."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jitdbg.cli import main
from jitdbg.debugger import installation
from jitdbg.errors import DebuggerError
from jitdbg.tools import commands_file, commands_line


@pytest.fixture(autouse=True)
def _nobody_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "_told", None)


def executable(path: Path) -> str:
    path.parent.mkdir(parents=True)
    path.write_text("")
    path.chmod(0o755)
    return str(path)


def test_an_installed_package_belongs_to_its_environment(tmp_path: Path) -> None:
    python = executable(tmp_path / "bin" / "python3.12")
    package = tmp_path / "lib" / "python3.12" / "site-packages" / "jitdbg"
    assert installation.find_interpreter(str(package)) == python


def test_a_checkout_belongs_to_the_environment_in_it(tmp_path: Path) -> None:
    python = executable(tmp_path / ".venv" / "bin" / "python3")
    assert installation.find_interpreter(str(tmp_path / "jitdbg")) == python


def test_an_interpreter_that_was_told_goes_before_all(tmp_path: Path) -> None:
    python = executable(tmp_path / "elsewhere" / "python")
    installation.use(python)
    installation.use(None)
    assert installation.interpreter() == python


def test_none_and_one_that_is_gone_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert installation.find_interpreter(str(tmp_path / "jitdbg")) is None
    monkeypatch.setattr(installation, "find_interpreter", lambda: None)
    with pytest.raises(DebuggerError, match="is not to be found: load the commands with the line that"):
        installation.interpreter()
    monkeypatch.setattr(installation, "find_interpreter", lambda: "/nowhere/python")
    with pytest.raises(DebuggerError, match=r"/nowhere/python, .* is gone: install jitdbg again"):
        installation.interpreter()


@pytest.mark.parametrize(("debugger", "simple"), [("gdb", "source {}"), ("lldb", 'command script import "{}"')])
def test_the_init_line_names_the_interpreter_where_the_scripts_would_not_find_it(
    debugger: str, simple: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jitdbg.cli.init.find_interpreter", lambda: sys.executable)
    assert main([f"{debugger}-init"]) == 0
    monkeypatch.setattr("jitdbg.cli.init.find_interpreter", lambda: None)
    assert main([f"{debugger}-init"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == simple.format(commands_file(debugger))
    assert second == commands_line(debugger)
    assert repr(sys.executable) in second
