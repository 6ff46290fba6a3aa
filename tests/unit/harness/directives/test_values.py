"""Expected values: how they are written, and what is equal to them."""

from __future__ import annotations

import dataclasses
import math

import pytest

from jitdbg.debugger.facts import FAILED, OPTIMIZED_OUT, Value
from jitdbg.errors import DebuggerError, Unsupported
from jitdbg.harness.abilities import CHARACTER_ARRAYS, UNNAMED_MEMBERS
from jitdbg.harness.directives.compare import Surroundings, depth, difference, same_type
from jitdbg.harness.directives.facts import Anything, Elements, Expected, Expression, Identity, Members, Number, Text
from jitdbg.harness.directives.problems import Mistake
from jitdbg.harness.directives.values import parse_value

VALUES: list[tuple[str, Expected]] = [
    ("-3", Number(-3)),
    ("+4", Number(4)),
    ("0x1F", Number(31)),
    ("1e3", Number(1000.0)),
    (".5 +- 0.1", Number(0.5, 0.1)),
    ("3 ± 1", Number(3, 1.0)),
    ("-inf", Number(-math.inf)),
    ("true", Number(1)),
    ("null", Number(0)),
    ("'x'", Number(120)),
    (r"'\n'", Number(10)),
    (r'"a \"b\", {c}"', Text('a "b", {c}')),
    ("@first", Identity("first")),
    ("_", Anything()),
    ("{x = 1, .y = {z = _}}", Members((("x", Number(1)), ("y", Members((("z", Anything()),)))))),
    ("[1, [2], ...]", Elements((Number(1), Elements((Number(2),))), more=True)),
    ("[]", Elements(())),
    ("[...]", Elements((), more=True)),
    ("2 * n", Expression("2 * n")),
    ("information", Expression("information")),
    ("f(a, b) + c[1]", Expression("f(a, b) + c[1]")),
    ("{x = f(a, b), y = &z}", Members((("x", Expression("f(a, b)")), ("y", Expression("&z"))))),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_a_value_is_read(text: str, expected: Expected) -> None:
    assert parse_value(f" {text} ") == expected


MISTAKES = [
    ("", "there is no value behind the '='"),
    ("{x = 1", "a '}' is missing"),
    ("{x = 1 y = 2}", "'1 y = 2' has an '=' in it: is a ',' missing"),
    ("{1}", "a member is written as NAME = VALUE, not as '1}'"),
    ("{}", "{} names no member"),
    ("{x = }", "a value is missing before '}'"),
    ("{x =", "a value is missing"),
    ("[1, 2", "a ']' is missing"),
    ("[..., 1]", "'...' stands last in a list"),
    ("{x = 1} 2", "'2' is left over behind the value"),
    ("[" + "{x = [" * 2000, "nested too deeply"),
    ("n += 1", "has an '=' in it"),
    ("'ab'", "'ab' is not one character"),
]


@pytest.mark.parametrize(("text", "words"), MISTAKES)
def test_a_value_that_can_not_be_read_is_one_sentence(text: str, words: str) -> None:
    with pytest.raises(Mistake) as caught:
        parse_value(text)

    assert words in str(caught.value)


def integer(number: int, name: str = "") -> Value:
    return Value(name, "int", scalar=number, text=str(number))


def pointer(address: int) -> Value:
    return Value("", "char *", scalar=address, text=f"{address:#x}")


MEMORY = {0x1000: b"text\0more", 0x3000: b"h\0\0\0\0\xf6\1\0" + bytes(4), 0x4000: b"h\0i\0\0\0"}


def memory(address: int, size: int) -> bytes:
    if address not in MEMORY:
        raise DebuggerError(f"{address:#x} can't be read")
    return MEMORY[address][:size]


def evaluate(text: str) -> Value:
    return integer({"three": 3, "sizeof(const rune)": 4, "sizeof(unit)": 2, "sizeof(opaque)": 100}[text])


AROUND = Surroundings(memory, evaluate, {}, lambda _: None)
POINT = Value("", "point", text="{...}", children=(integer(1, "x"), Value("", "u", children=(integer(2, "y"),))))
ARRAY = Value("", "int [2]", text="{5, 6}", children=(integer(5, "[0]"), integer(6, "[1]")), child_count=2)
WIDE = Value("", "wchar_t [3]", text='L"hi"', children=tuple(map(integer, (104, 0x1F600, 0))), child_count=3)
UNITS = Value("", "unit [3]", text="...", children=tuple(map(integer, (104, -0x27C3, -0x2200))), child_count=3)
APART = Value("", "x [2]", children=(Value("", "x", scalar=1, address=0x1000), Value("", "x", address=0x1002)))
LETTERS = Value("", "char [5]", text='"text"', children=tuple(map(integer, b"text\0")), child_count=5)
EQUAL = [
    ("7", integer(7)),
    ("true", Value("", "bool", scalar=True)),
    ("0.3", Value("", "double", scalar=0.1 + 0.2)),
    ("3", Value("", "double", scalar=3.0)),
    ("nan", Value("", "double", scalar=math.nan)),
    ("-inf", Value("", "double", scalar=-math.inf)),
    ("100 +- 5", integer(96)),
    ('"text"', pointer(0x1000)),
    ('"text"', LETTERS),
    ('"text"', Value("", "opaque *", scalar=0x1000)),
    ('"h\U0001f600"', WIDE),
    ('"h\U0001f600"', UNITS),
    ('"h\U0001f600"', Value("", "const rune *const", scalar=0x3000)),
    ('"hi"', Value("", "char16_t *", scalar=0x4000)),
    ('"hi"', dataclasses.replace(APART, address=0x4000)),
    ("three", integer(3)),
    ("GREEN", Value("", "color", scalar=7, text="GREEN")),
    ("{x = 1, y = _}", POINT),
    ("[5, ...]", ARRAY),
    ("_", POINT),
]


@pytest.mark.parametrize(("expected", "value"), EQUAL)
def test_what_is_equal_differs_in_nothing(expected: str, value: Value) -> None:
    assert difference(parse_value(expected), value, AROUND) == ""


DIFFERENT = [
    ("7", integer(8), "8"),
    ("0.3", Value("", "double", scalar=0.30001, text="0.30001"), "0.30001"),
    ("nan", Value("", "double", scalar=1.0, text="1"), "1"),
    ("100 +- 5", integer(94), "94"),
    ("7", POINT, "{...}"),
    ('"tex"', pointer(0x1000), "0x1000"),
    ('"tex"', LETTERS, '"text"'),
    ('"h"', WIDE, 'L"hi"'),
    ('"h"', Value("", "unit *", scalar=0x4000, text="0x4000"), "0x4000"),
    ('"text"', pointer(0x2000), "0x2000, where 0x2000 can't be read"),
    ('"text"', Value("", "double", scalar=1.5, text="1.5"), "1.5"),
    ("three", integer(4), "4, where three is 3"),
    ("{x = 1, y = 3}", POINT, "y = 2"),
    ("{z = 3}", POINT, "it has no member z: x, y"),
    ("[5, 7]", ARRAY, "[1] = 6"),
    ("[5]", ARRAY, "2 elements: {5, 6}"),
    ("_", Value("", "int", OPTIMIZED_OUT), "no value: it is optimized out"),
    ("1", Value("", "int", FAILED, error="no memory"), "no value: no memory"),
    ("@a", Value("", "double", scalar=1.5, text="1.5"), "1.5, which is no pointer"),
]


@pytest.mark.parametrize(("expected", "value", "words"), DIFFERENT)
def test_what_differs_is_shown(expected: str, value: Value, words: str) -> None:
    assert difference(parse_value(expected), value, AROUND) == words


def test_an_identity_is_one_address_and_no_other_has_it() -> None:
    around = Surroundings(memory, lambda _: integer(0), {}, lambda _: None)
    same = [("@a", 0x10, ""), ("@b", 0x20, ""), ("@a", 0x10, "")]
    other = [("@a", 0x20, "0x20, which is @b (@a is 0x10)"), ("@c", 0x10, "0x10, which is @a")]

    for label, address, words in same + other:
        assert difference(parse_value(label), pointer(address), around) == words


def test_children_are_read_as_deep_as_they_are_named() -> None:
    assert [depth(parse_value(text)) for text in ("1", "[1]", "[[1]]", '"a"', "{x = 1}", "{x = [1]}")] == [
        0,
        1,
        2,
        1,
        2,
        3,
    ]


def test_types_are_compared_without_blanks_and_kinds() -> None:
    assert same_type("struct point *", "point*")
    assert same_type("int[4]", "int [4]")
    assert same_type("const char * *", "const char **")
    assert same_type("enum color", "color")
    assert not same_type("unsigned int", "int")
    assert not same_type("structure", "ure")


@pytest.mark.parametrize(
    ("expected", "value", "ability"),
    [
        ("{absent = 1}", POINT, UNNAMED_MEMBERS),
        ('"abc"', Value("", "char [4]", text="abc"), CHARACTER_ARRAYS),
    ],
)
def test_what_a_debugger_does_not_show_is_unsupported(expected: str, value: Value, ability: str) -> None:
    def require(asked: str) -> None:
        if asked == ability:
            raise Unsupported("fake", asked)

    around = dataclasses.replace(AROUND, require=require)

    with pytest.raises(Unsupported, match=ability):
        difference(parse_value(expected), value, around)


def test_a_text_is_unsupported_where_a_debugger_reads_no_memory() -> None:
    def read(address: int, size: int) -> bytes:
        raise Unsupported("fake", f"it reads no memory, neither {size} bytes at {address:#x}")

    with pytest.raises(Unsupported, match="it reads no memory"):
        difference(Text("abc"), pointer(0x1000), dataclasses.replace(AROUND, memory=read))
