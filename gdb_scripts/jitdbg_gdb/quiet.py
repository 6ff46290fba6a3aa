"""What gdb does without printing its words about it.

It prints into a string instead. Where MI drives it, gdb 18 puts MI's records into that string as well, and a front end
would never hear of the breakpoints and libraries in them; so there gdb's words are let through.
"""

from __future__ import annotations

import re

import gdb

# What gdb takes for its option --interpreter, and what is none for people.
_INTERPRETER = re.compile(r" --?i(nterp\w*)?[= ](mi|dap)")
_RESULT = "_jitdbg_called"


def set_breakpoint(location: str) -> None:
    """Set a breakpoint at a location, as the command ``break`` takes it."""
    if _takes_records():
        gdb.Breakpoint(location)
    else:
        gdb.execute(f"break {location}", to_string=True)


def evaluated(expression: str) -> gdb.Value:
    """Evaluate an expression, which may call functions of the program, without words on threads and stops."""
    if _takes_records():
        return gdb.parse_and_eval(expression)
    try:
        gdb.execute(f"set ${_RESULT} = {expression}", to_string=True)
        # gdb.convenience_variable gives None for a void one.
        return gdb.parse_and_eval(f"${_RESULT}")
    finally:
        gdb.set_convenience_variable(_RESULT, None)


def is_driven() -> bool:
    """Tell whether a program drives this gdb, by MI or as a debug adapter, and not a person at its prompt."""
    with open("/proc/self/cmdline", encoding="utf-8", errors="replace") as file:
        words = file.read().partition("\0--args\0")[0].split("\0")
    return bool(_INTERPRETER.search(" ".join(words)))


def _takes_records() -> bool:
    return gdb.execute("output 1", to_string=True) != "1"
