"""VS Code as a server for the browser (code-server), with the extension installed, and one window of it.

What is here knows VS Code's page: it is the one place with its class names.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jitdbg.harness import processes

ROOT = Path(__file__).parents[2]
SERVER = ROOT / ".cache" / "ide" / "node_modules" / ".bin" / "code-server"
NODE = ROOT / ".cache" / "node" / "bin"
EXTENSION = ROOT / "editors" / "vscode" / "jitdbg.vsix"
ENVIRONMENT = Path(sys.executable).parent
SECONDS = 120.0
# Nothing here asks a marketplace; the port is closed.
GALLERY = json.dumps({"serviceUrl": "http://127.0.0.1:9/", "itemUrl": "", "resourceUrlTemplate": ""})
SETTINGS: Mapping[str, object] = {
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "workbench.colorTheme": "Default Light Modern",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": True,
    "editor.minimap.enabled": False,
    "editor.hover.enabled": "off",
    "files.simpleDialog.enable": True,
    "debug.toolBarLocation": "docked",
    "debug.openDebug": "openOnDebugBreak",
    # It shows paths of the machine that the pictures are taken on.
    "debug.internalConsoleOptions": "neverOpen",
    "window.commandCenter": False,
    "workbench.reduceMotion": "on",
    "extensions.ignoreRecommendations": True,
    "git.enabled": False,
}
_ADDRESS = re.compile(rb"HTTP server listening on (http://\S+)")
_FLAGS = ("--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust")


def command(folder: Path) -> list[str]:
    """The command line of a server with data below a folder."""
    return [str(SERVER), "--user-data-dir", str(folder / "data"), "--extensions-dir", str(folder / "extensions")]


def environment(folder: Path) -> dict[str, str]:
    """The environment of a server: its Node, and nobody's settings."""
    return {
        **os.environ,
        "PATH": f"{NODE}:{os.environ['PATH']}",
        "EXTENSIONS_GALLERY": GALLERY,
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_DATA_HOME": str(folder / "share"),
    }


def prepare(folder: Path, machine: Mapping[str, object]) -> None:
    """Write the settings of the user, and those of the machine."""
    for name, settings in (("User", SETTINGS), ("Machine", machine)):
        (folder / "data" / name).mkdir(parents=True)
        (folder / "data" / name / "settings.json").write_text(json.dumps(settings))


@contextmanager
def code_server(folder: Path) -> Iterator[str]:
    """Serve with what was prepared; gives the address. All that it started ends with it."""
    with open(folder / "server.log", "wb") as log:
        words = [*command(folder), *_FLAGS, "--bind-addr", "127.0.0.1:0"]
        server = subprocess.Popen(
            words, env=environment(folder), stdout=subprocess.PIPE, stderr=log, start_new_session=True
        )
        try:
            yield _address(server)
        finally:
            end(server)


def _address(server: subprocess.Popen[bytes]) -> str:
    assert server.stdout is not None
    for line in server.stdout:
        if found := _ADDRESS.search(line):
            return found[1].decode().rstrip("/")
    raise AssertionError(f"code-server ended with {server.wait()} before it served")


def end(server: subprocess.Popen[bytes]) -> None:
    """End a server and all that it started, which can have left its process group."""
    started = list(processes.handles([server.pid, *processes.descendants(server.pid)]))
    os.killpg(server.pid, signal.SIGTERM)
    deadline = time.monotonic() + 20
    processes.end_all(started, deadline)
    server.wait(20)
    assert server.stdout is not None
    server.stdout.close()


class Window:
    """A window of VS Code: what a user sees and does there; lives as long as its page."""

    def __init__(self, page: Any, address: str, folder: Path) -> None:
        self.page = page
        page.set_default_timeout(SECONDS * 1000)
        page.goto(f"{address}/?folder={folder}")
        page.locator(".explorer-folders-view .monaco-list-row").first.wait_for()

    def command(self, title: str) -> None:
        """Run a command from the palette, which is opened until it has the command: it learns of none while open."""
        row = self.page.locator(".quick-input-list .monaco-list-row.focused", has_text=title.rpartition(": ")[2])
        deadline = time.monotonic() + SECONDS
        self._type_into_palette(title)
        while not self._comes(row, 10):
            assert time.monotonic() < deadline, f"the palette has no {title}"
            self.page.keyboard.press("Escape")
            self._type_into_palette(title)
        self.page.keyboard.press("Enter")

    def _type_into_palette(self, title: str) -> None:
        self.page.keyboard.press("F1")
        box = self.page.locator(".quick-input-widget input").first
        box.wait_for()
        box.fill(f">{title}")

    def open(self, name: str) -> None:
        """Open a file of the folder."""
        self.page.locator(".explorer-folders-view .monaco-list-row", has_text=re.compile(f"^{name}$")).dblclick()
        self.active_tab(name).wait_for()
        self.editor(name).locator(".view-line").first.wait_for()

    def active_tab(self, name: str) -> Any:
        """The tab of a file, where that is the one in view."""
        return self.page.locator(f".tab.active[data-resource-name='{name}']")

    def editor(self, name: str) -> Any:
        """The editor that shows a file."""
        return self.page.locator(f".editor-instance[aria-label*='{name}'], .monaco-editor[data-uri$='{name}']").first

    def line(self, name: str, text: str) -> Any:
        """The line of a file that has a text."""
        return self.editor(name).locator(".view-line", has_text=text).first

    def click_gutter(self, name: str, text: str) -> None:
        """Click left of a line, where red dots are set and taken away, once VS Code is ready for that."""
        sign = self.editor(name).locator(".codicon-debug-hint, .codicon-debug-breakpoint").first
        deadline = time.monotonic() + SECONDS
        while True:
            margin = self._box(self.editor(name).locator(".glyph-margin").first)
            line = self._box(self.line(name, text))
            place = margin["x"] + margin["width"] / 2, line["y"] + line["height"] / 2
            self.page.mouse.move(place[0] + 60, place[1])
            self.page.mouse.move(*place)
            if self._comes(sign, 3):
                self.page.mouse.click(*place)
                return
            assert time.monotonic() < deadline, f"no red dot can be set in {name}"

    def _comes(self, element: Any, seconds: float) -> bool:
        """Wait for an element for a time that is short; tells whether it came."""
        from playwright.sync_api import TimeoutError as TooLate

        try:
            element.wait_for(timeout=seconds * 1000)
        except TooLate:
            return False
        return True

    def dots(self, name: str, kind: str = "") -> Any:
        """The red dots of a file; of the kind ``-unverified`` those that wait for their code."""
        return self.editor(name).locator(f".codicon-debug-breakpoint{kind}")

    def _box(self, element: Any) -> dict[str, float]:
        """Where an element is on the page, once it is; VS Code makes lines anew as it colours them."""
        deadline = time.monotonic() + SECONDS
        while True:
            element.wait_for()
            if box := element.bounding_box():
                return dict(box)
            assert time.monotonic() < deadline, f"{element} comes and goes"

    def wait_for_stop(self, name: str, text: str) -> None:
        """Wait until the line that is executed next, in an editor on the file, is one with a text."""
        self._wait_for_sign(name, ".codicon-debug-stackframe", text)

    def wait_for_mark(self, name: str, text: str) -> None:
        """Wait until the extension has marked a line with a text, in an editor on the file."""
        self._wait_for_sign(name, ".cdr[class*='TextEditorDecorationType']", text)

    def _wait_for_sign(self, name: str, sign: str, text: str) -> None:
        deadline = time.monotonic() + SECONDS
        while True:
            line, found = self._box(self.line(name, text)), self._box(self.editor(name).locator(sign).first)
            if abs(line["y"] - found["y"]) < line["height"] / 2:
                return
            assert time.monotonic() < deadline, f"no {sign} at {text!r} of {name}"
            self.page.wait_for_timeout(50)

    def show(self, view: str) -> None:
        """Show the side bar with the files (E) or that of the debugger (D)."""
        self.page.keyboard.press(f"Control+Shift+{view}")

    def answer(self, text: str) -> str:
        """Type into the box that asks for something, and give what stood there."""
        box = self.page.locator(".quick-input-widget input").first
        box.wait_for()
        suggested = str(box.input_value())
        box.fill(text)
        self.page.keyboard.press("Enter")
        return suggested

    def view(self, title: str) -> Any:
        """A view of the side bar, opened."""
        header = self.page.locator(".pane-header", has_text=title)
        header.wait_for()
        if header.get_attribute("aria-expanded") == "false":
            header.click()
        return self.page.locator(".pane", has=header)

    def rows(self, title: str, text: str = "") -> Any:
        """The rows of a view, those with a text."""
        return self.view(title).locator(".monaco-list-row", has_text=text)

    def press_button(self, row: Any, title: str) -> None:
        """Press one of the buttons that a row of a view has while the mouse is over it."""
        row.hover()
        row.locator(f".action-label[aria-label='{title}']").click()

    def wait_for_cursor(self, name: str, number: int) -> None:
        """Wait until a file is in view with the cursor in a line."""
        self.active_tab(name).wait_for()
        self.page.locator(".statusbar-item", has_text=f"Ln {number}, Col").wait_for()

    def variables(self) -> Any:
        """The rows of the variables, with what is there first opened: the locals, or with gdb the arguments."""
        scope = self.rows("Variables", "Locals").or_(self.rows("Variables", "Arguments")).first
        scope.wait_for()
        if scope.get_attribute("aria-expanded") == "false":
            scope.click()
        return self.view("Variables").locator(".monaco-list-row")

    def stop_debugging(self) -> None:
        """Stop the session, and wait until it is over."""
        self.page.keyboard.press("Shift+F5")
        self.wait_for_end()

    def wait_for_end(self) -> None:
        """Wait until no session runs."""
        self.page.locator(".statusbar.debugging, .debug-toolbar").first.wait_for(state="detached")

    def notification(self, text: str) -> Any:
        """A message, by words that are in it."""
        return self.page.locator(".notification-list-item-message", has_text=text).first

    def picture(self, path: Path) -> None:
        """Take a picture of the window."""
        self.page.screenshot(path=path)
