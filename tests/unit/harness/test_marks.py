"""Marks in comments, and places as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from jitdbg.debugger.facts import Place
from jitdbg.errors import DebuggerError, MarkError
from jitdbg.harness.backend import Request
from jitdbg.harness.locations import parse_location
from jitdbg.harness.marks import Source, find_marks


@pytest.mark.parametrize(
    "comment", ["// mark: here", "/* mark: here */", "; mark: here", "# mark: here", "-- mark: here", "! mark: here"]
)
def test_a_mark_is_found_in_comments_of_any_language(comment: str) -> None:
    assert find_marks(f"first\nsecond {comment}\n") == {"here": 2}


def test_a_line_has_several_marks() -> None:
    assert find_marks("x // the loop; mark: body, mark: last-one.") == {"body": 1, "last-one": 1}


def test_words_outside_of_comments_are_no_marks() -> None:
    assert find_marks('mark: here\nchar *text = "mark: there";') == {}


def test_a_mark_that_two_lines_have_is_an_error() -> None:
    with pytest.raises(MarkError, match=r"a\.c has the mark 'x' twice, in lines 1 and 3"):
        find_marks("# mark: x\n\n# mark: x", "a.c")


def test_a_source_gives_the_place_of_a_mark(tmp_path: Path) -> None:
    (tmp_path / "a.ll").write_text("\n\nret void ; mark: end\n")

    assert Source.read(tmp_path / "a.ll").place("end") == Place(str(tmp_path / "a.ll"), 3)


def test_an_unknown_mark_is_an_error_with_those_that_exist() -> None:
    with pytest.raises(MarkError, match="has no mark 'zzz': it has one, two"):
        Source("a.c", "// mark: one\n// mark: two").line("zzz")
    with pytest.raises(MarkError, match="nor any other"):
        Source("a.c", "").line("zzz")


@pytest.mark.parametrize(
    ("where", "request_"),
    [
        ("a b.c:12", Request(file="a b.c", line=12)),
        ("ns::run", Request(function="ns::run")),
        ("ns::run(int)", Request(function="ns::run(int)")),
        ("0x1F", Request(address=31)),
        ("*0x1f", Request(address=31)),
        (31, Request(address=31)),
        (Place("/a.c", 3), Request(file="/a.c", line=3)),
    ],
)
def test_locations_are_read(where: str | int | Place, request_: Request) -> None:
    assert parse_location(where) == request_


@pytest.mark.parametrize("where", ["", " ", "a.c:0", "a.c:", "a.c:x", ":3", "a:b:c", 'say "x"', "f\nquit"])
def test_what_is_no_location_is_an_error(where: str) -> None:
    with pytest.raises(DebuggerError, match="is no location: write FILE:LINE, FUNCTION or 0xADDRESS"):
        parse_location(where)
