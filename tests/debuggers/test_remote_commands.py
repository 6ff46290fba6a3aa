"""The commands on programs whose images lie where the debugger can not read them: they are brought, or it says why not.

The debug servers here see another folder at the images' path than the debuggers: a mount of their own.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from jitdbg.build import build
from tests.debug_servers import gdbserver, lldb_server, platform
from tests.harness_programs import compile_program
from tests.prompts import prompted

SCALE = """define i32 @run(i32 %n) {
  %twice = mul i32 %n, 2
  ret i32 %twice
}
"""
_MOUNT = 'mount -t tmpfs none "$0" && cp "$1" "$0/scale.so" && shift && exec "$@"'
_OWN_FILES = ["unshare", "-m", "--propagation", "private"]
_OWN_PROCESSES = [*_OWN_FILES, "--pid", "--fork", "--kill-child", "--mount-proc"]

pytestmark = [
    pytest.mark.debugger,
    pytest.mark.skipif(
        bool(os.getuid())
        or subprocess.run([*_OWN_PROCESSES, "true"], capture_output=True, check=False).returncode != 0,
        reason="only who may mount can hide files from a debugger",
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the host and an image, ``scale.so``, and an empty folder ``hidden``."""
    compile_program("commands_host", tmp_path)
    (tmp_path / "image").mkdir()
    (tmp_path / "image" / "scale.ll").write_text(SCALE)
    (tmp_path / "image" / "other.so").write_bytes(build(tmp_path / "image" / "scale.ll", soname="scale.so", debug="ir"))
    (tmp_path / "hidden").mkdir()
    return tmp_path


def within(folder: Path, spaces: Sequence[str]) -> list[str | Path]:
    """Begin a command line whose program has the image in ``hidden``, where nobody else has it."""
    return [*spaces, "sh", "-c", _MOUNT, folder / "hidden", folder / "image" / "other.so"]


@pytest.fixture
def servers() -> Iterator[list[subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for server in started:
        server.kill()
        server.wait()
        if server.stderr:
            server.stderr.close()


def asked(folder: Path, *more: str) -> list[str]:
    return ["jit-list", "jit-info scale", "jit-ir scale:run", f"jit-save scale {folder}/saved.so --force", *more]


def assert_is_known(printed: str, folder: Path) -> None:
    """All that only the image's file tells has been told, and the whole image was saved."""
    path = folder / "hidden" / "scale.so"
    assert not path.exists()
    assert f"{path} (file, of the program's machine)" in printed, printed
    assert "run       0x" in printed
    assert "%twice = mul i32 %n, 2" in printed
    assert (folder / "saved.so").read_bytes() == (folder / "image" / "other.so").read_bytes()


GDB_ORDERS = ["file {program}", "target remote 127.0.0.1:{port}", "break commands_host.c:{line}", "continue"]
LLDB_ORDERS = [
    "target create {program}",
    "gdb-remote 127.0.0.1:{port}",
    "breakpoint set -f commands_host.c -l {line}",
    "continue",
]


def orders(words: Sequence[str], folder: Path, port: str) -> list[str]:
    source = Path(__file__).parents[1] / "programs" / "commands_host.c"
    line = next(at for at, text in enumerate(source.read_text().splitlines(), 1) if "mark: loaded" in text)
    return [each.format(program=folder / "commands_host", port=port, line=line) for each in words]


CARRIED_NOT = (
    "a file to the program's machine: {}: use a debug server that takes files, or take an image of `jitdbg build` "
    "there yourself, for the program to load"
)


def runs_there() -> set[Path]:
    """List the runs that loads begin on the machine of a program, which is this one here."""
    return set(Path(f"/var/tmp/jitdbg-{os.getuid()}").glob("*"))


def test_gdb_brings_images_through_gdbserver(folder: Path, servers: list[subprocess.Popen[bytes]]) -> None:
    program = [folder / "commands_host", folder / "hidden" / "scale.so"]
    server, port = gdbserver(program, within(folder, _OWN_FILES))
    servers.append(server)
    printed = prompted("gdb", [], [*orders(GDB_ORDERS, folder, port), *asked(folder, "kill")])
    assert_is_known(printed, folder)


def test_without_a_transfer_of_files_gdb_says_so(folder: Path, servers: list[subprocess.Popen[bytes]]) -> None:
    program = [folder / "commands_host", folder / "hidden" / "scale.so"]
    server, port = gdbserver(program, within(folder, _OWN_FILES))
    servers.append(server)
    without = ["set sysroot /", "set remote hostio-open-packet off"]
    before, load = runs_there(), f"jit-load {folder}/image/scale.ll --name other"
    printed = prompted("gdb", [], [*without, *orders(GDB_ORDERS, folder, port), *asked(folder, load, load, "kill")])
    assert printed.count(f"gdb can't carry {CARRIED_NOT.format('Remote I/O error: Function not implemented')}\n") == 2
    assert runs_there() == before
    assert f"{folder}/hidden/scale.so, can't be read from this machine: gdb can't bring " in printed, printed
    assert "from memory.\nIt has what was loaded" in printed
    assert "Traceback" not in printed


def test_lldb_brings_images_through_its_platform(folder: Path) -> None:
    with platform(folder, within(folder, _OWN_FILES)) as address:
        words = [
            "settings set target.disable-aslr false",
            "platform select remote-linux",
            f"platform connect connect://{address}",
            f"target create {folder}/commands_host",
            "breakpoint set -f commands_host.c -l {line}",
            f"settings set target.run-args {folder}/hidden/scale.so",
            "run",
        ]
        printed = prompted("lldb", [], [*orders(words, folder, ""), *asked(folder, "process kill")])
    assert_is_known(printed, folder)


def test_what_a_process_in_a_container_sees_is_read_by_lldb(
    folder: Path, servers: list[subprocess.Popen[bytes]]
) -> None:
    program = [folder / "commands_host", folder / "hidden" / "scale.so"]
    server, port = lldb_server(program, within(folder, _OWN_FILES))
    servers.append(server)
    printed = prompted("lldb", [], [*orders(LLDB_ORDERS, folder, port), *asked(folder, "process kill")])
    assert_is_known(printed, folder)


def test_without_a_platform_lldb_says_so(folder: Path, servers: list[subprocess.Popen[bytes]]) -> None:
    program = [folder / "commands_host", folder / "hidden" / "scale.so"]
    server, port = lldb_server(program, within(folder, _OWN_PROCESSES))
    servers.append(server)
    before, load = runs_there(), f"jit-load {folder}/image/scale.ll --name other"
    printed = prompted("lldb", [], [*orders(LLDB_ORDERS, folder, port), *asked(folder, load, load, "process kill")])
    only = "only a platform can (platform select remote-linux, platform connect)"
    assert printed.count(f"error: lldb can't carry {CARRIED_NOT.format(only)}\n") == 2, printed
    assert runs_there() == before
    assert f"lldb can't bring {folder}/hidden/scale.so from the program's machine: {only}" in printed
    assert "Traceback" not in printed


def test_lldb_reads_the_program_of_a_gdbserver(folder: Path, servers: list[subprocess.Popen[bytes]]) -> None:
    """With lldb's own setting; without it, jit-doctor says what to do."""
    program = [folder / "commands_host", folder / "hidden" / "scale.so"]
    setting = "settings set plugin.process.gdb-remote.use-libraries-svr4 false"
    for before in ([], [setting]):
        server, port = gdbserver(program, within(folder, _OWN_FILES))
        servers.append(server)
        asks = [*asked(folder), "jit-doctor", "process kill"]
        printed = prompted("lldb", [], [*before, *orders(LLDB_ORDERS, folder, port), *asks])
        if not before:
            assert f"libraries: {setting}, and connect again" in printed, printed
        assert_is_known(printed, folder)
    assert "libraries: " not in printed


def test_lldb_calls_nothing_through_a_gdbserver_and_says_so(
    folder: Path, servers: list[subprocess.Popen[bytes]]
) -> None:
    """It would lose all registers: it asks the server to keep them, and believes that it has."""
    server, port = gdbserver([folder / "commands_host", folder / "hidden" / "scale.so"], within(folder, _OWN_FILES))
    servers.append(server)
    setting = "settings set plugin.process.gdb-remote.use-libraries-svr4 false"
    asks = [f"jit-load {folder}/image/scale.ll --name other", "jit-unload scale --force", "jit-symbol $pc"]
    printed = prompted("lldb", [], [setting, *orders(LLDB_ORDERS, folder, port), *asks, "process kill"])
    sentence = (
        "error: lldb can't call functions through the server that the program has, which keeps no registers for it, "
        "as gdbserver: serve the program with lldb-server, or take gdb\n"
    )
    assert printed.count(sentence) == 2, printed
    assert re.search(r"^0x[0-9a-f]+ is main \+ \d+", printed, re.MULTILINE), printed
