"""Taking calls in C apart."""

from __future__ import annotations

import pytest

from jitdbg.debugger.cexpressions import split_arguments, split_call


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
        ("f(1) + 2", None),
        ('f(")"', None),
        ("", None),
    ],
)
def test_a_call_ends_with_its_arguments(text: str, called: tuple[str, str] | None) -> None:
    assert split_call(text) == called
