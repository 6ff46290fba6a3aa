"""Directives under real debuggers: a corpus of files that pass, and one of files that must fail.

In the second, the comment behind a directive says what is to be said of it: ``says: STATUS: MESSAGE``, where ``*``
stands for anything; ``says [DEBUGGER]: …`` behind that is for one that says something else. Under debug adapters what
these lack is unsupported.
"""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path

import pytest

from jitdbg.errors import DirectiveError
from jitdbg.harness import abilities, directives
from jitdbg.harness.directives import BAD
from jitdbg.harness.directives.outcome import EXPECTED_FAILURE, PASSED, UNSUPPORTED, Report

pytestmark = pytest.mark.debugger

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
GOOD = sorted((TESTS / "check").iterdir())
FAILING = sorted((TESTS / "check_failures").iterdir())
SUFFIXES = {"llvm": ".ll", "c": ".c", "asm": ".s"}
EXAMPLES = re.findall(r"```(llvm|c|asm)\n(.*?)```", (ROOT / "docs" / "directives.md").read_text(), re.DOTALL)
LACKING = {
    "gdb": set[str](),
    "lldb": set[str](),
    "lldb-dap": {abilities.DEATHS},
    "gdb-dap": {abilities.DEATHS, abilities.SIGNALS, abilities.UNNAMED_MEMBERS, abilities.CHARACTER_ARRAYS},
}
"""What these files need that a debugger has not."""
_SAYS = re.compile(r"\bsays(?: \[([\w-]+)\])?: (.*?)\s*(?:\*/)?$", re.MULTILINE)


@pytest.fixture
def debugger(_jitdbg_debugger: str) -> str:
    return _jitdbg_debugger


def named(path: Path) -> str:
    return path.name


def unsupported(report: Report) -> set[str]:
    """The abilities that were lacking."""
    return {outcome.message.partition(":")[0] for outcome in report.outcomes if outcome.status == UNSUPPORTED}


def wanted(path: Path, debugger: str) -> list[str]:
    """What is to be said of a file's directives."""
    found: list[str] = []
    for only, words in _SAYS.findall(path.read_text()):
        if not only:
            found.append(words)
        elif only == debugger:
            found[-1] = words
    return found


def run(path: Path, debugger: str) -> Report:
    try:
        return directives.check(directives.read_sheet(path), debugger)
    except DirectiveError as error:
        return directives.unreadable(str(path), error)


@pytest.mark.parametrize("path", GOOD, ids=named)
def test_a_good_file_passes(path: Path, debugger: str) -> None:
    report = run(path, debugger)

    assert report.ok, "\n".join(report.sentences())
    assert {outcome.status for outcome in report.outcomes} <= {PASSED, EXPECTED_FAILURE, UNSUPPORTED}
    assert unsupported(report) <= LACKING[debugger]
    assert len(report.outcomes) > 2


@pytest.mark.parametrize(("language", "text"), EXAMPLES, ids=[language for language, _ in EXAMPLES])
def test_the_examples_of_the_docs_pass(language: str, text: str, debugger: str, tmp_path: Path) -> None:
    path = tmp_path / f"example{SUFFIXES[language]}"
    path.write_text(text)

    report = run(path, debugger)

    assert report.ok, "\n".join(report.sentences())


def test_the_readme_has_the_example_in_c(debugger: str) -> None:  # noqa: ARG001 - the module's parameter
    (text,) = [text for language, text in EXAMPLES if language == "c"]

    assert "".join(f"    {line}\n" for line in text.splitlines()) in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("path", FAILING, ids=named)
def test_a_file_that_must_fail_says_why(path: Path, debugger: str) -> None:
    report = run(path, debugger)

    said = [outcome for outcome in report.outcomes if outcome.status in (*BAD, UNSUPPORTED)]
    assert not report.ok
    assert unsupported(report) <= LACKING[debugger]
    for outcome, pattern in zip(said, wanted(path, debugger), strict=True):
        sentence = f"{outcome.status}: {outcome.message}"
        assert outcome.status == UNSUPPORTED or fnmatch.fnmatchcase(sentence, pattern.replace("[", "[[]"))
