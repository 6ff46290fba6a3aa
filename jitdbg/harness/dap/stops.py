"""Why a program stopped, from the words of a ``stopped`` event."""

from __future__ import annotations

import re

from jitdbg.debugger.facts import (
    BREAKPOINT,
    ENTRY,
    EXCEPTION,
    FORK,
    INTERRUPT,
    OTHER,
    SIGNAL,
    STEP,
    WATCHPOINT,
)
from jitdbg.harness.dap.messages import Fields

# "StoppedEvent" in the specification; gdb has "signal", "fork" and "vfork" besides.
_REASONS = {
    "breakpoint": BREAKPOINT,
    "function breakpoint": BREAKPOINT,
    "instruction breakpoint": BREAKPOINT,
    "data breakpoint": WATCHPOINT,
    "step": STEP,
    "pause": INTERRUPT,
    "entry": ENTRY,
    "exception": EXCEPTION,
    "signal": SIGNAL,
    "fork": FORK,
    "vfork": FORK,
}
# lldb-dap says "exception" of a signal, and which in words that never vary; of a core: "SIGSEGV: address not mapped …".
_SIGNAL = re.compile(r"(?:signal )?(SIG\w+)")
_PAUSES = ("SIGSTOP", "SIGINT")
_NO_REASON = "stopped"  # gdb's word where it has none, as at the entry


def signal_of(said: Fields) -> str:
    """Name the signal of a stop; empty where it is none, or the adapter does not tell."""
    found = _SIGNAL.match(said.text("description", ""))
    return found[1] if found else ""


def reason_of(said: Fields, *, at_entry: bool, interrupted: bool) -> str:
    """Give the reason of a stop, which can be the first, or one that was asked for."""
    given, signal = said.text("reason"), signal_of(said)
    if interrupted and (signal in _PAUSES or given == "pause"):
        return INTERRUPT
    if at_entry and given == _NO_REASON:
        return ENTRY
    reason = _REASONS.get(given, OTHER)
    return SIGNAL if signal and reason == EXCEPTION else reason
