"""How the commands come into a debugger: one file, one line; what they offer there: help, completion, status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from jitdbg import tools
from jitdbg.debugger.commands.manual import manual
from jitdbg.debugger.commands.registry import COMMANDS

pytestmark = [pytest.mark.debugger, pytest.mark.parametrize("debugger", ["gdb", "lldb"])]

LOAD = {"gdb": "source {}", "lldb": 'command script import "{}"'}
START = {"gdb": ["-nx", "-batch"], "lldb": ["--no-lldbinit", "--batch"]}
EACH = {"gdb": "-ex", "lldb": "-o"}
COMPLETE = {
    "gdb": "complete {}",
    "lldb": "script found = lldb.SBStringList(); lldb.debugger.GetCommandInterpreter().HandleCompletion("
    "{0!r}, len({0!r}), 0, -1, found); print([found.GetStringAtIndex(at) for at in range(found.GetSize())])",
}


def said(debugger: str, *commands: str) -> subprocess.CompletedProcess[str]:
    """Run a debugger that does some commands, and give what it said."""
    words = [word for command in commands for word in (EACH[debugger], command)]
    return subprocess.run(
        [tools.tool(debugger).path, *START[debugger], *words],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100,
    )  # fmt: skip


def by_file(debugger: str) -> str:
    return LOAD[debugger].format(tools.commands_file(debugger))


def test_one_file_brings_all_commands_with_their_help(debugger: str) -> None:
    done = said(debugger, by_file(debugger), *(f"help {command.name}" for command in COMMANDS))
    assert done.stderr == ""
    shown = " ".join(done.stdout.split())
    for command in COMMANDS:
        assert " ".join(manual(command).split()) in shown


def test_the_line_that_names_the_interpreter_brings_them_too(debugger: str) -> None:
    done = said(debugger, tools.commands_line(debugger), "jit-doctor")
    assert done.stderr == ""
    assert "compiler" in done.stdout
    assert sys.executable in done.stdout


def test_the_line_of_jitdbg_init_goes_into_the_debuggers_own_file(debugger: str, tmp_path: Path) -> None:
    """As its help says: ``jitdbg gdb-init >> ~/.gdbinit``."""
    printed = subprocess.run(
        [sys.executable, "-m", "jitdbg", f"{debugger}-init"], capture_output=True, text=True, timeout=60, check=True
    ).stdout
    assert len(printed.splitlines()) == 1
    (tmp_path / f".{debugger}init").write_text(printed)
    started = {"gdb": ["-batch", "-ex", "jit-doctor"], "lldb": ["--batch", "-o", "jit-doctor"]}[debugger]
    done = subprocess.run(
        [tools.tool(debugger).path, *started], env={**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": ""},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert done.stderr == ""
    assert f"{os.path.dirname(sys.executable)}/python" in done.stdout


def test_loading_them_twice_is_loading_them_once(debugger: str) -> None:
    done = said(debugger, by_file(debugger), tools.commands_line(debugger), "help jit-list")
    assert done.stderr == ""
    assert "jit-list [--json]" in done.stdout


def test_options_are_completed(debugger: str) -> None:
    done = said(debugger, by_file(debugger), COMPLETE[debugger].format("jit-bt --a"))
    assert "--all" in done.stdout
    assert done.stderr == ""


def test_files_are_completed(debugger: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("files")
    (folder / "saved-image.so").touch()
    begun = f"jit-save fib {folder}/saved-i"
    done = said(debugger, by_file(debugger), COMPLETE[debugger].format(begun))
    assert "mage.so" in done.stdout


def test_a_mistake_is_an_error_of_the_command_and_no_traceback(debugger: str) -> None:
    done = said(debugger, by_file(debugger), "jit-list")
    assert "no program runs: start it, attach to it or open its core first" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert len(done.stderr.strip().splitlines()) == 1
