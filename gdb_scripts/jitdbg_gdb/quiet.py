"""What gdb does without printing its words about it.

It prints into a string instead. Where MI drives it, gdb 18 puts MI's records into that string as well, and a front end
would never hear of the breakpoints and libraries in them; so there gdb's words are let through.
"""

from __future__ import annotations

import gdb

_RESULT = "_jitdbg_called"


def set_breakpoint(location: str) -> None:
    """Set a breakpoint at a location, as the command ``break`` takes it."""
    if takes_records():
        gdb.Breakpoint(location)
    else:
        gdb.execute(f"break {location}", to_string=True)


def evaluated(expression: str) -> gdb.Value:
    """Evaluate an expression, which may call functions of the program, without words on threads and stops."""
    if takes_records():
        return gdb.parse_and_eval(expression)
    try:
        gdb.execute(f"set ${_RESULT} = {expression}", to_string=True)
        return gdb.convenience_variable(_RESULT)
    finally:
        gdb.set_convenience_variable(_RESULT, None)


def takes_records() -> bool:
    """Tell whether what gdb prints into a string has MI's records in it."""
    return gdb.execute("output 1", to_string=True) != "1"
