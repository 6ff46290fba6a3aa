"""``jitdbg open``: a crash in JIT code on another machine, which has none of the program's files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cores import Crashed, crash_in_c, crash_in_python

COMMANDS = {
    "gdb": ("frame 0", "info locals", "list 5,5", "info sharedlibrary", "backtrace"),
    "lldb": ("frame select 0", "frame variable", "source list -l 5 -c 1", "image list", "thread backtrace"),
}


def jitdbg(*words: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "jitdbg", *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def opened(file: Path, debugger: str) -> str:
    """Open a core or bundle, look at what crashed, and give all that was shown."""
    commands = [word for command in COMMANDS[debugger] for word in ("-x", command)]
    return jitdbg("open", file, "--debugger", debugger, "--batch", *commands)


def check(shown: str) -> None:
    assert "boom.ll:5" in shown
    assert "%value = load i32, ptr %p" in shown
    assert "n=41" in shown
    assert "more = 42" in shown


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Crashed:
    return crash_in_c(tmp_path_factory.mktemp("crashed"))


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_core_opens_where_it_was_written(crashed: Crashed, debugger: str) -> None:
    shown = opened(crashed.core, debugger)
    check(shown)
    assert "missing:" not in shown
    assert "main" in shown


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_bundle_brings_images_names_lines_and_sources(crashed: Crashed, tmp_path: Path, debugger: str) -> None:
    jitdbg("pack", crashed.core, "-o", tmp_path / "crash.tar.gz")
    host, files = crashed.core.parent / "host", crashed.files
    host.rename(tmp_path / "host")
    files.rename(tmp_path / "files")
    try:
        shown = opened(tmp_path / "crash.tar.gz", debugger)
    finally:
        (tmp_path / "host").rename(host)
        (tmp_path / "files").rename(files)
    check(shown)
    assert "crash_host.c:" in shown, "the program's own lines"
    assert "missing:" not in shown


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_images_in_memory_come_back_from_the_core(tmp_path: Path, debugger: str) -> None:
    crashed = crash_in_python(tmp_path, "memfd+copies")
    jitdbg("pack", crashed.core, "-o", tmp_path / "crash.tar")
    crashed.files.rename(tmp_path / "gone")
    check(opened(tmp_path / "crash.tar", debugger))


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_what_can_not_be_shown_is_said(tmp_path: Path, debugger: str) -> None:
    crashed = crash_in_python(tmp_path, "memfd")
    assert f"missing: JIT dylib boom (build-id {crashed.build_id}), which was /proc/" in opened(crashed.core, debugger)
