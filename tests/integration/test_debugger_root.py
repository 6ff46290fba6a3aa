"""scripts/debugger-root where it can't do its work; what it makes is for later debuggers, and takes the network."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

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
        "debugger-root: give a suite of Debian and a folder: scripts/debugger-root trixie ~/roots/trixie\n"
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
