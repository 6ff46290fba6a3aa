"""Crash reports: a readable stack on stderr when JIT or native code dies of a signal.

host.py       the program's side: handlers, threads, forks (`enable_crash_reports`)
handler.ll    what runs in the crash itself: native code, made by the engine beforehand
stacks.py     a signal stack for each thread
starting.py   the helper process, started beforehand
helper.py     … and what it does: it waits for crashes, reads, answers with the text
crash.py      what the handler tells
process.py    the crashed process as the helper sees it: mappings, memory, images
unwind.py     its stack, by the images' unwind tables (rules.py, expressions.py)
text.py       the report
"""

from __future__ import annotations

from jitdbg.reports.host import enable_crash_reports

__all__ = ["enable_crash_reports"]
