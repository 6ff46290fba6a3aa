"""How commands are declared, read, completed and explained; with a command of the tests' own."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

import pytest

from jitdbg.debugger.commands.completion import complete, files
from jitdbg.debugger.commands.declaration import JSON, Argument, Arguments, Command, Example, Option
from jitdbg.debugger.commands.manual import manual
from jitdbg.debugger.commands.parsing import parse, split
from jitdbg.debugger.commands.registry import COMMANDS, perform
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError
from jitdbg.harness.fake.adapter import FakeAdapter


@dataclasses.dataclass(frozen=True)
class Said:
    words: str
    times: int


def names(target: Target, word: str) -> Iterable[str]:
    del target, word
    return ["fib", "fob", "other"]


def failing(target: Target, word: str) -> Iterable[str]:
    raise DebuggerError(f"{target} has nothing for {word}")


def run(target: Target, arguments: Arguments) -> Said:
    del target
    return Said(arguments.name, arguments.times)


SAY = Command(
    name="jit-say",
    summary="Say a name.",
    description="First paragraph.\n\nSecond   one.",
    arguments=(
        Argument("NAME", "what to say", candidates=names),
        Argument("MORE", "the rest", optional=True, rest=True),
    ),
    options=(
        Option("--times", "how often", "N", kind=int, default=1),
        Option("-O", "the level", "N", choices=("0", "1")),
        JSON,
    ),
    examples=(Example("jit-say fib", "says it"),),
    run=run,
    render=lambda said: f"{said.words * said.times}\n",
)


@pytest.fixture
def target() -> Target:
    return Target(FakeAdapter())


def told(line: str) -> dict[str, Any]:
    return vars(parse(SAY, split(line)))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("fib", {"name": "fib", "more": None, "times": 1, "o": None, "json": False}),
        ("--times 2 fib --json", {"name": "fib", "more": None, "times": 2, "o": None, "json": True}),
        ("fib --times=3 -O1", {"name": "fib", "more": None, "times": 3, "o": "1", "json": False}),
        ("-O 0 -- --json", {"name": "--json", "more": None, "times": 1, "o": "0", "json": False}),
        ("'a b' *p -> x", {"name": "a b", "more": "*p -> x", "times": 1, "o": None, "json": False}),
        ('x ptr  "a  b"[0] c', {"name": "x", "more": 'ptr "a  b"[0] c', "times": 1, "o": None, "json": False}),
        ("-", {"name": "-", "more": None, "times": 1, "o": None, "json": False}),
    ],
)
def test_a_line_is_read_as_declared(line: str, expected: dict[str, Any]) -> None:
    assert told(line) == expected


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("", "jit-say: NAME is missing: it is used as jit-say [--times N] [-O N] [--json] NAME [MORE]"),
        ("fib --bad=1", "there is no option --bad"),
        ("fib --times", "--times needs a value, N"),
        ("fib --times x", "--times takes N, which 'x' is not"),
        ("fib -O3", "-O is one of 0, 1, not '3'"),
        ("fib --json=1", "--json takes no value"),
        ("'fib", "can't be split into words: no closing quotation"),
    ],
)
def test_a_mistake_in_a_line_is_one_sentence(line: str, complaint: str) -> None:
    with pytest.raises(DebuggerError) as raised:
        told(line)
    assert complaint in str(raised.value)
    assert "\n" not in str(raised.value)


def test_too_many_words_are_refused() -> None:
    command = dataclasses.replace(SAY, arguments=SAY.arguments[:1])
    with pytest.raises(DebuggerError, match="'b c' is more than it takes"):
        parse(command, ["a", "b", "c"])


def test_what_a_command_does_not_declare_it_can_not_read() -> None:
    with pytest.raises(AttributeError, match="declares no argument or option color"):
        _ = parse(SAY, ["fib"]).color


def test_a_fact_is_shown_as_text_or_as_json(target: Target) -> None:
    assert perform(SAY, target, ["ab", "--times", "2"]) == "abab\n"
    assert json.loads(perform(SAY, target, ["ab", "--json"])) == {
        "schema": "jitdbg.jit-say/1",
        "words": "ab",
        "times": 1,
    }


@pytest.mark.parametrize(
    ("before", "word", "expected"),
    [
        ([], "f", ["fib", "fob"]),
        ([], "--", ["--json", "--times"]),
        (["--json"], "-", ["--times", "-O"]),
        (["-O"], "", ["0", "1"]),
        (["--times", "2"], "o", ["other"]),
        (["--times"], "", []),
        (["fib"], "x", []),
    ],
)
def test_a_word_is_completed_by_what_stands_before_it(
    target: Target, before: list[str], word: str, expected: list[str]
) -> None:
    assert complete(SAY, target, before, word) == expected


def test_completion_does_not_complain(target: Target) -> None:
    command = dataclasses.replace(SAY, arguments=(Argument("NAME", "it", candidates=failing),))
    assert complete(command, target, [], "f") == []


def test_files_complete_by_their_folder(target: Target, tmp_path: Any) -> None:
    (tmp_path / "fib.ll").touch()
    (tmp_path / "fibs").mkdir()
    (tmp_path / "other").touch()
    assert sorted(files(target, f"{tmp_path}/fi")) == [f"{tmp_path}/fib.ll", f"{tmp_path}/fibs/"]
    assert list(files(target, f"{tmp_path}/none/fi")) == []


def test_the_manual_has_all_that_is_declared() -> None:
    assert manual(SAY) == (
        "Say a name.\n\n"
        "Usage: jit-say [--times N] [-O N] [--json] NAME [MORE]\n\n"
        "First paragraph.\n\n"
        "Second one.\n\n"
        "  NAME       what to say\n"
        "  MORE       the rest\n"
        "  --times N  how often\n"
        "  -O N       the level\n"
        "  --json     Print one JSON document instead of text; programs can rely on its\n"
        "             fields.\n\n"
        "Examples:\n"
        "  jit-say fib  says it"
    )


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_each_command_is_declared_whole(command: Command) -> None:
    assert command.name.startswith("jit-")
    assert command.summary.endswith(".")
    assert command.description
    assert command.examples
    for example in command.examples:
        name, *words = split(example.line)
        assert name == command.name
        parse(command, words)
    optional = [argument.optional for argument in command.arguments]
    assert optional == sorted(optional), "what is optional comes last"
    assert not [argument for argument in command.arguments[:-1] if argument.rest]
