"""All commands, in the order in which they are listed."""

from __future__ import annotations

from collections.abc import Sequence

from jitdbg.debugger.commands import (
    jit_break,
    jit_bt,
    jit_disas,
    jit_doctor,
    jit_info,
    jit_ir,
    jit_list,
    jit_load,
    jit_reload,
    jit_save,
    jit_skip,
    jit_symbol,
    jit_unload,
)
from jitdbg.debugger.commands.declaration import Command
from jitdbg.debugger.commands.parsing import parse
from jitdbg.debugger.plain import document
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError, JitdbgError

COMMANDS: tuple[Command, ...] = (
    jit_load.COMMAND,
    jit_unload.COMMAND,
    jit_reload.COMMAND,
    jit_list.COMMAND,
    jit_info.COMMAND,
    jit_symbol.COMMAND,
    jit_bt.COMMAND,
    jit_skip.COMMAND,
    jit_break.COMMAND,
    jit_ir.COMMAND,
    jit_disas.COMMAND,
    jit_save.COMMAND,
    jit_doctor.COMMAND,
)


def perform(command: Command, target: Target, words: Sequence[str]) -> str:
    """Do what a line says and give what is to be printed. Raises `JitdbgError`, and nothing else."""
    try:
        return _performed(command, target, words)
    except JitdbgError:
        raise
    except KeyboardInterrupt:
        raise DebuggerError(f"{command.name} was interrupted") from None
    except Exception as error:
        what = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise DebuggerError(f"{command.name} failed through a mistake of jitdbg's, please report it: {what}") from error


def _performed(command: Command, target: Target, words: Sequence[str]) -> str:
    arguments = parse(command, words)
    fact = command.run(target, arguments)
    wants_json = any(option.flag == "--json" for option in command.options) and arguments.json
    if not wants_json:
        return command.render(fact)
    return f"{document(command.name, command.published(fact) if command.published else fact)}\n"
