"""The helper processes of crash reports, which end when their program has: a moment later, and nobody waits."""

from __future__ import annotations

import os
import select
from pathlib import Path


def wait_for_helpers() -> None:
    """Wait for the end of all helpers that have come to this process, which takes in orphans (see conftest)."""
    for child in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split():
        if b"jitdbg.reports.helper" in Path(f"/proc/{child}/cmdline").read_bytes():
            wait_for_end(int(child))


def wait_for_end(process: int) -> None:
    """Wait for the end of a process, our child or not."""
    descriptor = os.pidfd_open(process)
    try:
        assert select.select([descriptor], [], [], 30)[0], f"process {process} has not ended"
    finally:
        os.close(descriptor)
