"""The commands that read, where there is more than one program or thread to read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jitdbg.build import build
from tests.harness_programs import compile_program
from tests.prompts import prompted

pytestmark = pytest.mark.debugger

RUN = """
define i32 @run(i32 %n) {
  %twice = mul i32 %n, 2
  ret i32 %twice
}
"""
# What the four say of the dylib at whose function the program is.
READ = ("jit-list", "jit-info {}", "jit-symbol $pc", "jit-bt 1")
STOP = {"gdb": "break run", "lldb": "breakpoint set -n run"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the program and two images, each with a function ``run``."""
    path = tmp_path_factory.mktemp("many")
    compile_program("commands_ways", path, "-pthread")
    for name in ("first", "second"):
        (path / f"{name}.ll").write_text(RUN)
        (path / f"{name}.so").write_bytes(build(path / f"{name}.ll", soname=f"{name}.so", debug="ir"))
    return path


def reading(name: str) -> list[str]:
    return [command.format(name) for command in READ]


def times_read(printed: str, name: str) -> int:
    """Count how often all four commands have told of a dylib."""
    told = (
        rf"^\d+ +{name} +1 +0x\w+-0x\w+ +1 +yes ",
        rf"^name +{name}$",
        rf"^0x\w+ is run(?: \+ \d+)?, in the JIT dylib {name} \(generation 1\)$",
        rf"^=> #0 +run +JIT {name}\.1 +\S+/{name}\.ll:\d+$",
    )
    counts = {len(re.findall(pattern, printed, re.MULTILINE)) for pattern in told}
    assert len(counts) == 1, printed
    return counts.pop()


FOLLOW = {"gdb": "set follow-fork-mode child", "lldb": "settings set target.process.follow-fork-mode child"}


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_forked_child_is_read(folder: Path, debugger: str) -> None:
    """jit-list, jit-info, jit-symbol and jit-bt of a child that has its parent's dylib."""
    orders = [FOLLOW[debugger], STOP[debugger], f"run {folder}/first.so fork", *reading("first")]
    assert times_read(prompted(debugger, [folder / "commands_ways"], orders), "first") == 1


PROGRAMS_APART = {
    "gdb": ("add-inferior -exec {}", "inferior 2", "inferior 1"),
    "lldb": ("target create {}", "target select 1", "target select 0"),
}


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_several_programs_are_read_apart(folder: Path, debugger: str) -> None:
    """jit-list, jit-info, jit-symbol and jit-bt tell of the dylibs of the program that is selected alone."""
    program = folder / "commands_ways"
    add, second, first = (order.format(program) for order in PROGRAMS_APART[debugger])
    orders = [STOP[debugger], f"run {folder}/first.so", *reading("first"), add, second, STOP[debugger]]
    orders += [f"run {folder}/second.so", *reading("second"), first, *reading("first"), second, "jit-info first"]

    printed = prompted(debugger, [program], orders)

    assert (times_read(printed, "first"), times_read(printed, "second")) == (2, 1)
    assert "there is no JIT dylib first: there are second (see jit-list)" in printed


@pytest.mark.parametrize("debugger", ["gdb"])
def test_in_non_stop_mode_what_stands_still_is_read(folder: Path, debugger: str) -> None:
    """jit-list, jit-info, jit-symbol and jit-bt beside a thread that runs, which itself can't be looked at."""
    program = folder / "commands_ways"
    orders = ["set non-stop on", STOP[debugger], f"run {folder}/first.so", *reading("first")]
    orders += ["thread 2", "jit-bt", "jit-symbol run", "jit-list", "thread 1", *reading("first"), "kill"]

    printed = prompted(debugger, [program], orders)

    before, beside, after = re.split(r"^\[Switching to thread .*\n", printed, flags=re.MULTILINE)
    assert (times_read(before, "first"), times_read(after, "first")) == (1, 1)
    refused, refused_too, heading, *_ = beside.splitlines()
    assert refused == refused_too == "thread 2 is running: stop it (interrupt), or select one that is stopped"
    assert heading.startswith("id  name ")
