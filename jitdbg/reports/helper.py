"""The helper process: it waits for crashes, reads the process that has crashed, and answers with a report.

A process connects to the helper's socket and sends its record. The helper answers with a byte: "R", it can read the
process, or "F", it can't: then come the text of /proc/self/maps, a zero byte, and the return addresses of the stack, 8
bytes each, up to a zero. In both cases faulthandler's text follows, up to the end; the answer is the report.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import struct
import sys
from contextlib import suppress
from selectors import EVENT_READ, DefaultSelector

_PEER = struct.Struct("iII")  # struct ucred: process, user, group
_PATIENCE = 8  # seconds of silence; the handler's own is 10
_LEASE = 0  # standard input


def main() -> None:
    """Open the socket, say where it is, and become nobody's child."""
    listener = socket.socket(socket.AF_UNIX)
    host = os.getppid()
    name = b"jitdbg-" + secrets.token_hex(12).encode()
    listener.bind(b"\0" + name)
    listener.listen(64)
    if child := os.fork():
        print(json.dumps({"pid": child, "name": name.hex()}), flush=True)
        os._exit(0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    os.chdir("/")
    serve(listener, host)
    os._exit(0)  # there is nothing to tidy up, and somebody may wait for all of the program's processes


def serve(listener: socket.socket, host: int) -> None:
    """Answer ``host`` and what it forks, until the last process with the lease is gone."""
    from jitdbg.reports.answer import Answerer  # while the host goes on

    answerer = Answerer(host)
    with DefaultSelector() as selector:
        selector.register(listener, EVENT_READ)
        selector.register(_LEASE, EVENT_READ)
        while _LEASE not in (ready := {key.fd for key, _ in selector.select()}):
            assert listener.fileno() in ready
            connection = listener.accept()[0]
            with connection, suppress(OSError):
                connection.settimeout(_PATIENCE)
                pid, user, _ = _PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
                if user == os.geteuid():
                    answerer.answer(connection, pid)
