"""One crash: from the record to the report."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from typing import BinaryIO

from jitdbg.errors import JitdbgError
from jitdbg.reports.crash import SIZE, Crash, decode
from jitdbg.reports.process import Memory, Modules, ProcessView
from jitdbg.reports.text import report
from jitdbg.reports.unwind import Location, walk

LIMIT = 256
"""Frames of a stack that are shown: one that has overflowed has a hundred thousand."""


class Answerer:
    """Answers one crash after the other; files that were read once are kept."""

    def __init__(self, host: int) -> None:
        """Read beforehand what ``host``, a process, has loaded by now."""
        self._modules = Modules()
        with suppress(Exception), open(f"/proc/{host}/maps", "rb") as file:
            ProcessView(host, file.read(), None, self._modules).warm_up()

    def answer(self, connection: socket.socket, pid: int) -> None:
        """Read from ``pid``, which waits at the other end, and send it its report. Raises OSError if it goes away."""
        source = connection.makefile("rb")
        try:
            crash = decode(source.read(SIZE))
        except JitdbgError:
            return
        try:
            for line in self._report(connection, source, crash, pid):
                connection.sendall(f"{line}\n".encode("utf-8", "backslashreplace"))
        except Exception as error:  # noqa: BLE001 — no error may cost the user all that is known
            reason = f"{type(error).__name__}: {error}"
            words = f"jitdbg: crash report: {crash.name}, of which no more can be said ({reason})\n"
            connection.sendall(words.encode("utf-8", "backslashreplace"))

    def _report(self, connection: socket.socket, source: BinaryIO, crash: Crash, pid: int) -> Iterator[str]:
        with _open_memory(pid) as memory:
            if memory:
                with open(f"/proc/{pid}/maps", "rb") as file:
                    maps = file.read()
                connection.sendall(b"R")
            else:
                connection.sendall(b"F")
                maps = _until_zero(source)
            view = ProcessView(pid, maps, memory, self._modules)
            found = walk(view, memory, crash, LIMIT + 1) if memory else _sent_locations(source, crash)
            locations = list(found)
            python = source.read().decode(errors="replace")
            yield from report(view, crash, locations, python, LIMIT)


def _open_memory(pid: int) -> AbstractContextManager[Memory | None]:
    try:
        return closing(Memory(pid))
    except OSError:
        return nullcontext()


def _until_zero(source: BinaryIO) -> bytes:
    found = bytearray()
    while (byte := source.read(1)) and byte != b"\0":
        found += byte
    return bytes(found)


def _sent_locations(source: BinaryIO, crash: Crash) -> Iterator[Location]:
    """Yield the crash's own frames of a stack that begins with the handler's."""
    yield Location(crash.pc, 0)
    is_reached = False
    while len(word := source.read(8)) == 8 and (address := struct.unpack("<Q", word)[0]):
        if is_reached:
            yield Location(address, 1)
        is_reached = is_reached or address == crash.pc
