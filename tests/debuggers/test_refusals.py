"""What a command leaves that is refused: the program, its selected thread and the selected frame as they were."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from jitdbg import elf
from jitdbg.build import build
from tests.harness_programs import PROGRAMS, compile_program
from tests.prompts import prompted
from tests.sources import caller

pytestmark = [pytest.mark.debugger, pytest.mark.parametrize("debugger", ["gdb", "lldb"])]

SCALE = """
define i32 @scale(i32 %n) {
  %twice = mul i32 %n, 2 ; mark: twice
  ret i32 %twice
}
"""
WRONG = "define i32 @f() {\n  ret i64 3\n}\n"
STATE = {"gdb": ("thread", "frame", "info registers"), "lldb": ("thread info", "frame info", "register read")}
MARK = {"gdb": "echo == {} ==\\n", "lldb": "# == {} =="}  # lldb repeats what it is told
STOP = {"gdb": "break {}:{}", "lldb": "breakpoint set -f {} -l {}"}
STOP_IN = {"gdb": "break {}", "lldb": "breakpoint set -n {}"}
MAIN_THREADS_OUTERMOST = {"gdb": ("thread 1", "up 100"), "lldb": ("thread select 1", "frame select -r 100")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program, and with sources and images of which only ``scale.ll`` can be loaded."""
    path = tmp_path_factory.mktemp("refused")
    compile_program("loading_host", path, "-pthread")
    for name, text in {"scale": SCALE, "wrong": WRONG, "needs": caller("absent")}.items():
        (path / f"{name}.ll").write_text(text)
    image = bytearray(build(path / "scale.ll", soname="foreign.so"))
    image[18:20] = elf.constants.EM_AARCH64.to_bytes(2, "little")
    (path / "foreign.so").write_bytes(image)
    return path


def stop_at(debugger: str, mark: str, source: Path = PROGRAMS / "loading_host.c") -> str:
    lines = source.read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if f"mark: {mark}" in text)
    return STOP[debugger].format(source.name, line)


def check_left_alone(debugger: str, folder: Path, begin: Sequence[str], refused: Mapping[str, str]) -> None:
    """Give orders that begin a session, then commands, each of which says something and changes no selection."""
    orders = [*begin, MARK[debugger].format("state"), *STATE[debugger]]
    for command in refused:
        orders += [MARK[debugger].format("command"), command, MARK[debugger].format("state"), *STATE[debugger]]
    printed = prompted(debugger, [folder / "loading_host"], orders)
    assert "Traceback" not in printed
    parts = re.split(r"^(?:\(lldb\) # )?== (?:state|command) ==\n", printed, flags=re.MULTILINE)[1:]
    states, said = parts[::2], parts[1::2]
    assert len(said) == len(refused)
    assert re.search(r"\brip\b", states[0])
    for (command, words), found, after in zip(refused.items(), said, states[1:], strict=True):
        assert words in found, command
        assert after == states[0], command


def test_the_thread_and_frame_that_are_selected_stay_so(folder: Path, debugger: str) -> None:
    load = f"jit-load {folder}/scale.ll"
    begin = [stop_at(debugger, "worked"), "run threads", *MAIN_THREADS_OUTERMOST[debugger]]
    commands = {
        f"{load} --call 'scale(4)'": "scale(4) = 8",
        load: "is loaded: `jit-reload scale` loads its next generation",
        f"jit-load {folder}/wrong.ll": ":2:7: value doesn't match function result type 'i32'",
        f"jit-load {folder}/nothing.ll": "No such file or directory",
        f"jit-load {folder}/needs.ll": "undefined symbol: absent",
        f"jit-load {folder}/foreign.so": "is made for AArch64",
        f"jit-load {folder}/loading_host": "was not made by jitdbg",
        "jit-load": "FILE is missing",
        "jit-unload nothing": "there is no JIT dylib nothing",
        "jit-reload nothing": "there is no JIT dylib nothing",
        "jit-info libc.so.6": "is no JIT dylib",
        "jit-symbol nothing": "is no address",
        "jit-ir": "which is no JIT code",
        "jit-disas": "which is no JIT code",
        "jit-bt few": "COUNT is a number of frames",
        "jit-break (": "is no regular expression",
        f"jit-save scale {folder}/scale.ll": "add --force to replace it",
    }
    check_left_alone(debugger, folder, begin, commands)


def test_what_is_refused_for_a_lock_or_a_frame_leaves_the_selection(folder: Path, debugger: str) -> None:
    load = f"jit-load {folder}/scale.ll"
    begin = [stop_at(debugger, "worked"), "run threads", load, STOP_IN[debugger].format("free"), "continue"]
    holder = "thread 2 is inside the memory allocator (frame 0, "
    commands = dict.fromkeys((f"{load} --name other", "jit-reload scale", "jit-unload scale"), holder)
    check_left_alone(debugger, folder, [*begin, *MAIN_THREADS_OUTERMOST[debugger]], commands)
    begin = [stop_at(debugger, "begun"), "run", f"{load} --global", stop_at(debugger, "twice", folder / "scale.ll")]
    stack = "scale (generation 1) is on the stack of thread 1 (frame 0, scale)"
    check_left_alone(
        debugger, folder, [*begin, "continue", "up"], {"jit-unload scale": stack, "jit-reload scale": stack}
    )
