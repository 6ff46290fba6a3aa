"""The steps of docs/ide.md, from nothing to the first stop, done as they stand there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.ide.code_server import ROOT, Window, code_server, command, environment, prepare
from tests.ide.conftest import SIZE

pytestmark = pytest.mark.ide

MOST_STEPS = 5


def steps() -> list[str]:
    """The numbered steps of the first section."""
    page = (ROOT / "docs" / "ide.md").read_text()
    section = page.partition("## From nothing")[2].partition("\n## ")[0]
    return re.findall(r"^\d\. (.*)", section, re.MULTILINE)


def words(step: str) -> list[str]:
    """The words in code of a step."""
    return re.findall(r"`([^`]*)`", step)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout as somebody has it who begins: nothing is built, but Node is there, which takes a minute to fetch."""
    path = tmp_path / "jitdbg"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0"):
        if name and (ROOT / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, path / name)
    (path / ".cache").mkdir()
    (path / ".cache" / "node").symlink_to(ROOT / ".cache" / "node")
    return path


def test_the_steps_of_the_docs_lead_to_a_stop(checkout: Path, browser: Any, tmp_path: Path) -> None:
    install, doctor, extension, opening, running = map(words, steps())
    assert len(steps()) <= MOST_STEPS
    folder, vscode = checkout / opening[0], tmp_path / "vscode"
    prepare(vscode, {})
    code = tmp_path / "code"
    code.write_text(f'#!/bin/sh\nexec {shlex.join(command(vscode))} "$@"\n')
    code.chmod(0o755)
    # The environment that somebody works in; VS Code finds it in the folder.
    subprocess.run([sys.executable, "-m", "venv", folder / ".venv"], check=True)

    def do(line: str, **variables: str) -> None:
        settings = {**environment(vscode), **variables}
        settings["PATH"] = f"{folder / '.venv' / 'bin'}:{settings['PATH']}"
        done = subprocess.run(line, shell=True, cwd=checkout, env=settings, capture_output=True, text=True)
        assert done.returncode == 0, f"{line}: {done.stdout[-3000:]}{done.stderr[-3000:]}"

    do(install[0])
    do(doctor[0])
    do(extension[0], CODE=str(code), PYTHON=sys.executable)
    with code_server(vscode) as address:
        page = browser.new_page(viewport=SIZE)
        window = Window(page, address, folder)
        window.open(opening[1])
        window.click_gutter(opening[1], opening[2])
        page.keyboard.press("F5")
        window.answer(running[0])

        window.wait_for_stop(opening[1], opening[2])

        window.stop_debugging()
        page.close()
