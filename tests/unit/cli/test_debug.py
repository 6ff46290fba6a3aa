from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jitdbg.cli import main
from jitdbg.cli.debug import Launch, debugger_command, gdb_breakpoint, lldb_breakpoint
from jitdbg.cli.program import debuggee
from jitdbg.errors import ToolError
from jitdbg.harness.backend import Request
from jitdbg.harness.locations import parse_location
from jitdbg.tools import Tool, launch_arguments

ELF = b"\x7fELF\x02\x01\x01"


def make(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o755)
    return path


# ------------------------------------------------------------------------------------------------------ breakpoints

LOCATIONS = [
    ("fib.ll:7", "break fib.ll:7", "breakpoint set --file fib.ll --line 7"),
    ("/a/b-c/d.c:12", 'break "/a/b-c/d.c":12', "breakpoint set --file /a/b-c/d.c --line 12"),
    ("my file.c:3", 'break "my file.c":3', "breakpoint set --file 'my file.c' --line 3"),
    ("fib", "break fib", "breakpoint set --name fib"),
    ("ns::outer::f", "break ns::outer::f", "breakpoint set --name ns::outer::f"),
    ("fib.1$x", "break fib.1$x", "breakpoint set --name 'fib.1$x'"),
    ("odd-name", 'break "odd-name"', "breakpoint set --name odd-name"),
    ("0x401000", "break *0x401000", "breakpoint set --address 0x401000"),
    ("*0XAF", "break *0xaf", "breakpoint set --address 0xaf"),
]


@pytest.mark.parametrize(("text", "gdb", "lldb"), LOCATIONS)
def test_a_location_is_written_in_each_debuggers_words(text: str, gdb: str, lldb: str) -> None:
    location = parse_location(text)

    assert gdb_breakpoint(location) == gdb
    assert lldb_breakpoint(location) == lldb


# ---------------------------------------------------------------------------------------------- the debugger's words


def words(debugger: str, launch: Launch) -> list[str]:
    """The command line after what every launch begins with."""
    command = debugger_command(Tool(debugger, f"/bin/{debugger}", ""), ["/bin/host", "-x", "1"], launch)
    start = [f"/bin/{debugger}", *launch_arguments(debugger)]
    assert command[: len(start)] == start
    return command[len(start) :]


def test_gdb_gets_breakpoints_before_it_runs_and_the_users_commands_after() -> None:
    launch = Launch((Request(function="fib"),), run=True, commands=("info locals",))

    assert words("gdb", launch) == [
        *["-ex", "break fib", "-ex", "run", "-ex", "info locals"],
        *["--args", "/bin/host", "-x", "1"],
    ]


def test_lldb_gets_breakpoints_before_it_runs_and_the_users_commands_after() -> None:
    launch = Launch((Request(function="fib"),), run=True, commands=("bt",))

    assert words("lldb", launch) == [
        *["-o", "breakpoint set --name fib", "-o", "run", "-o", "bt"],
        *["--", "/bin/host", "-x", "1"],
    ]


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_nothing_runs_unless_asked(debugger: str) -> None:
    assert "run" not in words(debugger, Launch((Request(function="fib"),)))


def test_a_batch_in_lldb_looks_at_crashes_too() -> None:
    assert words("lldb", Launch(batch=True, commands=("bt",))) == [
        *["--batch", "-k", "bt", "-o", "run", "-o", "bt"],
        *["--", "/bin/host", "-x", "1"],
    ]


# ---------------------------------------------------------------------------------------- what a debugger can start


def test_an_elf_program_is_started_as_it_is(tmp_path: Path) -> None:
    host = make(tmp_path / "host", ELF)

    assert debuggee([str(host), "--flag"]) == [str(host), "--flag"]


def test_a_program_is_looked_for_on_the_path_and_then_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("PATH", str(there))

    local = make(here / "host", ELF)
    assert debuggee(["host"]) == [str(local)]

    on_path = make(there / "host", ELF)
    assert debuggee(["host"]) == [str(on_path)]


def test_scripts_of_an_environment_that_is_not_activated_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "executable", str(make(tmp_path / "python", ELF)))
    make(tmp_path / "tool", f"#!{tmp_path}/python\n".encode())

    assert debuggee(["tool", "word"]) == [str(tmp_path / "python"), str(tmp_path / "tool"), "word"]


def test_a_script_is_started_by_its_interpreter_with_one_argument_as_the_kernel_does(tmp_path: Path) -> None:
    interpreter = make(tmp_path / "interpreter", ELF)
    script = make(tmp_path / "script", f"#! {interpreter} -a b  c \ntext\n".encode())

    assert debuggee([str(script), "word"]) == [str(interpreter), "-a b  c", str(script), "word"]


@pytest.mark.parametrize(
    ("line", "arguments"),
    [("env python9", []), ("env -S python9 -u -W error", ["-u", "-W", "error"]), ("env -Spython9 -u", ["-u"])],
)
def test_env_is_stepped_over(line: str, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interpreter = make(tmp_path / "python9", ELF)
    monkeypatch.setenv("PATH", str(tmp_path))
    script = make(tmp_path / "script", f"#!/usr/bin/{line}\n".encode())

    assert debuggee([str(script), "word"]) == [str(interpreter), *arguments, str(script), "word"]


def test_env_with_settings_of_its_own_is_left_to_do_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = make(tmp_path / "env", ELF)
    monkeypatch.setenv("PATH", str(tmp_path))
    script = make(tmp_path / "script", b"#!/usr/bin/env -S A=1 python9\n")

    assert debuggee([str(script)]) == [str(env), "-S A=1 python9", str(script)]


def test_an_interpreter_that_is_a_script_has_an_interpreter_itself(tmp_path: Path) -> None:
    elf = make(tmp_path / "elf", ELF)
    wrapper = make(tmp_path / "wrapper", f"#!{elf} -w\n".encode())
    script = make(tmp_path / "script", f"#!{wrapper}\n".encode())

    assert debuggee([str(script)]) == [str(elf), "-w", str(wrapper), str(script)]


def test_the_symbolic_link_of_an_environments_python_is_kept(tmp_path: Path) -> None:
    real = make(tmp_path / "python3.11", ELF)
    link = tmp_path / "python"
    link.symlink_to(real)
    script = make(tmp_path / "pytest", f"#!{link}\n".encode())

    assert debuggee([str(script)]) == [str(link), str(script)]
    assert debuggee([str(link)]) == [str(link)]


def test_a_python_file_is_started_by_this_interpreter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "host.py").write_text("")
    monkeypatch.chdir(tmp_path)

    assert debuggee(["host.py", "word"]) == [sys.executable, "host.py", "word"]


@pytest.mark.parametrize("suffix", [".ll", ".bc", ".c", ".cc", ".cpp"])
def test_a_source_is_started_by_run(suffix: str, tmp_path: Path) -> None:
    source = tmp_path / f"fib{suffix}"
    source.write_text("")

    assert debuggee([str(source), "--call", "fib(20)"]) == [
        *[sys.executable, "-m", "jitdbg", "run", "--debug", "auto"],
        *[str(source), "--call", "fib(20)"],
    ]


def not_executable(folder: Path) -> Path:
    path = make(folder / "host", ELF)
    path.chmod(0o644)
    return path


def its_own_interpreter(folder: Path) -> Path:
    path = folder / "script"
    return make(path, f"#!{path}\n".encode())


def script(first_line: str) -> Callable[[Path], Path]:
    return lambda folder: make(folder / "script", f"{first_line}\n".encode())


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing program": (lambda folder: folder / "none", "there is no file"),
    "missing Python file": (lambda folder: folder / "none.py", "there is no file"),
    "missing source": (lambda folder: folder / "none.ll", "there is no file"),
    "unknown name": (lambda _: Path("no-such"), "no program 'no-such', neither on the PATH nor in this directory"),
    "directory": (lambda folder: folder, "is not a file"),
    "not executable": (not_executable, "is not executable: allow it with `chmod"),
    "text": (script("text"), "neither an ELF program nor a script"),
    "missing interpreter": (script("#!/none"), "the interpreter of .*script is missing: .* #!/none"),
    "interpreter that env misses": (script("#!/usr/bin/env none"), "is missing: .* #!/usr/bin/env none"),
    "no interpreter": (script("#!"), "the interpreter of .*script is missing"),
    "endless interpreters": (its_own_interpreter, "its interpreters are scripts, 5 deep"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_not_be_started_is_named_with_the_reason(case: str, tmp_path: Path) -> None:
    program, complaint = REFUSED[case]

    with pytest.raises(ToolError, match=complaint):
        debuggee([str(program(tmp_path))])


# --------------------------------------------------------------------------------------------------- the command line


def test_mistakes_are_one_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["debug", "--", "/no/such/program"]) == 2

    assert capsys.readouterr().err == "jitdbg: error: there is no file /no/such/program\n"


def test_a_breakpoint_that_is_none_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["debug", "--break", "a:b:c", "--", "true"]) == 2

    assert "'a:b:c' is no location" in capsys.readouterr().err


def test_a_missing_debugger_is_named_with_its_cure(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert main(["debug", "--debugger", "lldb", "--", str(make(tmp_path / "host", ELF))]) == 2

    assert capsys.readouterr().err.startswith("jitdbg: error: lldb is not installed: install it with `")


def test_the_debugger_takes_the_place_of_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for gdb prints its process, the signals it ignores, and its last words."""
    stand_in = make(
        tmp_path / "gdb",
        b'#!/bin/sh\necho $$\ngrep SigIgn /proc/self/status\nfor word; do last=$word; done\necho "$last"\nexit 7\n',
    )
    monkeypatch.setenv("JITDBG_GDB", str(stand_in))
    command = [sys.executable, "-m", "jitdbg", "debug", "--", str(make(tmp_path / "host", ELF)), "--option of its own"]

    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    process, ignored, last = started.communicate(timeout=60)[0].splitlines()

    assert int(process) == started.pid
    of_python = sum(1 << (number - 1) for number in (signal.SIGPIPE, signal.SIGXFSZ))
    assert int(ignored.split()[1], 16) & of_python == 0
    assert last == "--option of its own"
    assert started.returncode == 7


def test_a_debugger_that_the_kernel_refuses_is_a_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JITDBG_GDB", str(make(tmp_path / "gdb", b"\x00nothing")))

    assert main(["debug", "--", str(make(tmp_path / "host", ELF))]) == 2

    assert "gdb can't be started: Exec format error" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGPIPE) is signal.SIG_IGN  # as it was: who calls main() may go on
