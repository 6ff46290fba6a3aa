"""The extension in a real VS Code: what a user does and sees. Its pictures are those of docs/ide.md."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from jitdbg.cli import main
from tests.ide.code_server import ROOT, Window
from tests.ide.conftest import OpenWindow, configure
from tests.processes import alive, wait_for_end

pytestmark = pytest.mark.ide

PICTURES = ROOT / "docs" / "pictures"
TRIPLE = """define i32 @triple(i32 %n) {
  %result = mul i32 %n, 3
  ret i32 %result
}
"""

WAITING = """import sys, jitdbg
dylib = jitdbg.Engine(debug="ir").load(sys.argv[1])
fib = dylib.function("fib")
print("loaded", flush=True)
sys.stdin.readline()
print(fib(5))
"""


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures go: into the docs where PICTURES=yes asks for that, else nowhere that lasts."""
    return PICTURES if os.environ.get("PICTURES") else tmp_path


def debugged() -> list[int]:
    """The processes of debuggers, and of what they debug."""
    return [process for process in alive() if re.search(rb"lldb-dap|gdbserver|jitdbg\0run", command_line(process))]


def command_line(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def wait_until_nothing_is_debugged() -> None:
    for process in debugged():
        wait_for_end(process)


def test_f5_stops_in_ir_and_shows_all_there_is(window: Window, pictures: Path) -> None:
    window.open("fib.ll")
    window.click_gutter("fib.ll", "icmp")
    window.dots("fib.ll").first.wait_for()
    window.page.keyboard.press("F5")
    assert window.answer("fib(5)") == "fib()"

    window.wait_for_stop("fib.ll", "icmp")
    window.variables().filter(has_text="n =5").or_(window.variables().filter(has_text="n = 5")).wait_for()
    window.rows("Call Stack", "fib.ll").first.wait_for()
    window.rows("JIT Dylibs", "generation 1, 1 function").click()
    window.rows("JIT Dylibs", "fib.ll:9").wait_for()
    window.picture(pictures / "stopped.png")

    window.line("fib.ll", "icmp").click()
    window.page.keyboard.press("F10")
    window.wait_for_stop("fib.ll", "br i1")

    window.command("JIT: Show IR of This Frame")
    window.line("IR of this frame.ll", "br i1").wait_for()
    mark = window.editor("IR of this frame.ll").locator(".cdr[class*='TextEditorDecorationType']")
    mark.first.wait_for()
    window.picture(pictures / "ir.png")

    assert debugged()
    window.stop_debugging()
    wait_until_nothing_is_debugged()


def test_a_breakpoint_in_a_language_of_ones_own_stops(open_window: OpenWindow, folder: Path, pictures: Path) -> None:
    configure(folder, program="${workspaceFolder}/fib-toy.ll", call="fib(5)")
    window = open_window()
    window.open("fib.toy")
    window.click_gutter("fib.toy", "let first")
    window.page.keyboard.press("F5")

    window.wait_for_stop("fib.toy", "let first")

    window.variables().filter(has_text="n =").first.wait_for()
    window.picture(pictures / "toy.png")
    window.stop_debugging()


def test_a_file_is_loaded_into_the_process_and_reloaded_after_an_edit(
    open_window: OpenWindow, folder: Path, pictures: Path
) -> None:
    (folder / "triple.ll").write_text(TRIPLE)
    window = open_window()
    window.open("fib.ll")
    window.click_gutter("fib.ll", "icmp")
    window.page.keyboard.press("F5")
    window.answer("fib(5)")
    window.wait_for_stop("fib.ll", "icmp")
    window.show("E")
    window.open("triple.ll")
    window.click_gutter("triple.ll", "mul")
    window.dots("triple.ll", "-unverified").first.wait_for()

    window.command("JIT: Load File into Process")
    window.notification("Loaded triple, generation 1.").wait_for()
    window.dots("triple.ll", "-unverified").first.wait_for(state="detached")

    window.line("triple.ll", "mul").click()
    window.page.keyboard.press("End")
    window.page.keyboard.press("Backspace")
    window.page.keyboard.type("5")
    window.command("JIT: Reload")
    window.answer("triple")
    window.notification("Loaded triple, generation 2.").wait_for()
    window.show("D")
    window.rows("JIT Dylibs", "generation 2").wait_for()
    window.picture(pictures / "reloaded.png")
    assert (folder / "triple.ll").read_text() == TRIPLE.replace(", 3", ", 5")
    window.stop_debugging()


def test_a_breakpoint_that_was_never_set_is_told_with_the_reason(
    open_window: OpenWindow, folder: Path, pictures: Path
) -> None:
    configure(folder, program="${workspaceFolder}/fib-toy.ll", call="fib(5)")
    shutil.copy(folder / "fib.ll", folder / "other.ll")
    window = open_window()
    window.open("other.ll")
    window.click_gutter("other.ll", "icmp")
    window.page.keyboard.press("F5")

    window.notification(
        "The breakpoint at other.ll:9 was never set: no JIT dylib that was loaded is made from"
    ).wait_for()

    window.picture(pictures / "never-set.png")
    wait_until_nothing_is_debugged()


def test_a_program_that_loads_nothing_is_told(open_window: OpenWindow, folder: Path) -> None:
    configure(folder, program="/bin/true")
    window = open_window()
    window.open("fib.ll")
    window.click_gutter("fib.ll", "icmp")
    window.page.keyboard.press("F5")

    window.notification("The breakpoint at fib.ll:9 was never set: the program has loaded no JIT dylib").wait_for()


def test_a_source_that_was_edited_since_it_was_compiled_is_told(open_window: OpenWindow, folder: Path) -> None:
    assert main(["build", str(folder / "fib.ll"), "-o", str(folder / "libfib.so"), "--debug", "ir"]) == 0
    subprocess.run(["cc", "-g", ROOT / "examples" / "host.c", "-o", folder / "host", "-ldl"], check=True)
    (folder / "fib.ll").write_text("; edited\n" + (folder / "fib.ll").read_text())
    configure(folder, program="${workspaceFolder}/host", args=[str(folder / "libfib.so"), "fib", "5"])
    window = open_window()
    window.open("fib.ll")
    window.click_gutter("fib.ll", "icmp")
    window.page.keyboard.press("F5")

    window.notification("fib.ll has been edited since it was compiled").wait_for()

    window.stop_debugging()


def test_a_process_with_jit_code_is_chosen_attached_to_and_let_go(
    open_window: OpenWindow, folder: Path, tmp_path: Path
) -> None:
    configure(folder, request="attach", pid="${command:pickHost}", stopOnEntry=True)
    (tmp_path / "host.py").write_text(WAITING)
    command = [sys.executable, tmp_path / "host.py", folder / "fib.ll"]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as host,
        ExitStack() as ending,
    ):
        ending.callback(host.kill)
        assert host.stdout is not None
        assert host.stdout.readline() == "loaded\n"
        window = open_window()
        window.open("fib.ll")
        window.click_gutter("fib.ll", "icmp")
        window.page.keyboard.press("F5")
        window.page.locator(".quick-input-list .monaco-list-row", has_text=str(host.pid)).wait_for()
        window.answer(str(host.pid))
        # It stops in Python's own code, of which there is no source: VS Code leaves the files in view.
        window.show("D")

        window.rows("JIT Dylibs", "generation 1, 1 function").wait_for()
        window.stop_debugging()

        wait_until_nothing_is_debugged()
        assert host.communicate("\n", timeout=60)[0] == "5\n"


def test_an_adapter_that_dies_is_told_and_leaves_nothing_running(open_window: OpenWindow, folder: Path) -> None:
    configure(folder, program="${workspaceFolder}/fib.ll", call="fib(5)")
    window = open_window()
    window.open("fib.ll")
    window.click_gutter("fib.ll", "icmp")
    window.page.keyboard.press("F5")
    window.wait_for_stop("fib.ll", "icmp")
    (adapter,) = [process for process in debugged() if b"lldb-dap" in command_line(process).split(b"\0")[0]]

    os.kill(adapter, signal.SIGKILL)

    window.notification("ended by itself, by a signal: the session is over").wait_for()
    wait_until_nothing_is_debugged()


@pytest.mark.parametrize(
    ("configuration", "sentence"),
    [
        ({"program": "/no/such/program"}, "There is no file /no/such/program"),
        ({"program": "/bin/true", "adapter": "lldb-dap", "adapterPath": "/no/adapter"}, "leads to no executable"),
        (
            {"program": "/bin/true", "adapter": "gdb", "adapterPath": "/bin/false"},
            "has no DAP: set adapterPath to",
        ),
        ({"program": "/bin/true", "args": "x"}, "it has to be a list of strings"),
    ],
)
def test_what_can_not_be_started_is_told_in_one_sentence(
    configuration: dict[str, object], sentence: str, open_window: OpenWindow, folder: Path
) -> None:
    configure(folder, **configuration)
    window = open_window()
    window.open("fib.ll")
    window.click_gutter("fib.ll", "icmp")
    window.page.keyboard.press("F5")

    window.notification(sentence).wait_for()

    wait_until_nothing_is_debugged()


def test_directives_that_fail_become_problems(open_window: OpenWindow, folder: Path) -> None:
    (folder / "wrong.ll").write_text(
        "; jitdbg: call fib(3)\n"
        + (folder / "fib.ll")
        .read_text()
        .replace("%small = icmp slt i32 %n, 2", "%small = icmp slt i32 %n, 2 ; mark: entry\n; jitdbg: at entry: n = 4")
    )
    window = open_window()
    window.open("wrong.ll")
    window.command("JIT: Run Directive Checks on This File")

    window.notification("directives passed under").wait_for()
    window.page.keyboard.press("Control+Shift+M")
    window.page.locator(".markers-panel .monaco-list-row", has_text="got 3").first.wait_for()
