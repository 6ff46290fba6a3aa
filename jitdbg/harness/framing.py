"""Where messages begin and end in what a debugger's process sends; nothing here reads or writes.

MI and our own adapters speak in lines. The Debug Adapter Protocol puts the length of each message before it ("Base
protocol" in its specification).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from jitdbg.errors import DebuggerError

_LIMIT = 256 << 20
_HEADER_LIMIT = 4_096
_HEADER_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"(?:^|\r\n)content-length: *(\d{1,12}) *(?:\r\n|$)", re.IGNORECASE)


class Framing(Protocol):
    """One direction each of a conversation; keeps what has come of a message that is not whole."""

    def pack(self, message: str) -> bytes:
        """Give the bytes to send for a message."""

    def unpack(self, data: bytes) -> Iterator[str]:
        """Take in bytes and give the messages that are whole now. Raises `DebuggerError` where there can't be one."""

    def rest(self) -> str:
        """Give what has come and is no whole message."""


class Lines:
    """Each message is a line."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def pack(self, message: str) -> bytes:
        """Add the line's end."""
        return message.encode("utf-8", "surrogateescape") + b"\n"

    def unpack(self, data: bytes) -> Iterator[str]:
        """Cut lines off, without their ends."""
        self._buffer += data
        _check_size(len(self._buffer))
        if b"\n" in data:
            *lines, self._buffer = self._buffer.split(b"\n")
            for line in lines:
                yield line.decode("utf-8", "surrogateescape")

    def rest(self) -> str:
        """Give the line without an end."""
        return self._buffer.decode("utf-8", "replace")


class ContentLength:
    """Each message has a header with its length in bytes, then an empty line; it is UTF-8."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._length: int | None = None

    def pack(self, message: str) -> bytes:
        """Write the header and the message."""
        body = message.encode("utf-8", "surrogatepass")
        return b"Content-Length: %d%b%b" % (len(body), _HEADER_END, body)

    def unpack(self, data: bytes) -> Iterator[str]:
        """Cut messages off."""
        self._buffer += data
        while self._has_header() and self._length is not None and len(self._buffer) >= self._length:
            body = bytes(self._buffer[: self._length])
            del self._buffer[: self._length]
            self._length = None
            yield body.decode("utf-8", "replace")

    def rest(self) -> str:
        """Give the message, or what is none, that was cut off."""
        return self._buffer.decode("utf-8", "replace")

    def _has_header(self) -> bool:
        """Read the header of the next message, once."""
        if self._length is None:
            end = self._buffer.find(_HEADER_END, 0, _HEADER_LIMIT)
            if end < 0 and len(self._buffer) < _HEADER_LIMIT:
                return False
            header = bytes(self._buffer[: end if end >= 0 else _HEADER_LIMIT])
            found = _LENGTH.search(header)
            if end < 0 or not found:
                raise DebuggerError(f"the debug adapter sent {header[:200]!r}, which is no header of a message")
            self._length = int(found[1])
            _check_size(self._length)
            del self._buffer[: end + len(_HEADER_END)]
        return True


def _check_size(size: int) -> None:
    if size > _LIMIT:
        raise DebuggerError(f"the debugger sent a message of more than {_LIMIT >> 20} MiB")
