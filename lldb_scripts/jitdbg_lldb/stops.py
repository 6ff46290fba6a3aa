"""Why a program stopped, as a fact: lldb gives each thread a reason, and a program that ended a number."""

from __future__ import annotations

import re
from typing import Optional

import lldb

from jitdbg.debugger.facts import (
    BREAKPOINT,
    EXCEPTION,
    EXITED,
    FORK,
    KILLED,
    OTHER,
    SIGNAL,
    STEP,
    WATCHPOINT,
    Stop,
)

from .breakpoints import WATCHPOINTS
from .code import frame_fact

_REASONS = {
    lldb.eStopReasonBreakpoint: BREAKPOINT,
    lldb.eStopReasonWatchpoint: WATCHPOINT,
    lldb.eStopReasonSignal: SIGNAL,
    lldb.eStopReasonException: EXCEPTION,
    lldb.eStopReasonPlanComplete: STEP,
    lldb.eStopReasonTrace: STEP,
    lldb.eStopReasonFork: FORK,
    lldb.eStopReasonVFork: FORK,
    lldb.eStopReasonVForkDone: FORK,
}
_END = re.compile(r"read packet: \$([WX])([0-9a-f]{1,2})\b")
_SILENT = (lldb.eStopReasonNone, lldb.eStopReasonInvalid)
# Breakpoints of lldb's own, such as a step's at the place it returns to, have negative numbers, given as 64 bits.
_OWN = 1 << 31


def stop_fact(process: lldb.SBProcess, instead: str = "", stepping: Optional[int] = None) -> Stop:
    """Describe a stop and select the thread that it is about; a stop by SIGSTOP that was meant is ``instead``.

    ``stepping`` is the thread that was to step, if one was.
    """
    thread = _stopped_thread(process, stepping)
    process.SetSelectedThread(thread)
    return _fact(thread, instead)


def thread_stop(thread: lldb.SBThread) -> Stop:
    """Describe why a thread has stopped."""
    return _fact(thread)


def others_at_breakpoints(process: lldb.SBProcess, told: Stop) -> list[Stop]:
    """Describe the stops of other threads that came to a breakpoint of the user's at the same moment."""
    others = [thread for thread in process if thread.GetIndexID() != told.thread]
    return [_fact(thread) for thread in others if _hit(thread, _REASONS.get(thread.GetStopReason(), OTHER))]


def _fact(thread: lldb.SBThread, instead: str = "") -> Stop:
    reason = _REASONS.get(thread.GetStopReason(), OTHER)
    caught = _signal(thread) if reason == SIGNAL else ""
    if instead and (caught in ("SIGSTOP", "SIGINT", "SIGTRAP") or reason == OTHER):
        reason, caught = instead, ""
    return Stop(
        reason,
        thread.GetIndexID(),
        frame_fact(thread.GetFrameAtIndex(0)),
        _hit(thread, reason),
        caught,
        words=thread.GetStopDescription(200) or "",
    )


def _stopped_thread(process: lldb.SBProcess, stepping: Optional[int]) -> lldb.SBThread:
    """Find the thread with a reason: first the one that stepped, or is selected; others may have kept an old one."""
    likely = process.GetThreadByIndexID(stepping) if stepping else process.GetSelectedThread()
    threads = [likely, *process] if likely.IsValid() else list(process)
    told = (thread for thread in threads if thread.GetStopReason() not in _SILENT)
    return next(told, threads[0])


def _hit(thread: lldb.SBThread, reason: str) -> tuple[int, ...]:
    """Give the breakpoints that were hit: lldb's data are pairs of breakpoint and location, or one watchpoint."""
    data = [thread.GetStopReasonDataAtIndex(index) for index in range(thread.GetStopReasonDataCount())]
    if reason == WATCHPOINT:
        return tuple(number + WATCHPOINTS for number in data[:1])
    return tuple(dict.fromkeys(number for number in data[::2] if number < _OWN)) if reason == BREAKPOINT else ()


def _signal(thread: lldb.SBThread) -> str:
    return signal_name(thread.GetProcess(), thread.GetStopReasonDataAtIndex(0))


def signal_name(process: lldb.SBProcess, number: int) -> str:
    """Name a signal of the program's system."""
    return process.GetUnixSignals().GetSignalAsCString(number) or ""


def end_fact(process: lldb.SBProcess, packets: str) -> Stop:
    """Describe a program's end; ``packets`` is the log of what the debug server sent, of which the last is on the end.

    lldb gives the end by a signal as an exit with that number, and reads a code of one digit, which gdbserver sends, as
    0. Of the two packets, W for an exit and X for a signal (GDB Remote Serial Protocol, "Stop Reply Packets"), nothing
    else is left.
    """
    told = _END.findall(packets)
    words = process.GetExitDescription() or ""
    how, number = (told[-1][0], int(told[-1][1], 16)) if told else ("", process.GetExitStatus())
    if not how and number < 0:
        return Stop(KILLED, words=words)  # It died as it was interrupted, and the debug server lost it.
    if how == "X":
        return Stop(KILLED, signal=signal_name(process, number), words=words)
    return Stop(EXITED, exit_code=number, words=words)
