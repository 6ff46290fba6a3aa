"""Where a breakpoint goes, as people write it."""

from __future__ import annotations

import re

from jitdbg.debugger.facts import Place
from jitdbg.errors import DebuggerError
from jitdbg.harness.backend import Request

_ADDRESS = re.compile(r"\*?(0[xX][0-9a-fA-F]+)")
_LINE = re.compile(r"(.+?):([1-9]\d*)")
_NO_FUNCTION = re.compile(r"(?<!:):(?!:)|[\"\n]")


def parse_location(where: str | int | Place) -> Request:
    """Read a place, an address, or the text ``FILE:LINE``, ``0xADDRESS`` or ``FUNCTION``."""
    if isinstance(where, Place):
        return Request(file=where.file, line=where.line)
    if isinstance(where, int):
        return Request(address=where)
    if not isinstance(where, str):
        raise DebuggerError(f"{where!r} is no location: it is a Place, an address or a text")
    if address := _ADDRESS.fullmatch(where):
        return Request(address=int(address[1], 16))
    if line := _LINE.fullmatch(where):
        return Request(file=line[1], line=int(line[2]))
    if where.strip() and not _NO_FUNCTION.search(where):
        return Request(function=where.strip())
    raise DebuggerError(f"{where!r} is no location: write FILE:LINE, FUNCTION or 0xADDRESS")
