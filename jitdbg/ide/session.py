"""From a debug configuration to the adapter that serves it and the request that begins its session.

The adapters' arguments are their own: lldb-dap's are in its ``README.md`` and ``package.json``, gdb's in its manual,
"Debugger Adapter Protocol".
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jitdbg import tools
from jitdbg.errors import ConfigurationError, DebuggerError, ToolError, ToolMissingError, Unsupported
from jitdbg.harness.debuggers import debugger_tool
from jitdbg.ide.configuration import ATTACH, Configuration
from jitdbg.tools import Tool

_SESSIONS = {"lldb-dap": "lldb-dap", "gdb": "gdb-dap"}


@dataclass(frozen=True)
class DebugAdapter:
    """A server for IDEs: ``debugger`` is lldb-dap or gdb, ``command`` starts it.

    ``environment`` is set besides the IDE's own; ``escape`` stands before a command of the debugger's in the console.
    """

    debugger: str
    command: Sequence[str]
    environment: dict[str, str]
    escape: str


@dataclass(frozen=True)
class Session:
    """The adapter and the arguments of its request (``launch`` or ``attach``)."""

    adapter: DebugAdapter
    arguments: dict[str, Any]


def session(configuration: Configuration, command: Sequence[str]) -> Session:
    """Choose an adapter and write its request; ``command`` is the ELF file to start and its arguments.

    Raises `ToolError` where no adapter is here that can serve, and `ConfigurationError`.
    """
    found = _adapter_tool(configuration)
    if found.name == "gdb":
        return Session(_gdb_adapter(found, configuration), _gdb_arguments(configuration, command))
    return Session(_lldb_adapter(found), _lldb_arguments(configuration, command))


def words(configuration: Configuration) -> list[str]:
    """Give the words of a command to start, as a user would give them to `jitdbg debug`; none where one attaches."""
    if not configuration.program:
        return []
    program = configuration.program
    # A path is relative to where the program is started; a bare name can mean one of the PATH.
    here = os.path.join(configuration.directory, program)
    if "/" in program or os.path.exists(here):
        program = here
    call = ["--call", configuration.call] if configuration.call else []
    interpreter = [configuration.python] if configuration.python and program.endswith(".py") else []
    return [*interpreter, program, *call, *configuration.arguments]


# -------------------------------------------------------------------------------------------------------- the adapters


def _adapter_tool(configuration: Configuration) -> Tool:
    if configuration.adapter_path:
        return _given(configuration.adapter, configuration.adapter_path)
    if configuration.adapter != "auto":
        return _installed(configuration.adapter)
    try:
        return _installed("lldb-dap")
    except ToolMissingError as missing:
        return _other(missing)


def _other(missing: ToolMissingError) -> Tool:
    """Give gdb in place of an lldb-dap that is missing; where it can't serve either, say both."""
    try:
        return _installed("gdb")
    except (ToolError, DebuggerError) as error:
        raise ToolMissingError(f"no debug adapter can be used: {missing}; {error}") from None


def _installed(name: str) -> Tool:
    try:
        return debugger_tool(_SESSIONS[name])
    except Unsupported as error:
        raise ToolError(f"{error.reason}, built with Python, or set adapter to lldb-dap") from None


def _given(name: str, path: str) -> Tool:
    found = tools.find_executable(path)
    if found is None:
        raise ConfigurationError(f"adapterPath of the debug configuration leads to no executable program: {path}")
    tool = Tool(name, found, "")
    if name == "gdb" and not tools.has_dap(tool):
        version = f" (version {tool.version})" if tool.version else ""
        raise ToolError(f"{found}{version} has no DAP: set adapterPath to a gdb 14 or newer, built with Python")
    return tool


def _gdb_adapter(found: Tool, configuration: Configuration) -> DebugAdapter:
    mapped = [f'set substitute-path "{there}" "{here}"' for there, here in configuration.source_map]
    commands = [*tools.start_commands("gdb"), *mapped, *configuration.commands]
    # gdb's words are in English and its programs are started by a shell that is known.
    environment = {"LC_ALL": "C.UTF-8", "SHELL": "/bin/sh"}
    return DebugAdapter(
        "gdb", [found.path, "-q", *(word for line in commands for word in ("-iex", line)), "-i", "dap"], environment, ""
    )


def _lldb_adapter(found: Tool) -> DebugAdapter:
    return DebugAdapter("lldb-dap", [found.path], {}, "`")


# -------------------------------------------------------------------------------------------------------- the requests


def _gdb_arguments(configuration: Configuration, command: Sequence[str]) -> dict[str, Any]:
    if configuration.request == ATTACH:
        return {"pid": configuration.process, **({"program": command[0]} if command else {})}
    return {
        "program": command[0],
        "args": list(command[1:]),
        # What is given is all that the program gets.
        "env": {**os.environ, **configuration.environment},
        "cwd": _directory(configuration),
        "stopOnEntry": configuration.stop_on_entry,
    }


def _lldb_arguments(configuration: Configuration, command: Sequence[str]) -> dict[str, Any]:
    common = {
        "stopOnEntry": configuration.stop_on_entry,
        "initCommands": [*tools.start_commands("lldb"), *configuration.commands],
        "sourceMap": [list(pair) for pair in configuration.source_map],
        "enableAutoVariableSummaries": True,
    }
    if configuration.request == ATTACH:
        return {"pid": configuration.process, **({"program": command[0]} if command else {}), **common}
    return {
        "program": command[0],
        "args": list(command[1:]),
        # A list of words, which all versions understand.
        "env": [f"{name}={value}" for name, value in configuration.environment.items()],
        "cwd": _directory(configuration),
        "disableASLR": tools.can_disable_randomization(),
        **common,
    }


def _directory(configuration: Configuration) -> str:
    return os.path.abspath(configuration.directory or os.curdir)
