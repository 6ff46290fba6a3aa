"""The linker's kernel: made once, found again, and never needed. What it does is in linker/test_recurring_shapes.py."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from jitdbg import codegen, kernel
from jitdbg.elf import ElfFile, Module
from jitdbg.errors import CodegenError
from jitdbg.linker import Object, link
from jitdbg.linker.recurring import kernel as recurring_kernel
from jitdbg.store import shared
from tests.linking import run_program

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JITDBG_STORE", str(tmp_path))
    return tmp_path


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> recurring_kernel.State:
    fresh = recurring_kernel.State()
    monkeypatch.setattr(recurring_kernel, "_state", fresh)
    return fresh


def first_line() -> str:
    return recurring_kernel.IR.read_text().splitlines()[0]


def kernels(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


def test_it_is_compiled_from_the_source_that_lies_beside_its_ir() -> None:
    source = recurring_kernel.IR.with_suffix(".c").read_bytes()
    assert first_line().endswith(hashlib.sha256(source).hexdigest())


def test_its_ir_is_what_clang_makes_of_that_source(tmp_path: Path) -> None:
    made = tmp_path / "kernel.ll"
    run_program([ROOT / "scripts" / "make-kernel", made])
    text = made.read_text()
    if text.partition(" of ")[0] != first_line().partition(" of ")[0]:
        pytest.skip(f"another clang has made it: {first_line()}")
    assert text == recurring_kernel.IR.read_text()


def test_the_same_limits_stand_in_python_and_in_c() -> None:
    source = recurring_kernel.IR.with_suffix(".c").read_text()
    for name in ("INPUTS", "OUTPUTS", "SYMBOLS", "INFOS"):
        (limit,) = re.findall(rf"\b{name} = (\d+)", source)
        assert int(limit) == getattr(recurring_kernel, f"_{name}"), name


def test_what_was_made_is_found_again(place: Path) -> None:
    assert kernel.find() is None
    assert kernel.make() is not None
    (name,) = kernels(place)
    assert (place / name).stat().st_mode & 0o777 == 0o400
    assert kernel.find() is not None
    assert kernels(place) == [name]


def test_it_is_found_but_not_made_before_it_is_worthwhile(place: Path) -> None:
    assert kernel.provide(False) is None
    assert kernels(place) == []
    assert kernel.provide(True) is not None
    assert kernel.provide(False) is not None


def test_who_refuses_it_has_none(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JITDBG_KERNEL", "0")
    assert kernel.provide(True) is None
    assert kernels(place) == []


def test_a_place_that_others_can_write_to_is_not_trusted(place: Path) -> None:
    assert kernel.make() is not None
    place.chmod(0o777)
    assert kernel.find() is None
    assert kernel.make() is None


def test_what_is_no_kernel_is_passed_over_and_made_anew(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kernel.make() is not None
    (name,) = kernels(place)
    other = place / "other"  # the loader has the first one by its path
    other.mkdir()
    monkeypatch.setenv("JITDBG_STORE", str(other))
    (other / name).write_bytes(b"broken")
    assert kernel.find() is None
    assert kernel.make() is not None
    assert kernels(other) == [name]


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("damage", ["cut", "zeroes", "more"])
def test_one_that_is_not_whole_is_passed_over(damage: str) -> None:
    found = kernel.make()
    assert found is not None
    whole = found.path.read_bytes()
    half = whole[: len(whole) // 2]
    found.path.unlink()
    found.path.write_bytes({"cut": half, "zeroes": half.ljust(len(whole), b"\0"), "more": whole + b"\0"}[damage])
    assert kernel.find() is None
    assert kernel.make() is not None
    assert found.path.read_bytes() == whole


def test_a_path_that_the_loader_would_change_is_passed_over(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "$LIB").mkdir()
    monkeypatch.setenv("JITDBG_STORE", str(place / "$LIB"))
    assert kernel.make() is None


@pytest.mark.usefixtures("place")
def test_it_is_made_without_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a process is started")

    codegen._machine.cache_clear()
    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert kernel.make() is not None


def test_without_its_ir_there_is_none(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel._name.cache_clear()
    monkeypatch.setattr(recurring_kernel, "IR", place / "gone.ll")
    try:
        assert kernel.provide(True) is None
    finally:
        kernel._name.cache_clear()


def test_a_full_disk_leaves_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shared, "write_all", refuse)
    assert kernel.make() is None
    assert kernels(place) == []


def test_an_interruption_is_not_lost(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(source: str, target: Path) -> None:
        Path(source).replace(target)
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "rename", interrupt)
    with pytest.raises(KeyboardInterrupt):
        kernel.make()
    assert len(kernels(place)) == 1


@pytest.mark.usefixtures("place")
def test_its_use_is_noted_once_a_day() -> None:
    found = kernel.make()
    assert found is not None
    now = time.time()
    for age, noted in ((3600, False), (2 * 86400, True)):
        os.utime(found.path, (now - age, now - age))
        assert kernel.find() is not None
        assert (found.path.stat().st_mtime > now - 60) == noted


def test_one_that_can_not_be_compiled_is_done_without(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise CodegenError("no")

    monkeypatch.setattr(codegen, "compile_text", fail)
    assert kernel.make() is None
    assert kernels(place) == []


def test_it_imports_nothing_but_pythons_stable_interface_and_the_c_library() -> None:
    imported = {
        symbol.name for symbol in ElfFile(kernel.compiled()).dynamic_symbols if symbol.name and not symbol.defined
    }
    interface = {"PyBytes_AsString", "PyBytes_AsStringAndSize", "PyBytes_FromStringAndSize", "Py_DecRef"}
    interface |= {"PyByteArray_AsString", "PyByteArray_Size", "PyErr_Clear"}
    assert interface < imported
    assert imported - interface <= {"memcpy", "memset", "memmove", "memchr", "memcmp", "bcmp", "strlen", "strcmp"}


def tiny(number: int) -> Object:
    text = f"define i32 @f{number}() {{\n  ret i32 {number}\n}}\n"
    return Object("o.o", codegen.compile_text(text, codegen.Options(), ir_path="/a/f.ll").data)


def image(item: Object) -> bytes:
    return link([item], soname="x.so", build_id=bytes(20), modules=[Module("m")])


def test_a_process_that_links_much_makes_one(
    place: Path, state: recurring_kernel.State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recurring_kernel, "WORTHWHILE", 3)
    recurring_kernel.provided_by(kernel.provide)
    objects = [tiny(n) for n in range(8)]
    images = [image(item) for item in objects]
    assert state.kernel is not None
    assert len(kernels(place)) == 1
    assert [image(item) for item in objects] == images
