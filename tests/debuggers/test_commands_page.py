"""docs/commands.md is what the commands declare, and what gdb and lldb print."""

from __future__ import annotations

import pytest

from jitdbg.debugger.commands.registry import COMMANDS
from tests.commands_page import PAGE, TYPED, held, without_chance, written

pytestmark = pytest.mark.debugger

OF_THE_DEBUGGER = {"jit-doctor"}


def test_the_page_is_up_to_date() -> None:
    wanted, found = without_chance(written()).splitlines(), without_chance(PAGE.read_text()).splitlines()
    assert found == wanted, "`make commands-page` writes docs/commands.md anew"


def test_lldb_prints_what_gdb_does() -> None:
    in_gdb, in_lldb = held("gdb"), held("lldb")
    assert set(TYPED) == {command.name for command in COMMANDS}
    for name in set(TYPED) - OF_THE_DEBUGGER:
        ours, theirs = (
            [(typed, without_chance(printed)) for typed, printed in session[name]] for session in (in_gdb, in_lldb)
        )
        assert ours == theirs
