"""The settings that make a debugger ready for JIT code, read by the debuggers themselves."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from jitdbg import tools

pytestmark = pytest.mark.debugger

GDB_SHOWS = {
    "show breakpoint pending": "Debugger's behavior regarding pending breakpoints is on.",
    "show debuginfod enabled": 'Debuginfod functionality is currently set to "off".',
}
LLDB_SHOWS = {"settings show symbols.enable-external-lookup": "symbols.enable-external-lookup (boolean) = false"}


def run_debugger(name: str, commands: list[str]) -> subprocess.CompletedProcess[str]:
    """Start a debugger as `jitdbg debug` does, let it run commands, and end it."""
    command_option = {"gdb": "-ex", "lldb": "-o"}[name]
    arguments = [tools.tool(name).path, *tools.launch_arguments(name), "-batch"]
    for command in commands:
        arguments += [command_option, command]
    environment = {**os.environ, "DEBUGINFOD_URLS": "http://127.0.0.1:1"}
    return subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment)


@pytest.mark.parametrize(("debugger", "shows"), [("gdb", GDB_SHOWS), ("lldb", LLDB_SHOWS)])
def test_settings_take_effect_without_a_complaint(debugger: str, shows: dict[str, str]) -> None:
    done = run_debugger(debugger, list(shows))

    assert done.stderr == ""
    assert [answer for answer in shows.values() if answer not in done.stdout.splitlines()] == []
    assert "error" not in done.stdout


def test_gdb_settings_pass_over_what_an_old_gdb_does_not_know(tmp_path: Path) -> None:
    """A gdb before 12 says the same of debuginfod as every gdb of a setting that does not exist."""
    settings = Path(tools.scripts_folder("gdb"), "settings.gdb").read_text()
    assert "set debuginfod enabled off" in settings
    older = tmp_path / "older.gdb"
    older.write_text(settings.replace("set debuginfod enabled", "set unknown-to-all enabled"))

    done = subprocess.run(
        [tools.tool("gdb").path, "-nx", "-batch", "-ix", older, "-ex", "echo still here"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )

    assert (done.stdout, done.stderr) == ("still here", "")
