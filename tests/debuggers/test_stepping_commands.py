"""``jit-skip``: the debuggers' own steps go from the interpreter's code into JIT code and out again."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pexpect
import pytest

from jitdbg.debugger.interpreter import is_interpreters
from jitdbg.errors import Unsupported
from jitdbg.harness import Session
from jitdbg.tools import launch_arguments, tool
from tests.prompts import prompted

pytestmark = pytest.mark.debugger
both = pytest.mark.parametrize("debugger", ["gdb", "lldb"])

INNER = """define i32 @inner(i32 %n) {
  %twice = mul i32 %n, 2
  ret i32 %twice
}
"""
OUTER = """declare i32 @callback(i32)
define i32 @outer(i32 %n) {
  %r = call i32 @callback(i32 %n)
  %s = add i32 %r, 1
  ret i32 %s
}
"""
# Python calls outer, that calls Python, and that calls inner.
HOST = """
import ctypes, sys
from jitdbg.engine import Engine
engine = Engine(debug="ir")
inner = engine.load({inner!r}).function("inner")
callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda n: inner(n))
engine.define("callback", callback)
outer = engine.load({outer!r}).function("outer")
sys.getrecursionlimit()
print("it is", outer(4), outer(5), flush=True)
"""
AT_PYTHONS_CODE = {
    "gdb": ["set breakpoint pending on", "break Py_GetRecursionLimit", "run", "delete"],
    "lldb": ["breakpoint set -n Py_GetRecursionLimit", "run", "breakpoint delete -f"],
}


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """The command line of the Python program."""
    (tmp_path / "inner.ll").write_text(INNER)
    (tmp_path / "outer.ll").write_text(OUTER)
    (tmp_path / "host.py").write_text(HOST.format(inner=str(tmp_path / "inner.ll"), outer=str(tmp_path / "outer.ll")))
    return [sys.executable, str(tmp_path / "host.py")]


def places(debugger: str, words: list[str], *orders: str) -> tuple[list[str], str]:
    """Give orders in Python's C code, and give the JIT function and line, or ``-``, after each; and all the words."""
    asked = [each for order in orders for each in (order, "jit-bt 1")]
    printed = prompted(debugger, words, [*AT_PYTHONS_CODE[debugger], *asked, "continue"])
    rows = re.findall(r"^(?:=> #0  (.*)|   #0  \(a frame of the interpreter.*)$", printed, flags=re.MULTILINE)
    found = [re.search(r"^(inner|outer) .*\.ll:(\d+)$", row) for row in rows]
    return [f"{each[1]} {each[2]}" if each else "-" for each in found], printed


def need_the_stack_in_libffi(debugger: str) -> None:
    if debugger == "lldb" and (tool("lldb").version or "").startswith("19."):
        raise Unsupported("lldb", "lldb 19 loses the stack in libffi, and steps out of a call run on to other JIT code")


@both
def test_a_step_from_pythons_code_goes_into_jit_code_and_out_again(debugger: str, words: list[str]) -> None:
    need_the_stack_in_libffi(debugger)
    found, printed = places(debugger, words, "jit-skip on", *["step"] * 4)
    assert found == ["-", "outer 3", "inner 2", "inner 3", "outer 3"], printed
    assert "step, next and finish pass over the interpreter's own frames." in printed
    assert "it is 9 11" in printed


@both
def test_next_and_finish_come_out_at_a_frame_worth_seeing(debugger: str, words: list[str]) -> None:
    need_the_stack_in_libffi(debugger)
    found, printed = places(debugger, words, "jit-skip on", "step", "step", "finish", "next", "next", "next")
    assert found == ["-", "outer 3", "inner 2", "outer 3", "outer 4", "outer 5", "outer 3"], printed
    assert "it is 9 11" in printed


@both
def test_a_breakpoint_of_the_users_stops_what_passes_over_the_interpreter(debugger: str, words: list[str]) -> None:
    point = {"gdb": "break inner", "lldb": "breakpoint set -n inner"}[debugger]
    found, printed = places(debugger, words, "jit-skip on", "step", point, "next")
    assert found == ["-", "outer 3", "outer 3", "inner 2"], printed


@both
def test_what_is_switched_off_is_as_it_was(debugger: str, words: list[str]) -> None:
    found, printed = places(debugger, words, "jit-skip on", "step", "step", "step", "jit-skip off", "step", "step")
    assert found == ["-", "outer 3", "inner 2", "inner 3", "inner 3", "-", "-"], printed
    assert "step, next and finish stop in the interpreter's own frames as well." in printed
    assert "it is 9 11" in printed


@both
def test_a_program_that_ends_in_a_step_has_ended(debugger: str, words: list[str]) -> None:
    printed = places(debugger, words, "jit-skip on", *["step"] * 20)[1]
    assert "it is 9 11" in printed
    assert "no program runs" in printed


@both
def test_another_state_is_refused(debugger: str, words: list[str]) -> None:
    assert "jit-skip: STATE is on or off, which 'maybe' is not" in prompted(debugger, words, ["jit-skip maybe"])


@pytest.mark.parametrize("debugger", ["gdb"])
def test_what_is_passed_over_is_not_shown_at_a_terminal(debugger: str, words: list[str]) -> None:
    """lldb draws a screen there, of which no lines can be taken."""
    settings = ["set style enabled off", "set confirm off", *AT_PYTHONS_CODE[debugger], "jit-skip on"]
    shown = shown_at_a_terminal(debugger, words, [*settings, "step nobody", "step", "step", "step", "finish", "next"])
    refused, first, *others = shown[len(settings) :]
    assert refused.startswith("No symbol ")
    # Of a Python without line numbers gdb says beforehand that it steps until the function's exit.
    assert first.endswith("outer (n=4) at outer.ll:3\n3\t  %r = call i32 @callback(i32 %n)\n")
    assert first.count("\n") <= 4
    assert others == [
        "inner (n=4) at inner.ll:2\n2\t  %twice = mul i32 %n, 2\n",
        "3\t  ret i32 %twice\n",
        shown[-2],
        "4\t  %s = add i32 %r, 1\n",
    ]
    assert shown[-2].endswith(
        "Value returned is $1 = 8\n0x… in outer (n=4) at outer.ll:3\n3\t  %r = call i32 @callback(i32 %n)\n"
    )


def shown_at_a_terminal(debugger: str, words: list[str], orders: list[str]) -> list[str]:
    """Give gdb orders at a terminal, each at the prompt that follows the one before, and give what each shows."""
    command = ["-nx", "-q", *launch_arguments(debugger), "--args", *words]
    environment = {**os.environ, "TERM": "dumb"}
    shown = []
    with pexpect.spawn(tool(debugger).path, command, encoding="utf-8", timeout=100, env=environment) as gdb:
        gdb.expect_exact("(gdb) ")
        for order in orders:
            gdb.sendline(order)
            gdb.expect_exact("(gdb) ")
            words_of_it = re.sub(r"0x[0-9a-f]+", "0x…", str(gdb.before).replace("\r", ""))
            shown.append(words_of_it.partition("\n")[2])
        gdb.sendline("kill")
        gdb.expect_exact("(gdb) ")
    return shown


@both
def test_a_program_that_drives_the_debugger_is_sent_on_from_no_stop(debugger: str, words: list[str]) -> None:
    """It would take the first stop for the end of its step."""
    with Session.launch(words, debugger=debugger) as session:
        session.break_at("inner")
        session.run()
        session.command("jit-skip on")
        left = session.step_out().frame
        assert left is not None
        assert is_interpreters(left.module)


@pytest.mark.parametrize("debugger", ["gdb"])
def test_a_step_of_a_program_that_drives_gdb_goes_into_jit_code(debugger: str, words: list[str]) -> None:
    with Session.launch(words, debugger=debugger) as session:
        session.break_at("outer")
        session.run()
        session.command("jit-skip on")
        entered = session.step_in().frame
        assert entered is not None
        assert entered.function == "inner"
