"""What lldb can do and how it is set, as far as JIT code and our commands depend on it."""

from __future__ import annotations

import sys

import lldb

from jitdbg.debugger.facts import Check

from .code import has_program


def checks(debugger: lldb.SBDebugger, version: str) -> list[Check]:
    """Look at the settings and the release."""
    release = int(version.partition(".")[0])
    looks_up = lldb.SBDebugger.GetInternalVariableValue("symbols.enable-external-lookup", debugger.GetInstanceName())
    value = looks_up.GetStringAtIndex(0) or "unknown"
    return [
        Check("Python in lldb", sys.version_info >= (3, 9), sys.version.split()[0], "take an lldb with Python 3.9 on"),
        Check("pending breakpoints", True, "on: lldb keeps all that match nothing yet"),
        Check(
            "external lookup", value == "false", value,
            "settings set symbols.enable-external-lookup false: no server knows JIT code",
        ),
        _libraries(debugger.GetSelectedTarget()),
        Check("completion", release >= 20, "words of our commands, with Tab", "take lldb 20 or newer"),
        Check("debug adapter", release >= 18, "lldb-dap for IDEs", "take lldb 18 or newer: before it is lldb-vscode"),
    ]  # fmt: skip


def _libraries(target: lldb.SBTarget) -> Check:
    """Look whether lldb has found the libraries of a running program, of which there is one at least, the loader."""
    found = target.GetNumModules() - 1
    is_lost = has_program(target) and found < 1 and target.FindModule(target.GetExecutable()).FindSection(".interp")
    return Check(
        "libraries", not is_lost, f"{max(found, 0)} found",
        "settings set plugin.process.gdb-remote.use-libraries-svr4 false, and connect again: lldb misreads gdbserver's "
        "list of libraries",
    )  # fmt: skip
