"""docs/support.md: how it is made of the outcomes of tests, and that it is whole."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from jitdbg.debugger.commands.registry import COMMANDS
from tests import matrix
from tests.matrix import FAILED, PASSED, Outcome

REPORT = """
<testsuites><testsuite>
  <testcase name="test_jit_list_writes_json[lldb]"/>
  <testcase name="test_a_mistake_is_one_sentence_in_the_same_words[lldb-jit-list --color-a sentence]">
    <failure message="AssertionError"/></testcase>
  <testcase name="test_jit_doctor_finds_what_is_needed[lldb]">
    <skipped message="Skipped: unsupported: lldb: it has no doctor"/></testcase>
  <testcase name="test_a_memfd_is_a_store_like_any_other[lldb]"><skipped message="Skipped: only root can"/></testcase>
  <testcase name="test_before_the_program_runs_a_file_is_kept_for_main[gdb]"/>
</testsuite></testsuites>
"""


def test_a_report_gives_the_outcomes_of_a_debuggers_tests_by_the_commands_that_they_name() -> None:
    found = list(matrix.read(ElementTree.fromstring(REPORT), "lldb"))
    assert [(each.commands, each.said) for each in found] == [
        ({"jit-list"}, PASSED),
        ({"jit-list"}, FAILED),
        ({"jit-doctor"}, "it has no doctor"),
    ]
    assert found[1].asks == "a mistake is one sentence in the same words (jit-list --color-a sentence)"


def test_a_command_works_where_all_its_tests_pass_and_what_is_unsupported_is_a_note() -> None:
    listed, broken = frozenset({"jit-list"}), frozenset({"jit-bt", "jit-list"})
    gdb = [Outcome("lists", listed, PASSED), Outcome("backs", broken, PASSED)]
    lldb = [
        Outcome("lists", listed, "it can't"),
        Outcome("backs", broken, PASSED),
        Outcome("saves", frozenset({"jit-save"}), "it can't"),
        Outcome("breaks", frozenset({"jit-break"}), FAILED),
    ]

    lines = matrix.page([("gdb 1", gdb), ("lldb 2", lldb)]).splitlines()

    assert "| [`jit-list`](commands.md#jit-list) | works | works <sup>1</sup> |" in lines
    assert "| [`jit-bt`](commands.md#jit-bt) | works | works |" in lines
    assert "| [`jit-save`](commands.md#jit-save) | untested | unsupported <sup>1</sup> |" in lines
    assert "| [`jit-break`](commands.md#jit-break) | untested | **fails** |" in lines
    assert "1. lldb: it can't" in lines
    assert "| lists | yes | no <sup>1</sup> |" in lines


@pytest.mark.parametrize("file", matrix.TESTS)
def test_every_test_counts_for_a_command(file: str) -> None:
    found = dict(matrix.commands_of_tests(matrix.ROOT / file))
    assert found
    assert [name for name, commands in found.items() if not commands] == []


def rows(page: Path) -> list[list[str]]:
    table = page.read_text().partition("\n| command |")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in f"| command |{table}".splitlines()]


def test_the_page_has_every_command_and_every_debugger_and_nothing_that_fails() -> None:
    (_, *headings), _, *commands = rows(matrix.PAGE)
    assert [heading.split()[0] for heading in headings] == [debugger for debugger, _ in matrix.PLAN]
    assert [row[0] for row in commands] == [f"[`{each.name}`](commands.md#{each.name})" for each in COMMANDS]
    assert {cell.split(" <sup>")[0] for row in commands for cell in row[1:]} <= {"works", "unsupported", "untested"}
    assert "**fails**" not in matrix.PAGE.read_text()
