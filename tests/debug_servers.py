"""Debug servers that run a program: each debugger's own."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from jitdbg.tools import tool

Serve = Callable[..., str]


def gdbserver(command: Sequence[str | Path]) -> tuple[subprocess.Popen[bytes], str]:
    server = subprocess.Popen(
        [tool("gdbserver").path, "--once", "127.0.0.1:0", *command], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert server.stderr is not None
    heard = next(line for line in server.stderr if b"Listening on port" in line)
    return server, heard.split()[-1].decode()


def lldb_server(command: Sequence[str | Path]) -> tuple[subprocess.Popen[bytes], str]:
    path = Path(tool("lldb").path).resolve().parent / "lldb-server"
    reader, writer = os.pipe()
    server = subprocess.Popen(
        [path, "gdbserver", "--pipe", str(writer), "127.0.0.1:0", "--", *command],
        pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writer)
    with open(reader, "rb") as port:
        return server, port.read().rstrip(b"\0").decode()


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a debug server for a program and give its address; what it left running is ended."""
    started: list[subprocess.Popen[bytes]] = []

    def start(debugger: str, *command: str | Path) -> str:
        server, port = (lldb_server if debugger.startswith("lldb") else gdbserver)(command)
        started.append(server)
        return f"127.0.0.1:{port}"

    yield start
    for server in started:
        server.kill()
        with contextlib.closing(server.stderr or open(os.devnull)):
            server.wait()
