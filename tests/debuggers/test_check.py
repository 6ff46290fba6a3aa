"""Directives under real debuggers: a corpus of files that pass, and one of files that must fail.

In the second, the comment behind a directive says what is to be said of it: ``says: STATUS: MESSAGE``, where ``*``
stands for anything.
"""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path

import pytest

from jitdbg.errors import DirectiveError
from jitdbg.harness import directives
from jitdbg.harness.directives import BAD
from jitdbg.harness.directives.outcome import EXPECTED_FAILURE, PASSED, Report

pytestmark = [pytest.mark.debugger, pytest.mark.parametrize("debugger", ["gdb", "lldb"])]

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
GOOD = sorted((TESTS / "check").iterdir())
FAILING = sorted((TESTS / "check_failures").iterdir())
SUFFIXES = {"llvm": ".ll", "c": ".c", "asm": ".s"}
EXAMPLES = re.findall(r"```(llvm|c|asm)\n(.*?)```", (ROOT / "docs" / "directives.md").read_text(), re.DOTALL)
_SAYS = re.compile(r"\bsays: (.*?)\s*(?:\*/)?$", re.MULTILINE)


def named(path: Path) -> str:
    return path.name


def run(path: Path, debugger: str) -> Report:
    try:
        return directives.check(directives.read_sheet(path), debugger)
    except DirectiveError as error:
        return directives.unreadable(str(path), error)


@pytest.mark.parametrize("path", GOOD, ids=named)
def test_a_good_file_passes(path: Path, debugger: str) -> None:
    report = run(path, debugger)

    assert report.ok, "\n".join(report.sentences())
    assert {outcome.status for outcome in report.outcomes} <= {PASSED, EXPECTED_FAILURE}
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
    wanted = _SAYS.findall(path.read_text())

    report = run(path, debugger)

    said = [f"{outcome.status}: {outcome.message}" for outcome in report.outcomes if outcome.status in BAD]
    assert not report.ok
    for sentence, pattern in zip(said, wanted, strict=False):
        assert fnmatch.fnmatchcase(sentence, pattern.replace("[", "[[]"))
    assert len(said) == len(wanted)
