"""All commands, in the order in which they are listed."""

from __future__ import annotations

from collections.abc import Sequence

from jitdbg.debugger.commands import jit_bt, jit_disas, jit_info, jit_ir, jit_list, jit_symbol
from jitdbg.debugger.commands.declaration import Command
from jitdbg.debugger.commands.parsing import parse
from jitdbg.debugger.plain import document
from jitdbg.debugger.target import Target

COMMANDS: tuple[Command, ...] = (
    jit_list.COMMAND,
    jit_info.COMMAND,
    jit_symbol.COMMAND,
    jit_bt.COMMAND,
    jit_ir.COMMAND,
    jit_disas.COMMAND,
)


def perform(command: Command, target: Target, words: Sequence[str]) -> str:
    """Do what a line says and give what is to be printed. Raises `JitdbgError`."""
    arguments = parse(command, words)
    fact = command.run(target, arguments)
    wants_json = any(option.flag == "--json" for option in command.options) and arguments.json
    return f"{document(command.name, fact)}\n" if wants_json else command.render(fact)
