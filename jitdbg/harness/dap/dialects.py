"""What lldb-dap and gdb do differently where the protocol leaves it open: how they start programs, what they lack.

The arguments of ``launch`` and ``attach`` are each adapter's own: lldb-dap's are in its ``README.md`` and
``package.json``, gdb's in its manual, "Debugger Adapter Protocol".
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, Protocol

from jitdbg import tools
from jitdbg.errors import DebuggerError, Unsupported
from jitdbg.harness import abilities
from jitdbg.harness.backend import CONNECT_SECONDS, Program

Arguments = dict[str, Any]

_COMMON = {
    abilities.PROLOGUES: "the protocol has no word for it",
    abilities.DEATHS: "the protocol tells an exit code only, here the signal's number or 0",
    abilities.SYMBOLS: "the protocol has an address and a line there, not the function",
    abilities.COMPLEX_PARTS: "the adapter shows them in one text",
    abilities.ASSIGNMENTS: "the adapter does not read the image's own sections",
    abilities.SHARED_PLACES: "the adapter keeps one breakpoint for each line, function and address",
}


class Dialect(Protocol):
    """One adapter's ways."""

    name: str
    tool: str
    lacks: Mapping[str, str]
    environment: Mapping[str, str]
    """What the adapter's own environment has besides ours."""
    has_arguments: bool
    """Whether arguments are a scope of their own rather than the first of the locals."""
    refers_to_pointees: bool
    """Whether a variable's ``memoryReference`` is what a pointer points at, rather than where the variable is."""
    innermost_first: bool
    """Whether of variables with one name that of the innermost block comes first, rather than last."""
    stopped_call: re.Pattern[str] | None
    """The words of an evaluation that is refused since the program stopped in a function that it called."""
    standing: str
    """A command that prints how often the program has stopped and its stack pointer, where stops are told too late."""

    def command(self, path: str) -> list[str]:
        """Give the command that starts the adapter."""

    def launch(self, program: Program) -> Arguments:
        """Give the arguments of ``launch``, for a program that has the terminal and nothing to read."""

    def attach(self, process: int) -> Arguments:
        """Give the arguments of ``attach`` for a process."""

    def core(self, core: str, program: str) -> Arguments:
        """Give those for a core dump."""

    def server(self, address: str, program: str) -> Arguments:
        """Give those for a debug server."""

    def hit_condition(self, ignore: int) -> str:
        """Write how many hits are passed over."""

    def plain_name(self, name: str) -> str:
        """Give a variable's own name, which adapters add to where an inner block has one of the same."""

    def debugger_command(self, command: str) -> str:
        """Write a command of the debugger's as an expression of the context ``repl``."""


class LldbDialect:
    """``lldb-dap``, called ``lldb-vscode`` before LLVM 18."""

    name = tool = "lldb-dap"
    environment: Mapping[str, str] = {}
    stopped_call: re.Pattern[str] | None = None  # lldb passes over breakpoints in a call.
    lacks: Mapping[str, str] = _COMMON | {
        abilities.ARGUMENTS: "lldb-dap lists them among the locals",
        abilities.THREAD_GLOBALS: "lldb-dap lists them among the locals",
        abilities.VARIABLE_LENGTHS: "lldb 22 takes the rows to follow each other by the size of an element",
        abilities.WATCH_ENDS: "lldb-dap watches an address, whoever's it is",
    }
    has_arguments = refers_to_pointees = innermost_first = False
    standing = (
        "script process = lldb.debugger.GetSelectedTarget().process; "
        "print(process.GetStopID(True), process.selected_thread.frame[0].sp)"
    )

    def __init__(self, terminal: str) -> None:
        self._terminal = terminal

    def command(self, path: str) -> list[str]:
        """Start it without the user's settings."""
        return [path, "--no-lldbinit"]

    def launch(self, program: Program) -> Arguments:
        """Start a program with exactly its environment."""
        streams = {"input": os.devnull, "output": self._terminal, "error": self._terminal}
        settings = [f"settings set target.{name}-path {path}" for name, path in streams.items()]
        return {
            "program": program.find(),
            "args": list(program.command[1:]),
            "env": dict(os.environ if program.environment is None else program.environment),
            "cwd": os.path.abspath(program.directory or os.curdir),
            "disableASLR": tools.can_disable_randomization(),
            **_lldb_settings("settings set target.inherit-env false", *settings),
        }

    def attach(self, process: int) -> Arguments:
        """Attach, and stop."""
        return {"pid": process, "stopOnEntry": True, **_lldb_settings()}

    def core(self, core: str, program: str) -> Arguments:
        """Open a core."""
        return {"coreFile": core, "program": program, "stopOnEntry": True, **_lldb_settings()}

    def server(self, address: str, program: str) -> Arguments:
        """Connect, and stay stopped."""
        host, _, port = address.rpartition(":")
        if not port.isdigit():
            raise DebuggerError(f"{address} is no HOST:PORT")
        return {
            "gdb-remote-hostname": host or "localhost",
            "gdb-remote-port": int(port),
            "program": program,
            "stopOnEntry": True,
            **_lldb_settings(),
        }

    def hit_condition(self, ignore: int) -> str:
        """Name the hit to stop at."""
        return str(ignore + 1)

    def plain_name(self, name: str) -> str:
        """Drop `` @ FILE:LINE``."""
        return name.partition(" @ ")[0]

    def debugger_command(self, command: str) -> str:
        """Mark it as a command, lest lldb-dap guess."""
        return f"`{command}"


class GdbDialect:
    """``gdb -i dap``, of gdb 14 and later."""

    name, tool = "gdb-dap", "gdb"
    lacks: Mapping[str, str] = _COMMON | {
        abilities.SIGNALS: "gdb's adapter says that there is one, not which",
        abilities.KERNEL_IDS: "gdb's adapter has its own numbers only, but for the first thread's",
        abilities.MODULE_FACTS: "gdb's adapter has the paths only",
        abilities.VARIABLE_ADDRESSES: "gdb's adapter gives them for what pointers point at only",
        abilities.UNNAMED_MEMBERS: "gdb's adapter leaves them out",
        abilities.FORKED_CHILDREN: "to gdb's adapter the parent's end is that of all",
        abilities.RECORD_TEXTS: "gdb's adapter gives their members only",
        abilities.DECLARATIONS: "gdb's adapter has no such references",
        abilities.CHARACTER_ARRAYS: "gdb's adapter shows them as a string",
        abilities.WATCHPOINTS: "gdb's adapter has none",
        abilities.CORES: "gdb's adapter opens none",
        abilities.STOPS_IN_CALLS: "gdb's adapter stops there, and gives the call up",
        abilities.BROKEN_CONDITIONS: "gdb's adapter ignores a breakpoint with unknown names or bad syntax",
    }
    has_arguments = refers_to_pointees = innermost_first = True
    standing = ""
    # gdb speaks English and starts programs with a shell that is known.
    environment: Mapping[str, str] = {"LC_ALL": "C.UTF-8", "SHELL": "/bin/sh"}
    stopped_call: re.Pattern[str] | None = re.compile("stopped while in a function called from GDB")

    def __init__(self, terminal: str) -> None:
        self._terminal = terminal

    def command(self, path: str) -> list[str]:
        """Start it with our settings, for a program that has the terminal and nothing to read."""
        # The shell that starts the program puts this before it.
        wrapper = """sh -c 'exec "$0" "$@" </dev/null'"""
        settings = [
            f"set inferior-tty {self._terminal}", f"set exec-wrapper {wrapper}", "set unwindonsignal on",
            f"set tcp connect-timeout {CONNECT_SECONDS}",
        ]  # fmt: skip
        return [
            path, "-nx", *tools.launch_arguments("gdb"), *(word for line in settings for word in ("-iex", line)),
            "-i", "dap",
        ]  # fmt: skip

    def launch(self, program: Program) -> Arguments:
        """Start a program with exactly its environment."""
        return {
            "program": program.find(),
            "args": list(program.command[1:]),
            "env": dict(os.environ if program.environment is None else program.environment),
            "cwd": os.path.abspath(program.directory or os.curdir),
        }

    def attach(self, process: int) -> Arguments:
        """Attach, which stops."""
        return {"pid": process}

    def core(self, core: str, program: str) -> Arguments:  # noqa: ARG002
        """Refuse."""
        raise Unsupported(self.name, f"{abilities.CORES}: {self.lacks[abilities.CORES]}")

    def server(self, address: str, program: str) -> Arguments:
        """Connect, and stay stopped."""
        return {"target": address, "program": program}

    def hit_condition(self, ignore: int) -> str:
        """Name the hits to pass over."""
        return str(ignore)

    def plain_name(self, name: str) -> str:
        """Drop `` #2``."""
        return re.sub(r" #\d+$", "", name)

    def debugger_command(self, command: str) -> str:
        """Give it as it is: all that is of this context is a command."""
        return command


def _lldb_settings(*commands: str) -> Arguments:
    """Give what each start has: our settings, more commands, and a text for records that have none of their own."""
    return {
        "initCommands": [*tools.start_commands("lldb"), *commands],
        "enableAutoVariableSummaries": True,
    }
