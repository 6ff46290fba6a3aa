"""What the demo concludes from what debuggers said, where all is right and where something is wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jitdbg.demo.claims import check
from jitdbg.demo.dialects import Dialect, Frame, Gdb, Lldb, variables
from jitdbg.demo.dialogue import Heard
from jitdbg.demo.inputs import Debuggee

DEBUGGEE = Debuggee(("host",), Path("/where/fib.toy"), 6, "fib", 60, {"n": "2", "first": "1"})

GDB = """
@@ breakpoint
No source file named fib.toy.
Breakpoint 1 (fib.toy:6) pending.

@@ run

Breakpoint 1, fib (n=2) at fib.toy:6
6\t  let rest = n - 2

@@ stop
#0  fib (n=2) at fib.toy:6
6\t  let rest = n - 2
fib + 40 in section .text of /cache/run-0/fib-toy.0123456789abcdef.so

@@ variables
n = 2
first = 1
rest = 0

@@ step 1
7\t  let second = fib(rest)
#0  fib (n=2) at fib.toy:7
7\t  let second = fib(rest)

@@ step 2
8\t  let sum = first + second
#0  fib (n=2) at fib.toy:8
8\t  let sum = first + second

@@ step 3
9\t  return sum
#0  fib (n=2) at fib.toy:9
9\t  return sum

@@ backtrace
#0  fib (n=2) at fib.toy:9
#1  0x00007ffff7464324 in fib (n=3) at fib.toy:5
#2  0x00007ffff70caf7a in ?? () from /lib/libffi.so.8
#3  _ctypes_callproc (pProc=0x7ffff74570f9 <fib>, flags=<optimized out>) at callproc.c:1262
#4  0x00007ffff7b5861d in _PyObject_MakeTpCall () from /lib/libpython3.11.so.1.0
#5  0x0000555555555081 in _start ()

@@ continue
1
[Inferior 1 (process 17) exited normally]

@@ run again

Breakpoint 1, fib (n=2) at fib.toy:6
6\t  let rest = n - 2

@@ stop again
#0  fib (n=2) at fib.toy:6
6\t  let rest = n - 2

@@ end
[Inferior 1 (process 18) exited normally]
"""

LLDB = """
(lldb) target create "host"
(lldb) breakpoint set --file fib.toy --line 6
Breakpoint 1: no locations (pending).
(lldb) process launch
Process 17 stopped
    frame #0: 0x00007ffff7 fib-toy.0123456789abcdef.so`fib(n=2) at fib.toy:6:14
   5   \t  let first = fib(n - 1)
-> 6   \t  let rest = n - 2
    \t             ^
   7   \t  let second = fib(rest)
(lldb) frame info
frame #0: 0x00007ffff7 fib-toy.0123456789abcdef.so`fib(n=2) at fib.toy:6:14
(lldb) frame variable
(int) n = 2
(int) first = 1
(int *(*)(int)) odd = 0x0000000000000000
(lldb) thread step-over
    frame #0: 0x00007ffff7 fib-toy.0123456789abcdef.so`fib(n=2) at fib.toy:7:16
-> 7   \t  let second = fib(rest)
(lldb) thread step-over
    frame #0: 0x00007ffff7 fib-toy.0123456789abcdef.so`fib(n=2) at fib.toy:8:13
-> 8   \t  let sum = first + second
(lldb) thread step-over
    frame #0: 0x00007ffff7 fib-toy.0123456789abcdef.so`fib(n=2) at fib.toy:9:3
-> 9   \t  return sum
(lldb) thread backtrace
* thread #1, name = 'host', stop reason = step over
  * frame #0: 0x00007ffff7 fib-toy.0123456789abcdef.so`fib(n=2) at fib.toy:9:3
    frame #1: 0x00007ffff7 fib-toy.0123456789abcdef.so`fib(n=3) at fib.toy:5:15
    frame #2: 0x00007ffff7 libffi.so.8`___lldb_unnamed_symbol_6f28 + 82
    frame #3: 0x00007ffff7 libpython3.11.so.1.0`_PyEval_EvalFrameDefault [inlined] inner at ceval.c:4769:30 [opt]
    frame #4: 0x0000555555 python`_start + 33
(lldb) breakpoint disable
All breakpoints disabled. (1 breakpoints)
(lldb) process continue
Process 17 resuming
Process 17 exited with status = 0 (0x00000000)
(lldb) breakpoint enable
All breakpoints enabled. (1 breakpoints)
(lldb) process launch
Process 18 stopped
-> 6   \t  let rest = n - 2
(lldb) frame info
frame #0: 0x00007ffff7 fib-toy.fedcba9876543210.so`fib(n=2) at fib.toy:6:14
(lldb) breakpoint disable
(lldb) process continue
Process 18 exited with status = 0 (0x00000000)
"""

DIALOGUES = [pytest.param(Gdb(), GDB, id="gdb"), pytest.param(Lldb(), LLDB, id="lldb")]
NUMBER_OF_CLAIMS = 7


def failed(dialect: Dialect, transcript: str, debuggee: Debuggee = DEBUGGEE) -> list[str]:
    """The claims that don't hold, after seeing that all were made."""
    heard = Heard(transcript, dialect.cut(transcript, dialect.turns(debuggee)))
    claims = list(check(dialect, debuggee, heard))
    assert len(claims) == NUMBER_OF_CLAIMS - (debuggee.values is None)
    return [claim.words for claim in claims if not claim.holds]


@pytest.mark.parametrize(("dialect", "transcript"), DIALOGUES)
def test_all_claims_hold_of_a_good_dialogue(dialect: Dialect, transcript: str) -> None:
    assert failed(dialect, transcript) == []


@pytest.mark.parametrize(("dialect", "transcript"), DIALOGUES)
def test_claims_show_the_lines_they_rest_on(dialect: Dialect, transcript: str) -> None:
    heard = Heard(transcript, dialect.cut(transcript, dialect.turns(DEBUGGEE)))
    shown = {claim.words: claim.evidence for claim in check(dialect, DEBUGGEE, heard)}
    assert shown["it is hit in the dylib"][-1] == "6  let rest = n - 2"
    assert "n = 2" in shown["its variables have the right values"][0]
    steps = ("7  let second = fib(rest)", "8  let sum = first + second", "9  return sum")
    assert shown["three steps go from line to line"] == steps
    backtrace = shown["the backtrace runs through 2 frames of the dylib into the host"]
    assert "fib (n=2)" in backtrace[0] or "fib(n=2)" in backtrace[0]
    assert not any("0x0000" in line for line in backtrace)


def test_many_variables_are_cut_to_those_that_count() -> None:
    others = "".join(f"other{number} = {number}\n" for number in range(20))
    transcript = GDB.replace("n = 2\nfirst = 1\n", f"{others}n = 2\nfirst = 1\n")
    heard = Heard(transcript, Gdb().cut(transcript, Gdb().turns(DEBUGGEE)))
    (claim,) = [claim for claim in check(Gdb(), DEBUGGEE, heard) if "variables" in claim.words]
    assert claim.holds
    assert claim.evidence == ("n = 2", "first = 1", "other0 = 0", "other1 = 1", "other2 = 2", "other3 = 3", "… 17 more")


WRONGS = [
    ("pending", "set", "the breakpoint is taken before the dylib exists"),
    (".0123456789abcdef.so", ".so", "it is hit in the dylib"),
    ("first = 1", "first = 7", "its variables have the right values"),
    ("fib.toy:8", "fib.toy:7", "three steps go from line to line"),
    ("_Py", "Ruby", "the backtrace runs through 2 frames of the dylib into the host"),
]


@pytest.mark.parametrize(("dialect", "transcript"), DIALOGUES)
@pytest.mark.parametrize(("right", "wrong", "claim"), WRONGS)
def test_each_thing_that_is_wrong_fails_its_claim(
    dialect: Dialect, transcript: str, right: str, wrong: str, claim: str
) -> None:
    assert right in transcript
    assert failed(dialect, transcript.replace(right, wrong)) == [claim]


@pytest.mark.parametrize(("dialect", "transcript"), DIALOGUES)
def test_a_breakpoint_that_is_not_hit_again_fails(dialect: Dialect, transcript: str) -> None:
    start, _, end = transcript.rpartition("fib.toy:6")
    assert failed(dialect, f"{start}fib.toy:3{end}") == [f"run again in the same {dialect.name}, it is hit again"]


@pytest.mark.parametrize(("dialect", "transcript"), DIALOGUES)
def test_a_program_that_dies_fails(dialect: Dialect, transcript: str) -> None:
    for good in ("exited normally", "exited with status = 0 "):
        transcript = transcript.replace(good, "was killed by SIGSEGV")
    assert set(failed(dialect, transcript)) == {
        "after that the program runs to its end",
        f"run again in the same {dialect.name}, it is hit again",
    }


@pytest.mark.parametrize("dialect", [Gdb(), Lldb()])
@pytest.mark.parametrize("transcript", ["", "no such program\n", "(lldb) process launch\nerror: not permitted\n"])
def test_a_debugger_that_says_nothing_of_use_fails_all_claims(dialect: Dialect, transcript: str) -> None:
    assert len(failed(dialect, transcript)) == NUMBER_OF_CLAIMS


def test_a_source_without_variables_is_not_asked_for_them() -> None:
    debuggee = replace(DEBUGGEE, values=None)
    for dialect in (Gdb(), Lldb()):
        assert "variables" not in dict(dialect.turns(debuggee))
    assert failed(Gdb(), GDB, debuggee) == []


def test_frames_are_read_with_files_modules_and_inlining() -> None:
    text = "  * frame #0: 0x01 m.so`ns::f<int>(a=(b = 1), p=0x2) at a b.c:12:3 [opt] [artificial]\n"
    assert Lldb().frames(text) == [Frame("ns::f<int>", "a b.c", 12, "m.so")]
    assert Gdb().frames('#12 0x01 in f (s=0x2 ") at x:1") at /a b.c:3\n') == [Frame("f", "/a b.c", 3)]


def test_variables_are_read_with_and_without_types() -> None:
    text = '(const char *) text = 0x1 "a = b"\n(S) pair = {\n  x = 1\n}\nplain = <optimized out>\n'
    assert dict(variables(text)) == {"text": '0x1 "a = b"', "pair": "{", "plain": "<optimized out>"}
