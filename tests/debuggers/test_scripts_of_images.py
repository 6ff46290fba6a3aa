"""Pretty-printers that an image brings along: offered, and loaded by nobody whom the user has not allowed to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jitdbg.build import build
from tests.harness_programs import compile_program
from tests.prompts import prompted

pytestmark = pytest.mark.debugger

SOURCE = """
struct money {{ int cents; }};
#define SCRIPT(section, path) \\
  __asm__(".pushsection \\"" section "\\", \\"MS\\",@progbits,1\\n.byte 1\\n.asciz \\"" path "\\"\\n.popsection\\n")
SCRIPT(".debug_gdb_scripts", "{folder}/money-gdb.py");
SCRIPT(".debug_lldb_scripts", "{folder}/money_lldb.py");
int run(int n) {{
  struct money money = {{n}};
  return money.cents; /* mark: money */
}}
"""
FOR_GDB = """
import gdb.printing
class Money:
    def __init__(self, value):
        self._cents = int(value["cents"])
    def to_string(self):
        return f"{self._cents} cents"
printers = gdb.printing.RegexpCollectionPrettyPrinter("money")
printers.add_printer("money", "^money$", Money)
gdb.printing.register_pretty_printer(gdb.current_objfile(), printers)
"""
FOR_LLDB = """
def summary(value, internal):
    return f"{value.GetChildMemberWithName('cents').GetValueAsSigned()} cents"
def __lldb_init_module(debugger, internal):
    debugger.HandleCommand(f"type summary add -F {__name__}.summary money")
"""
SHOWN = "20 cents"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    compile_program("commands_host", tmp_path)
    (tmp_path / "money.c").write_text(SOURCE.format(folder=tmp_path))
    (tmp_path / "money-gdb.py").write_text(FOR_GDB)
    (tmp_path / "money_lldb.py").write_text(FOR_LLDB)
    (tmp_path / "money.so").write_bytes(build(tmp_path / "money.c", soname="money.so"))
    return tmp_path


def stopped_at_money(debugger: str, folder: Path, before: list[str], then: list[str]) -> str:
    line = next(at for at, text in enumerate((folder / "money.c").read_text().splitlines(), 1) if "mark: money" in text)
    point = {"gdb": f"break money.c:{line}", "lldb": f"breakpoint set -f money.c -l {line}"}[debugger]
    program = [folder / "commands_host", folder / "money.so"]
    return prompted(debugger, program, [*before, point, "run", *then])


def test_gdb_loads_what_its_safe_path_allows_and_nothing_else(folder: Path) -> None:
    declined = stopped_at_money("gdb", folder, [], ["jit-info money", "print money"])
    assert f'File "{folder}/money-gdb.py" auto-loading has been declined by your `auto-load safe-path\'' in declined
    assert "$1 = {cents = 20}" in declined
    remedy = f"add-auto-load-safe-path {folder}/money-gdb.py"
    assert (
        f"for gdb     {folder}/money-gdb.py, which gdb loads with the image where that is allowed: {remedy}" in declined
    )

    allowed = stopped_at_money("gdb", folder, [remedy], ["print money"])
    assert f"$1 = {SHOWN}" in allowed


def test_lldb_loads_what_is_imported_and_nothing_else(folder: Path) -> None:
    offered = f"command script import {folder}/money_lldb.py"
    orders = ["jit-info money", "frame variable money", offered, "frame variable money"]
    printed = stopped_at_money("lldb", folder, [], orders)
    assert f"for lldb    {folder}/money_lldb.py, which lldb never loads by itself: {offered}" in printed
    before, _, after = printed.partition(f"(lldb) {offered}\n")
    assert "(money) money = (cents = 20)" in before
    assert SHOWN not in before
    assert f"(money) money = {SHOWN}" in after


@pytest.mark.parametrize("debugger", ["gdb", "lldb"])
def test_what_is_loaded_offers_its_scripts(debugger: str, folder: Path) -> None:
    point = {"gdb": "break main", "lldb": "breakpoint set -n main"}[debugger]
    orders = [point, "run", f"jit-load {folder}/money.c --name more"]
    printed = prompted(debugger, [folder / "commands_host"], orders)
    assert "loaded the JIT dylib more (generation 1)" in printed, printed
    assert re.search(
        rf"^it brings a script for gdb: {folder}/money-gdb.py, which gdb loads with the image where that is allowed: "
        rf"add-auto-load-safe-path {folder}/money-gdb.py$",
        printed,
        re.MULTILINE,
    )
    assert (
        f"it brings a script for lldb: {folder}/money_lldb.py, which lldb never loads by itself: "
        f"command script import {folder}/money_lldb.py\n" in printed
    )
