"""File names made of what users call their modules and sources."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jitdbg.store.names import readable, text_name


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("fib", "fib"),
        ("_start", "_start"),
        ("std::vector<int>", "std_vector_int_"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "module"),
        ("-rf", "rf"),
        (".hidden", "hidden"),
        ("$ORIGIN/x", "_ORIGIN_x"),
        ("a\nb\0c", "a_b_c"),
        ("größe", "gr_e"),
        ("日本", "module"),
        ("", "module"),
    ],
)
def test_a_name_stays_readable(name: str, stem: str) -> None:
    assert readable(name) == stem


def test_a_long_name_keeps_its_beginning_and_the_build_id_at_its_end() -> None:
    stem = readable("a" * 300 + "b" * 300 + ".0123456789abcdef")
    assert stem.startswith("a" * 40)
    assert stem.endswith("b.0123456789abcdef")
    assert len(stem) <= 80


@given(st.text())
def test_any_name_becomes_a_plain_file_name(name: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_+][A-Za-z0-9_.+-]{0,79}", readable(name))


@pytest.mark.parametrize(
    ("filename", "kept"),
    [
        ("/home/me/fib.ll", "fib.ll"),
        ("fib.ll", "fib.ll"),
        ("größe 2.c", "größe 2.c"),
        ("directory/", "directory"),
        ("", "source"),
        ("/", "source"),
        ("a/..", "source"),
        (".", "source"),
        ("a\0b.c", "a_b.c"),
    ],
)
def test_a_text_keeps_the_last_part_of_its_path(filename: str, kept: str) -> None:
    assert text_name(filename) == kept


@given(st.text(st.characters(exclude_categories=[])))
def test_any_path_gives_a_name_that_a_file_can_have(filename: str) -> None:
    name = text_name(filename)
    assert name not in ("", ".", "..")
    assert "/" not in name
    assert 0 < len(os.fsencode(name)) <= 255


def test_a_long_text_name_keeps_its_suffix() -> None:
    assert text_name("ß" * 300 + ".cpp").endswith("ß.cpp")
