"""The extension in a real VS Code: what a user does and sees. Its pictures are those of docs/ide.md."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.ide.code_server import Window
from tests.ide.conftest import OpenWindow, build_host, configure, debugged, wait_until_nothing_is_debugged

pytestmark = pytest.mark.ide

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

IN_AN_ENVIRONMENT = """import sys, jitdbg
if sys.prefix != sys.argv[1]:
    sys.exit(f"this is {sys.prefix}")
jitdbg.Engine(debug="ir").load("fib.ll").function("fib")(5)
"""


def start(window: Window, name: str, text: str) -> None:
    """Set a red dot at a line of a file and press F5."""
    window.open(name)
    window.click_gutter(name, text)
    window.dots(name).first.wait_for()
    window.page.keyboard.press("F5")


# --------------------------------------------------------------------------------------------------------- the sessions


def test_f5_stops_in_ir_and_shows_all_there_is(
    open_window: OpenWindow, folder: Path, adapter: Mapping[str, object], pictures: Path
) -> None:
    if adapter["adapter"] == "gdb":  # Without a launch.json it is lldb-dap.
        configure(folder, program="${file}", **adapter)
    window = open_window()
    start(window, "fib.ll", "icmp")
    assert window.answer("fib(5)") == "fib()"

    window.wait_for_stop("fib.ll", "icmp")
    window.variables().filter(has_text="n =5").or_(window.variables().filter(has_text="n = 5")).first.wait_for()
    window.rows("Call Stack", "fib.ll").first.wait_for()
    window.rows("JIT Dylibs", "generation 1, 1 function").click()
    window.rows("JIT Dylibs", "fib.ll:9").wait_for()
    window.picture(pictures / "stopped.png")

    window.line("fib.ll", "icmp").click()
    window.page.keyboard.press("F10")
    window.wait_for_stop("fib.ll", "br i1")

    window.command("JIT: Show IR of This Frame")
    window.line("IR of this frame.ll", "br i1").wait_for()
    window.wait_for_mark("IR of this frame.ll", "br i1")
    window.picture(pictures / "ir.png")
    window.command("Debug: Step Over")
    window.wait_for_stop("fib.ll", "sub i32 %n, 1")
    window.wait_for_mark("IR of this frame.ll", "sub i32 %n, 1")

    assert debugged()
    window.stop_debugging()
    wait_until_nothing_is_debugged()


def test_a_breakpoint_in_a_language_of_ones_own_stops(
    open_window: OpenWindow, folder: Path, adapter: Mapping[str, object], pictures: Path
) -> None:
    configure(folder, program="${workspaceFolder}/fib-toy.ll", call="fib(5)", **adapter)
    window = open_window()
    start(window, "fib.toy", "let first")

    window.wait_for_stop("fib.toy", "let first")

    window.variables().filter(has_text="n =").first.wait_for()
    window.picture(pictures / "toy.png")
    window.stop_debugging()


def test_files_that_match_the_setting_of_sources_take_breakpoints(open_window: OpenWindow, folder: Path) -> None:
    (folder / "fib.toy").rename(folder / "fib.mylang")
    ir = folder / "fib-toy.ll"
    ir.write_text(ir.read_text().replace("fib.toy", "fib.mylang"))
    configure(folder, program="${workspaceFolder}/fib-toy.ll", call="fib(5)")
    (folder / ".vscode" / "settings.json").write_text(json.dumps({"jitdbg.sources": ["**/*.mylang"]}))
    window = open_window()
    start(window, "fib.mylang", "let first")

    window.wait_for_stop("fib.mylang", "let first")

    window.stop_debugging()


def test_a_source_that_has_moved_since_is_found_by_the_source_map(
    open_window: OpenWindow, folder: Path, adapter: Mapping[str, object]
) -> None:
    build_host(folder)
    moved = folder.rename(folder.with_name("moved"))
    words = [str(moved / "libfib.so"), "fib", "5"]
    configure(moved, program=str(moved / "host"), args=words, **adapter, sourceMap={str(folder): str(moved)})
    window = open_window(moved)
    start(window, "fib.ll", "icmp")

    window.wait_for_stop("fib.ll", "icmp")

    window.stop_debugging()


def test_a_python_program_runs_in_its_virtual_environment(
    open_window: OpenWindow, folder: Path, adapter: Mapping[str, object]
) -> None:
    environment = folder / ".venv"
    venv.create(environment, symlinks=True)
    # What is installed here is there as well.
    (library,) = environment.glob("lib/python*/site-packages")
    (library / "here.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    (folder / "host.py").write_text(IN_AN_ENVIRONMENT)
    python = "${workspaceFolder}/.venv/bin/python"
    configure(folder, program="${workspaceFolder}/host.py", args=[str(environment)], python=python, **adapter)
    window = open_window()
    start(window, "fib.ll", "icmp")

    window.wait_for_stop("fib.ll", "icmp")

    window.stop_debugging()


def test_a_process_with_jit_code_is_chosen_attached_to_and_let_go(
    open_window: OpenWindow, folder: Path, adapter: Mapping[str, object], tmp_path: Path
) -> None:
    configure(folder, request="attach", pid="${command:pickHost}", stopOnEntry=True, **adapter)
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
        start(window, "fib.ll", "icmp")
        window.page.locator(".quick-input-list .monaco-list-row", has_text=str(host.pid)).wait_for()
        window.answer(str(host.pid))
        # It stops in Python's own code, of which there is no source: VS Code leaves the files in view.
        window.show("D")

        window.rows("JIT Dylibs", "generation 1, 1 function").wait_for()
        window.stop_debugging()

        wait_until_nothing_is_debugged(but=host.pid)
        assert host.communicate("\n", timeout=60)[0] == "5\n"


# ------------------------------------------------------------------------------------------------ dylibs, IR and checks


def test_the_view_of_dylibs_opens_source_ir_and_disassembly(
    open_window: OpenWindow, folder: Path, adapter: Mapping[str, object]
) -> None:
    configure(folder, program="${workspaceFolder}/fib-toy.ll", call="fib(5)", **adapter)
    window = open_window()
    start(window, "fib.toy", "let first")
    window.wait_for_stop("fib.toy", "let first")
    window.rows("JIT Dylibs", "generation 1, 1 function").click()
    function = window.rows("JIT Dylibs", "fib.toy:2")

    window.press_button(function, "Open IR")
    window.line("fib-toy.fib.ll", "define i32 @fib").wait_for()
    window.press_button(function, "Open Disassembly")
    window.line("fib.s", "ret").wait_for()
    window.press_button(window.rows("JIT Dylibs", "generation 1, 1 function"), "Open Source")
    window.line("fib-toy.ll", "source_filename").wait_for()
    function.click()
    window.wait_for_cursor("fib.toy", 2)

    window.stop_debugging()


def test_a_file_is_loaded_into_the_process_and_reloaded_after_an_edit(
    open_window: OpenWindow, folder: Path, adapter: Mapping[str, object], pictures: Path
) -> None:
    (folder / "triple.ll").write_text(TRIPLE)
    configure(folder, program="${workspaceFolder}/fib.ll", call="fib(5)", **adapter)
    window = open_window()
    start(window, "fib.ll", "icmp")
    window.wait_for_stop("fib.ll", "icmp")
    window.show("E")
    window.open("triple.ll")
    window.click_gutter("triple.ll", "mul")
    window.dots("triple.ll", "-unverified").first.wait_for()

    window.command("JIT: Load File into Process")
    window.notification("Loaded triple, generation 1.").wait_for()
    if adapter["adapter"] == "gdb":
        # Its program has run and stopped for that, and VS Code shows where it stands.
        window.active_tab("fib.ll").wait_for()
        window.open("triple.ll")
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
