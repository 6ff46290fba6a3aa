"""``jitdbg inspect``: what is printed of the facts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from jitdbg.cli import main
from jitdbg.codegen import Options, compile_text
from jitdbg.debuginfo.lines import annotate
from jitdbg.elf import Module
from jitdbg.linker import Object, link
from tests.sources import FIB, caller

MODULE = Module("fib", 3, "/where/fib.ll", 0, {"jitdbg": "0.1", "llvm": "22.1.0"})


def many_functions() -> str:
    return "".join(f"define void @function{number:02}() {{\n  ret void\n}}\n" for number in range(30))


def image(folder: Path, text: str = FIB, ir: bytes = FIB.encode()) -> str:
    item = Object("fib.o", compile_text(text, Options()).data)
    path = folder / "fib.so"
    path.write_bytes(link([item], soname="fib.so.1", modules=[MODULE], ir=[ir]))
    return str(path)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["inspect", *arguments]) == 0
    return capsys.readouterr().out


def test_an_image_of_ours_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = image(tmp_path)
    lines = printed(capsys, path).splitlines()
    assert lines[0].startswith(f"{path}: shared library for x86-64, ")
    words = [line.split() for line in lines]
    assert ["made", "by", "jitdbg", "0.1"] in words
    assert ["soname", "fib.so.1"] in words
    assert ["fib", "3", "-O0,", "llvm", "22.1.0", str(len(FIB)), "bytes", "/where/fib.ll"] in words
    assert ["debug", "info:", "none"] in words
    assert any(row[:2] == ["fib", "function"] for row in words)
    assert any(row[:2] == [".text", "PROGBITS"] for row in words)


def test_long_tables_are_cut_unless_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = image(tmp_path, many_functions())
    short, long = printed(capsys, path), printed(capsys, path, "--all")
    assert "function29" not in short
    assert "exports: 30" in short
    assert "… 10 more: --all shows them" in short
    assert "function29" in long


def test_imports_tell_where_they_come_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = image(tmp_path, caller("abs", "g"))
    rows = [line.split() for line in printed(capsys, path).splitlines()]
    assert ["abs", "GLIBC_2.2.5", "(libc.so.6)"] in rows


def test_the_ir_is_printed_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, image(tmp_path), "--ir") == FIB


@pytest.mark.parametrize("option", [["--json"], ["--lines"], ["--address", "0"], ["--all"]])
def test_the_ir_is_printed_alone_or_not_at_all(option: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--ir", *option, "fib.so"]) == 2
    assert "--ir prints the IR and nothing else: leave out the other options" in capsys.readouterr().err


def test_json_has_all_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = json.loads(printed(capsys, image(tmp_path, many_functions()), "--json"))
    assert facts["schema"] == "jitdbg.inspect/1"
    assert facts["modules"][0]["source"] == "/where/fib.ll"
    assert len(facts["exports"]) == 30
    assert len(facts["build_id"]) == 40


def test_an_object_and_a_library_of_others_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import _ctypes

    (tmp_path / "fib.o").write_bytes(compile_text(FIB, Options()).data)
    assert "object for x86-64" in printed(capsys, str(tmp_path / "fib.o"))
    shown = printed(capsys, _ctypes.__file__)
    assert "not by jitdbg" in shown
    assert "modules" not in shown


MISTAKES = [("notes.txt", b"text", "this is not an ELF file"), ("absent", None, "can't be read: No such file")]


@pytest.mark.parametrize(("name", "content", "words"), MISTAKES)
@pytest.mark.parametrize("option", [[], ["--ir"], ["--json"]])
def test_other_files_are_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes | None, words: str, option: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert main(["inspect", str(tmp_path / name), *option]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err
    assert captured.err.count("\n") == 1


def test_a_directory_is_refused_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", str(tmp_path)]) == 2
    assert "can't be read: Is a directory" in capsys.readouterr().err


def test_an_image_without_ir_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--ir", image(tmp_path, ir=b"")]) == 2
    assert "has no IR in it: it was linked from objects" in capsys.readouterr().err


TEXT = annotate(FIB, filename="fib.c", directory="/nowhere")


def lined_image(folder: Path, text: str = TEXT) -> str:
    return image(folder, text, text.encode())


def test_lines_show_address_source_and_ir(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [line.split() for line in printed(capsys, "--lines", lined_image(tmp_path)).splitlines()]
    number = next(number for number, line in enumerate(TEXT.split("\n"), 1) if "@fib(i32 %n1)" in line)

    assert rows[0][:6] == ["fib:", "IR", "lines", "2", "to", str(TEXT.split("\n").index("}") + 1)]
    assert rows[1] == ["address", "size", "place", "text"]
    at = next(index for index, row in enumerate(rows) if len(row) > 2 and row[2] == f"fib.c:{number}:3")
    assert int(rows[at][0], 16) > 0
    assert rows[at + 1][:4] == ["IR", str(number), "%f1", "="]


def test_an_address_shows_its_code_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = lined_image(tmp_path)
    runs = json.loads(printed(capsys, "--lines", "--json", path))["runs"]
    for written in (hex(runs[3]["address"]), str(runs[3]["address"] + runs[3]["size"] - 1)):
        facts = json.loads(printed(capsys, "--address", written, "--json", path))
        assert facts["schema"] == "jitdbg.lines/1"
        assert facts["runs"] == [runs[3]]
        assert [source["path"] for source in facts["sources"]] == ["/nowhere/fib.c"]


def test_sources_that_differ_from_what_was_compiled_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = tmp_path / "fib.c"
    path = lined_image(tmp_path, annotate(FIB, filename=source.name, directory=str(tmp_path)))

    def warning() -> str:
        assert main(["inspect", "--lines", path]) == 0
        return capsys.readouterr().err

    assert warning() == f"warning: {source} can't be read: its lines are not shown\n"
    source.write_text(FIB)
    assert warning() == ""
    source.write_text(FIB + "; edited")
    assert warning().startswith(f"warning: {source} has been edited since it was compiled: its lines are not shown")


@pytest.mark.parametrize(
    ("address", "words"), [("0x1", "no code with a source line at 0x1"), ("there", "'there' is no address")]
)
def test_a_wrong_address_is_refused_in_words(
    tmp_path: Path, address: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["inspect", "--address", address, lined_image(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert words in captured.err


def test_code_without_lines_is_refused_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inspect", "--lines", image(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_sources_are_listed_with_their_checksums(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = lined_image(tmp_path)
    assert f"/nowhere/fib.c  {hashlib.md5(FIB.encode()).hexdigest()}" in printed(capsys, path)
    (source,) = json.loads(printed(capsys, path, "--json"))["sources"]
    assert source == {"path": "/nowhere/fib.c", "md5": hashlib.md5(FIB.encode()).hexdigest(), "embedded": False}
