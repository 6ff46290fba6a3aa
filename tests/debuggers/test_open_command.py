"""``jitdbg open``: a crash in JIT code on another machine, which has none of the program's files."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from jitdbg.build import build
from jitdbg.elf import ElfFile
from jitdbg.tools import tool
from tests.cores import BOOM, PROGRAMS, Crashed, crash_in_c, crash_in_python, dumped, moved_away
from tests.linking import run_program

COMMANDS = {
    "gdb": ("frame 0", "info locals", "list 5,5", "info sharedlibrary", "backtrace"),
    "lldb": ("frame select 0", "frame variable", "source list -l 5 -c 1", "image list", "thread backtrace"),
}


LOOK_AT_TWO_FRAMES = {
    "gdb": ("-x", "list 1,2", "-x", "up", "-x", "list 1,2"),
    "lldb": ("-x", "frame select 0", "-x", "frame select 1"),
}


def jitdbg(*words: str | Path, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "jitdbg", *map(str, words)],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def opened(file: Path, debugger: str, *options: str | Path) -> str:
    """Open a core or bundle, look at what crashed, and give all that was shown."""
    commands = [word for command in COMMANDS[debugger] for word in ("-x", command)]
    return jitdbg("open", file, "--debugger", debugger, "--batch", *options, *commands)


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
    with moved_away(crashed.files), moved_away(crashed.core.parent / "host"):
        shown = opened(tmp_path / "crash.tar.gz", debugger)
    check(shown)
    assert "crash_host.c:" in shown, "the program's own lines"
    assert "missing:" not in shown


def crash_in_folders(directory: Path, *, by: str) -> tuple[Path, Path]:
    """Have a program die in what was made, by us or by clang, in build/ of ../src; give core and folder."""
    tree = directory / "tree"
    for name, text in {
        "build/ignored": "",
        "src/boom.c": '#include "../inc/follow.h"\nint boom(int *p, int n) { return follow(p, n + 1); }\n',
        "inc/follow.h": "static int follow(int *p, int more) {\n  return *p + more;  // the header\n}\n",
    }.items():
        (tree / name).parent.mkdir(parents=True)
        (tree / name).write_text(text)
    if by == "clang":
        run_program([tool("clang").path, "-g", "-fPIC", "-c", "../src/boom.c"], cwd=tree / "build")
    words = ["build", "../src/boom.c"] if by == "jitdbg" else ["link", "boom.o"]
    run_program([sys.executable, "-m", "jitdbg", *words, "-o", "boom.so"], cwd=tree / "build")
    run_program([tool("clang").path, "-g", PROGRAMS / "crash_host.c", "-o", directory / "host", "-ldl"])
    core, _ = dumped([directory / "host", tree / "build" / "boom.so"], directory)
    return core, tree


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
@pytest.mark.parametrize("by", ["jitdbg", "clang"])
def test_sources_are_found_whose_paths_go_up(tmp_path: Path, debugger: str, by: str) -> None:
    core, tree = crash_in_folders(tmp_path, by=by)
    assert ", 2 sources\n" in jitdbg("pack", core, "-o", tmp_path / "crash.tar")
    with moved_away(tree):
        shown = jitdbg("open", tmp_path / "crash.tar", "--debugger", debugger, "--batch", *LOOK_AT_TWO_FRAMES[debugger])
    assert "return *p + more;  // the header" in shown
    assert "int boom(int *p, int n) { return follow(p, n + 1); }" in shown


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_scripts_in_a_bundle_are_run_by_nobody(crashed: Crashed, tmp_path: Path, debugger: str) -> None:
    jitdbg("pack", crashed.core, "-o", tmp_path / "crash.tar")
    script = f"open({str(tmp_path / 'run')!r}, 'w')\n".encode()
    with tarfile.open(tmp_path / "crash.tar", "a") as archive:
        images = [name for name in archive.getnames() if name.startswith("root/")]
        for name in (f"{image}{ending}" for image in images for ending in ("-gdb.py", ".py")):
            member = tarfile.TarInfo(name)
            member.size = len(script)
            archive.addfile(member, io.BytesIO(script))
    assert any(image.endswith("libc.so.6") for image in images)
    check(opened(tmp_path / "crash.tar", debugger))
    assert not (tmp_path / "run").exists()


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
@pytest.mark.parametrize("is_packed", [False, True], ids=["core", "bundle"])
def test_images_in_memory_come_back_from_the_core(tmp_path: Path, *, is_packed: bool, debugger: str) -> None:
    crashed = crash_in_python(tmp_path, "memfd+copies")
    file = tmp_path / "crash.tar" if is_packed else crashed.core
    if is_packed:
        jitdbg("pack", crashed.core, "-o", file)
    crashed.files.rename(tmp_path / "gone")
    shown = opened(file, debugger)
    check(shown)
    assert "missing:" not in shown


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
@pytest.mark.parametrize(("store", "is_packed"), [("memfd+copies", False), ("file", True)], ids=["core", "bundle"])
def test_the_commands_find_the_images_that_were_brought(
    tmp_path: Path, debugger: str, store: str, *, is_packed: bool
) -> None:
    crashed = crash_in_python(tmp_path, store)
    file = tmp_path / "crash.tar" if is_packed else crashed.core
    if is_packed:
        jitdbg("pack", crashed.core, "-o", file)
    crashed.files.rename(tmp_path / "gone")
    commands = ("-x", "jit-list", "-x", "jit-ir boom", "-x", f"jit-save boom {tmp_path}/saved.so")
    shown = jitdbg("open", file, "--debugger", debugger, "--batch", *commands)
    assert re.search(r"^1 +boom +1 +\S+ +1 +yes ", shown, re.MULTILINE), shown
    assert "define i32 @boom(" in shown
    assert "from its file" in shown
    assert ".debug_info" in ElfFile((tmp_path / "saved.so").read_bytes()).section_names


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_tree_by_build_id_gives_what_was_loaded_for_what_lies_there_now(
    crashed: Crashed, tmp_path: Path, debugger: str
) -> None:
    jitdbg("build-ids", tmp_path / "tree", crashed.files)
    image = crashed.files / "boom.so"
    with moved_away(image):
        image.write_bytes(build(BOOM.replace("@boom", "@other"), soname="boom.so", debug="ir"))
        check(opened(crashed.core, debugger, "--build-ids", tmp_path / "tree"))
        shown = opened(crashed.core, debugger)
    assert (
        f"missing: JIT dylib boom (build-id {crashed.build_id}), which was {image}: another build lies there now\n"
    ) in shown
    assert "other" not in shown.replace("another", ""), "names of another build would be lies"


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_path_is_one_word_whatever_it_is(tmp_path: Path, debugger: str) -> None:
    folder = tmp_path / "a `b` \"c\" 'd' \\e"
    folder.mkdir()
    crashed = crash_in_c(folder)
    check(opened(crashed.core, debugger))
    jitdbg("pack", crashed.core, "-o", folder / "crash.tar")
    with moved_away(crashed.files), moved_away(folder / "host"):
        check(opened(folder / "crash.tar", debugger, "--to", folder / "opened"))


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_who_ends_it_leaves_nothing_unpacked(crashed: Crashed, tmp_path: Path, debugger: str) -> None:
    jitdbg("pack", crashed.core, "-o", tmp_path / "crash.tar")
    (tmp_path / "temporary").mkdir()
    script = "python" if debugger == "gdb" else "script"
    end_us = f"{script} import os, signal; os.kill(os.getppid(), signal.SIGTERM); signal.pause()"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "jitdbg",
            "open",
            tmp_path / "crash.tar",
            "--debugger",
            debugger,
            "--batch",
            "-x",
            end_us,
        ],
        env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 143, done.stderr
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_what_can_not_be_shown_is_said(tmp_path: Path, debugger: str) -> None:
    crashed = crash_in_python(tmp_path, "memfd")
    assert f"missing: JIT dylib boom (build-id {crashed.build_id}), which was /proc/" in opened(crashed.core, debugger)


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_core_that_outlived_the_store_says_which_images_are_gone_and_where_they_were(
    tmp_path: Path, debugger: str
) -> None:
    crashed = crash_in_python(tmp_path, "file")
    (image,) = crashed.files.rglob("boom.*.so")
    jitdbg("gc", JITDBG_STORE=str(crashed.files), JITDBG_CRASH_DAYS="0")
    said = f"missing: JIT dylib boom (build-id {crashed.build_id}), which was {image}: it is gone\n"
    assert said in opened(crashed.core, debugger)


@pytest.mark.debugger
@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_a_truncated_core_is_opened_and_says_what_it_lacks(crashed: Crashed, tmp_path: Path, debugger: str) -> None:
    whole = crashed.core.read_bytes()
    (tmp_path / "core").write_bytes(whole[:-8192])
    shown = opened(tmp_path / "core", debugger)
    assert (
        f"{tmp_path}/core is truncated, 8192 bytes are missing: raise `ulimit -c`, or make room on the disk\n" in shown
    )
    assert "boom.ll:5" in shown, "the registers are in front, and what was cut off is the stack"
