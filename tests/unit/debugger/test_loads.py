"""Loading into a program and out of it: the program is this process, the compiler a child as in a debugger."""

from __future__ import annotations

import ctypes
import dataclasses
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg.debugger import host, installation
from jitdbg.debugger.commands.parsing import split
from jitdbg.debugger.commands.registry import COMMANDS, perform
from jitdbg.debugger.dylibs import Dylibs
from jitdbg.debugger.exports import Read, find_export
from jitdbg.debugger.facts import BREAKPOINT, CORE, Frame, Process, Stop
from jitdbg.debugger.loads import Loading, Loads, Wish
from jitdbg.debugger.target import Target
from jitdbg.engine import Engine
from jitdbg.errors import DebuggerError
from jitdbg.store.entrusted import is_locked
from tests.own_program import MAIN, OwnProgram
from tests.sources import caller, constant

LD = "/lib/ld-linux-x86-64.so.2"


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Iterator[OwnProgram]:
    monkeypatch.setattr(installation, "_told", sys.executable)
    with OwnProgram() as program:
        yield program


@pytest.fixture
def loads(program: OwnProgram) -> Loads:
    return Loads(program, Dylibs(program))  # type: ignore[arg-type]


@pytest.fixture
def seven(tmp_path: Path) -> Wish:
    (tmp_path / "seven.ll").write_text(constant(7))
    return Wish(str(tmp_path / "seven.ll"))


def result_of(loading: Loading, program: OwnProgram) -> int:
    assert loading.dylib is not None
    address = find_export(program.memory, loading.dylib.start, "f")
    assert address is not None
    return int(ctypes.CFUNCTYPE(ctypes.c_int)(address)())


def unload(loads: Loads, name: str) -> None:
    loads.unload(name, force=True, all_threads=False)


def test_a_file_is_compiled_and_loaded(loads: Loads, program: OwnProgram, seven: Wish) -> None:
    loading = loads.load(seven)
    try:
        assert (loading.dylib and loading.dylib.name, loading.generation) == ("seven", 1)
        assert result_of(loading, program) == 7
        assert loading.image.signatures["f"]["result"] == "i32"
        assert [stops for call, stops, _ in program.calls if "(int)2)" in call or "(int)258)" in call] == [True]
    finally:
        unload(loads, "seven")


def test_the_program_owns_the_run_of_its_images(loads: Loads, seven: Wish) -> None:
    first, second = loads.load(seven), loads.load(dataclasses.replace(seven, name="other"))
    directory = Path(first.image.directory)
    try:
        assert second.image.directory == first.image.directory
        assert is_locked(str(directory))
        assert {"running", "ended"} <= {each.name for each in directory.iterdir()}
    finally:
        unload(loads, "other")
        unload(loads, "seven")


def test_a_reload_redirects_those_who_refer_to_it(loads: Loads, seven: Wish) -> None:
    with Engine() as engine:
        engine.load(constant(1), name="callee")
        user = engine.load(caller("f"), name="user")
        assert user.function("g")() == 1
        loading = loads.reload(dataclasses.replace(seven, name="callee"))
        try:
            assert (loading.generation, loading.redirected) == (2, ("user",))
            assert user.function("g")() == 7
            with pytest.raises(DebuggerError, match=r"^user \(generation 1\) refers to callee: unload that first"):
                loads._refuse_referred(loads._dylibs.named("callee"))
        finally:
            engine.close()
            assert loading.dylib is not None
            loads._host(False).host.unload(loading.dylib.path)


def test_what_is_refused_leaves_nothing(loads: Loads, seven: Wish, tmp_path: Path) -> None:
    loading = loads.load(seven)
    try:
        (tmp_path / "needs.ll").write_text(caller("nobody"))
        with pytest.raises(DebuggerError, match=r"^the program's loader refused "):
            loads.load(Wish(str(tmp_path / "needs.ll")))
        assert [each.name for each in Path(loading.image.directory).glob("*.s*")] == [Path(loading.image.path).name]
    finally:
        unload(loads, "seven")


def test_a_stop_in_dlopen_is_given_on(loads: Loads, program: OwnProgram, seven: Wish) -> None:
    program.stop = Stop(BREAKPOINT, 1, MAIN, (3,))
    loading = loads.load(seven)
    assert (loading.dylib, loading.stop) == (None, program.stop)


HELD = Frame(0, 0x1, "malloc", None, "/lib/libc.so.6")


def test_threads_that_do_not_run_must_hold_no_lock(loads: Loads, program: OwnProgram, seven: Wish) -> None:
    program.stacks = {1: [MAIN], 2: [HELD, MAIN]}
    with pytest.raises(DebuggerError, match=r"^thread 2 is inside the memory allocator \(frame 0, malloc\): dlopen"):
        loads.load(seven)
    program.running = frozenset({2})
    loads.load(seven)
    unload(loads, "seven")
    program.running = frozenset()
    loads.load(dataclasses.replace(seven, all_threads=True))
    unload(loads, "seven")
    loads.load(dataclasses.replace(seven, force=True))
    unload(loads, "seven")


STEP_OUT = "step out of it first (`t {}`, `f 0`, `finish`)"
ALL_THREADS = "let all threads run meanwhile with --all-threads"


@pytest.mark.parametrize(
    ("inside", "named", "remedy"),
    [
        ((1,), "thread 1", STEP_OUT.format(1)),
        ((1, 2, 3), "thread 1", STEP_OUT.format(1)),
        ((2,), "thread 2", f"{ALL_THREADS}, {STEP_OUT.format(2)}"),
        ((2, 3), "thread 3", ALL_THREADS),
    ],
    ids=["the calling one", "all", "another", "several others"],
)
def test_what_lets_a_lock_go_is_named(
    loads: Loads, program: OwnProgram, seven: Wish, inside: tuple[int, ...], named: str, remedy: str
) -> None:
    program.stacks = {thread: [HELD, MAIN] if thread in inside else [MAIN] for thread in (3, 2, 1)}
    with pytest.raises(DebuggerError) as raised:
        loads.load(seven)
    held, _, ways = str(raised.value).partition("; ")
    assert held.startswith(f"{named} is inside the memory allocator (frame 0, malloc)")
    assert ways == f"{remedy}, or take the risk with --force"


def test_a_dylib_on_the_stack_stays(loads: Loads, program: OwnProgram, seven: Wish) -> None:
    loading = loads.load(seven)
    assert loading.dylib is not None
    inside = Frame(1, loading.dylib.start + 16, "f", None, loading.dylib.path)
    program.stacks = {1: [MAIN], 2: [MAIN, inside]}
    try:
        with pytest.raises(DebuggerError, match=r"is on the stack of thread 2 \(frame 1, f\): unloading it"):
            loads.unload("seven", force=False, all_threads=False)
        with pytest.raises(DebuggerError, match=r"is on the stack of thread 2 \(frame 1, f\): reloading it"):
            loads.reload(dataclasses.replace(seven, name="seven"))
        program.stacks, program.running = {1: [MAIN], 2: [MAIN]}, frozenset({2})
        with pytest.raises(DebuggerError, match="thread 2 is running and may be in seven"):
            loads.unload("seven", force=False, all_threads=False)
    finally:
        unload(loads, "seven")


def test_a_c_library_before_libdl_was_part_of_it_is_called_by_its_inner_names(
    program: OwnProgram, loads: Loads, seven: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """glibc before 2.34, in a program that has not loaded libdl."""
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype, dlopen.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]

    @ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)
    def inner(name: bytes, mode: int) -> int | None:
        assert mode < 0  # it has the highest bit, as dlopen itself sets it
        return dlopen(name, mode & 0x7FFFFFFF)  # type: ignore[no-any-return]

    def find(read: Read, base: int, name: str) -> int | None:
        if name == "__libc_dlopen_mode":
            return ctypes.cast(inner, ctypes.c_void_p).value
        gone = {"__libc_dlclose": "dlclose", "dlopen": "", "dlclose": "", "dlerror": ""}
        return find_export(read, base, gone.get(name, name))

    monkeypatch.setattr(host, "find_export", find)
    loading = loads.load(seven)
    assert result_of(loading, program) == 7
    unload(loads, "seven")


def test_a_program_without_a_loader_is_told(loads: Loads, seven: Wish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "find_export", lambda *_: None)
    with pytest.raises(DebuggerError, match=r"^the program has no loader that could load a dylib: it is linked static"):
        loads.load(seven)


def test_images_for_another_machine_are_brought_there(loads: Loads, program: OwnProgram, seven: Wish) -> None:
    program.current = Process(os.getpid(), remote=True)
    loading = loads.load(seven)
    try:
        assert loading.dylib is not None
        assert re.fullmatch(rf"/var/tmp/jitdbg-{os.geteuid()}/run-[0-9a-f]{{16}}/seven\.\w+\.so", loading.dylib.path)
        there, here = Path(loading.dylib.path).parent, Path(loading.image.directory)
        assert is_locked(str(there))
        assert is_locked(str(here))
        assert {each.name for each in there.iterdir()} == {"ended", "running", Path(loading.dylib.path).name}
        assert not (here / "running").exists()
    finally:
        unload(loads, "seven")
        shutil.rmtree(there)


def test_without_a_way_to_another_machine_nothing_is_made_there(
    loads: Loads, program: OwnProgram, seven: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: str) -> None:
        raise DebuggerError("fake can't carry a file")

    monkeypatch.setattr(program, "send_file", refuse)
    program.current = Process(os.getpid(), remote=True)
    with pytest.raises(
        DebuggerError, match=r"^fake can't carry a file: use a debug server that takes files, or take an"
    ):
        loads.load(seven)
    assert program.calls == []


@pytest.mark.parametrize(
    ("process", "words"),
    [(None, "no program runs"), (Process(1, CORE), "this is a core dump, whose program runs no more")],
)
def test_without_a_live_program_nothing_is_loaded(
    loads: Loads, program: OwnProgram, seven: Wish, process: Process | None, words: str
) -> None:
    program.current = process
    with pytest.raises(DebuggerError, match=f"^{words}"):
        loads.load(seven)


def test_a_compiling_environment_that_is_gone_is_named(
    loads: Loads, seven: Wish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "_told", str(tmp_path / "gone"))
    with pytest.raises(DebuggerError, match=r"gone, the Python that compiles for these commands, is gone"):
        loads.load(seven)
    # One that is there and has no llvmlite any more:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho \"ModuleNotFoundError: No module named 'llvmlite'\" >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(installation, "_told", str(broken))
    with pytest.raises(DebuggerError, match=r"failed \(ModuleNotFoundError: No module named 'llvmlite'\): install"):
        loads.load(seven)


def test_before_main_a_load_is_kept(program: OwnProgram, seven: Wish) -> None:
    target = Target(program)  # type: ignore[arg-type]
    command = next(command for command in COMMANDS if command.name == "jit-load")
    program.stacks = {1: [Frame(0, 1, "_dl_start", None, LD), Frame(1, 2, None, None, "/bin/host")]}
    said = perform(command, target, split(f"jit-load {seven.file}")[1:])
    ((function, act),) = program.starts.items()
    assert said == f"{seven.file} is kept, and loaded when the program comes to {function}\n"
    program.stacks = {1: [MAIN]}
    try:
        assert act().startswith("loaded the JIT dylib seven (generation 1) at 0x")
    finally:
        unload(target.loads, "seven")
