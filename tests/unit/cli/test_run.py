"""``jitdbg run``: calls, main, the list of functions, and mistakes."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from jitdbg.cli import main
from tests.sources import FIB, caller, constant

MAIN = """
declare i32 @atoi(ptr)
define i32 @main(i32 %argc, ptr %argv) {
  %slot = getelementptr ptr, ptr %argv, i32 1
  %word = load ptr, ptr %slot
  %number = call i32 @atoi(ptr %word)
  ret i32 %number
}
"""
KINDS = """
define double @half(double %x) {
  %half = fmul double %x, 5.0e-1
  ret double %half
}
define ptr @same(ptr %p) {
  ret ptr %p
}
define void @nothing() {
  ret void
}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "fib.ll"
    path.write_text(FIB)
    return path


def written(folder: Path, text: str, name: str = "source.ll") -> str:
    (folder / name).write_text(text)
    return str(folder / name)


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("jitdbg: error: ")
    assert captured.err.count("\n") == 1
    return captured.err


def test_a_call_prints_its_result_alone(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(source), "--call", "fib(20)"]) == 0
    assert capsys.readouterr().out == "6765\n"


@pytest.mark.parametrize(
    "options", [["-O2"], ["-O", "3"], ["--store", "memfd"], ["--linker", "ld"], ["--isolate"], ["--sources", "kept"]]
)
def test_options_reach_the_engine(source: Path, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *options, str(source), "--call", "fib(10)"]) == 0
    assert capsys.readouterr().out == "55\n"


RESULTS = [("half(3)", "1.5\n"), ("same(None)", "0x0\n"), ("same(255)", "0xff\n"), ("nothing()", "")]


@pytest.mark.parametrize(("call", "printed"), RESULTS)
def test_results_are_printed_by_their_type(
    tmp_path: Path, call: str, printed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", written(tmp_path, KINDS), "--call", call]) == 0
    assert capsys.readouterr().out == printed


def test_calls_are_made_in_their_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counter = """
@count = global i32 0
define i32 @add(i32 %n) {
  %before = load i32, ptr @count
  %after = add i32 %before, %n
  store i32 %after, ptr @count
  ret i32 %after
}
"""
    calls = ["--call", "add(3)", "--call", "add(4)"]
    assert main(["run", written(tmp_path, counter), *calls]) == 0
    assert capsys.readouterr().out == "3\n7\n"
    assert main(["run", written(tmp_path, counter), *calls, "--json"]) == 0
    objects = capsys.readouterr().out.replace("}\n{", "}\0{").split("\0")
    assert [json.loads(each)["call"]["result"] for each in objects] == [3, 7]


def test_main_gets_arguments_and_gives_the_exit_code(tmp_path: Path) -> None:
    program = written(tmp_path, MAIN)
    assert main(["run", program, "42"]) == 42
    assert main(["run", program, "257"]) == 1
    assert main(["run", program, "--", "-1"]) == 255


def test_without_a_main_the_functions_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", written(tmp_path, KINDS)]) == 0
    rows = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    assert rows[1:] == [["half", "double (double)"], ["same", "ptr (ptr)"], ["nothing", "void ()"]]


def test_json_tells_of_the_call(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(source), "--call", "fib(10)", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["schema"] == "jitdbg.run/1"
    assert facts["name"] == "fib"
    assert Path(facts["image"]).name.startswith("fib.")
    assert len(facts["build_id"]) == 40
    assert facts["functions"] == [{"name": "fib", "signature": "i32 (i32)"}]
    assert facts["call"] == {"function": "fib", "signature": "i32 (i32)", "arguments": [10], "result": 55}


def test_json_without_a_call_tells_of_the_functions(source: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(source), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["call"] is None
    assert [function["name"] for function in facts["functions"]] == ["fib"]


def test_json_tells_of_main(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program = written(tmp_path, MAIN)
    assert main(["run", program, "7", "--json"]) == 7
    call = json.loads(capsys.readouterr().out)["call"]
    assert call == {"function": "main", "signature": "i32 (i32, ptr)", "arguments": [program, "7"], "result": 7}


def test_ctrl_c_is_for_python_again_afterwards(source: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    assert main(["run", str(source), "--call", "fib(1)"]) == 0
    assert signal.getsignal(signal.SIGINT) is before


MISTAKES = [
    (["--call", "fib(20"], "'fib(20' is no call"),
    (["--call", "fib()"], "'fib' takes 1 argument, 0 given"),
    (["--call", "fob(1)"], "did you mean 'fib'"),
    (["--call", "fib('x')"], "argument 1 is a string"),
    (["--call", "fib(1)", "left", "over"], "'left' is left over"),
    (["left", "over"], "'left' is left over: 'fib' has no main"),
]


@pytest.mark.parametrize(("arguments", "words"), MISTAKES)
def test_a_wrong_call_is_one_sentence(
    source: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(source), *arguments]) == 2
    assert words in complaint(capsys)


BAD_SOURCES = [
    ("broken.ll", "define i32 @f(i32 i32) {\n}\n", "broken.ll:1:"),
    ("unverified.ll", "define i32 @f() {\n  %a = add i32 %b, 1\n  %b = add i32 1, 1\n  ret i32 %a\n}\n", "'f'"),
    ("foreign.ll", 'target triple = "aarch64-linux-gnu"\n' + constant(1), "aarch64"),
    ("missing.ll", caller("nobody_has_this"), "nobody_has_this (used in g)"),
    ("source.txt", "text", "unknown kind of source"),
]


@pytest.mark.parametrize(("name", "text", "words"), BAD_SOURCES)
def test_a_bad_source_is_one_sentence(
    tmp_path: Path, name: str, text: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", written(tmp_path, text, name)]) == 2
    assert words in complaint(capsys)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", str(tmp_path / "absent.ll")]) == 2
    assert "absent.ll" in complaint(capsys)


@pytest.mark.parametrize("arguments", [["-O", "4"], ["--linker", "gold"], ["--store", "tape"], ["--debug", "some"], []])
def test_unknown_options_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", *(["x.ll", *arguments] if arguments else [])]) == 2
    assert "Error: " in capsys.readouterr().err
