"""The commands of `jitdbg.debugger.commands` as commands of gdb's."""

from __future__ import annotations

from typing import Optional

import gdb

from jitdbg.debugger import installation
from jitdbg.debugger.commands.completion import complete
from jitdbg.debugger.commands.declaration import Command
from jitdbg.debugger.commands.manual import manual
from jitdbg.debugger.commands.parsing import split
from jitdbg.debugger.commands.registry import COMMANDS, perform
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError, JitdbgError

from .adapter import GdbAdapter
from .errors import find_lack
from .extras import add_extras

_ASCII = "ANSI_X3.4-1968"  # as glibc calls it

_registered: list[gdb.Command] = []


def register(interpreter: Optional[str] = None) -> None:
    """Make the commands, and what goes with them, known to gdb, once; ``interpreter`` compiles for the commands."""
    installation.use(interpreter)
    if not _registered:
        target = Target(GdbAdapter())
        _registered.extend(_GdbCommand(command, target) for command in COMMANDS)
        add_extras(target)
        _read_utf8()


def _read_utf8() -> None:
    """Let gdb's Python read names that are not ASCII, where the locale knows nothing else, as in many containers."""
    if _ASCII in gdb.execute("show host-charset", to_string=True):
        gdb.execute("set host-charset UTF-8")


class _GdbCommand(gdb.Command):
    """A command; lives as long as gdb."""

    def __init__(self, command: Command, target: Target) -> None:
        self.__doc__ = manual(command)
        self._command, self._target = command, target
        super().__init__(command.name, gdb.COMMAND_USER)

    def invoke(self, line: str, from_tty: bool) -> None:
        """Do what a line says, and print what comes of it."""
        del from_tty
        self.dont_repeat()
        try:
            gdb.write(perform(self._command, self._target, split(line)))
        except JitdbgError as error:
            raise gdb.GdbError(find_lack(error.__cause__) or str(error)) from None

    def complete(self, line: str, word: str) -> list[str]:
        """Complete the last word of a line; gdb's ``word`` is only what follows the last of its word breaks in it."""
        try:
            before = split(line)
        except DebuggerError:
            return []
        last = before.pop() if before and not line[-1:].isspace() else ""
        found = complete(self._command, self._target, before, last)
        return [candidate[len(last) - len(word) :] for candidate in found]
