"""gdb and lldb in images of the in-memory linker: for AArch64 under QEMU, and for this machine where stubs matter."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jitdbg.linker import link
from jitdbg.tools import tool
from tests.aarch64_programs import SYSROOT, cross_compiled, cross_host, emulated, written
from tests.linking import PROGRAMS, compiled, host, run_program

pytestmark = pytest.mark.debugger

DEADLINE = 60
NAMES = ("linker_callee.c", "linker_caller.c")
LOCALS = {"gdb": "info locals", "lldb": "frame variable"}
STACK = {"gdb": "backtrace", "lldb": "thread backtrace"}
GO_ON = {"gdb": "continue", "lldb": "process continue"}
END = {"gdb": "kill", "lldb": "process kill"}
DEBUGGERS = ("gdb", "lldb")


def line_of(program: str, mark: str) -> int:
    lines = (PROGRAMS / program).read_text().splitlines()
    (line,) = [number for number, text in enumerate(lines, 1) if f"mark: {mark} */" in text]
    return line


def breakpoint_at(debugger: str, program: str, mark: str) -> str:
    line = line_of(program, mark)
    return f"break {program}:{line}" if debugger == "gdb" else f"breakpoint set --file {program} --line {line}"


def run_batch(debugger: str, program: str, commands: list[str], *arguments: str | Path) -> str:
    """Run a debugger with commands and return what it said."""
    option, settings = (
        ("-ex", ["set breakpoint pending on", "set confirm off"])
        if debugger == "gdb"
        else ("-o", ["settings set symbols.enable-external-lookup false", "settings set stop-line-count-before 0"])
    )
    words = [word for command in (*settings, *commands) for word in (option, command)]
    start = [program, "-nx", "-batch"] if debugger == "gdb" else [program, "-x", "-b"]
    separator = "--args" if debugger == "gdb" else "--"
    return run_program([*start, *words, *((separator, *arguments) if arguments else ())], deadline=100)


@contextmanager
def waiting_host(folder: Path, images: list[Path]) -> Iterator[Path]:
    """Start the AArch64 host, which waits for a debugger, and give the socket to reach it at; end it afterwards."""
    socket = folder / "debugger"
    arguments = [str(word) for word in (*emulated("-g", str(socket)), *images)]
    with subprocess.Popen(
        arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as qemu:
        try:
            limit = time.monotonic() + DEADLINE
            while not socket.exists():
                assert time.monotonic() < limit, "QEMU opens no socket"
                try:
                    qemu.wait(0.02)
                except subprocess.TimeoutExpired:
                    continue
                pytest.fail(f"QEMU has ended: {qemu.stdout.read() if qemu.stdout else ''!r}")
            yield socket
        finally:
            qemu.kill()


def debug_emulated(debugger: str, folder: Path, images: list[Path], before: list[str], commands: list[str]) -> str:
    """Debug the AArch64 host and the images in it; ``before`` are the commands before the program goes on."""
    with waiting_host(folder, images) as socket:
        if debugger == "gdb":
            start = [f"set sysroot {SYSROOT}", f"set solib-search-path {folder}", f"file {cross_host()}"]
            connect = f"target remote {socket}"
        else:
            start = [f"platform select --sysroot {SYSROOT} remote-linux", f"target create {cross_host()}"]
            connect = f"process connect --plugin gdb-remote unix-connect://{socket}"
        program = "gdb-multiarch" if debugger == "gdb" else tool("lldb").path
        return run_batch(debugger, str(program), [*start, *before, connect, GO_ON[debugger], *commands, END[debugger]])


def emulated_images(folder: Path, *flags: str, compiler: str = "clang") -> list[Path]:
    images = [link([cross_compiled(name, *flags, compiler=compiler)], soname=name, linker="memory") for name in NAMES]
    return written(folder, *images)


def stops(said: str) -> list[tuple[str, int]]:
    """Return function, file and line of each frame that is spoken of, in order."""
    found = re.findall(r"(\w+)(?: ?\([^)]*\))? at (?:\S*/)?(linker_\w+\.c):(\d+)", said)
    return [(f"{function} {file}", int(line)) for function, file, line in found]


@pytest.mark.parametrize("compiler", ["clang", "gcc"])
@pytest.mark.parametrize("debugger", DEBUGGERS)
def test_stops_at_a_line_of_an_image_for_aarch64_with_locals(tmp_path: Path, debugger: str, compiler: str) -> None:
    images = emulated_images(tmp_path, "-O0", compiler=compiler)
    before = [breakpoint_at(debugger, "linker_caller.c", "after")]
    said = debug_emulated(debugger, tmp_path, images, before, [STACK[debugger], LOCALS[debugger]])
    frames = stops(said)
    assert ("run linker_caller.c", line_of("linker_caller.c", "after")) in frames
    assert any(place == "main linker_host.c" for place, _ in frames)
    assert re.search(r"where = [({]\s*x = 3, y = 4\s*[)}]", said)
    assert re.search(r"count = 40\b", said)


@pytest.mark.parametrize("debugger", DEBUGGERS)
def test_steps_through_a_stub_of_an_image_for_aarch64(tmp_path: Path, debugger: str) -> None:
    images = emulated_images(tmp_path, "-O0")
    before = [breakpoint_at(debugger, "linker_caller.c", "calls")]
    said = debug_emulated(
        debugger, tmp_path, images, before, ["step", STACK[debugger], "next", LOCALS[debugger], "finish"]
    )
    entered = ("twice linker_callee.c", line_of("linker_callee.c", "enters"))
    called = ("run linker_caller.c", line_of("linker_caller.c", "calls"))
    frames = stops(said)
    assert called in frames[frames.index(entered) :]
    assert re.search(r"result = 40\b", said)
    assert frames[-1] == called


@pytest.mark.parametrize("linker", ["memory", "lld"])
@pytest.mark.parametrize("debugger", DEBUGGERS)
def test_steps_through_a_stub_of_an_image_for_this_machine(tmp_path: Path, debugger: str, linker: str) -> None:
    images = written(tmp_path, *(link([compiled(name, "-O0")], soname=name, linker=linker) for name in NAMES))
    commands = [breakpoint_at(debugger, "linker_caller.c", "calls"), "run", "step", STACK[debugger], END[debugger]]
    frames = stops(run_batch(debugger, str(tool(debugger).path), commands, host(), *images))
    entered = ("twice linker_callee.c", line_of("linker_callee.c", "enters"))
    assert ("run linker_caller.c", line_of("linker_caller.c", "calls")) in frames[frames.index(entered) :]


@pytest.mark.parametrize("debugger", DEBUGGERS)
def test_optimised_code_with_landing_pads_has_a_backtrace(tmp_path: Path, debugger: str) -> None:
    images = emulated_images(tmp_path, "-O1", "-mbranch-protection=bti")
    said = debug_emulated(debugger, tmp_path, images, [breakpoint_at(debugger, NAMES[0], "enters")], [STACK[debugger]])
    places = [place for place, _ in stops(said)]
    assert "twice linker_callee.c" in places
    assert places.index("run linker_caller.c") < places.index("main linker_host.c")
