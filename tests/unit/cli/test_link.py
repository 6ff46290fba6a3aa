"""``jitdbg link``: the linker alone."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import pytest

from jitdbg import inspection
from jitdbg.cli import main
from jitdbg.codegen import Options, compile_text
from jitdbg.debuginfo import lines
from tests.sources import caller, constant


def written(folder: Path, name: str, text: str) -> str:
    annotated = lines.annotate(text, filename=f"{name}.ll", directory=str(folder))
    (folder / f"{name}.o").write_bytes(compile_text(annotated, Options()).data)
    return str(folder / f"{name}.o")


@pytest.fixture
def objects(tmp_path: Path) -> list[str]:
    return [written(tmp_path, "callee", constant(42)), written(tmp_path, "caller", caller())]


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("jitdbg: error: ")
    assert captured.err.count("\n") == 1
    return captured.err


def test_objects_become_one_library(objects: list[str], tmp_path: Path) -> None:
    library = tmp_path / "both.so"
    assert main(["link", *objects, "-o", str(library)]) == 0
    assert ctypes.CDLL(str(library)).g() == 42
    facts = inspection.inspect(library.read_bytes(), str(library))
    assert [module.name for module in facts.modules] == ["callee", "caller"]
    assert facts.soname == "both.so"
    assert len(facts.units) == 2


def test_an_object_is_not_replaced(objects: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    before = Path(objects[1]).read_bytes()
    assert main(["link", *objects, "-o", objects[1]]) == 2
    assert f"{objects[1]} can't be written: it is read for this, and would be lost: " in complaint(capsys)
    assert Path(objects[1]).read_bytes() == before


def test_the_options_of_the_linker_are_heard(objects: list[str], tmp_path: Path) -> None:
    library = tmp_path / "both.so"
    options = ["--soname", "other.so.1", "--strip-debug", "--linker", "ld"]
    assert main(["link", *objects, "-o", str(library), *options]) == 0
    facts = inspection.inspect(library.read_bytes(), str(library))
    assert facts.soname == "other.so.1"
    assert facts.units == ()


def test_an_interposable_library_leaves_its_calls_to_the_loader(tmp_path: Path) -> None:
    both = constant(1) + caller().partition("\n")[2]
    item, bound, open_to_others = written(tmp_path, "both", both), tmp_path / "bound.so", tmp_path / "open.so"
    assert main(["link", item, "-o", str(bound), "--linker", "ld"]) == 0
    assert main(["link", item, "-o", str(open_to_others), "--linker", "ld", "--interposable"]) == 0
    sizes = [
        sum(section.size for section in inspection.inspect(path.read_bytes(), "").sections if "rela" in section.name)
        for path in (bound, open_to_others)
    ]
    assert sizes[0] < sizes[1]


def test_linking_twice_gives_the_same_bytes(objects: list[str], tmp_path: Path) -> None:
    library = tmp_path / "both.so"
    images = []
    for _ in range(2):
        assert main(["link", *objects, "-o", str(library)]) == 0
        images.append(library.read_bytes())
    assert images[0] == images[1]


def test_what_is_no_object_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.o").write_text("no object")
    assert main(["link", str(tmp_path / "text.o"), "-o", str(tmp_path / "x.so")]) == 2
    assert "text.o" in complaint(capsys)
    assert main(["link", str(tmp_path / "absent.o"), "-o", str(tmp_path / "x.so")]) == 2
    assert "absent.o can't be read: No such file" in complaint(capsys)
    assert os.listdir(tmp_path) == ["text.o"]


def test_a_symbol_defined_twice_is_one_sentence(
    objects: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    again = written(tmp_path, "again", constant(1))
    assert main(["link", *objects, again, "-o", str(tmp_path / "x.so")]) == 2
    words = complaint(capsys)
    assert "callee.o" in words
    assert "again.o" in words
    assert not (tmp_path / "x.so").exists()


def test_no_objects_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["link", "-o", str(tmp_path / "x.so")]) == 2
    assert "Missing argument" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["build", "link", "pack"])
def test_a_dash_is_no_file_to_write(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([command, "input", "-o", "-"]) == 2
    assert "'-' names no file: give /dev/stdout, or ./- for a file" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
