"""One name for a function, however a debugger writes it."""

from __future__ import annotations

import pytest

from jitdbg.debugger.names import function_name


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("main", "main"),
        ("::run()", "run"),
        ("thrower(int, int&)", "thrower"),
        ("Guard::~Guard()", "Guard::~Guard"),
        ("ns::run(int) const &", "ns::run"),
        ("unsigned int shapes::twice<unsigned int>(unsigned int)", "shapes::twice<unsigned int>"),
        ("(anonymous namespace)::f(int)", "(anonymous namespace)::f"),
        ("a::(anonymous namespace)::f", "a::(anonymous namespace)::f"),
        ("with_pointer(void (*)(int)) [clone .cold]", "with_pointer"),
        ("A::operator()(int)", "A::operator()"),
        ("operator()", "operator()"),
        ("A::operator bool() const", "A::operator bool"),
        ("a name of another language", "a name of another language"),
        ("(odd", "(odd"),
        ("odd)", "odd)"),
    ],
)
def test_a_function_has_one_name(shown: str, name: str) -> None:
    assert function_name(shown) == name
