"""What lldb says went wrong: it raises nothing, and leaves an ``SBError`` to be looked at."""

from __future__ import annotations

import re

import lldb

from jitdbg.errors import DebuggerError

# lldb runs C as C++ and says so first, each time; and where C++ was asked for, in the midst of C.
_PREAMBLE = re.compile(
    r"^(?:Expression evaluation in pure C not supported\.|.*Ran expression as '.*'\.).*$", re.MULTILINE
)


def words(error: lldb.SBError) -> str:
    """Give lldb's words, the first sentence of many; notes and what is marked in an expression are none."""
    return first_sentence(error.GetCString() or "")


def first_sentence(said: str) -> str:
    """Give the sentence of what lldb says of an error that says what is wrong."""
    lines = _PREAMBLE.sub("", said).splitlines()
    told = [line.strip() for line in lines if line.strip(" ^~") and not line.startswith("note: ")]
    first = told[0] if told else "no reason given"
    return re.sub(r"^(error: |<user expression \d+>:[\d:]+ )+", "", first)


def check(error: lldb.SBError, doing: str) -> None:
    """Raise `DebuggerError` where lldb failed while ``doing`` something."""
    if error.Fail():
        raise DebuggerError(f"lldb can't {doing}: {words(error)}")
