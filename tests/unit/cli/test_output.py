from __future__ import annotations

import enum
import io
import json
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from jitdbg.cli.output import print_facts, print_json, print_table
from jitdbg.debugger.plain import plain


class Colour(enum.Enum):
    RED = "red"


@dataclass(frozen=True)
class Inner:
    build_id: bytes
    path: Path


@dataclass(frozen=True)
class Outer:
    inner: tuple[Inner, ...]
    names: frozenset[str]
    sizes: Mapping[int, int | None]
    colour: Colour


FACTS = Outer((Inner(b"\xab\x01", Path("/a")),), frozenset({"b", "a"}), {1: 2, 3: None}, Colour.RED)
PLAIN = {
    "inner": [{"build_id": "ab01", "path": "/a"}],
    "names": ["a", "b"],
    "sizes": {"1": 2, "3": None},
    "colour": "red",
}


def test_facts_become_what_json_has() -> None:
    assert plain(FACTS) == PLAIN


@pytest.mark.parametrize(("number", "text"), [(math.inf, "inf"), (-math.inf, "-inf"), (math.nan, "nan"), (1.5, 1.5)])
def test_numbers_that_json_lacks_are_words(number: float, text: object) -> None:
    assert plain(number) == text


def test_what_is_no_fact_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no form in JSON"):
        plain({"a": [object()]})


def test_a_document_is_headed_by_its_schema(capsys: pytest.CaptureFixture[str]) -> None:
    print_json("sample", FACTS)

    printed = capsys.readouterr().out
    assert printed.startswith('{\n  "schema": ')
    assert json.loads(printed) == {"schema": "jitdbg.sample/1", **PLAIN}


def test_a_document_is_an_object() -> None:
    with pytest.raises(TypeError, match="the facts of sample are no object but list"):
        print_json("sample", [1])


def test_a_table_in_a_pipe_is_plain_and_never_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    long = "x" * 300

    print_table(("name", "value"), [("a", long), ("longer", "[red]b[/red]")], "Title")

    assert capsys.readouterr().out == (f"Title\n  name    value\n  a       {long}\n  longer  [red]b[/red]\n")


def test_facts_have_no_headings(capsys: pytest.CaptureFixture[str]) -> None:
    print_facts({"one": "1", "three": "3"})

    assert capsys.readouterr().out == "one    1\nthree  3\n"


@pytest.mark.parametrize("columns", [("name", "value"), ("", "")])
def test_a_table_without_rows_is_its_headings(columns: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    print_table(columns, [])

    assert capsys.readouterr().out.split() == [word for word in columns if word]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_table_on_a_terminal_has_all_and_takes_no_text_for_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)

    print_table(("name", "value"), [("a", "[red]b[/red]"), ("path", "y" * 300)], "[bold]Title")

    drawn = terminal.getvalue()
    assert "[bold]Title" in drawn
    assert "[red]b[/red]" in drawn
    assert drawn.count("y") == 300
