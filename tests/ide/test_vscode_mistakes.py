"""What goes wrong in a real VS Code: each is told in a message, and nothing is left running."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from jitdbg import tools
from tests.ide.conftest import (
    OpenWindow,
    build_host,
    command_line,
    configure,
    debugged,
    wait_until_nothing_is_debugged,
)
from tests.ide.test_vscode import start

pytestmark = pytest.mark.ide

FOR_EVER = """define i32 @spin(i32 %n) {
entry:
  %more = add i32 %n, 1
  br label %again
again:
  br label %again
}
"""


def use_jitdbg(folder: Path, **variables: str) -> None:
    """Have VS Code find jitdbg with an environment of its own, in which there can be other debuggers."""
    program, settings = folder.parent / "jitdbg", folder / ".vscode" / "settings.json"
    words = [f"{name}={value}" for name, value in variables.items()]
    command = ["env", *words, sys.executable, "-m", "jitdbg"]
    program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
    program.chmod(0o755)
    settings.write_text(json.dumps({"jitdbg.command": str(program)}))


def make_program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


# -------------------------------------------------------------------------------------------------- what has no adapter


def test_a_machine_without_an_adapter_is_told_what_to_install(open_window: OpenWindow, folder: Path) -> None:
    configure(folder, program="/bin/true")
    use_jitdbg(folder, PATH=str(folder))
    start(window := open_window(), "fib.ll", "icmp")

    window.notification("No debug adapter can be used: lldb-dap is not installed:").wait_for()


def test_a_gdb_that_is_too_old_is_told_with_its_version(open_window: OpenWindow, folder: Path, tmp_path: Path) -> None:
    gdb = make_program(tmp_path / "gdb", 'case "$*" in *--version*) echo "GNU gdb (GDB) 12.1" ;; *) exit 1 ;; esac')
    configure(folder, program="/bin/true", adapter="gdb")
    use_jitdbg(folder, JITDBG_GDB=str(gdb))
    start(window := open_window(), "fib.ll", "icmp")

    window.notification(f"{gdb} (version 12.1) has no DAP: set JITDBG_GDB to a gdb 14 or newer").wait_for()


def test_a_debugger_without_python_stops_and_tells_what_it_lacks(
    open_window: OpenWindow, folder: Path, tmp_path: Path
) -> None:
    """lldb-dap's settings are read before all else; this one has it refuse scripts."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".lldbinit").write_text("settings set script-lang none\n")
    command = shlex.join(["env", f"HOME={home}", tools.tool("lldb-dap").path])
    adapter = make_program(tmp_path / "lldb-dap", f'exec {command} "$@"')
    configure(folder, program="${file}", call="fib(5)", adapter="lldb-dap", adapterPath=str(adapter))
    start(window := open_window(), "fib.ll", "icmp")
    window.wait_for_stop("fib.ll", "icmp")

    sentence = f"{adapter} has no Python, which jitdbg's commands need: install a debugger that has"
    window.view("JIT Dylibs").locator(".message", has_text=sentence).wait_for()
    window.command("JIT: Show IR of This Frame")
    window.notification(sentence).wait_for()

    window.stop_debugging()


@pytest.mark.parametrize(
    ("configuration", "sentence"),
    [
        ({"program": "/no/such/program"}, "There is no file /no/such/program"),
        ({"program": "/bin/true", "adapter": "lldb-dap", "adapterPath": "/no/adapter"}, "leads to no executable"),
        (
            {"program": "/bin/true", "adapter": "lldb-dap", "adapterPath": "/bin/false"},
            "itself, with exit code 1",
        ),
        ({"program": "/bin/true", "adapter": "gdb", "adapterPath": "/bin/false"}, "has no DAP: set adapterPath to"),
        ({"program": "/bin/true", "args": "x"}, "it has to be a list of strings"),
    ],
    ids=["program", "path of the adapter", "adapter", "path of gdb", "configuration"],
)
def test_what_can_not_be_started_is_told_in_one_sentence(
    configuration: dict[str, object], sentence: str, open_window: OpenWindow, folder: Path
) -> None:
    configure(folder, **configuration)
    start(window := open_window(), "fib.ll", "icmp")

    window.notification(sentence).wait_for()

    wait_until_nothing_is_debugged()


def test_jitdbg_that_is_missing_is_told_with_the_setting_that_leads_to_it(
    open_window: OpenWindow, folder: Path
) -> None:
    configure(folder, program="/bin/true")
    (folder / ".vscode" / "settings.json").write_text(json.dumps({"jitdbg.command": "/no/jitdbg"}))
    start(window := open_window(), "fib.ll", "icmp")

    window.notification("The program /no/jitdbg is missing: install jitdbg").wait_for()


# -------------------------------------------------------------------------------------- breakpoints that were never set


def test_a_breakpoint_in_a_file_of_no_dylib_is_told(
    open_window: OpenWindow, folder: Path, adapter: Mapping[str, object], pictures: Path
) -> None:
    configure(folder, program="${workspaceFolder}/fib-toy.ll", call="fib(5)", **adapter)
    shutil.copy(folder / "fib.ll", folder / "other.ll")
    start(window := open_window(), "other.ll", "icmp")

    window.notification(
        "The breakpoint at other.ll:9 was never set: no JIT dylib that was loaded is made from"
    ).wait_for()

    window.picture(pictures / "never-set.png")
    wait_until_nothing_is_debugged()


def test_a_breakpoint_on_a_line_without_code_is_told(
    open_window: OpenWindow, folder: Path, adapter: Mapping[str, object]
) -> None:
    configure(folder, program="${workspaceFolder}/fib.ll", call="fib(5)", **adapter)
    start(window := open_window(), "fib.ll", "}")

    window.notification(
        "The breakpoint at fib.ll:22 was never set: no code was made of line 22: the nearest lines with code are"
    ).wait_for()


def test_a_breakpoint_in_code_without_debug_info_is_told(
    open_window: OpenWindow, folder: Path, adapter: Mapping[str, object]
) -> None:
    host, *words = build_host(folder, debug="none")
    configure(folder, program=host, args=words, **adapter)
    start(window := open_window(), "fib.ll", "icmp")

    window.notification("The breakpoint at fib.ll:9 was never set: fib has no debug info").wait_for()


def test_a_program_that_loads_nothing_is_told(
    open_window: OpenWindow, folder: Path, adapter: Mapping[str, object]
) -> None:
    configure(folder, program="/bin/true", **adapter)
    start(window := open_window(), "fib.ll", "icmp")

    window.notification("The breakpoint at fib.ll:9 was never set: the program has loaded no JIT dylib").wait_for()


def test_a_source_that_was_edited_since_it_was_compiled_is_told(
    open_window: OpenWindow, folder: Path, adapter: Mapping[str, object]
) -> None:
    host, *words = build_host(folder)
    configure(folder, program=host, args=words, **adapter)
    (folder / "fib.ll").write_text("; edited\n" + (folder / "fib.ll").read_text())
    start(window := open_window(), "fib.ll", "icmp")

    window.notification("fib.ll has been edited since it was compiled").wait_for()

    window.stop_debugging()


# -------------------------------------------------------------------------------------------------- ends before the end


def test_an_adapter_that_dies_is_told_and_leaves_nothing_running(
    open_window: OpenWindow, folder: Path, adapter: Mapping[str, object]
) -> None:
    configure(folder, program="${workspaceFolder}/fib.ll", call="fib(5)", **adapter)
    start(window := open_window(), "fib.ll", "icmp")
    window.wait_for_stop("fib.ll", "icmp")
    (process,) = [process for process in debugged() if is_adapter(command_line(process))]

    os.kill(process, signal.SIGKILL)

    window.notification("ended by itself, by a signal: the session is over").wait_for()
    wait_until_nothing_is_debugged()


def is_adapter(words: bytes) -> bool:
    return b"lldb-dap" in words.split(b"\0")[0] or words.endswith(b"\0-i\0dap\0")


@pytest.mark.parametrize("end", ["stop", "reload the window"])
def test_a_session_that_ends_while_its_program_runs_leaves_nothing_running(
    end: str, open_window: OpenWindow, folder: Path, adapter: Mapping[str, object]
) -> None:
    (folder / "spin.ll").write_text(FOR_EVER)
    configure(folder, program="${workspaceFolder}/spin.ll", call="spin(1)", **adapter)
    start(window := open_window(), "spin.ll", "add")
    window.wait_for_stop("spin.ll", "add")
    window.page.keyboard.press("F5")
    window.view("Call Stack").get_by_text("Running").first.wait_for()
    assert debugged()

    endings: dict[str, Callable[[], None]] = {
        "stop": window.stop_debugging,
        "reload the window": lambda: window.command("Developer: Reload Window"),
    }
    endings[end]()

    wait_until_nothing_is_debugged()
