"""The commands' suites under several releases of debuggers; ``python -m tests.matrix`` writes docs/support.md.

The releases that this system has not come from roots of later Debian suites, which `scripts/debugger-root` makes below
``.cache/roots`` once. A test that fails is in the table as such, and fails the run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from jitdbg.tools import tool

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "support.md"
ROOTS = Path(os.environ.get("JITDBG_ROOTS", ROOT / ".cache" / "roots"))
SUITES = ("trixie", "forky")
TESTS = ("tests/debuggers/test_commands.py", "tests/debuggers/test_loading_commands.py")
UNSUPPORTED = "unsupported: "
YES, FAILS = "yes", "**fails**"

INTRODUCTION = """# What works in which debugger

<!-- Written by `make test-matrix`. -->

Each line is a test of the [commands](commands.md), each column a release of a debugger that it was run under.
""".strip()


@dataclass(frozen=True)
class Column:
    """A release: its heading, the debugger's name in the harness, and what the run needs in its environment."""

    heading: str
    debugger: str
    environment: Mapping[str, str]


def columns() -> Iterator[Column]:
    """Give the system's own debuggers, and those of the roots."""
    for name in ("gdb", "lldb"):
        yield Column(f"{name} {tool(name).version}", name, {})
    for suite in SUITES:
        folder = ROOTS / suite
        subprocess.run([ROOT / "scripts" / "debugger-root", suite, folder], check=True)
        program = str(folder / "gdb")
        printed = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
        yield Column(f"gdb {printed.splitlines()[0].split()[-1]}", "gdb", {"JITDBG_GDB": program})


def outcomes(column: Column) -> Mapping[str, str]:
    """Run the suites under a release; give what is to be said of each test, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--debugger", column.debugger]
        command += [f"--junitxml={report}", *TESTS]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **column.environment}, check=False)
        return dict(_read(ElementTree.parse(report), f"[{column.debugger}"))


def _read(report: ElementTree.ElementTree, marked: str) -> Iterator[tuple[str, str]]:
    for case in report.iter("testcase"):
        name, bracket, parameters = case.get("name", "").partition(marked)
        if bracket:
            yield f"{_sentence(name)}{_given(parameters)}", _said(case)


def _sentence(name: str) -> str:
    return name.removeprefix("test_").replace("_", " ")


def _given(parameters: str) -> str:
    text = " ".join(parameters.rstrip("]").lstrip("-").split()).replace("|", "\\|")
    return f" (`{text[:40]}`)" if text else ""


def _said(case: ElementTree.Element) -> str:
    skipped = case.find("skipped")
    if skipped is not None:
        reason = skipped.get("message", "").replace("|", "\\|")
        return f"no: {reason.partition(UNSUPPORTED)[2] or reason}"
    return FAILS if case.find("failure") is not None or case.find("error") is not None else YES


def table(found: Sequence[tuple[Column, Mapping[str, str]]]) -> str:
    """Write the page."""
    names = dict.fromkeys(name for _, said in found for name in said)
    lines = [f"| | {' | '.join(column.heading for column, _ in found)} |", f"|---|{'---|' * len(found)}"]
    lines += [f"| {name} | {' | '.join(said.get(name, '') for _, said in found)} |" for name in names]
    return f"{INTRODUCTION}\n\n" + "\n".join(lines) + "\n"


def main() -> int:
    """Write the page; 1 where a test fails."""
    found = [(column, outcomes(column)) for column in columns()]
    PAGE.write_text(table(found))
    failed = [f"{column.heading}: {name}" for column, said in found for name, word in said.items() if word == FAILS]
    print("\n".join(failed) or f"{PAGE.name} is written")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
