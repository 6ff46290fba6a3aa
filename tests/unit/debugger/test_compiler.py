"""The child that compiles for a debugger: what it leaves where it dies, or is not waited for."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from llvmlite.binding import parse_assembly

from jitdbg.debugger import compiler, installation
from jitdbg.debugger.compiler import Compiler
from jitdbg.elf.constants import EM_AARCH64, EM_X86_64
from jitdbg.errors import DebuggerError
from tests.processes import wait_for_end
from tests.sources import constant

# The child as it is, but that LLVM's turn comes to another end.
CHILD = """#!{interpreter}
import os, signal, sys
from jitdbg import codegen

def end(*arguments):
    {end}

codegen.compile_text = end
exec(sys.argv[3])
"""
INTERRUPTED = "os.kill(os.getppid(), signal.SIGINT); signal.pause()"  # Ctrl-C, while it would work for ever
ABORTED = "os.abort()"
ENDS = [
    (INTERRUPTED, r"^interrupted before \S+seven.bc was compiled: nothing has changed$"),
    (ABORTED, "^LLVM ended with SIGABRT"),
]
WAITING = """
    import subprocess
    other = subprocess.Popen(["sleep", "1000"])
    open({path!r}, "w").write(str(other.pid))
    other.wait()
"""


@pytest.fixture(autouse=True)
def _can_be_interrupted() -> Iterator[None]:
    """Take Ctrl-C, which a shell lets programs in the background ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JITDBG_STORE", str(tmp_path / "store"))
    monkeypatch.setattr(compiler, "_PATIENCE", 0.1)
    monkeypatch.setattr(installation, "_told", sys.executable)
    return tmp_path / "store"


def request(tmp_path: Path, directory: str = "") -> dict[str, object]:
    """Ask for bitcode, whose text is kept before it is compiled."""
    (tmp_path / "seven.bc").write_bytes(parse_assembly(constant(7)).as_bitcode())
    return {"file": str(tmp_path / "seven.bc"), "machine": EM_X86_64, "directory": directory}


def child_that(end: str, tmp_path: Path) -> None:
    path = tmp_path / "child"
    path.write_text(CHILD.format(interpreter=sys.executable, end=end))
    path.chmod(0o755)
    installation.use(str(path))


def compile_in_child(wanted: dict[str, object], was_interrupted: Callable[[], bool] = lambda: False) -> None:
    with Compiler() as child:
        child.ask(wanted)
        child.image(was_interrupted)


def names(directory: Path) -> set[str]:
    """Name what lies in a store or in a run, but for what a sweep leaves."""
    return {each.name for each in directory.iterdir()} - {".swept"}


@pytest.mark.parametrize(("end", "words"), ENDS)
def test_a_child_that_dies_at_work_leaves_no_directory(store: Path, tmp_path: Path, end: str, words: str) -> None:
    child_that(end, tmp_path)
    with pytest.raises(DebuggerError, match=words):
        compile_in_child(request(tmp_path))
    assert names(store) == set()


@pytest.mark.parametrize(("end", "words"), ENDS)
def test_a_child_that_dies_at_work_leaves_the_programs_directory_as_it_was(
    store: Path, tmp_path: Path, end: str, words: str
) -> None:
    run = store / "run-0123456789abcdef"
    run.mkdir(0o700, parents=True)
    store.chmod(0o700)
    (run / "other.0123456789abcdef.so").touch()
    child_that(end, tmp_path)
    with pytest.raises(DebuggerError, match=words):
        compile_in_child(request(tmp_path, str(run)))
    assert names(run) == {"other.0123456789abcdef.so"}


def test_a_child_that_is_at_work_is_not_waited_for_nor_what_it_has_started(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As clang, which compiles for it. The debugger notes Ctrl-C here, and raises nothing."""
    monkeypatch.setattr(compiler, "_PATIENCE", 1000)
    told = tmp_path / "told"
    child_that(WAITING.format(path=str(told)), tmp_path)
    with pytest.raises(DebuggerError, match=r"^interrupted before \S+seven.bc was compiled"):
        compile_in_child(request(tmp_path), lambda: told.exists() and bool(told.read_text()))
    wait_for_end(int(told.read_text()))
    assert names(store) == set()


def test_what_a_child_refuses_leaves_the_programs_directory_as_it_was(store: Path, tmp_path: Path) -> None:
    run = store / "run-0123456789abcdef"
    run.mkdir(0o700, parents=True)
    store.chmod(0o700)
    wrong = {**request(tmp_path, str(run)), "machine": EM_AARCH64}
    with pytest.raises(DebuggerError, match="is made for x86-64"):
        compile_in_child(wrong)
    assert names(run) == set()


def test_a_child_that_is_asked_for_nothing_ends_at_once(store: Path) -> None:
    with Compiler() as child:
        process = child._process
    assert process.returncode == -signal.SIGKILL
    assert not store.exists()


def test_what_llvm_ends_with_is_told(store: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.ll").write_text('define void @f() {\n  call void asm "nonesuch", ""()\n  ret void\n}\n')
    words = (
        r"LLVM ended with exit code 1 \(error: <inline asm>:1:2: invalid .* 'nonesuch'\) on \S+wrong.ll: change that"
    )
    with pytest.raises(DebuggerError, match=f"^{words}"):
        compile_in_child({**request(tmp_path), "file": str(tmp_path / "wrong.ll")})
    assert not store.exists()


def test_a_child_that_can_not_start_is_told_with_its_words(store: Path, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no module of that name >&2\nexit 1\n")
    broken.chmod(0o755)
    installation.use(str(broken))
    with pytest.raises(DebuggerError, match=r"failed \(no module of that name\): install jitdbg there again"):
        compile_in_child(request(tmp_path))
    assert not store.exists()
