"""scripts/debugger-root where it can't do its work; what it makes is for later debuggers, and takes the network."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from jitdbg.tools import tool

SCRIPT = Path(__file__).parents[2] / "scripts" / "debugger-root"


@pytest.fixture
def commands(tmp_path: Path) -> Path:
    """A folder of commands that come before the system's: a user who is root."""
    folder = tmp_path / "commands"
    folder.mkdir()
    write(folder / "id", "echo 0")
    return folder


def write(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def make_root(commands: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{commands}:{os.environ['PATH']}"}
    return subprocess.run([SCRIPT, *arguments], env=environment, capture_output=True, text=True, timeout=60)


def test_what_is_missing_on_its_command_line_is_said(commands: Path) -> None:
    done = make_root(commands, "trixie")

    assert done.returncode == 1
    assert done.stderr == (
        "debugger-root: give a suite of Debian, a folder, and a version for lldb too: "
        "scripts/debugger-root trixie ~/roots/trixie 19\n"
    )


def test_a_root_that_can_not_be_made_is_said_and_is_not_there(commands: Path, tmp_path: Path) -> None:
    write(commands / "debootstrap", 'mkdir -p "$4"; echo "$3" asked; echo "E: no such suite"; exit 3')

    done = make_root(commands, "nosuch", tmp_path / "root")

    assert done.returncode == 1
    assert f"debootstrap failed; its words are in {tmp_path}/root.log, the last: E: no such suite" in done.stderr
    assert "nosuch asked" in (tmp_path / "root.log").read_text()
    assert not (tmp_path / "root").exists()


def test_a_suite_that_debootstrap_does_not_know_is_made_as_sid_is(commands: Path, tmp_path: Path) -> None:
    write(commands / "debootstrap", 'echo "arguments: $*"; exit 1')

    make_root(commands, "nosuch", tmp_path / "root")

    assert (tmp_path / "root.log").read_text().split()[-1] == "sid"


def test_a_root_that_is_no_root_is_said(commands: Path, tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()

    done = make_root(commands, "trixie", tmp_path / "root")

    assert done.returncode == 1
    assert f"remove {tmp_path}/root and run again" in done.stderr


LLVM = Path(tool("lldb").path).resolve().parents[1]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A root that is made of this system's own programs and libraries."""
    root = tmp_path / "root"
    packages = root / "usr" / "lib" / "python3" / "dist-packages"
    packages.mkdir(parents=True)
    (packages / "lldb").symlink_to("/usr/lib/python3/dist-packages/lldb")
    for name in ("lib64", "usr/bin", f"usr/lib/{os.uname().machine}-linux-gnu", f"usr/lib/{LLVM.name}", *pythons()):
        (root / name).symlink_to(f"/{name}")
    return root


def pythons() -> list[str]:
    return [str(path)[1:] for path in Path("/usr/lib").glob("python3.*")]


def test_an_lldb_of_a_root_has_its_python_and_lets_nobody_else_have_it(commands: Path, root: Path) -> None:
    done = make_root(commands, "trixie", root, LLVM.name.removeprefix("llvm-"))
    told = f"lldb {tool('lldb').version} is there: JITDBG_LLDB={root}/lldb JITDBG_LLDB_DAP={root}/lldb-dap"
    assert told in done.stdout

    orders = ["script import os, sys; print(sys.prefix)", "script os.system('echo home=$PYTHONHOME')"]
    words = [word for order in orders for word in ("-o", order)]
    printed = subprocess.run([root / "lldb", "--no-lldbinit", "--batch", *words], capture_output=True, text=True).stdout
    assert f"\n{root}/usr\n" in printed
    assert "\nhome=\n" in printed


def test_a_root_without_the_lldb_that_is_asked_for_is_said(commands: Path, root: Path) -> None:
    done = make_root(commands, "trixie", root, "7")
    assert f"{root}/usr/lib/llvm-7/bin/lldb is missing: remove {root} and run again" in done.stderr
