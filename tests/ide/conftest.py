"""A VS Code for all tests of the folder, a window on a fresh folder for each, and the adapters that serve it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from jitdbg import tools
from jitdbg.cli import main
from jitdbg.tools import Tool
from tests.ide.code_server import EXTENSION, ROOT, SECONDS, Window, code_server, command, environment, prepare
from tests.matrix import ROOTS
from tests.processes import alive, wait_for_end

CHROMIUM = "/usr/bin/chromium"
SIZE = {"width": 1100, "height": 760}

OpenWindow = Callable[..., Window]

PICTURES = ROOT / "docs" / "pictures"
DEBUGGED = re.compile(rb"lldb-dap|lldb-server|gdbserver|\0dap\0|jitdbg\0run|/examples/")
"""What is on the command lines of debug adapters, of their helpers, and of what they debug."""


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
    """Open a window on the folder, or another one; one that a test fails in leaves a picture in .cache/ide."""
    pages = []

    def opened(other: Path | None = None) -> Window:
        pages.append(browser.new_page(viewport=SIZE))
        return Window(pages[-1], vscode, other or folder)

    yield opened
    failed = ROOT / ".cache" / "ide" / "failed"
    failed.mkdir(parents=True, exist_ok=True)
    for page in pages:
        page.screenshot(path=failed / f"{re.sub(r'[^0-9A-Za-z_]+', '-', request.node.name)}.png")
        page.close()


@pytest.fixture
def window(open_window: OpenWindow) -> Window:
    return open_window()


@pytest.fixture(params=["lldb-dap", "gdb"])
def adapter(request: pytest.FixtureRequest) -> Mapping[str, object]:
    """The members of a configuration that choose an adapter: lldb-dap, and a gdb that has DAP where one is here."""
    if request.param == "lldb-dap":
        return {"adapter": "lldb-dap"}
    path = find_gdb()
    if path is None:
        pytest.skip(f"no gdb 14 or newer is here, nor in {ROOTS}: scripts/debugger-root forky {ROOTS}/forky makes one")
    return {"adapter": "gdb", "adapterPath": path}


def find_gdb() -> str | None:
    """Find a gdb that is a debug adapter: the system's, or one of the roots of later suites of Debian."""
    installed = tools.find_tool("gdb")
    made = [Tool("gdb", str(ROOTS / suite / "gdb"), "") for suite in ("forky", "trixie")]
    candidates = [*([installed] if installed else []), *(tool for tool in made if os.access(tool.path, os.X_OK))]
    return next((tool.path for tool in candidates if tools.has_dap(tool)), None)


@pytest.fixture
def pictures(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Where pictures go: into the docs where PICTURES=yes asks for that, of lldb-dap alone, else nowhere that lasts."""
    of_gdb = "gdb" in request.node.name
    return PICTURES if os.environ.get("PICTURES") and not of_gdb else tmp_path


def debugged() -> list[int]:
    """The processes of debuggers, and of what they debug."""
    return [process for process in alive() if DEBUGGED.search(command_line(process))]


def command_line(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def wait_until_nothing_is_debugged(but: int = 0) -> None:
    """Wait until all is over, but for a process of the test's own."""
    for process in debugged():
        if process != but:
            wait_for_end(process)


def build_host(folder: Path, debug: str = "ir") -> list[str]:
    """Build a host in C that knows nothing of jitdbg, and fib.ll as a library for it; gives the words that start it."""
    library, host = folder / "libfib.so", folder / "host"
    assert main(["build", str(folder / "fib.ll"), "-o", str(library), "--debug", debug]) == 0
    subprocess.run(["cc", "-g", ROOT / "examples" / "host.c", "-o", host, "-ldl"], check=True)
    return [str(host), str(library), "fib", "5"]


def configure(folder: Path, **configuration: object) -> None:
    """Write a launch.json with one entry."""
    entry = {"type": "jitdbg", "request": "launch", "name": "test", **configuration}
    (folder / ".vscode").mkdir(exist_ok=True)
    (folder / ".vscode" / "launch.json").write_text(json.dumps({"version": "0.2.0", "configurations": [entry]}))
