"""Taking calls in C apart."""

from __future__ import annotations

import pytest

from jitdbg.debugger.cexpressions import find_miscount, split_arguments, split_call


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        (" ", []),
        ("1", ["1"]),
        ("1, -n", ["1", "-n"]),
        ("f(1, 2), a[g(3, 4)]", ["f(1, 2)", "a[g(3, 4)]"]),
        ("(struct pt){1, 2}, 3", ["(struct pt){1, 2}", "3"]),
        ('",(", 3', ['",("', "3"]),
        (r"""'\'', ',', "a\"," """, [r"'\''", "','", r'"a\","']),
    ],
)
def test_arguments_are_parted_at_their_own_commas(text: str, arguments: list[str]) -> None:
    assert split_arguments(text) == arguments


@pytest.mark.parametrize(
    ("text", "taken", "more", "found"),
    [
        ("", 0, False, None),
        ("1, 2", 2, False, None),
        ("1", 0, False, "too many arguments: the function takes 0, and 1 is given"),
        ("1, 2", 1, False, "too many arguments: the function takes 1, and 2 are given"),
        ("1, 2", 1, True, None),
        ("", 1, True, "too few arguments: the function takes 1, and 0 are given"),
        ("pick<int, long>(1)", 1, False, None),
    ],
)
def test_arguments_are_counted(text: str, taken: int, *, more: bool, found: str | None) -> None:
    assert find_miscount(text, taken, more=more) == found


@pytest.mark.parametrize(
    ("text", "called"),
    [
        (" f (1, (2)) ", ("f", "1, (2)")),
        ("f()", ("f", "")),
        ("::f(1)", ("::f", "1")),
        ("ns::twice<int>(4)", ("ns::twice<int>", "4")),
        ("(anonymous namespace)::anon(2)", ("(anonymous namespace)::anon", "2")),
        ("A::operator()(3)", ("A::operator()", "3")),
        ("f<(Color)1>(3)", ("f<(Color)1>", "3")),
        (r"""f(")(", ')', "\")")""", ("f", r"""")(", ')', "\")""" + '"')),
        ("f(1)\n", ("f", "1")),
        ("f", None),
        ("f(1", None),
        ("f(1))", None),
        ("(1)", None),
        ("(go)(3)", None),
        ("1 + f(3)", None),
        ("f(1) + 2", None),
        ('f(")"', None),
        ("", None),
    ],
)
def test_a_call_ends_with_its_arguments(text: str, called: tuple[str, str] | None) -> None:
    assert split_call(text) == called
