"""What `jitdbg ide gdbgui` writes, run with gdbgui in a browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from jitdbg.cli import main
from jitdbg.harness import processes
from tests.ide.code_server import ROOT, SECONDS
from tests.ide.conftest import SIZE, build_host

pytestmark = pytest.mark.ide

GDBGUI = ROOT / ".cache" / "gdbgui" / "bin"


@contextmanager
def gdbgui(folder: Path) -> Iterator[str]:
    """Start what was written; gives the page's address. All that it started ends with it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "PATH": f"{GDBGUI}:{os.environ['PATH']}"}
    command = [folder / "jitdbg-gdbgui", "--no-browser", "--port", str(port)]
    with open(folder / "gdbgui.log", "wb") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_until_served(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        started = list(processes.handles([server.pid, *processes.descendants(server.pid)]))
        server.send_signal(signal.SIGTERM)
        processes.end_all(started, time.monotonic() + 20)
        server.wait(20)


def wait_until_served(server: subprocess.Popen[bytes], port: int) -> None:
    """Wait until somebody listens: gdbgui says its address before that."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as connection:
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise AssertionError(f"gdbgui does not serve: {server.poll()}")


def test_gdbgui_stops_at_a_line_whose_code_is_loaded_later(folder: Path, browser: Any) -> None:
    if not GDBGUI.exists():
        pytest.skip(f"gdbgui is not in {GDBGUI}: scripts/set-up-ide puts it there where a Python 3.13 or newer is")
    assert main(["ide", "gdbgui", "--folder", str(folder), *build_host(folder)]) == 0
    with gdbgui(folder) as address:
        page = browser.new_page(viewport=SIZE)
        page.goto(address)
        page.set_default_timeout(SECONDS * 1000)
        console = page.locator(".xterm-helper-textarea").first
        next_line = page.locator("tr.paused_on_line")
        # It sets one of its own in main, when it is ready.
        page.locator(".line_num.breakpoint").wait_for()
        console.focus()
        page.keyboard.type("break fib.ll:9\n")
        page.locator("body", has_text="fib.ll:9").wait_for()
        page.keyboard.type("run\n")
        next_line.filter(has_text="argc != 4").wait_for()
        page.keyboard.type("continue\n")

        next_line.filter(has_text="%small = icmp slt i32 %n, 2").wait_for()

        page.close()
