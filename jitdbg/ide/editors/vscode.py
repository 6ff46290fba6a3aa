"""VS Code without jitdbg's extension: ``launch.json`` for LLVM's and for Microsoft's, and red dots in all files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

from jitdbg import tools
from jitdbg.errors import ConfigurationError
from jitdbg.ide.editors.files import File, Setup, as_json

_EVERYWHERE = "debug.allowBreakpointsEverywhere"
_NEXT = (
    "Install the extension llvm-vs-code-extensions.lldb-dap, or ms-vscode.cpptools for gdb; then set a breakpoint and "
    "press F5."
)


def setup(command: Sequence[str]) -> Setup:
    """Configure a program, or the file that is open, which ``jitdbg run`` runs."""
    command = command or [sys.executable, "-m", "jitdbg", "run", "--debug", "auto", "${file}"]
    entries = [_lldb_dap(command), _cppdbg(command)]
    added = partial(_with_entries, entries)
    launch = File(".vscode/launch.json", as_json(added({})), added)
    settings = File(".vscode/settings.json", as_json(_with_setting({})), _with_setting)
    return Setup((launch, settings), _NEXT)


def _lldb_dap(command: Sequence[str]) -> dict[str, Any]:
    return {
        "name": "JIT code (lldb)",
        "type": "lldb-dap",
        "request": "launch",
        **_program(command),
        "disableASLR": tools.can_disable_randomization(),
        "initCommands": tools.start_commands("lldb"),
    }


def _cppdbg(command: Sequence[str]) -> dict[str, Any]:
    return {
        "name": "JIT code (gdb)",
        "type": "cppdbg",
        "request": "launch",
        **_program(command),
        "MIMode": "gdb",
        "setupCommands": [{"text": text} for text in tools.start_commands("gdb")],
    }


def _program(command: Sequence[str]) -> dict[str, Any]:
    return {"program": command[0], "args": list(command[1:]), "cwd": "${workspaceFolder}"}


def _with_entries(entries: Sequence[dict[str, Any]], there: object) -> object:
    """Put entries in the place of those of their names, and the others behind all that are there."""
    document = _as_object(there, "launch.json")
    known = document.get("configurations", [])
    if not isinstance(known, list):
        raise ConfigurationError("configurations in launch.json is no list: mend that first")
    names = {entry["name"] for entry in entries}
    kept = [entry for entry in known if not (isinstance(entry, dict) and entry.get("name") in names)]
    return {"version": "0.2.0", **document, "configurations": [*kept, *entries]}


def _with_setting(there: object) -> object:
    return {**_as_object(there, "settings.json"), _EVERYWHERE: True}


def _as_object(there: object, name: str) -> dict[str, Any]:
    if not isinstance(there, dict):
        raise ConfigurationError(f"{name} is no JSON object: mend that first")
    return there
