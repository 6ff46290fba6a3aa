"""``jit-load`` into programs that know nothing of jitdbg, and the commands where there is no program at all."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from jitdbg.build import build
from jitdbg.debugger.commands.registry import COMMANDS
from tests.harness_programs import compile_program
from tests.prompts import prompted

pytestmark = [pytest.mark.debugger, pytest.mark.parametrize("debugger", ["gdb", "lldb"])]

SCALE = """
define i32 @scale(i32 %n) {
  %twice = mul i32 %n, 2
  ret i32 %twice
}
"""
WAITS = """
#include <stdio.h>
#include <unistd.h>
int main(int count, char **words) {
  fclose(fopen(words[1], "w"));
  for (;;)
    pause();
}
"""
PARTED = """
#include <stdio.h>
__attribute__((noinline, cold)) void warn(int n) { printf("%d\\n", n); }
__attribute__((noinline)) int work(int n) {
  if (n > 100) {
    warn(n);
    return warn(2), n;
  }
  return n * 3;
}
int main(void) { return work(101) - 101; }
"""
ATTACH = {"gdb": "attach {}", "lldb": "process attach --pid {}"}
DETACH = {"gdb": "detach", "lldb": "process detach"}
STOP = {"gdb": "break main", "lldb": "breakpoint set -n main"}


@pytest.fixture
def load(tmp_path: Path) -> str:
    (tmp_path / "scale.ll").write_text(SCALE)
    return f"jit-load {tmp_path}/scale.ll --call 'scale(4)'"


def test_a_stripped_program_of_the_system_takes_dylibs(debugger: str, load: str) -> None:
    with subprocess.Popen(["sleep", "1000"]) as program:
        try:
            orders = [ATTACH[debugger].format(program.pid), load, "jit-unload scale", DETACH[debugger]]
            printed = prompted(debugger, [], orders)
            assert program.poll() is None
        finally:
            program.kill()
    assert "scale(4) = 8\n" in printed, printed
    assert "unloaded the JIT dylib scale (generation 1)" in printed


def test_a_stripped_program_takes_before_it_runs_what_waits_for_its_main(debugger: str, load: str) -> None:
    printed = prompted(debugger, ["/bin/true"], [load, "run"])
    assert "is kept, and loaded when the program comes to __libc_start_main\n" in printed, printed
    assert "scale(4) = 8\n" in printed


def test_a_host_in_cxx_takes_dylibs(debugger: str, load: str, tmp_path: Path) -> None:
    program = compile_program("commands_host", tmp_path, "-x", "c++")
    printed = prompted(debugger, [program], [STOP[debugger], "run", load, "jit-symbol scale", "kill"])
    assert "scale(4) = 8\n" in printed, printed
    assert re.search(r"is scale, in the JIT dylib scale \(generation 1\)", printed)


@pytest.mark.parametrize("given", ["cfg::level", "static_cast<int>(cfg::level)", "true ? 7 : 0"])
def test_what_a_call_is_given_is_cxx_in_a_program_of_that(debugger: str, tmp_path: Path, given: str) -> None:
    (tmp_path / "scale.ll").write_text(SCALE)
    (tmp_path / "host.cc").write_text("namespace cfg { int level = 7; }\nint main() { return cfg::level; }\n")
    subprocess.run(["c++", "-g", "host.cc", "-o", "host"], check=True, cwd=tmp_path)
    orders = [STOP[debugger], "run", f"jit-load {tmp_path}/scale.ll --call 'scale({given})'", "kill"]
    assert f"scale({given}) = 14\n" in prompted(debugger, [tmp_path / "host"], orders)


def test_a_function_begins_at_its_entry_where_a_part_of_it_lies_apart(debugger: str, tmp_path: Path) -> None:
    (tmp_path / "parted.c").write_text(PARTED)
    subprocess.run(["cc", "-O2", "-g", "parted.c", "-o", "parted"], check=True, cwd=tmp_path)
    stop = {"gdb": "break warn", "lldb": "breakpoint set -n warn"}[debugger]
    orders = [stop, "run", "jit-symbol work", "up", "jit-symbol $pc", "kill"]
    printed = prompted(debugger, [tmp_path / "parted"], orders)
    assert " is work, in " in printed, printed
    assert re.search(r" is work [-+] \d+, in ", printed)


def test_a_dylib_that_was_opened_by_a_relative_path_is_one(
    debugger: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "twice.ll").write_text(SCALE.replace("@scale", "@run"))
    (tmp_path / "twice.so").write_bytes(build(tmp_path / "twice.ll", soname="twice.so", debug="ir"))
    program = compile_program("commands_host", tmp_path)
    monkeypatch.chdir(tmp_path)
    stop = STOP[debugger].replace("main", "run")
    printed = prompted(debugger, [program], [stop, "run ./twice.so", "jit-list", "jit-symbol $pc", "jit-bt 1", "kill"])
    assert re.search(r"^1 +twice +1 ", printed, re.MULTILINE), printed
    assert "in the JIT dylib twice (generation 1)" in printed
    assert re.search(r"^=> #0 +run +JIT twice\.1 ", printed, re.MULTILINE)


RUN_ON = {
    "gdb": ["break main", "run", "delete", "continue &"],
    "lldb": ["script lldb.debugger.SetAsync(True)", "process launch"],
}
RUNNING = {
    "gdb": "thread 1 is running: stop it (interrupt), or select one that is stopped\n",
    "lldb": "error: the program is running: stop it first (process interrupt)\n",
}
BEGUN = {  # The prompt waits until the program has begun.
    "gdb": "python open({!r}).read()",
    "lldb": "script open({!r}).read()",
}


def test_while_the_program_runs_it_is_said_that_it_has_to_be_stopped(debugger: str, load: str, tmp_path: Path) -> None:
    (tmp_path / "waits.c").write_text(WAITS)
    subprocess.run(["cc", "-g", tmp_path / "waits.c", "-o", tmp_path / "waits"], check=True)
    os.mkfifo(tmp_path / "begun")
    refused = [load, "jit-bt", "jit-symbol $pc", "jit-ir", "jit-disas"]
    orders = [*RUN_ON[debugger], BEGUN[debugger].format(str(tmp_path / "begun")), "jit-list", *refused, "jit-doctor"]
    printed = prompted(debugger, [tmp_path / "waits", tmp_path / "begun"], [*orders, "kill"])
    assert printed.count(RUNNING[debugger]) == len(refused), printed
    assert "The program has loaded no JIT dylib.\n" in printed
    assert "Traceback" not in printed


SAYS_WITHOUT_A_PROGRAM = {
    "jit-load": "there is no program: name one first (file PROGRAM)",
    "jit-break": "No JIT function matches x yet: those of JIT dylibs to come will stop.",
    "jit-skip": "step, next and finish stop in the interpreter's own frames as well.",
    "jit-doctor": "none: commands that read one wait for it",
}
WORDS = {
    "jit-load": "{}/scale.ll",
    "jit-save": "x {}/x.so",
    "jit-list": "",
    "jit-bt": "",
    "jit-skip": "",
    "jit-doctor": "",
}


def test_without_a_program_each_command_says_so_in_one_sentence(debugger: str, load: str, tmp_path: Path) -> None:
    del load
    for command in COMMANDS:
        words = WORDS.get(command.name, "x").format(tmp_path)
        printed = prompted(debugger, [], [f"{command.name} {words}"])
        wanted = SAYS_WITHOUT_A_PROGRAM.get(command.name, "no program runs: start it, attach to it or open its core")
        if (debugger, command.name) == ("lldb", "jit-break"):  # its breakpoints are a program's, running or not
            wanted = SAYS_WITHOUT_A_PROGRAM["jit-load"]
        assert wanted in printed, printed
        assert "Traceback" not in printed
