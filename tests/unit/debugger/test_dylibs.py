"""The JIT dylibs of a program, found by their images' notes; the program is a model, the images are real."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from jitdbg import elf
from jitdbg.build import build
from jitdbg.codegen import Options, compile_text
from jitdbg.debugger import images
from jitdbg.debugger.commands.jit_list import COMMAND
from jitdbg.debugger.commands.registry import perform
from jitdbg.debugger.dylibs import Dylibs
from jitdbg.debugger.facts import Module, Process
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError
from jitdbg.linker import Object, link
from tests.sources import FIB, constant


class Program:
    """An `Adapter` as far as it is asked here: memory shows the bytes that files had when they were loaded."""

    name, version = "fake", "1"

    def __init__(self) -> None:
        self.loaded: list[tuple[Module, bytes]] = []
        self.current: Process | None = Process(1)
        self.reads = 0

    def load(self, path: Path, *, knows_build_id: bool = True) -> Module:
        data = path.read_bytes()
        build_id = (elf.ElfFile(data).build_id or b"").hex() if knows_build_id else ""
        module = Module(str(path), 0x10000000 + 0x100000 * len(self.loaded), build_id)
        self.loaded.append((module, data))
        return module

    def process(self) -> Process | None:
        return self.current

    def modules(self) -> list[Module]:
        return [module for module, _ in self.loaded]

    def module_at(self, address: int) -> Module | None:
        for module in self.modules():
            if module.base <= address < module.base + 0x100000:
                return module
        return None

    def memory(self, address: int, size: int) -> bytes:
        self.reads += 1
        for module, data in self.loaded:
            if module.base == address:
                return data[:size]
        raise DebuggerError(f"nothing at {address:#x}")


@pytest.fixture
def program() -> Program:
    return Program()


@pytest.fixture(scope="module")
def fib_image() -> bytes:
    return build(FIB, soname="fib.so", debug="ir", keep=lambda name, _: f"/kept/{name}")


@pytest.fixture
def fib(tmp_path: Path, fib_image: bytes) -> Path:
    path = tmp_path / "fib.so"
    path.write_bytes(fib_image)
    return path


def plain_library(folder: Path) -> Path:
    """A library without jitdbg's note."""
    path = folder / "plain.so"
    built = build(constant(1), soname="plain.so")
    assert built.count(b"jitdbg\0") >= 1
    path.write_bytes(built.replace(b"jitdbg\0", b"others\0"))
    return path


def test_a_library_with_the_note_is_a_dylib_and_others_are_not(program: Program, fib: Path, tmp_path: Path) -> None:
    program.load(plain_library(tmp_path))
    module = program.load(fib)

    (dylib,) = Dylibs(program).listed()

    assert (dylib.id, dylib.name, dylib.generation, dylib.path) == (1, "fib", 1, str(fib))
    assert (dylib.start, dylib.functions, dylib.debug_info, dylib.store) == (module.base, 1, True, "file")
    loads = [segment for segment in elf.ElfFile(fib.read_bytes()).segments if segment.p_type == elf.constants.PT_LOAD]
    assert dylib.end - dylib.start == max(segment.p_vaddr + segment.p_memsz for segment in loads)
    assert dylib.build_id == module.build_id
    assert dylib.in_file
    assert [each.versions["jitdbg"] for each in dylib.modules]
    assert program.reads == 0


def test_an_image_whose_file_is_gone_is_read_from_memory(program: Program, fib: Path) -> None:
    program.load(fib)
    fib.unlink()

    (dylib,) = Dylibs(program).listed()

    assert (dylib.name, dylib.in_file, dylib.functions, dylib.debug_info) == ("fib", False, None, None)


def test_a_file_that_was_replaced_since_is_not_believed(program: Program, fib: Path) -> None:
    module = program.load(fib)
    fib.write_bytes(build(constant(1, "other"), soname="other.so"))

    (dylib,) = Dylibs(program).listed()

    assert (dylib.name, dylib.build_id, dylib.in_file) == ("fib", module.build_id, False)


def test_memory_vouches_for_a_file_whose_build_id_the_debugger_does_not_know(program: Program, fib: Path) -> None:
    program.load(fib, knows_build_id=False)

    (dylib,) = Dylibs(program).listed()

    assert (dylib.name, dylib.in_file, dylib.functions) == ("fib", True, 1)
    assert program.reads == 1


def test_a_memfd_is_told_by_its_path(program: Program, fib: Path) -> None:
    module = program.load(fib)
    program.loaded[0] = Module("/proc/1234567/fd/9", module.base), fib.read_bytes()

    (dylib,) = Dylibs(program).listed()

    assert (dylib.store, dylib.in_file, dylib.name) == ("memfd", False, "fib")


def test_neither_file_nor_memory_is_no_dylib(program: Program, fib: Path) -> None:
    program.load(fib)
    fib.unlink()
    program.loaded[0] = program.loaded[0][0], b""

    assert Dylibs(program).listed() == []


def test_ids_stay_while_others_are_unloaded_and_begin_again_with_a_new_process(
    program: Program, fib: Path, tmp_path: Path
) -> None:
    dylibs = Dylibs(program)
    program.load(fib)
    other = tmp_path / "other.so"
    other.write_bytes(build(constant(1), soname="other.so"))
    program.load(other)
    assert [(each.id, each.name) for each in dylibs.listed()] == [(1, "fib"), (2, "other")]

    del program.loaded[0]
    assert [(each.id, each.name) for each in dylibs.listed()] == [(2, "other")]

    program.current = Process(2)
    assert [(each.id, each.name) for each in dylibs.listed()] == [(1, "other")]


def generations(folder: Path, *numbers: int) -> Iterator[Path]:
    for number in numbers:
        path = folder / f"gen{number}.so"
        modules = [elf.Module("counter", number, "counter.ll", 2), elf.Module("helper")]
        path.write_bytes(link([_object()], soname=path.name, modules=modules))
        yield path


def _object() -> Object:
    return Object("constant", compile_text(constant(1), Options(), "constant").data)


def test_a_name_means_the_latest_generation_and_an_id_is_a_name_too(
    program: Program, fib: Path, tmp_path: Path
) -> None:
    for path in generations(tmp_path, 1, 3, 2):
        program.load(path)
    program.load(fib)
    dylibs = Dylibs(program)

    assert [each.generation for each in dylibs.named("counter")] == [1, 2, 3]
    assert dylibs.dylib("counter").generation == 3
    assert dylibs.dylib("3").generation == 2
    assert dylibs.dylib("helper").name == "counter"
    assert str(dylibs.dylib("fib")) == "fib (generation 1)"
    with pytest.raises(DebuggerError, match=r"no JIT dylib fob: there are counter, fib \(see jit-list\)"):
        dylibs.dylib("fob")


def test_a_name_that_is_another_ones_id_is_the_name(program: Program, fib: Path, tmp_path: Path) -> None:
    program.load(fib)
    (tmp_path / "1.ll").write_text(constant(1))
    (tmp_path / "1.so").write_bytes(build(tmp_path / "1.ll", soname="1.so"))
    program.load(tmp_path / "1.so")
    dylibs = Dylibs(program)
    assert [(each.id, each.name) for each in dylibs.listed()] == [(1, "fib"), (2, "1")]
    assert [each.name for each in dylibs.named("1")] == ["1"]
    assert dylibs.dylib("2").name == "1"


def test_an_unknown_name_where_there_is_none_is_said(program: Program) -> None:
    with pytest.raises(DebuggerError, match="no JIT dylib fob: the program has loaded none"):
        Dylibs(program).dylib("fob")


def test_an_address_is_in_its_dylib_only(program: Program, fib: Path) -> None:
    program.load(fib)
    dylibs = Dylibs(program)
    (dylib,) = dylibs.listed()

    assert dylibs.find_at(dylib.start) == dylibs.find_at(dylib.end - 1) == dylib
    assert Dylibs(program).find_at(dylib.start).id == 0
    assert dylibs.find_at(dylib.end) is None
    assert dylibs.find_at(dylib.start - 1) is None


@pytest.mark.parametrize("page", [b"", b"\x7fELF", bytes(4096), b"\x7fELF\x02\x01" + bytes(4000), os.urandom(4096)])
def test_what_is_no_image_is_none(page: bytes) -> None:
    found = images.read_first_page(page, "bytes")
    assert found is None or not found.modules


def test_a_list_of_modules_that_does_not_fit_the_first_page_is_read_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "many.so"
    modules = [elf.Module(os.urandom(20).hex(), 1, os.urandom(20).hex()) for _ in range(500)]
    path.write_bytes(link([_object()], soname="many.so", modules=modules))

    found = images.find_file(str(path))

    assert found is not None
    assert list(found.modules) == modules
    page = images.read_first_page(path.read_bytes()[:4096], "many.so")
    assert page is not None
    assert 0 < len(page.modules) < 500


def test_the_table_and_the_document_of_jit_list(program: Program, fib: Path, tmp_path: Path) -> None:
    (path,) = generations(tmp_path, 7)
    program.load(path)
    program.load(fib)
    fib.unlink()
    target = Target(program)

    lines = perform(COMMAND, target, []).splitlines()

    heading = "id name generation range functions debug info source build-id store"
    assert " ".join(lines[0].split()) == heading
    assert lines[1].startswith("1   counter and 1 more  7           0x10000000-")
    assert "counter.ll" in lines[1]
    assert lines[2].split()[4:6] == ["?", "?"]
    document = json.loads(perform(COMMAND, target, ["--json"]))
    assert document["schema"] == "jitdbg.jit-list/1"
    assert [each["name"] for each in document["dylibs"]] == ["counter", "fib"]
    assert document["dylibs"][1]["functions"] is None


def test_no_dylib_and_no_program_are_said(program: Program) -> None:
    target = Target(program)
    assert perform(COMMAND, target, []) == "The program has loaded no JIT dylib.\n"
    program.current = None
    with pytest.raises(DebuggerError, match="no program runs: start it, attach to it or open its core first"):
        perform(COMMAND, target, [])
