"""What compiles for a debugger: requests, images that exist already, and what remains when nobody takes them."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jitdbg import elf
from jitdbg.build import build
from jitdbg.elf.constants import EM_AARCH64, EM_X86_64
from jitdbg.elf.restamp import restamp
from jitdbg.errors import ElfError, LinkError
from jitdbg.store.entrusted import Entrusted, is_locked
from jitdbg.store.remains import find_runs
from jitdbg.supply import Request, Supplied, open_store, supply
from tests.sources import constant

BUILD_ID = bytes(range(20))


@pytest.fixture
def seven(tmp_path: Path) -> Path:
    path = tmp_path / "seven.ll"
    path.write_text(constant(7))
    return path


@pytest.fixture
def image(seven: Path) -> bytes:
    return build(seven, soname="seven.so")


def supplied(request: Request) -> tuple[Supplied, bytes]:
    store = open_store(request)
    try:
        found = supply(request, store)
        return found, Path(found.path).read_bytes()
    finally:
        store.close()


def test_an_image_says_what_was_asked_for(seven: Path) -> None:
    found, data = supplied(Request(str(seven), EM_X86_64, "other", 3, 2))
    (module,) = elf.describe(data).modules
    assert (module.name, module.generation, module.source, module.opt_level) == ("other", 3, str(seven), 2)
    assert (found.name, found.build_id) == ("other", (elf.ElfFile(data).build_id or b"").hex())
    assert found.signatures["f"].result == "i32"


def test_an_image_is_stamped_anew(tmp_path: Path, image: bytes) -> None:
    (tmp_path / "given.so").write_bytes(image)
    found, data = supplied(Request(str(tmp_path / "given.so"), EM_X86_64, generation=2))
    (module,) = elf.describe(data).modules
    assert (found.name, module.name, module.generation) == ("seven", "seven", 2)
    assert elf.ElfFile(data).build_id == bytes.fromhex(found.build_id) != elf.ElfFile(image).build_id


def test_a_stamp_changes_the_notes_alone(image: bytes) -> None:
    stamped = restamp(image, "seven.so", name="sev", generation=9, build_id=BUILD_ID)
    assert len(stamped) == len(image)
    assert elf.ElfFile(stamped).build_id == BUILD_ID
    assert elf.describe(stamped).modules[0].name == "sev"
    assert [each.name for each in elf.ElfFile(stamped).symbols] == [each.name for each in elf.ElfFile(image).symbols]
    with pytest.raises(ElfError, match="no room for generation 1 of"):
        restamp(image, "seven.so", name="seven" * 40, generation=1, build_id=BUILD_ID)


def test_whose_types_functions_are_called_by(tmp_path: Path, seven: Path) -> None:
    (tmp_path / "c.c").write_text("unsigned f(void) { return 1; }\n")
    (tmp_path / "own.so").write_bytes(build(tmp_path / "c.c", soname="own.so"))
    (tmp_path / "ir.so").write_bytes(build(tmp_path / "c.c", soname="ir.so", debug="ir"))
    found = {name: supplied(Request(str(tmp_path / name), EM_X86_64))[0] for name in ("c.c", "own.so", "ir.so")}
    assert {name: each.types_are_c for name, each in found.items()} == {"c.c": True, "own.so": True, "ir.so": False}
    assert not supplied(Request(str(tmp_path / "c.c"), EM_X86_64, debug="ir"))[0].types_are_c
    assert not supplied(Request(str(seven), EM_X86_64))[0].types_are_c
    assert [each.signatures["f"].result for each in found.values()] == ["i32"] * 3


def test_what_can_not_be_loaded_is_refused(tmp_path: Path, image: bytes, seven: Path) -> None:
    foreign = image.replace(b"jitdbg\0", b"others\0")
    (tmp_path / "foreign.so").write_bytes(foreign)
    with pytest.raises(ElfError, match="was not made by jitdbg"):
        supplied(Request(str(tmp_path / "foreign.so"), EM_X86_64))
    with pytest.raises(LinkError, match="is made for x86-64, and the program for AArch64"):
        supplied(Request(str(seven), EM_AARCH64))


def test_code_for_another_machine_is_made_where_it_is_asked_for(seven: Path) -> None:
    _, data = supplied(Request(str(seven), EM_AARCH64, triple="aarch64-unknown-linux-gnu"))
    assert elf.ElfFile(data).header.e_machine == EM_AARCH64


def test_an_image_bound_to_a_process_stays_there(tmp_path: Path) -> None:
    from jitdbg.engine import Engine

    with Engine() as engine:
        engine.load(constant(1), name="callee")
        user = engine.load("declare i32 @f()\ndefine i32 @g() {\n  %r = call i32 @f()\n  ret i32 %r\n}\n", name="user")
        (tmp_path / "user.so").write_bytes(Path(user.path).read_bytes())
    with pytest.raises(LinkError, match="has addresses of the process that made it"):
        supplied(Request(str(tmp_path / "user.so"), EM_X86_64))


def test_a_directory_that_nobody_locks_is_removed(tmp_path: Path) -> None:
    entrusted = Entrusted.begin(tmp_path)
    entrusted.write("seven", b"image")
    assert [run.state for run in find_runs(tmp_path, 0.0)] == ["unknown"]
    entrusted.finish()
    assert not Path(entrusted.path).exists()


@pytest.mark.parametrize("keep", [False, True])
def test_a_directory_with_an_owner_becomes_a_run(tmp_path: Path, keep: bool) -> None:
    entrusted = Entrusted.begin(tmp_path, keep=keep)
    owner = os.open(entrusted.path, os.O_RDONLY)
    try:
        fcntl.flock(owner, fcntl.LOCK_EX)
        assert is_locked(entrusted.path)
        entrusted.finish()
        assert [run.state for run in find_runs(tmp_path, 0.0)] == ["alive"]
    finally:
        os.close(owner)
    (dead,) = find_runs(tmp_path, 0.0)
    assert (dead.state, dead.keep) == ("crashed", keep)


def ask(request: dict[str, object]) -> subprocess.Popen[bytes]:
    start = "from jitdbg.supply import main; main()"
    child = subprocess.Popen([sys.executable, "-c", start], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    child.stdin.write(json.dumps(request).encode() + b"\n")
    child.stdin.flush()
    return child


def test_the_child_answers_in_one_line_and_waits(seven: Path) -> None:
    with ask({"file": str(seven), "machine": EM_X86_64}) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        answer = json.loads(child.stdout.readline())
        assert Path(answer["path"]).exists()
        assert answer["signatures"]["f"]["parameters"] == []
        assert [answer["signatures"]["f"][key] for key in ("words", "unknown", "in_c")] == [
            "i32 ()",
            None,
            "int (*)(void)",
        ]
        child.stdin.close()
        assert child.stdout.read() == b""
    assert not Path(answer["directory"]).exists()


def test_the_child_answers_with_the_sentence_of_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "bad.ll").write_text("define i32 @f() {\n  ret i64 3\n}\n")
    with ask({"file": str(tmp_path / "bad.ll"), "machine": EM_X86_64}) as child:
        answer = json.loads(child.communicate()[0])
    assert answer == {"error": f"{tmp_path}/bad.ll:2:7: value doesn't match function result type 'i32'"}
