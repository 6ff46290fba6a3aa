"""Debug servers that run a program: each debugger's own."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from jitdbg.tools import tool

Serve = Callable[..., str]
Words: TypeAlias = Sequence[str | Path]

_IN_MOVED_TO, _IN_CLOSE_WRITE = 0x80, 0x8  # <sys/inotify.h>


def gdbserver(command: Words, within: Words = ()) -> tuple[subprocess.Popen[bytes], str]:
    """Start gdbserver, ``within`` what the words begin; give it with its port."""
    server = subprocess.Popen(
        [*within, tool("gdbserver").path, "--once", "127.0.0.1:0", *command],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert server.stderr is not None
    heard = next(line for line in server.stderr if b"Listening on port" in line)
    return server, heard.split()[-1].decode()


def lldb_server(command: Words, within: Words = ()) -> tuple[subprocess.Popen[bytes], str]:
    """Start lldb's server, ``within`` what the words begin; give it with its port."""
    path = Path(tool("lldb").path).resolve().parent / "lldb-server"
    reader, writer = os.pipe()
    server = subprocess.Popen(
        [*within, path, "gdbserver", "--pipe", str(writer), "127.0.0.1:0", "--", *command],
        pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writer)
    with open(reader, "rb", buffering=0) as pipe:
        port = b""
        # What starts the server may keep the pipe open.
        while not port.endswith(b"\0") and (more := pipe.read(16)):
            port += more
    return server, port.rstrip(b"\0").decode()


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


@contextlib.contextmanager
def platform(folder: Path, within: Words = ()) -> Iterator[str]:
    """Start lldb's server of a platform, in a new folder, ``within`` what the words begin; give its address."""
    server = Path(tool("lldb").path).resolve().parent / "lldb-server"
    port = folder / "remote" / "port"
    port.parent.mkdir()
    appeared = _events(port.parent)
    started = subprocess.Popen(
        [*within, server, "platform", "--listen", "127.0.0.1:0", "--socket-file", port, "--server"],
        cwd=port.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield f"127.0.0.1:{_text_of(port, appeared)}"
    finally:
        started.kill()
        started.wait()


def _events(directory: Path) -> int:
    """Give a descriptor that is readable when a file in a directory is complete."""
    libc = ctypes.CDLL(None)
    descriptor = int(libc.inotify_init())
    assert libc.inotify_add_watch(descriptor, os.fsencode(directory), _IN_MOVED_TO | _IN_CLOSE_WRITE) >= 0
    return descriptor


def _text_of(path: Path, appeared: int) -> str:
    """Give the text of a file when it is there."""
    with open(appeared, "rb", buffering=0) as events:
        while not (path.exists() and path.read_text()):
            assert select.select([events], [], [], 20)[0]
            events.read(4096)
    return path.read_text().strip("\0\n")
