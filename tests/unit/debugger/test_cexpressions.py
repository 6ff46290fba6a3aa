"""Taking calls in C apart."""

from __future__ import annotations

import pytest

from jitdbg.debugger.cexpressions import split_arguments


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
