"""What counts as a difference between two observations, and what may be lost at a higher level."""

from __future__ import annotations

import dataclasses
import math

import pytest

from jitdbg.debugger.facts import EXITED, FAILED, NOT_IN_SCOPE, OPTIMIZED_OUT, Place, Stop, Value
from jitdbg.harness.differential import Difference, differences, losses
from jitdbg.harness.sights import Observation, SeenFrame, Sight
from jitdbg.harness.unlike import unlike

SOURCE = "/source/fib.c"
END = Stop(EXITED, exit_code=0)


def integer(value: int) -> Value:
    return Value("n", "int", scalar=value, text=str(value))


def frame(line: int, function: str = "fib", *, inlined: bool = False, **values: int | Value) -> SeenFrame:
    facts = {name: value if isinstance(value, Value) else integer(value) for name, value in values.items()}
    return SeenFrame(function, line, inlined, facts, frozenset(facts))


def observation(*stacks: tuple[SeenFrame, ...], end: Stop | None = END) -> Observation:
    hits: dict[int, int] = {}
    sights = []
    for stack in stacks:
        line = stack[0].line
        hits[line] = hits.get(line, 0) + 1
        sights.append(Sight(line, hits[line], stack))
    return Observation(SOURCE, tuple(sights), end)


def texts(found: object) -> list[str]:
    return [str(each) for each in found]  # type: ignore[attr-defined]


# --------------------------------------------------------------------------------------------------------------- values

GONE = Value("n", "int", OPTIMIZED_OUT)
ADDRESS, OTHER = (Value("p", "int *", scalar=scalar, text=hex(scalar)) for scalar in (0x1000, 0x2000))
NULL = Value("p", "int *", scalar=0, text="0x0")


def pair(x: int, y: int, name: str = "pair") -> Value:
    return Value(name, "struct pair", text="{…}", children=(member("x", x), member("y", y)), child_count=2)


def member(name: str, scalar: int) -> Value:
    return Value(name, "int", scalar=scalar, text=str(scalar))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (integer(3), integer(3)),
        (Value("b", "bool", scalar=True), Value("b", "int", scalar=1)),
        (GONE, None),
        (GONE, Value("n", "int", NOT_IN_SCOPE)),
        (ADDRESS, OTHER),
        (NULL, NULL),
        (Value("f", "double", scalar=math.nan), Value("f", "double", scalar=math.nan)),
        (Value("f", "long double", scalar=0.1), Value("f", "long double", scalar=0.1 + 1e-17)),
        (pair(1, 2), pair(1, 2)),
        (Value("f", "callback", scalar=4096, text="0x1000 <f>"), Value("f", "callback", scalar=1, text="0x1")),
    ],
)  # fmt: skip
def test_values_that_are_alike(left: Value, right: Value | None) -> None:
    assert not list(unlike("n", left, right))


@pytest.mark.parametrize(
    ("left", "right", "path", "texts"),
    [
        (integer(3), integer(4), "n", ("3", "4")),
        (integer(3), None, "n", ("3", "gone")),
        (GONE, integer(3), "n", ("gone", "3")),
        (integer(3), Value("n", "int", FAILED, error="no memory"), "n", ("3", "error: no memory")),
        (ADDRESS, NULL, "n", ("an address", "null")),
        (pair(1, 2), pair(1, 3), "n.y", ("2", "3")),
        (Value("f", "float", scalar=1.0), Value("f", "float", scalar=1.5), "n", ("1.0", "1.5")),
    ],
)  # fmt: skip
def test_values_that_differ(left: Value, right: Value | None, path: str, texts: tuple[str, str]) -> None:
    (found,) = unlike("n", left, right)

    assert (found.path, (found.left, found.right)) == (path, texts)


def test_the_path_leads_through_pointers_elements_and_members_without_a_name() -> None:
    def pointer(x: int) -> Value:
        inner = Value("", "union", children=(member("[1]", x),), child_count=1)
        return Value(
            "p", "T **", scalar=1, children=(Value("*p", "T", children=(inner,), child_count=1),), child_count=1
        )

    (found,) = unlike("p", pointer(1), pointer(2))

    assert found.path == "*p.(0)[1]"


def test_what_a_short_string_leaves_as_it_was_is_not_compared() -> None:
    def string(capacity: int) -> Value:
        union = Value("", "union {...}", children=(member("_M_allocated_capacity", capacity),), child_count=1)
        children = (member("_M_string_length", 1), union)
        return Value("n", "const std::string", children=children, child_count=2)

    assert not list(unlike("n", string(98), string(99)))


# -------------------------------------------------------------------------------------------------------- observations


def test_observations_that_show_the_same_have_no_differences() -> None:
    one = observation((frame(3, n=2), frame(9, "main")), (frame(4, n=2), frame(9, "main")))

    assert not list(differences(one, one))
    assert not list(losses(one, one))


def test_a_value_is_compared_with_that_of_the_same_stop_at_its_line() -> None:
    left = observation((frame(3, n=1),), (frame(3, n=2), frame(9, "main", total=5)))
    right = observation((frame(3, n=1),), (frame(3, n=7), frame(9, "main", total=6)))

    assert list(differences(left, right)) == [
        Difference(Place(SOURCE, 3), 2, "n", "2", "7"),
        Difference(Place(SOURCE, 3), 2, "total of main, frame 1", "5", "6"),
    ]


def test_what_was_never_set_is_not_compared() -> None:
    def unset(n: int) -> SeenFrame:
        return dataclasses.replace(frame(3, n=n), set=frozenset())

    assert not list(differences(observation((unset(1),)), observation((unset(2),))))
    assert not list(losses(observation((unset(1),)), observation((frame(3, n=2),))))
    assert list(differences(observation((unset(1),)), observation((frame(3, n=2),)))), "one of them says that it is set"


def test_threads_may_come_to_a_line_in_any_order() -> None:
    def sights(*threads: int) -> Observation:
        return Observation(SOURCE, tuple(Sight(3, 1, (frame(3, n=thread),), thread) for thread in threads), END)

    assert not list(differences(sights(1, 2), sights(2, 1)))


def test_stops_are_counted_for_each_line() -> None:
    left = observation((frame(3),), (frame(3),), (frame(4),))
    right = observation((frame(3),), (frame(5),))

    assert texts(differences(left, right)) == [
        "/source/fib.c:3: stops: 2 against 1",
        "/source/fib.c:4: stops: 1 against 0",
        "/source/fib.c:5: stops: 0 against 1",
    ]


def test_stacks_are_compared_with_their_lines_and_whether_they_are_inlined() -> None:
    left = observation((frame(3), frame(9, "main")))
    right = observation((frame(3, inlined=True), frame(8, "main")))

    assert texts(differences(left, right)) == [
        "/source/fib.c:3, stop 1: frames: fib:3 < main:9 against fib:3 inlined < main:8"
    ]


def test_ends_are_compared_where_both_came_to_one() -> None:
    left, right = observation((frame(3),)), observation((frame(3),), end=Stop(EXITED, exit_code=1))

    assert texts(differences(left, right)) == [
        "the program: end: it ended with exit code 0 against it ended with exit code 1"
    ]
    assert not list(differences(left, right, with_end=False))
    assert not list(differences(left, observation((frame(3),), end=None)))


def test_a_program_that_was_left_is_compared_as_far_as_it_came() -> None:
    left = observation((frame(3, n=1),), (frame(3, n=2),))
    right = observation((frame(3, n=1),), end=None)

    assert not list(differences(left, right))


# ------------------------------------------------------------------------------------------------------- higher levels

LOOP = observation(
    *((frame(3, index=index, sum=10 * index), frame(9, "main")) for index in range(3)), (frame(9, "main"),)
)


@pytest.mark.parametrize(
    "right",
    [
        observation((frame(9, "main"),)),
        observation((frame(3, index=1, sum=GONE), frame(9, "main"))),
        observation((frame(3, index=2), frame(9, "main")), (frame(3, index=0), frame(9, "main"))),
        observation((frame(3, inlined=True, index=0), frame(9, "main"))),
        observation((frame(3, index=0),)),
        observation((frame(3), frame(9, "main", index=99))),
    ],
    ids=["a line", "a value", "the order", "a call that was inlined", "a caller that jumped", "an outer frame's value"],
)
def test_what_may_be_lost(right: Observation) -> None:
    assert not list(losses(LOOP, right))


@pytest.mark.parametrize(
    ("right", "text"),
    [
        (observation((frame(3, index=7), frame(9, "main"))), ":3, stop 1: index: 0 or 1 or 2 against 7"),
        (observation((frame(4, index=1),)), ":4, stop 1: stops: never against stopped"),
        (observation((frame(3), frame(9, "other"))), ":3, stop 1: frames: fib:3 < main:9 against fib:3 < other:9"),
    ],
)
def test_what_is_wrong(right: Observation, text: str) -> None:
    assert texts(losses(LOOP, right)) == [SOURCE + text]


def test_of_an_object_the_member_is_named_that_is_wrong_where_it_is_most_like_what_it_should_be() -> None:
    left = observation((frame(3, p=pair(1, 2)),), (frame(3, p=pair(5, 6)),), (frame(3, p=pair(5, 8)),))

    assert texts(losses(left, observation((frame(3, p=pair(5, 7)),)))) == [
        f"{SOURCE}:3, stop 1: p.y: 2 or 6 or 8 against 7"
    ]


def test_a_line_is_not_wrong_whose_breakpoints_the_left_moved_behind_a_prologue() -> None:
    left = dataclasses.replace(observation((frame(4),)), passed_over=frozenset({3}))

    assert not list(losses(left, observation((frame(3),), (frame(4),))))


def test_what_came_after_the_left_was_left_is_not_wrong() -> None:
    left = observation((frame(3, n=1),), end=None)

    assert not list(losses(left, observation((frame(3, n=1),), (frame(3, n=2),), (frame(4),))))
