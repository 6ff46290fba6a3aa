"""The commands of `jitdbg.debugger.commands` as commands of lldb's.

lldb makes a command of a class that it looks up by name, and an object of it for each debugger. From lldb 20 on such a
class completes words, and gets the line split; before, it gets the line as it is, and completes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, Optional, Union

import lldb

from jitdbg.debugger import installation
from jitdbg.debugger.commands.completion import complete
from jitdbg.debugger.commands.declaration import Command
from jitdbg.debugger.commands.manual import manual
from jitdbg.debugger.commands.parsing import split
from jitdbg.debugger.commands.registry import COMMANDS, perform
from jitdbg.debugger.target import Target
from jitdbg.errors import JitdbgError

from . import arrays
from .adapter import LldbAdapter

_COMPLETES_FROM = 20

# The names of debuggers are not used again in a process.
_targets: dict[int, Target] = {}


def register(debugger: lldb.SBDebugger, interpreter: Optional[str] = None) -> None:
    """Make the commands and formatters known to a debugger; ``interpreter`` compiles for the commands."""
    installation.use(interpreter)
    adapter = LldbAdapter(debugger)
    parsed = "-p " if int(adapter.version.partition(".")[0]) >= _COMPLETES_FROM else ""
    adapter.execute(f"script import {__name__}, {arrays.__name__}")
    arrays.register(debugger)
    for command in COMMANDS:
        adapter.execute(f"command script add {parsed}-o -c {__name__}.{_class_name(command)} {command.name}")


def _class_name(command: Command) -> str:
    return "".join(word.capitalize() for word in command.name.split("-"))


class _LldbCommand:
    """A command of one debugger; lives as long as that."""

    command: Command

    def __init__(self, debugger: lldb.SBDebugger, internal_dict: dict[str, Any]) -> None:
        del internal_dict
        self._target = _targets.setdefault(debugger.GetID(), Target(LldbAdapter(debugger)))

    def __call__(
        self,
        debugger: lldb.SBDebugger,
        given: Union[lldb.SBStructuredData, str],
        context: lldb.SBExecutionContext,
        result: lldb.SBCommandReturnObject,
    ) -> None:
        """Do what a line says, and print what comes of it."""
        del debugger, context
        try:
            words = split(given) if isinstance(given, str) else _words(given, result)
            result.PutCString(perform(self.command, self._target, words))
            result.SetStatus(lldb.eReturnStatusSuccessFinishResult)
        except JitdbgError as error:
            result.SetError(str(error))

    def get_short_help(self) -> str:
        """Give what lldb lists the command with."""
        return self.command.summary

    def get_long_help(self) -> str:
        """Give the manual."""
        return f"{manual(self.command)}\n"

    def get_args_definition(self) -> Sequence[Sequence[dict[str, Any]]]:
        """Say that there can be words, which lldb would else refuse; options are ours to read."""
        return [[{"arg_type": lldb.eArgTypeValue, "repeat": "star"}]]

    def handle_argument_completion(self, given: list[str], position: int, cursor: int) -> Union[bool, dict[str, Any]]:
        """Complete the word at a position, up to the cursor in it."""
        word = given[position][:cursor] if position < len(given) else ""
        found = complete(self.command, self._target, given[:position], word)
        return {"values": found} if found else True


def _words(given: lldb.SBStructuredData, result: lldb.SBCommandReturnObject) -> Sequence[str]:
    """Give the words that lldb has split a line into, as written, where it tells that line and no alias has others."""
    words, line = _texts(given), getattr(result, "GetCommand", str)()
    written = split("".join(line.split(maxsplit=1)[1:]))
    return written if written == words else words


def _texts(words: lldb.SBStructuredData) -> list[str]:
    items = (words.GetItemAtIndex(index) for index in range(words.GetSize()))
    return [item.GetStringValue(1 << 20) for item in items]


for _command in COMMANDS:
    setattr(
        sys.modules[__name__],
        _class_name(_command),
        type(_class_name(_command), (_LldbCommand,), {"command": _command}),
    )
