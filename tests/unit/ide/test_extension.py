"""The extension's manifest agrees with what it is about; what it does is tested in a real VS Code (tests/ide)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from jitdbg import __version__
from jitdbg.ide import configuration
from jitdbg.ide.configuration import CHOICES

EXTENSION = Path(__file__).parents[3] / "editors" / "vscode"
MANIFEST = json.loads((EXTENSION / "package.json").read_text())
CONTRIBUTES = MANIFEST["contributes"]
SOURCES = "\n".join(path.read_text() for path in sorted((EXTENSION / "src").glob("*.ts")))


def test_it_has_the_version_of_the_package() -> None:
    assert MANIFEST["version"] == __version__


def test_the_members_of_a_configuration_are_those_that_are_read() -> None:
    read = set(re.findall(r'read\.\w+\("(\w+)"', Path(configuration.__file__).read_text()))
    (debugger,) = CONTRIBUTES["debuggers"]
    offered = {name for kind in debugger["configurationAttributes"].values() for name in kind["properties"]}

    assert offered == read - {"request"}
    for kind in debugger["configurationAttributes"].values():
        assert tuple(kind["properties"]["adapter"]["enum"]) == CHOICES


def test_the_page_lists_all_members() -> None:
    page = (EXTENSION.parents[1] / "docs" / "ide.md").read_text().partition("## For authors")[2]
    (debugger,) = CONTRIBUTES["debuggers"]

    for kind in debugger["configurationAttributes"].values():
        assert all(f"`{name}`" in page for name in kind["properties"])


def test_commands_are_registered_and_those_of_menus_are_declared() -> None:
    declared = {each["command"] for each in CONTRIBUTES["commands"]}
    in_menus = {each["command"] for menu in CONTRIBUTES["menus"].values() for each in menu}
    registered = set(re.findall(r'registerCommand\("([\w.]+)"', SOURCES))

    assert in_menus <= declared
    assert declared <= registered
    assert registered - declared == set(CONTRIBUTES["debuggers"][0]["variables"].values())


def test_each_language_that_breakpoints_are_offered_in_is_known() -> None:
    ours = {language["id"] for language in CONTRIBUTES["languages"]}
    offered = {each["language"] for each in CONTRIBUTES["breakpoints"]}

    assert ours <= offered
    assert offered - ours == {"c", "cpp", "python"}, "VS Code knows these"


@pytest.mark.parametrize("grammar", CONTRIBUTES["grammars"], ids=lambda grammar: grammar["language"])
def test_a_grammar_is_there_and_its_patterns_can_be_read(grammar: dict[str, str]) -> None:
    read = json.loads((EXTENSION / grammar["path"]).read_text())

    assert read["scopeName"] == grammar["scopeName"]
    assert all(re.compile(pattern["match"]) for pattern in read["patterns"])


def scopes(line: str) -> dict[str, str]:
    """What the words of a line of IR are coloured as, the first pattern that matches deciding."""
    patterns = json.loads((EXTENSION / "syntaxes" / "llvm.tmLanguage.json").read_text())["patterns"]
    found, place = {}, 0
    while place < len(line):
        matches = [(each["name"], re.compile(each["match"]).match(line, place)) for each in patterns]
        name, match = next(((name, match) for name, match in matches if match and match[0]), ("", None))
        if match:
            found[match[0]] = name.partition(".llvm")[0]
        place = match.end() if match else place + 1
    return found


def test_ir_is_coloured_by_what_its_words_are() -> None:
    assert scopes("  %sum = add nsw i32 %a.1, 4 ; mark: sum") == {
        "%sum": "variable.other",
        "add": "keyword.operator",
        "nsw": "keyword.other",
        "i32": "storage.type",
        "%a.1": "variable.other",
        "4": "constant.numeric",
        "; mark: sum": "comment.line.semicolon",
    }
    assert scopes("define void @f(ptr %0) {")["@f"] == "entity.name.function"
    assert scopes("loop.body:")["loop.body:"] == "entity.name.label"
