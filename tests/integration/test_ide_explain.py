"""Why breakpoints were never set, and which sources were edited: read from the images that a program had loaded."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from jitdbg.cli import main
from jitdbg.ide.explain import Explanation, explain
from jitdbg.tools import tool

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an image of fib.ll, and of the same without debug info."""
    folder = tmp_path_factory.mktemp("built")
    shutil.copy(EXAMPLES / "fib.ll", folder)
    shutil.copy(folder / "fib.ll", folder / "plain.ll")
    for name, debug in (("fib", "ir"), ("plain", "none")):
        source, image = folder / f"{name}.ll", folder / f"{name}.so"
        assert main(["build", str(source), "-o", str(image), "--debug", debug]) == 0
    return folder


def reason(file: Path, line: int, *images: Path) -> str:
    (unset,) = explain([(str(file), line)], map(str, images)).unset
    assert (unset.file, unset.line) == (str(file), line)
    return unset.reason


def line_of(file: Path, text: str) -> int:
    return next(number for number, line in enumerate(file.read_text().splitlines(), 1) if text in line)


def test_a_line_without_code_names_those_that_have(built: Path) -> None:
    source = built / "fib.ll"
    first = line_of(source, "icmp")

    assert reason(source, 1, built / "fib.so").startswith("no code was made of line 1: the nearest lines with code are")
    assert f"{first}" in reason(source, 1, built / "fib.so")


def test_a_file_that_nothing_is_made_from_names_what_is(built: Path) -> None:
    found = reason(built / "other.toy", 1, built / "fib.so")

    assert found == "no JIT dylib that was loaded is made from this file: they are made from fib.ll"


def test_a_file_that_debug_info_has_in_another_folder_is_named(built: Path, tmp_path: Path) -> None:
    found = reason(tmp_path / "fib.ll", 3, built / "fib.so")

    assert found == f"debug info has this file as {built}/fib.ll: set sourceMap, or open that one"


def test_a_relative_folder_of_somebody_elses_debug_info_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.c").write_text("int one(void) {\n  return 1;\n}\n")
    clang = [tool("clang").path, "-g", "-fdebug-compilation-dir=.", "-fPIC", "-c", "one.c", "-o", "one.o"]
    subprocess.run(clang, check=True, timeout=60)
    assert main(["link", "one.o", "-o", "one.so"]) == 0

    found = reason(tmp_path / "one.c", 2, tmp_path / "one.so")

    assert found.startswith("debug info has this file as ./")
    assert found.endswith("one.c, relative to no folder: compile it with an absolute one (clang's -g alone)")


def test_a_dylib_without_debug_info_is_named(built: Path) -> None:
    found = reason(built / "plain.ll", 3, built / "plain.so")

    assert found == "plain has no debug info, and no other JIT dylib has this file"


def test_a_program_that_loaded_nothing_of_ours_is_told(built: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.so"
    broken.write_bytes((built / "fib.so").read_bytes()[:700])

    found = reason(built / "fib.ll", 3, Path("/bin/true"), tmp_path / "gone.so", broken)

    assert found == "the program has loaded no JIT dylib"


def test_images_that_are_gone_with_the_programs_memory_are_told(built: Path) -> None:
    gone = Path("/proc/4194305/fd/1000000")  # above the kernel's highest number of a process
    assert reason(built / "fib.ll", 1, Path("/bin/true"), gone) == (
        "what the program had in memory (the store memfd) is gone with it, so that it is not known why"
    )
    assert reason(built / "fib.ll", 1, gone, built / "fib.so").startswith("no code was made of line 1")


def test_a_line_with_code_is_the_debuggers_fault(built: Path) -> None:
    source = built / "fib.ll"

    assert "the line has code" in reason(source, line_of(source, "icmp"), built / "fib.so")


def test_an_edited_source_is_told_once(built: Path, tmp_path: Path) -> None:
    source, image = tmp_path / "fib.ll", tmp_path / "fib.so"
    shutil.copy(built / "fib.ll", source)
    assert main(["build", str(source), "-o", str(image), "--debug", "ir"]) == 0
    assert explain([], [str(image)]) == Explanation(("fib",), (), ())

    source.write_text("; edited\n" + source.read_text())

    (warning,) = explain([], [str(image), str(image)]).warnings
    assert warning.startswith(f"{source} has been edited since it was compiled")


def test_the_command_prints_json(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ide", "explain", "-b", f"{built}/fib.ll:1", f"{built}/fib.so"]) == 0

    document = json.loads(capsys.readouterr().out)
    assert (document["schema"], document["dylibs"], document["warnings"]) == ("jitdbg.ide-explain/1", ["fib"], [])
    assert document["unset"][0]["line"] == 1
    assert main(["ide", "explain", "-b", "fib"]) == 2
    assert "'fib' is no FILE:LINE" in capsys.readouterr().err
