"""The commands' suites under several releases of debuggers; ``python -m tests.matrix`` writes docs/support.md.

The releases that this system has not come from roots of later Debian suites, which `scripts/debugger-root` makes below
``.cache/roots``, or where JITDBG_ROOTS says, once. A test counts for each command that its text names. One that fails
is on the page as such, and fails the run.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from jitdbg.debugger.commands.registry import COMMANDS
from jitdbg.errors import ToolError
from jitdbg.harness.unsupported import in_words
from jitdbg.tools import Tool, tool

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "support.md"
ROOTS = Path(os.environ.get("JITDBG_ROOTS", ROOT / ".cache" / "roots"))
SUITES = (
    "commands", "loading_commands", "loading_mishaps", "commands_of_many", "stepping_commands", "scripts_of_images",
)  # fmt: skip
TESTS = tuple(f"tests/debuggers/test_{name}.py" for name in SUITES)
UNSUPPORTED = re.compile(r"unsupported: [\w-]+: (.*)", re.DOTALL)
PASSED, FAILED = "passed", "failed"

SYSTEM = ""
LLDB = {"trixie": "19", "forky": ""}
"""The suites of Debian that roots are made of, each with the version of lldb that is taken from it too."""
PLAN = (
    ("gdb", SYSTEM), ("gdb", "trixie"), ("gdb", "forky"), ("lldb", "trixie"), ("lldb", SYSTEM),
    ("gdb-dap", "trixie"), ("gdb-dap", "forky"), ("lldb-dap", "trixie"), ("lldb-dap", SYSTEM),
)  # fmt: skip
"""The page's columns: the debugger by its name in the harness, and where it is from."""

INTRODUCTION = """# What works in which debugger

<!-- Written by `make test-matrix`. -->

What the tests of the [commands](commands.md) found under several releases of debuggers. In the columns of `gdb-dap` and
`lldb-dap` the commands were typed into the debug console, as in an IDE. A command *works* where all its tests pass; a
note says what of them a debugger can't do, and why; what is newer than the last run is untested.
`jit-doctor` says what the debugger that you have can do.
""".strip()


@dataclass(frozen=True)
class Outcome:
    """How a test ended: passed, failed, or why it is unsupported; ``asks`` is its name in words."""

    asks: str
    commands: frozenset[str]
    said: str


@dataclass(frozen=True)
class Column:
    """A release: its heading, the debugger's name in the harness, and what the run needs in its environment."""

    heading: str
    debugger: str
    environment: Mapping[str, str]


# -------------------------------------------------------------------------------------------------------------- running


def columns() -> Iterator[Column]:
    """Give the releases of the plan; makes the roots that they are in."""
    for suite, lldb in LLDB.items():
        subprocess.run([ROOT / "scripts" / "debugger-root", suite, ROOTS / suite, *lldb.split()], check=True)
    for debugger, suite in PLAN:
        program, folder = debugger.removesuffix("-dap"), ROOTS / suite
        variables = {"gdb": "JITDBG_GDB", "lldb": "JITDBG_LLDB", "lldb-dap": "JITDBG_LLDB_DAP"}
        environment = {variables[name]: str(folder / name) for name in variables if suite and name.startswith(program)}
        found = Tool(program, str(folder / program), "") if suite else tool(program)
        if not found.version:
            raise ToolError(f"{found.path} does not tell its version: is it whole?")
        yield Column(f"{debugger} {found.version}", debugger, environment)


def outcomes(column: Column) -> Sequence[Outcome]:
    """Run the suites under a release."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--debugger", column.debugger]
        command += [f"--junitxml={report}", *TESTS]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **column.environment}, check=False)
        return list(read(ElementTree.parse(report).getroot(), column.debugger))


def read(report: ElementTree.Element, debugger: str) -> Iterator[Outcome]:
    """Read the outcomes of a debugger's tests from pytest's report in JUnit's form."""
    named = {name: commands for file in TESTS for name, commands in commands_of_tests(ROOT / file)}
    of_debugger = re.compile(rf"(\w+)\[{debugger}(?:-(.*))?\]", re.DOTALL)
    for case in report.iter("testcase"):
        test, said = of_debugger.fullmatch(case.get("name", "")), _said(case)
        if test and said:
            yield Outcome(in_words(test[1], " ".join((test[2] or "").split())), named.get(test[1], frozenset()), said)


def _said(case: ElementTree.Element) -> str:
    """Tell how a test ended; nothing for one that was skipped for another reason than what a debugger can't do."""
    if case.find("failure") is not None or case.find("error") is not None:
        return FAILED
    skipped = case.find("skipped")
    if skipped is None:
        return PASSED
    found = UNSUPPORTED.search(skipped.get("message", ""))
    return found[1] if found else ""


def commands_of_tests(file: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """Give the tests in a file, each with the commands that its text names."""
    text = file.read_text()
    lines, names = text.splitlines(), {command.name for command in COMMANDS}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            start = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            words = set(re.findall(r"jit-\w+", "\n".join(lines[start - 1 : node.end_lineno])))
            yield node.name, frozenset(words & names)


# -------------------------------------------------------------------------------------------------------------- writing


def page(found: Sequence[tuple[str, Sequence[Outcome]]]) -> str:
    """Write the page from the outcomes under each heading."""
    reasons = _reasons(found)
    numbers = {reason: number for number, reason in enumerate(reasons, 1)}
    rows = [
        (f"[`{command.name}`](commands.md#{command.name})", [_cell(command.name, said, numbers) for _, said in found])
        for command in COMMANDS
    ]
    tests = sorted({each.asks for _, said in found for each in said})
    details = [(asks.replace("|", "\\|"), [_cell_of(asks, said, numbers) for _, said in found]) for asks in tests]
    headings = [heading for heading, _ in found]
    notes = "\n".join(f"{numbers[reason]}. {', '.join(who)}: {reason}" for reason, who in reasons.items())
    parts = (INTRODUCTION, _table("command", headings, rows), notes, "## Each test", _table("", headings, details))
    return "\n\n".join(part for part in parts if part) + "\n"


def _reasons(found: Sequence[tuple[str, Sequence[Outcome]]]) -> Mapping[str, Sequence[str]]:
    """Give all reasons why something is unsupported, in order, each with the debuggers that it is a reason for."""
    reasons: dict[str, dict[str, None]] = {}
    for heading, said in found:
        for reason in sorted({each.said for each in said} - {PASSED, FAILED}):
            reasons.setdefault(reason, {})[heading.split()[0]] = None
    return {reason: list(debuggers) for reason, debuggers in reasons.items()}


def _table(corner: str, headings: Sequence[str], rows: Sequence[tuple[str, Sequence[str]]]) -> str:
    lines = [f"| {' | '.join([corner, *headings])} |", f"|{'---|' * (1 + len(headings))}"]
    return "\n".join([*lines, *(f"| {' | '.join([name, *cells])} |" for name, cells in rows)])


def _cell(command: str, said: Sequence[Outcome], numbers: Mapping[str, int]) -> str:
    of_it = [each.said for each in said if command in each.commands]
    if FAILED in of_it:
        return "**fails**"
    word = "works" if PASSED in of_it else "unsupported" if of_it else "untested"
    return word + _notes([numbers[each] for each in of_it if each != PASSED])


def _cell_of(asks: str, said: Sequence[Outcome], numbers: Mapping[str, int]) -> str:
    words = {PASSED: "yes", FAILED: "**fails**"}
    return next((words.get(each.said) or f"no{_notes([numbers[each.said]])}" for each in said if each.asks == asks), "")


def _notes(numbers: Sequence[int]) -> str:
    return f" <sup>{', '.join(map(str, sorted(set(numbers))))}</sup>" if numbers else ""


def main() -> int:
    """Write the page; 1 where a test fails."""
    found = [(column.heading, outcomes(column)) for column in list(columns())]
    PAGE.write_text(page(found))
    failed = [f"{heading}: {each.asks}" for heading, said in found for each in said if each.said == FAILED]
    print("\n".join(failed) or f"{PAGE.name} is written")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
