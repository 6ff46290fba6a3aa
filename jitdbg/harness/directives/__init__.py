"""Directives in the comments of a source file: what a debugger has to see, checked under each (docs/directives.md)."""

from jitdbg.harness.directives.outcome import BAD, Outcome, Report, unreadable
from jitdbg.harness.directives.run import check
from jitdbg.harness.directives.sheet import read_sheet

__all__ = ["BAD", "Outcome", "Report", "check", "read_sheet", "unreadable"]
