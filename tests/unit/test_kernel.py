"""The linker's kernel: made once, found again, and never needed. What it does is in linker/test_recurring_shapes.py."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from jitdbg import codegen, kernel
from jitdbg.elf import ElfFile, Module
from jitdbg.errors import CodegenError
from jitdbg.linker import Object, link
from jitdbg.linker.recurring import kernel as recurring_kernel


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JITDBG_STORE", str(tmp_path))
    return tmp_path


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> recurring_kernel.State:
    fresh = recurring_kernel.State()
    monkeypatch.setattr(recurring_kernel, "_state", fresh)
    return fresh


def kernels(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


def test_it_is_compiled_from_the_source_that_lies_beside_its_ir() -> None:
    source = recurring_kernel.IR.with_suffix(".c").read_bytes()
    assert recurring_kernel.IR.read_text().splitlines()[0].endswith(hashlib.sha256(source).hexdigest())


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
