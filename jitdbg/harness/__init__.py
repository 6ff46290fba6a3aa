"""One session for every debugger: drive gdb, lldb and DAP adapters, and get facts rather than prose."""

from jitdbg.harness.marks import Source
from jitdbg.harness.session import Session

__all__ = ["Session", "Source"]
