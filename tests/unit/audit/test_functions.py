"""From rows and instances, made by hand, to what is counted: each number would change if its computation broke."""

from __future__ import annotations

import pytest

from jitdbg.audit.definitions import Definitions
from jitdbg.audit.facts import ARGUMENT, LOCAL, FunctionFact, Share, VariableFact, kept, summed
from jitdbg.audit.functions import Functions
from jitdbg.audit.instances import Instance, Origin, Ranges, Variable
from jitdbg.audit.rows import Row

FILE = "/src/code.c"
MAIN, HELPER = Origin("main", FILE, 1), Origin("helper", FILE, 20)


def row(address: int, line: int, *, statement: bool = True, ends_prologue: bool = False, file: str = FILE) -> Row:
    return Row(address, file, line, statement, ends_prologue)


def local(name: str, line: int, scope: Ranges, places: Ranges | None = None) -> Variable:
    return Variable(name, LOCAL, line, scope, scope if places is None else places)


def facts(
    rows: list[Row],
    instances: list[Instance],
    *,
    definitions: Definitions | None = None,
    calls: set[int] | None = frozenset(),  # type: ignore[assignment]
) -> list[FunctionFact]:
    def call_returns(low: int, high: int) -> set[int] | None:
        return None if calls is None else {each for each in calls if low < each <= high}

    functions = Functions(definitions or Definitions(), call_returns)
    functions.add(rows, instances)
    return list(functions.facts())


def variable(found: FunctionFact, name: str) -> VariableFact:
    return next(each for each in found.variables if each.name == name)


# --------------------------------------------------------------------------------------------------------------- lines


def test_lines_with_code_are_told_from_those_with_a_statement() -> None:
    [found] = facts(
        [row(100, 2), row(104, 3, statement=False), row(108, 4), row(112, 4, statement=False), row(116, 0)],
        [Instance(MAIN, [(100, 120)])],
    )

    assert (found.code, found.statements) == ((2, 3, 4), (2, 4))
    assert summed("image", None, [found]).lines == Share(2, 3)


def test_a_prologue_is_no_line_of_its_own_unless_the_line_has_more_code() -> None:
    rows = [row(100, 1), row(104, 2), row(108, 3, ends_prologue=True), row(112, 2)]

    [found] = facts(rows, [Instance(MAIN, [(100, 116)])])

    assert found.code == (2, 3)
    assert found.entries == (3,)


def test_lines_of_other_files_and_outside_of_functions_do_not_count() -> None:
    [found] = facts([row(100, 2), row(104, 7, file="/src/part.h"), row(200, 9)], [Instance(MAIN, [(100, 108)])])

    assert found.code == (2,)


def test_a_line_that_functions_share_counts_once() -> None:
    found = facts([row(100, 2), row(200, 2)], [Instance(MAIN, [(100, 104)]), Instance(HELPER, [(200, 204)])])

    assert summed("image", None, found).lines == Share(1, 1)


# ----------------------------------------------------------------------------------------------------------- variables


def test_a_variable_counts_from_its_declaration_on_and_where_it_has_a_location() -> None:
    scope = [(100, 120)]
    instance = Instance(MAIN, scope, variables=[local("x", 3, scope, [(100, 112)])])

    [found] = facts([row(100, 2), row(104, 3), row(108, 4), row(112, 5), row(116, 6)], [instance])

    assert variable(found, "x") == VariableFact("x", LOCAL, 3, (4, 5, 6), (4,))
    assert summed("image", None, [found]).variables == Share(1, 3)


def test_an_argument_counts_on_all_lines() -> None:
    scope = [(100, 112)]
    instance = Instance(MAIN, scope, variables=[Variable("n", ARGUMENT, 4, scope, scope)])

    [found] = facts([row(100, 2), row(104, 3), row(108, 4)], [instance])

    assert variable(found, "n").lines == (2, 3, 4)


def test_a_location_has_to_be_at_every_statement_of_a_line() -> None:
    scope = [(100, 120)]
    instance = Instance(MAIN, scope, variables=[local("x", 1, scope, [(100, 104), (108, 120)])])

    [found] = facts([row(100, 2), row(104, 3), row(108, 2), row(112, 3), row(116, 4)], [instance])

    assert variable(found, "x").lines == (2, 3, 4)
    assert variable(found, "x").readable == (2, 4)


def test_code_without_a_statement_asks_nothing_of_variables() -> None:
    scope = [(100, 112)]
    instance = Instance(MAIN, scope, variables=[local("x", 1, scope, [(100, 104), (108, 112)])])

    [found] = facts([row(100, 2), row(104, 2, statement=False), row(108, 3)], [instance])

    assert variable(found, "x").readable == (2, 3)


def test_a_variable_of_a_block_counts_within_it() -> None:
    instance = Instance(MAIN, [(100, 112)], variables=[local("x", 2, [(104, 108)])])

    [found] = facts([row(100, 3), row(104, 4), row(108, 5)], [instance])

    assert variable(found, "x").lines == (4,)


def test_a_value_of_ir_counts_on_the_lines_that_the_image_lists() -> None:
    scope = [(100, 116)]
    records = [
        {"file": "other.c", "lines": [1, 9], "values": {"x": [[1, 9]]}},
        {"file": "code.c", "lines": [1, 9], "values": {"x": [[2, 2], [5, 9]]}},
    ]
    instance = Instance(MAIN, scope, variables=[local("x", 4, scope), local("never", 4, scope)])
    rows = [row(100, 2), row(104, 3), row(108, 4), row(112, 5)]

    [found] = facts(rows, [instance], definitions=Definitions(records))

    assert variable(found, "x").lines == (2, 5)
    assert variable(found, "never").lines == ()
    assert summed("image", None, [found]).whole == Share(1, 1)


# ------------------------------------------------------------------------------------------------- copies and calls


def inlined() -> tuple[list[Row], list[Instance]]:
    """`helper` has code of its own, and a copy in `main` where its argument is lost."""
    body, copy = [(200, 208)], [(104, 108)]
    main = Instance(MAIN, [(100, 112)], variables=[local("x", 1, [(100, 112)])], call_returns={112})
    rows = [row(100, 2), row(104, 21), row(108, 3), row(200, 21), row(204, 22)]
    return rows, [
        main,
        Instance(HELPER, copy, main, [Variable("a", ARGUMENT, 20, copy, [])], {108}),
        Instance(HELPER, body, None, [Variable("a", ARGUMENT, 20, body, body)]),
    ]


def test_lines_of_an_inlined_copy_belong_to_the_function_that_was_inlined() -> None:
    main, helper = facts(*inlined())

    assert (main.code, helper.code) == ((2, 3), (21, 22))
    assert variable(main, "x").lines == (2, 3)
    assert (main.inlined, main.copies, helper.inlined, helper.copies) == (1, 0, 0, 1)
    assert helper.entries == (21,), "only that of its own code"


def test_a_variable_is_readable_on_a_line_if_it_is_in_every_copy() -> None:
    _, helper = facts(*inlined())

    assert variable(helper, "a") == VariableFact("a", ARGUMENT, 20, (21, 22), (22,))


def test_calls_in_inlined_code_belong_to_the_function_that_it_is_in() -> None:
    main, helper = facts(*inlined(), calls={106, 108, 112, 206})

    assert main.calls == Share(2, 3)
    assert helper.calls == Share(0, 1)
    assert summed("image", None, [main, helper]).calls == Share(2, 4)


def test_calls_are_not_known_for_machines_whose_instructions_are_not() -> None:
    found = facts(*inlined(), calls=None)

    assert [each.calls for each in found] == [None, None]
    assert summed("image", None, found).calls is None


# -------------------------------------------------------------------------------------------------------------- levels


@pytest.mark.parametrize("line", [4, 9])
def test_what_is_left_at_another_level_is_counted_against_the_first(line: int) -> None:
    scope = [(100, 112)]
    first = facts([row(100, 3), row(104, 4)], [Instance(MAIN, scope, variables=[local("x", 2, scope)])])
    places = [(104, 108)]
    other = facts([row(100, 3), row(104, line)], [Instance(MAIN, scope, variables=[local("x", 2, scope, places)])])

    left = kept(summed("image", 0, first), summed("image", 2, other))

    assert left.level == 2
    assert left.lines == (Share(2, 2) if line == 4 else Share(1, 2))
    assert left.variables == (Share(1, 2) if line == 4 else Share(0, 2))
