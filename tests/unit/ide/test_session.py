"""From an entry of launch.json to the adapter and its request, and every mistake that can be in one."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from jitdbg import tools
from jitdbg.cli import main
from jitdbg.errors import ConfigurationError, ToolError, ToolMissingError
from jitdbg.ide.configuration import Configuration, read_configuration
from jitdbg.ide.session import session, words

# A gdb, as far as being asked for its version and its DAP goes.
GDB = """#!/bin/sh
case "$*" in
  *--version*) echo "GNU gdb (Test) {version}" ;;
  *"-i dap"*) exit {dap} ;;
esac
"""


def make_gdb(path: Path, version: str, dap: int) -> Path:
    path.write_text(GDB.format(version=version, dap=dap))
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no debugger; the folder is its PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    for name in ("JITDBG_GDB", "JITDBG_LLDB_DAP"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def lldb_dap(bare: Path) -> Path:
    path = bare / "lldb-dap-19"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


# --------------------------------------------------------------------------------------------------------- the adapters


def test_lldb_dap_is_chosen_and_gets_our_settings_and_commands(lldb_dap: Path) -> None:
    found = session(Configuration(program="/bin/host"), ["/bin/host", "fib.so"])

    assert (found.adapter.debugger, found.adapter.command, found.adapter.escape) == ("lldb-dap", [str(lldb_dap)], "`")
    assert (found.arguments["program"], found.arguments["args"]) == ("/bin/host", ["fib.so"])
    assert found.arguments["initCommands"] == tools.start_commands("lldb")


def test_gdb_serves_where_lldb_dap_is_missing(bare: Path) -> None:
    gdb = make_gdb(bare / "gdb", "18.1", 0)

    found = session(Configuration(program="/bin/host", source_map=(("/made", "/here"),)), ["/bin/host"])

    assert found.adapter.command[0] == str(gdb)
    assert found.adapter.command[-2:] == ["-i", "dap"]
    assert {*tools.start_commands("gdb"), 'set substitute-path "/made" "/here"'} < set(found.adapter.command)
    assert found.arguments["program"] == "/bin/host"


def test_without_an_adapter_both_cures_are_told(bare: Path) -> None:
    with pytest.raises(ToolMissingError, match=r"^no debug adapter can be used: lldb-dap is not installed: .*; gdb is"):
        session(Configuration(program="/bin/host"), ["/bin/host"])
    make_gdb(bare / "gdb", "13.1", 1)
    with pytest.raises(ToolMissingError, match=r"lldb-dap is not installed: .*gdb \(version 13\.1\) has no DAP: set"):
        session(Configuration(program="/bin/host"), ["/bin/host"])


@pytest.mark.parametrize("given", [False, True])
def test_a_gdb_that_is_too_old_is_refused_with_the_version_that_serves(bare: Path, given: bool) -> None:
    gdb = make_gdb(bare / "gdb", "13.1", 1)

    with pytest.raises(
        ToolError, match=r"gdb \(version 13\.1\) has no DAP: set .*a gdb 14 or newer, built with Python"
    ):
        session(Configuration(program="x", adapter="gdb", adapter_path=str(gdb) if given else ""), ["/bin/host"])


def test_a_path_of_an_adapter_that_leads_nowhere_is_told(bare: Path) -> None:
    wanted = Configuration(program="x", adapter="lldb-dap", adapter_path=str(bare / "absent"))

    with pytest.raises(ConfigurationError, match=f"adapterPath .* leads to no executable program: {bare}/absent"):
        session(wanted, ["/bin/host"])


@pytest.mark.usefixtures("lldb_dap")
def test_an_adapter_attaches_without_a_program() -> None:
    found = session(Configuration("attach", process=77), [])

    assert found.arguments["pid"] == 77
    assert "program" not in found.arguments


# --------------------------------------------------------------------------------------------------------- the programs


@pytest.mark.usefixtures("lldb_dap")
def test_a_python_file_is_started_by_the_interpreter_with_its_link_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    link = tmp_path / "venv-python"
    link.symlink_to(os.path.realpath(sys.executable))
    script = tmp_path / "script.py"
    script.write_text("")

    for python, started in ((None, sys.executable), (str(link), str(link))):
        assert main(["ide", "session", json.dumps({"program": str(script), "python": python, "args": ["1"]})]) == 0
        arguments = json.loads(capsys.readouterr().out)["arguments"]
        assert (arguments["program"], arguments["args"]) == (started, [str(script), "1"])


@pytest.mark.usefixtures("lldb_dap")
def test_ir_is_run_and_called(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "fib.ll").write_text("")
    configuration = {"program": "fib.ll", "cwd": str(tmp_path), "call": "fib(5)", "env": {"A": "1"}}

    assert main(["ide", "session", json.dumps(configuration)]) == 0

    document = json.loads(capsys.readouterr().out)
    assert document["schema"] == "jitdbg.ide-session/1"
    assert document["arguments"]["program"] == sys.executable
    assert document["arguments"]["args"][-3:] == [str(tmp_path / "fib.ll"), "--call", "fib(5)"]
    assert document["arguments"]["cwd"] == str(tmp_path)
    assert document["arguments"]["env"] == ["A=1"]


def test_a_bare_name_is_looked_for_on_the_path(tmp_path: Path) -> None:
    assert words(Configuration(program="host", directory=str(tmp_path))) == ["host"]
    (tmp_path / "host").write_text("")
    assert words(Configuration(program="host", directory=str(tmp_path))) == [str(tmp_path / "host")]


@pytest.mark.parametrize(
    ("configuration", "sentence"),
    [
        ("{", "the debug configuration is no JSON"),
        ("[]", "the debug configuration is no JSON object"),
        ({}, "names no program: set program"),
        ({"request": "attach"}, "names no process: set pid"),
        ({"request": "explode"}, "request of the debug configuration is 'explode': it has to be one of launch, attach"),
        ({"program": 3}, "program of the debug configuration is 3: it has to be a string"),
        ({"program": "x", "args": "a b"}, "args of the debug configuration is 'a b': it has to be a list of strings"),
        ({"program": "x", "args": [1]}, "it has to be a list of strings"),
        ({"program": "x", "env": {"A": 1}}, "env of the debug configuration is {'A': 1}: it has to be an object of"),
        ({"program": "x", "stopOnEntry": 1}, "it has to be true or false"),
        ({"program": "x", "cwd": "/no/such/folder"}, "cwd of the debug configuration is no folder: /no/such/folder"),
        ({"program": "x", "adapter": "windbg"}, "it has to be one of auto, lldb-dap, gdb"),
        ({"program": "x", "adapterPath": "/bin/true"}, "set adapter to lldb-dap or gdb"),
        ({"request": "attach", "pid": "init"}, "pid of the debug configuration is 'init': it has to be the number of"),
        ({"request": "attach", "pid": True}, "it has to be the number of a process"),
        ({"program": "/no/such/program"}, "there is no file /no/such/program"),
        ({"program": "no-such-program"}, "there is no program 'no-such-program'"),
        ({"program": __file__[:-3]}, "there is no file"),
    ],
)
def test_a_mistake_in_a_configuration_is_one_sentence(
    configuration: object, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = configuration if isinstance(configuration, str) else json.dumps(configuration)

    assert main(["ide", "session", text]) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("jitdbg: error: ")
    assert captured.err.count("\n") == 1
    assert sentence in captured.err


def test_what_editors_add_is_passed_over() -> None:
    assert read_configuration({"program": "x", "__sessionId": 1, "name": "n", "pid": None}) == Configuration(
        program="x"
    )
