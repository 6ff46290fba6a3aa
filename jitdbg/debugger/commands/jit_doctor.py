"""``jit-doctor``: what works in this debugger and what does not, with versions and remedies."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from jitdbg import __version__
from jitdbg.debugger import installation
from jitdbg.debugger.commands.declaration import Arguments, Command, Example
from jitdbg.debugger.facts import CORE, Check
from jitdbg.debugger.tables import table
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError

_SECONDS = 20.0
_ASK = "import jitdbg, llvmlite; print(jitdbg.__version__, llvmlite.__version__)"


@dataclass(frozen=True)
class Findings:
    """What was looked at, in order."""

    checks: Sequence[Check]


def run(target: Target, arguments: Arguments) -> Findings:
    """Look at everything."""
    del arguments
    adapter = target.adapter
    versions = (
        Check(adapter.name, True, adapter.version),
        Check("jitdbg", True, f"{__version__} in {installation.PACKAGE}"),
    )
    return Findings((*versions, _compiler(), *adapter.checks(), _program(target), _dylibs(target)))


def _compiler() -> Check:
    """Ask the interpreter that compiles for its versions."""
    try:
        found = installation.interpreter()
    except DebuggerError as error:
        return Check("compiler", False, "none", str(error))
    try:
        done = subprocess.run(
            [found, "-c", _ASK], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS,
            env={**os.environ, "PYTHONPATH": os.path.dirname(installation.PACKAGE)} if _is_checkout() else None,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check("compiler", False, found, f"{found} can't be run ({error}): install jitdbg again")
    if done.returncode:
        why = done.stderr.strip().splitlines()[-1:] or ["it says nothing"]
        return Check("compiler", False, found, f"{found} can't compile ({why[0]}): install jitdbg again")
    ours, llvmlite = done.stdout.split()
    same = ours == __version__
    remedy = f"it has jitdbg {ours}: load the commands with the line that its jitdbg prints"
    return Check("compiler", same, f"{found}, with llvmlite {llvmlite}", remedy)


def _is_checkout() -> bool:
    return os.path.exists(os.path.join(os.path.dirname(installation.PACKAGE), "pyproject.toml"))


def _program(target: Target) -> Check:
    process = target.adapter.process()
    if process is None:
        return Check("program", True, "none: commands that read one wait for it")
    where = "a core dump, which can only be read" if process.kind == CORE else "live"
    number = f", process {process.id}" if process.id else ""
    return Check("program", True, f"{where}{number}{', through a debug server' if process.remote else ''}")


def _dylibs(target: Target) -> Check:
    dylibs = target.dylibs.listed()
    lost = [dylib for dylib in dylibs if not dylib.in_file]
    words = f"{len(dylibs)}, of which {len(dylibs) - len(lost)} have their images at hand" if dylibs else "none"
    names = ", ".join(f"{dylib} ({dylib.lost})" for dylib in lost[:5])
    return Check("JIT dylibs", not lost, words, f"no image at hand, so no IR and functions, of {names}")


def render(findings: Findings) -> str:
    """Show a line for each check, and below them what to do."""
    rows = [("ok" if check.ok else "no", check.name, check.words) for check in findings.checks]
    remedies = [f"{check.name}: {check.remedy}\n" for check in findings.checks if not check.ok]
    return table(("", "", ""), rows) + ("\n" + "".join(remedies) if remedies else "")


COMMAND = Command(
    name="jit-doctor",
    summary="Say what works in this debugger and what does not, with versions and remedies.",
    description="""
        It looks at the debugger's release and settings, at the interpreter that compiles for jit-load, and at the
        program. What does not work is named again below the table, with what to do.
        """,
    examples=(Example("jit-doctor", "all checks"),),
    run=run,
    render=render,
)
