"""Crash reports: programs that really die, each in a process of its own, and what is then on stderr."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from jitdbg.harness.marks import find_marks
from jitdbg.postmortem.core import Core
from jitdbg.tools import tool
from tests.cores import BOOM, CORE_PATTERN
from tests.crash_helpers import wait_for_end, wait_for_helpers
from tests.tools import without_looking_into_others

BEGINNING = """
import ctypes, os, signal, sys, threading
import jitdbg
from jitdbg import Engine
"""

DYING = """
define i32 @null(ptr %p) {
  %value = load i32, ptr null                     ; mark: null
  ret i32 %value
}
define i32 @wild(ptr %p) {
  %value = call i32 %p()                          ; mark: wild
  %sum = add i32 %value, 1
  ret i32 %sum
}
declare void @llvm.trap()
define i32 @trap(ptr %p) {
  call void @llvm.trap()                          ; mark: trap
  ret i32 0
}
define i32 @divide(ptr %p) {
  %divisor = ptrtoint ptr %p to i32
  %value = sdiv i32 7, %divisor                   ; mark: divide
  ret i32 %value
}
declare void @abort()
define i32 @give_up(ptr %p) {
  call void @abort()                              ; mark: give_up
  ret i32 0
}
declare ptr @malloc(i64)
define i32 @heap(ptr %p) {
  %block = call ptr @malloc(i64 100)
  call void @llvm.memset.p0.i64(ptr %block, i8 65, i64 4096, i1 false)
  %another = call ptr @malloc(i64 500000000)
  %third = call ptr @malloc(i64 50000)            ; mark: heap
  %value = load i32, ptr null
  ret i32 %value
}
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
define i32 @endless(ptr %p) {
  %space = alloca [4096 x i8]
  %value = call i32 @endless(ptr %space)          ; mark: endless
  %sum = add i32 %value, 1
  ret i32 %sum
}
"""
LINES = find_marks(DYING)


@dataclass(frozen=True)
class Ended:
    """A program that has ended: its exit code, and what it left on stdout and stderr."""

    code: int
    out: str
    report: str


def run(script: str, folder: Path, *, prefix: tuple[str, ...] = (), core: int = 0) -> Ended:
    """Run a script; ``core`` is the limit on the size of a core dump, which would lie in ``folder``."""
    (folder / "dying.ll").write_text(DYING)
    (folder / "boom.ll").write_text(BOOM)
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    done = subprocess.run(
        [*prefix, sys.executable, "-c", BEGINNING + script],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (core, hard)),
    )
    wait_for_helpers()
    return Ended(done.returncode, done.stdout, done.stderr)


CRASH = """
jitdbg.enable_crash_reports()
dylib = Engine(debug="ir").load("dying.ll")
def python_function():
    dylib.function({name!r})(None)
python_function()
"""


def section(report: str, title: str) -> list[str]:
    """Return the lines below a title."""
    _, found, rest = report.partition(f"\n{title}:\n")
    assert found, report
    return rest.partition("\n\n")[0].splitlines()


def stack(report: str) -> list[str]:
    return section(report, "native stack, innermost frame first")


def test_a_report_has_all_that_one_looks_for(tmp_path: Path) -> None:
    script = """
    jitdbg.enable_crash_reports()
    def python_function(function):
        function(None, 41)
    python_function(Engine(debug="ir").load("boom.ll").function("boom"))
    """
    ended = run("\n".join(line.strip("\n")[4:] for line in script.splitlines()), tmp_path, core=resource.RLIM_INFINITY)
    line = find_marks(BOOM)["crash"]
    assert ended.code == -signal.SIGSEGV
    head = ended.report.splitlines()[0]
    assert head.startswith("jitdbg: crash report: SIGSEGV (address not mapped) at address 0x0, in thread ")
    place, source, folded = stack(ended.report)[:3]
    assert re.fullmatch(rf"  #0   boom\+0x\w+ at {tmp_path}/boom.ll:{line}:3 in boom\.\w+\.so", place)
    assert source.strip() == BOOM.splitlines()[line - 1].strip()
    assert "of the interpreter (" in folded
    python = section(ended.report, "Python's stack")
    assert any(re.fullmatch(r'  File "<string>", line \d+ in python_function', each) for each in python)
    machine, ir = section(ended.report, "instruction")
    assert re.search(r": mov\w* e.., dword ptr \[rdi\]$", machine)
    assert ir == f"  IR of boom, line {line}: {BOOM.splitlines()[line - 1].strip()}"
    registers = dict(re.findall(r"(\w+) ([0-9a-f]{16})", "\n".join(section(ended.report, "registers"))))
    assert len(registers) == 18
    assert (registers["rdi"], int(registers["rip"], 16)) == ("0" * 16, int(machine.split(":")[0], 16))
    image, core, command = section(ended.report, "where to look")
    assert os.path.exists(image.removeprefix("  image of boom (generation 1): "))
    if not CORE_PATTERN.read_text().startswith("|"):
        path = core.removeprefix("  core: ")
        assert os.path.dirname(path) == str(tmp_path)
        assert os.path.exists(path)
        assert command == f"  open it: jitdbg open {path}"


@pytest.mark.parametrize(
    ("name", "number", "words"),
    [
        ("null", signal.SIGSEGV, "SIGSEGV (address not mapped) at address 0x0"),
        ("trap", signal.SIGILL, "SIGILL (illegal operand)"),
        ("divide", signal.SIGFPE, "SIGFPE (integer division by zero)"),
        ("give_up", signal.SIGABRT, "SIGABRT (raised by the program)"),
        ("wild", signal.SIGSEGV, "SIGSEGV (address not mapped) at address 0x0"),
    ],
)
def test_each_fatal_signal_is_reported_and_then_does_what_it_does(
    name: str, number: int, words: str, tmp_path: Path
) -> None:
    ended = run(CRASH.format(name=name), tmp_path)
    assert ended.code == -number
    assert ended.report.startswith(f"jitdbg: crash report: {words}, in thread ")
    frames = [line for line in stack(ended.report) if f" at {tmp_path}/dying.ll:{LINES[name]}:" in line]
    assert [line.split()[1].split("+")[0] for line in frames] == [name]
    assert any("in python_function" in line for line in section(ended.report, "Python's stack"))
    assert ended.report.count("jitdbg: crash report:") == 1


def test_a_page_that_its_file_no_longer_has_is_reported(tmp_path: Path) -> None:
    script = """
import mmap
open("cut", "wb").write(bytes(4096))
file = open("cut", "r+b")
page = mmap.mmap(file.fileno(), 4096)
address = ctypes.addressof(ctypes.c_char.from_buffer(page))
file.truncate(0)
jitdbg.enable_crash_reports()
Engine(debug="ir").load("boom.ll").function("boom")(address, 41)
"""
    ended = run(script, tmp_path)
    assert ended.code == -signal.SIGBUS
    assert ended.report.startswith("jitdbg: crash report: SIGBUS (no such part of the mapped file) at address 0x")
    assert f" at {tmp_path}/boom.ll:{find_marks(BOOM)['crash']}:" in stack(ended.report)[0]


def test_a_crash_in_native_code_is_reported_too(tmp_path: Path) -> None:
    (tmp_path / "poke.c").write_text("void poke(int *place) {\n  *place = 1;\n}\n")
    subprocess.run([tool("cc").path, "-g", "-shared", "-fPIC", "poke.c", "-o", "poke.so"], cwd=tmp_path, check=True)
    ended = run("jitdbg.enable_crash_reports()\nctypes.CDLL('./poke.so').poke(ctypes.c_void_p(1 << 40))\n", tmp_path)
    assert ended.code == -signal.SIGSEGV
    assert "at address 0x10000000000," in ended.report
    place, source, *_ = stack(ended.report)
    assert re.fullmatch(rf"  #0   poke\+0x\w+ at {tmp_path}/poke.c:2:\d+ in poke\.so", place)
    assert source.strip() == "*place = 1;"
    assert "IR of" not in ended.report


def test_a_jump_to_where_nothing_is_has_its_address_in_the_stack(tmp_path: Path) -> None:
    (tmp_path / "jump.ll").write_text("define void @jump() {\n  call void inttoptr (i64 16 to ptr)()\n  ret void\n}\n")
    ended = run("jitdbg.enable_crash_reports()\njitdbg.Engine().load('jump.ll').function('jump')()\n", tmp_path)
    assert ended.code == -signal.SIGSEGV
    nowhere, jump, *_ = stack(ended.report)
    assert nowhere == "  #0   ?? at 0x10"
    assert jump.startswith("  #1   jump+0x")


def test_a_corrupted_heap_does_not_keep_it_from_reporting(tmp_path: Path) -> None:
    ended = run(CRASH.format(name="heap"), tmp_path)
    assert ended.code < 0
    assert any(f"{tmp_path}/dying.ll:" in line for line in stack(ended.report))
    assert any(" heap+" in line for line in stack(ended.report))


def test_a_core_that_may_not_be_large_enough_is_foretold_and_is_cut_short(tmp_path: Path) -> None:
    if CORE_PATTERN.read_text().startswith("|"):
        pytest.skip("this kernel hands cores to a program (core_pattern), so that there is no file to read")
    ended = run(CRASH.format(name="null"), tmp_path, core=1 << 20)
    (core,) = tmp_path.glob("core*")
    _, place, command = section(ended.report, "where to look")
    limited = "cut short, since its size is limited to 1024 KiB: `ulimit -c unlimited` before the next run"
    assert place == f"  core: {core}, {limited}"
    assert command == f"  open it: jitdbg open {core}"
    with Core(core) as opened:
        assert opened.missing > 0


@pytest.mark.parametrize("thread", ["main", "later"])
def test_an_overflow_of_the_stack_is_reported(thread: str, tmp_path: Path) -> None:
    script = CRASH.format(name="endless")
    if thread == "later":
        script = script.replace("\npython_function()", "\nthreading.Thread(target=python_function).start()")
    ended = run(script, tmp_path)
    assert ended.code == -signal.SIGSEGV
    lines = stack(ended.report)
    assert f"endless+0x0 at {tmp_path}/dying.ll" in lines[0] or " endless+" in lines[0]
    assert lines[-1] == "  … more frames follow"
    assert any("in python_function" in line for line in section(ended.report, "Python's stack"))


def test_a_thread_that_ran_before_is_covered_by_a_call_of_its_own(tmp_path: Path) -> None:
    script = """
begin = threading.Event()
def endless():
    begin.wait()
    jitdbg.enable_crash_reports()
    dylib.function("endless")(None)
threading.Thread(target=endless).start()
jitdbg.enable_crash_reports()
dylib = Engine(debug="ir").load("dying.ll")
begin.set()
"""
    ended = run(script, tmp_path)
    assert ended.code == -signal.SIGSEGV
    assert " endless+" in stack(ended.report)[0]


def test_threads_that_end_give_their_signal_stacks_back_but_for_a_spare_one(tmp_path: Path) -> None:
    script = """
jitdbg.enable_crash_reports()
class Stack(ctypes.Structure):
    _fields_ = (("start", ctypes.c_void_p), ("flags", ctypes.c_int), ("size", ctypes.c_size_t))
stacks = []
def ask():
    stack = Stack()
    ctypes.CDLL(None).sigaltstack(None, ctypes.byref(stack))
    stacks.append((stack.start, stack.size))
ask()
native = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(lambda _: jitdbg.enable_crash_reports() or ask())
thread, libc = ctypes.c_void_p(), ctypes.CDLL(None)
libc.pthread_create(ctypes.byref(thread), None, native, None)
libc.pthread_join(thread, None)
together = threading.Barrier(3)
threads = [threading.Thread(target=lambda: ask() or together.wait()) for _ in range(3)]
for each in threads:
    each.start()
for each in threads:
    each.join()
while len(os.listdir("/proc/self/task")) > 1:  # it tells of its end before the C library ends it
    pass
maps = [line.split("-")[0] for line in open("/proc/self/maps")]
print(len(stacks), *{size for _, size in stacks})
mapped = [f"{start + 4096:x}" in [each.lstrip("0") for each in maps] for start, _ in stacks]
print(mapped[0], len({start for start, _ in stacks[2:]}), sum(mapped[2:]))
"""
    out = run(script, tmp_path).out.splitlines()
    assert out == ["5 98304", "True 3 1"]


def test_two_crashes_at_once_are_both_reported(tmp_path: Path) -> None:
    script = """
jitdbg.enable_crash_reports()
dylib = Engine(debug="ir").load("dying.ll")
null, trap, barrier = dylib.function("null"), dylib.function("trap"), threading.Barrier(2)
def die(function):
    barrier.wait()
    function(None)
for function in (null, trap):
    threading.Thread(target=die, args=(function,)).start()
"""
    ended = run(script, tmp_path)
    assert ended.code in (-signal.SIGSEGV, -signal.SIGILL)
    heads = re.findall(r"^jitdbg: crash report: (\w+) .* in thread (\d+)", ended.report, re.MULTILINE)
    assert {name for name, _ in heads} == {"SIGSEGV", "SIGILL"}
    assert len({thread for _, thread in heads}) == 2


def test_a_crash_within_the_handler_ends_in_a_report(tmp_path: Path) -> None:
    """Python's frames are what is read last in the process itself: here a call of address 1."""
    script = """
jitdbg.enable_crash_reports()
from jitdbg.reports import host
handler = host._enabled[0].handler
ctypes.c_uint64.from_address(handler.address("python_frames")).value = 1
"""
    ended = run(script + CRASH.format(name="null"), tmp_path)
    assert ended.code == -signal.SIGSEGV
    assert any(f"{tmp_path}/dying.ll:{LINES['null']}:" in line for line in stack(ended.report))
    assert "Python's stack" not in ended.report
    assert ended.report.count("jitdbg: crash report:") == 1


def test_a_forked_child_reports_and_its_parent_after_it(tmp_path: Path) -> None:
    script = """
jitdbg.enable_crash_reports()
dylib = Engine(debug="ir").load("dying.ll")
child = os.fork()
if not child:
    dylib.function("trap")(None)
print(child, os.getpid(), -os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
dylib.function("null")(None)
"""
    ended = run(script, tmp_path)
    child, parent, status = map(int, ended.out.split())
    assert (status, ended.code) == (signal.SIGILL, -signal.SIGSEGV)
    heads = re.findall(r"^jitdbg: crash report: (\w+) .* of process (\d+)", ended.report, re.MULTILINE)
    assert heads == [("SIGILL", str(child)), ("SIGSEGV", str(parent))]


def test_earlier_handlers_follow(tmp_path: Path) -> None:
    ended = run("import faulthandler; faulthandler.enable()\n" + CRASH.format(name="null"), tmp_path)
    assert ended.code == -signal.SIGSEGV
    report, found, rest = ended.report.partition("Fatal Python error: Segmentation fault")
    assert report.startswith("jitdbg: crash report: SIGSEGV")
    assert found
    assert "in python_function" in rest


RECOVERING = """
#include <setjmp.h>
#include <signal.h>
static sigjmp_buf place;
static void leap(int number, siginfo_t *info, void *context) { siglongjmp(place, number); }
void install(void) {
  struct sigaction action = {.sa_sigaction = leap, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGSEGV, &action, 0);
}
int survive(int (*function)(void *)) { return sigsetjmp(place, 1) ? -1 : function(0); }
"""


def test_a_program_that_recovers_goes_on_and_is_reported_each_time(tmp_path: Path) -> None:
    (tmp_path / "recovering.c").write_text(RECOVERING)
    subprocess.run(
        [tool("cc").path, "-shared", "-fPIC", "recovering.c", "-o", "recovering.so"], cwd=tmp_path, check=True
    )
    script = """
library = ctypes.CDLL("./recovering.so")
library.install()
jitdbg.enable_crash_reports()
library.survive.argtypes = [ctypes.c_void_p]
null = Engine(debug="ir").load("dying.ll").address("null")
print([library.survive(null) for _ in range(3)])
"""
    ended = run(script, tmp_path)
    assert (ended.code, ended.out) == (0, "[-1, -1, -1]\n")
    assert ended.report.count("jitdbg: crash report: SIGSEGV") == 3


def test_where_nobody_may_look_into_the_process_it_sends_its_frames(tmp_path: Path) -> None:
    script = """
jitdbg.enable_crash_reports()
PR_SET_DUMPABLE = 4
ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)
"""
    ended = run(script + CRASH.format(name="null"), tmp_path, prefix=without_looking_into_others())
    assert ended.code == -signal.SIGSEGV
    lines = stack(ended.report)
    assert f" at {tmp_path}/dying.ll:{LINES['null']}:" in lines[0]
    assert "of the interpreter (" in lines[2]
    assert any("in python_function" in line for line in section(ended.report, "Python's stack"))
    (ir,) = section(ended.report, "instruction")  # the machine's is in memory
    assert ir.startswith(f"  IR of dying, line {LINES['null']}: ")


def test_images_in_memory_have_lines_and_are_said_to_be_gone(tmp_path: Path) -> None:
    ended = run(CRASH.format(name="null").replace('debug="ir"', 'debug="ir", store="memfd"'), tmp_path)
    assert f" at {tmp_path}/dying.ll:{LINES['null']}:" in stack(ended.report)[0]
    assert (
        section(ended.report, "where to look")[0]
        == "  image of dying (generation 1): in the memory of the process, and gone with it"
    )


def test_without_a_helper_it_says_so_and_dies_as_it_would(tmp_path: Path) -> None:
    script = """
jitdbg.enable_crash_reports()
from jitdbg.reports import host
helper = host._enabled[0].helper.pid
gone = os.pidfd_open(helper)
os.kill(helper, signal.SIGKILL)
import select; select.select([gone], [], [], 30)
"""
    ended = run(script + CRASH.format(name="null"), tmp_path)
    assert ended.code == -signal.SIGSEGV
    assert ended.report == "jitdbg: crash report: the helper process can't be reached.\n"


HEAD_OF_NULL = "jitdbg: crash report: SIGSEGV (address not mapped) at address 0x0, in thread "
NOT_REACHED = "jitdbg: crash report: the helper process can't be reached.\n"


@pytest.mark.parametrize("lost", ["resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))", "os.closerange(3, 1000)"])
def test_without_descriptors_it_dies_as_it_would(lost: str, tmp_path: Path) -> None:
    script = f"""
import resource
jitdbg.enable_crash_reports()
null = Engine(debug="ir").load("dying.ll").function("null")
{lost}
null(None)
"""
    ended = run(script, tmp_path)
    assert ended.code == -signal.SIGSEGV
    # With its lease the helper ends, which can be a moment after it has answered.
    assert ended.report == NOT_REACHED or ("closerange" in lost and ended.report.startswith(HEAD_OF_NULL))


def test_after_a_change_of_the_user_the_helper_gives_no_answer(tmp_path: Path) -> None:
    if os.getuid():
        pytest.skip("only root can become another user")
    script = """
jitdbg.enable_crash_reports()
null = Engine(debug="ir").load("dying.ll").function("null")
os.setuid(65534)
null(None)
"""
    ended = run(script, tmp_path)
    assert (ended.code, ended.report) == (-signal.SIGSEGV, NOT_REACHED)


@pytest.mark.long
def test_a_helper_that_is_silent_is_given_up(tmp_path: Path) -> None:
    script = """
jitdbg.enable_crash_reports()
from jitdbg.reports import host
os.kill(host._enabled[0].helper.pid, signal.SIGSTOP)
"""
    script += "print(host._enabled[0].helper.pid, flush=True)\n" + CRASH.format(name="null")
    (tmp_path / "dying.ll").write_text(DYING)
    done = subprocess.run(
        [sys.executable, "-c", BEGINNING + script], cwd=tmp_path, capture_output=True, text=True, timeout=100
    )
    helper = int(done.stdout)
    os.kill(helper, signal.SIGKILL)
    wait_for_end(helper)
    assert (done.returncode, done.stderr) == (-signal.SIGSEGV, NOT_REACHED)


def test_the_helper_ends_with_the_program_and_is_not_its_child(tmp_path: Path) -> None:
    script = """
jitdbg.enable_crash_reports()
jitdbg.enable_crash_reports()  # does nothing more
from jitdbg.reports import host
print(host._enabled[0].helper.pid, flush=True)
try:
    os.wait()
except ChildProcessError:
    print("no child", flush=True)
sys.stdin.readline()
"""
    with subprocess.Popen(
        [sys.executable, "-c", BEGINNING + script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    ) as program:
        assert program.stdout
        helper = int(program.stdout.readline())
        assert program.stdout.readline() == "no child\n"
        program.communicate("\n", timeout=60)
    assert program.returncode == 0
    wait_for_end(helper)


def test_a_signal_that_a_process_sends_ends_the_program_as_before(tmp_path: Path) -> None:
    ended = run("jitdbg.enable_crash_reports()\nos.kill(os.getpid(), signal.SIGSEGV)\nprint('went on')\n", tmp_path)
    assert (ended.code, ended.out) == (-signal.SIGSEGV, "")
    assert ended.report.startswith("jitdbg: crash report: SIGSEGV (sent by a process), in thread ")


def test_a_signal_that_is_sent_and_was_ignored_stays_so_and_a_fault_does_not(tmp_path: Path) -> None:
    script = """
signal.signal(signal.SIGFPE, signal.SIG_IGN)
jitdbg.enable_crash_reports()
os.kill(os.getpid(), signal.SIGFPE)
print("went on", flush=True)
"""
    ended = run(script, tmp_path)
    assert (ended.code, ended.out, ended.report) == (0, "went on\n", "")
    ended = run(script + CRASH.format(name="divide"), tmp_path)
    assert (ended.code, ended.out) == (-signal.SIGFPE, "went on\n")
    assert ended.report.startswith("jitdbg: crash report: SIGFPE (integer division by zero), in thread ")


def test_a_handler_in_python_is_called_after_the_report(tmp_path: Path) -> None:
    script = """
signal.signal(signal.SIGABRT, lambda *_: print("in Python", flush=True))
jitdbg.enable_crash_reports()
os.kill(os.getpid(), signal.SIGABRT)
print("went on", flush=True)
"""
    ended = run(script, tmp_path)
    assert (ended.code, ended.out) == (0, "in Python\nwent on\n")
    assert ended.report.startswith("jitdbg: crash report: SIGABRT (sent by a process), in thread ")


def test_an_interpreter_that_can_not_be_started_is_one_sentence(tmp_path: Path) -> None:
    script = """
sys.executable = "/bin/false"
try:
    jitdbg.enable_crash_reports()
except jitdbg.ToolError as error:
    print(error)
"""
    ended = run(script, tmp_path)
    assert ended.out.startswith("the helper process for crash reports did not start with /bin/false: ")
    assert ended.report == ""


def test_reports_work_without_a_directory_for_images(tmp_path: Path) -> None:
    """`JITDBG_STORE` is the only place then, and no directory."""
    (tmp_path / "file").write_text("")
    script = f'os.environ["JITDBG_STORE"] = "{tmp_path}/file"\n' + CRASH.format(name="null")
    ended = run(script.replace('debug="ir"', 'debug="ir", store="memfd"'), tmp_path)
    assert f" at {tmp_path}/dying.ll:{LINES['null']}:" in stack(ended.report)[0]
