"""The example language is debugged by file and line of its own source: a file, and lines entered at a prompt."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from jitdbg.debugger.facts import AVAILABLE, EXITED
from jitdbg.harness import Session
from jitdbg.harness.plugin import SessionStarter
from jitdbg.tools import tool
from tests.processes import wait_for_sleep

ROOT = Path(__file__).parents[2]
LANGUAGE = ROOT / "examples" / "kaleidoscope"
SHAPES = LANGUAGE / "shapes.kal"
ENTERED = (
    "let factor = 2",
    "def scaled(n: number): number {\n    let product = n * factor\n    return product\n}",
    'let name = "scaled"',
    "scaled(21)",
    "factor = 3",
    "scaled(21)",
)


def launch(debug_session: SessionStarter, *words: str | Path) -> Session:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return debug_session.launch([sys.executable, LANGUAGE, *words], environment=environment, sources=[SHAPES])


def type_in(program: subprocess.Popen[bytes], text: str) -> None:
    assert program.stdin
    program.stdin.write(text.encode())


def wait_for(program: subprocess.Popen[bytes], text: str) -> None:
    """Read what the program prints next; pytest's own deadline ends the wait for what does not come."""
    assert program.stdout
    for byte in text.encode():
        assert program.stdout.read(1) == bytes([byte])


def enter(*lines: str) -> list[str]:
    return [word for line in lines for word in ("-c", line)]


def run(*words: str | Path) -> str:
    done = subprocess.run([sys.executable, LANGUAGE, *words], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout


def lines_with_code(source: Path) -> set[int]:
    """Give the lines of a program that do something: not those of definitions, of comments and of brackets."""
    idle = ("#", "struct", "extern", "def", "}")
    lines = [line.strip() for line in source.read_text().splitlines()]
    is_field = [": " in line and not line.startswith(("let", "say")) for line in lines]
    return {
        number
        for number, (line, field) in enumerate(zip(lines, is_field, strict=True), 1)
        if line and not line.startswith(idle) and not field
    }


def test_a_file_runs() -> None:
    assert run(SHAPES).split() == ["diagonal", "7.8", "120", "30", "10"]


def test_what_it_compiles_to_is_valid_dwarf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JITDBG_STORE", str(tmp_path))
    run(SHAPES)
    images = list(tmp_path.rglob("*.so"))
    assert images
    for image in images:
        command = [tool("llvm-dwarfdump").path, "--verify", str(image)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout


def test_what_is_entered_runs_and_mistakes_are_told() -> None:
    printed = run(*enter(*ENTERED, "name", "scaled(name)", "nothing", "let"))
    assert printed.splitlines() == [
        "42",
        "63",
        "scaled",
        "repl-8.kal:1:8: this is text, and number is needed",
        "repl-9.kal:1:1: there is no variable 'nothing'",
        "repl-10.kal:1:4: a name was expected, not the end",
    ]


def test_what_was_expected_is_told() -> None:
    assert run(*enter("(((", "1 +", "let x =\n", "print(2", "struct 3 {}")).splitlines() == [
        "repl-1.kal:1:4: an expression was expected, not the end",
        "repl-2.kal:1:4: an expression was expected, not the end",
        "repl-3.kal:1:8: an expression was expected, not the end of the line",
        "repl-4.kal:1:8: an expression was expected, not the end",
        "repl-5.kal:1:8: a name was expected, not '3'",
    ]


@pytest.mark.parametrize(
    "text",
    ["(" * 3000 + "1" + ")" * 3000, "1" + " + 1" * 3000, "if 1 {" * 3000 + "}" * 3000],
    ids=["parentheses", "operators", "blocks"],
)
def test_what_is_nested_too_deeply_is_told(text: str) -> None:
    told = (
        r"repl-1\.kal:1:\d+: this is nested too deeply: give a part of it a name with let, or make it a function\n2\n"
    )
    assert re.fullmatch(told, run(*enter(text, "1 + 1")))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, ": No such file or directory"),
        (b'let \xe4\xb8\xad = 1\nsay("\xff")\n', ":2:6: byte 0xff is no UTF-8, which a source has to be"),
        (b"let x =\n", ":1:8: an expression was expected, not the end of the line"),
    ],
)
def test_a_file_that_can_not_be_run_is_named(content: bytes | None, words: str, tmp_path: Path) -> None:
    path = tmp_path / "f.kal"
    if content is not None:
        path.write_bytes(content)
    done = subprocess.run([sys.executable, LANGUAGE, path], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr, done.returncode) == ("", f"{path}{words}\n", 2)


def test_what_is_typed_and_no_utf_8_is_told() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    typed = b'say("\xff")\n2 + 3\n'
    done = subprocess.run(
        [sys.executable, LANGUAGE], input=typed, cwd=ROOT, capture_output=True, timeout=60, env=environment
    )
    told = b"1> repl-1.kal:1:6: byte 0xff is no UTF-8, which a source has to be\n2> 5\n3> "
    assert (done.stdout, done.stderr) == (told, b"")


def test_help_shows_the_grammar() -> None:
    assert 'block      = "{" { statement } "}"' in run("--help")


def test_the_prompt_goes_on_until_a_block_is_closed() -> None:
    typed = 'if 1 {\n  say("yes")\n}\n2 + 3\n'
    done = subprocess.run([sys.executable, LANGUAGE], input=typed, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("1> … … yes\n2> 5\n3> ", "")


def test_ctrl_c_gives_up_what_was_typed_and_ends_what_runs() -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, LANGUAGE]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=PIPE, stdout=PIPE, stderr=PIPE, bufsize=0) as typed:
        try:
            wait_for(typed, "1> ")
            type_in(typed, "if 1 {\n")
            wait_for(typed, "… ")
            wait_for_sleep(typed.pid)  # just before it, Python would not see the signal until there is input
            typed.send_signal(signal.SIGINT)
            wait_for(typed, "\n1> ")
            type_in(typed, 'say("begun") while 1 { }\n')
            wait_for(typed, "begun\n")
            typed.send_signal(signal.SIGINT)
            assert typed.communicate(timeout=60) == (b"", b"")
        finally:
            typed.kill()
        assert typed.returncode == -signal.SIGINT


@pytest.mark.debugger
def test_values_of_the_language_are_shown(debug_session: SessionStarter) -> None:
    session = launch(debug_session, SHAPES)
    stop = session.run_to("mark: dx")
    assert stop.frame is not None
    assert stop.frame.function == "length"
    line = session.variable("line", depth=2)
    assert (line.child("to").child("y").scalar, line.child("to").child("x").scalar) == (7.2, 3)
    assert session.debugger == "gdb-dap" or "diagonal" in line.child("name").text
    assert [frame.function for frame in session.frames(2)] == ["length", "shapes"]

    session.break_at("mark: product", condition="n == 5")
    session.go_on()
    assert [session.variable(name).scalar for name in ("n", "smaller")] == [5, 24]

    session.break_at("mark: sum")
    seen = []
    for _ in range(4):
        session.go_on()
        seen.append([session.variable(name).scalar for name in ("i", "square", "sum")])
    assert seen == [[1, 1, 0], [2, 4, 1], [3, 9, 5], [4, 16, 14]]


@pytest.mark.debugger
def test_a_breakpoint_on_a_function_stops_when_the_arguments_are_in_place(debug_session: SessionStarter) -> None:
    session = launch(debug_session, SHAPES)
    session.run_to("mark: dx")
    session.run_to("halvings")
    assert session.variable("x").scalar == 1000


@pytest.mark.debugger
def test_a_step_into_a_function_stops_when_the_arguments_are_in_place(debug_session: SessionStarter) -> None:
    session = launch(debug_session, SHAPES)
    session.run_to("mark: factorial")
    session.step_in()
    assert session.frame().function == "factorial"
    assert session.variable("n").scalar == 5


@pytest.mark.debugger
def test_every_line_is_stopped_at_and_every_variable_readable(debug_session: SessionStarter) -> None:
    """Steps through the whole program, but not into Python, which prints."""
    session = launch(debug_session, SHAPES)
    session.run_to("mark: first")
    for number, line in enumerate(SHAPES.read_text().splitlines(), 1):
        if line.startswith("def "):
            session.break_at(f"{SHAPES.name}:{number + 1}")
    stopped_at = set()
    while any(frame.place and frame.place.file == str(SHAPES) for frame in session.frames(1)):
        stopped_at.add(session.frame().place.line)
        values = {**session.arguments(), **session.locals()}
        assert [value for value in values.values() if value.availability != AVAILABLE] == []
        session.step_over()
    assert lines_with_code(SHAPES) - stopped_at == set()
    assert session.go_on().reason == EXITED


@pytest.mark.debugger
def test_inputs_at_the_prompt_are_stopped_at(debug_session: SessionStarter) -> None:
    session = launch(debug_session, *enter(*ENTERED))
    session.break_at("repl-2.kal:3")
    stop = session.run()
    assert stop.frame is not None
    assert stop.frame.function == "scaled"
    assert {name: session.variable(name).scalar for name in ("n", "product")} == {"n": 21, "product": 42}
    assert session.evaluate("factor").scalar == 2, "of another input, and so of another library"
    assert session.debugger == "gdb-dap" or "scaled" in session.evaluate("name").text
    assert [(frame.function, frame.place and frame.place.line) for frame in session.frames(2)] == [
        ("scaled", 3),
        ("input_4", 1),
    ]
    listing = "source list --line 2 --count 1" if session.debugger.startswith("lldb") else "list 2,2"
    assert "let product = n * factor" in session.command(listing), "the source is in no file but ours"
    session.go_on()
    assert session.variable("product").scalar == 63
