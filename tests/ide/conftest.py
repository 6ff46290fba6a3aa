"""A VS Code for all tests of the folder, and a window on a fresh folder for each."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ide.code_server import EXTENSION, ROOT, SECONDS, Window, code_server, command, environment, prepare

CHROMIUM = "/usr/bin/chromium"
SIZE = {"width": 1100, "height": 760}

OpenWindow = Callable[[], Window]


@pytest.fixture(scope="session")
def vscode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a VS Code with the extension, which knows this environment's jitdbg."""
    folder = tmp_path_factory.mktemp("vscode")
    # What names programs is a setting of the machine, not of the user.
    prepare(folder, {"jitdbg.command": str(Path(sys.executable).parent / "jitdbg")})
    install = [*command(folder), "--install-extension", EXTENSION]
    subprocess.run(install, env=environment(folder), check=True, capture_output=True, timeout=SECONDS)
    with code_server(folder) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Without a sandbox, since root has none.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the examples of IR and of a language of somebody's own."""
    path = tmp_path / "examples"
    path.mkdir()
    for name in ("fib.ll", "fib-toy.ll", "fib.toy"):
        shutil.copy(ROOT / "examples" / name, path)
    return path


@pytest.fixture
def open_window(vscode: str, browser: Any, folder: Path, request: pytest.FixtureRequest) -> Iterator[OpenWindow]:
    """Open a window on the folder; one that a test fails in leaves a picture in .cache/ide."""
    pages = []

    def opened() -> Window:
        pages.append(browser.new_page(viewport=SIZE))
        return Window(pages[-1], vscode, folder)

    yield opened
    failed = ROOT / ".cache" / "ide" / "failed"
    failed.mkdir(parents=True, exist_ok=True)
    for page in pages:
        page.screenshot(path=failed / f"{re.sub(r'[^0-9A-Za-z_]+', '-', request.node.name)}.png")
        page.close()


@pytest.fixture
def window(open_window: OpenWindow) -> Window:
    return open_window()


def configure(folder: Path, **configuration: object) -> None:
    """Write a launch.json with one entry."""
    entry = {"type": "jitdbg", "request": "launch", "name": "test", **configuration}
    (folder / ".vscode").mkdir(exist_ok=True)
    (folder / ".vscode" / "launch.json").write_text(json.dumps({"version": "0.2.0", "configurations": [entry]}))
