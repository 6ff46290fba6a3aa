"""Starting the helper: a process that is nobody's child, so that no host's wait(2) ever sees it.

It lives for as long as any process holds the write end of the lease: the host, and what it forks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import NamedTuple

from jitdbg.errors import ToolError

_START = "import sys; sys.path[:] = {path!r}; from jitdbg.reports.helper import main; main()"
_DEADLINE = 30


class Helper(NamedTuple):
    """A running helper: ``name`` is its socket's (unix(7)), in the abstract namespace; ``lease`` a file descriptor."""

    pid: int
    name: bytes
    lease: int


def start_helper() -> Helper:
    """Start a helper, which can be reached when this returns. Raises `ToolError`."""
    theirs, lease = os.pipe()
    try:
        facts = json.loads(_run(theirs))
        return Helper(facts["pid"], bytes.fromhex(facts["name"]), lease)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        os.close(lease)
        raise ToolError(
            f"the helper process for crash reports did not start with {sys.executable}: {_words(error)}"
        ) from None
    finally:
        os.close(theirs)


def _run(lease: int) -> bytes:
    command = [sys.executable, "-c", _START.format(path=[*map(str, sys.path)])]
    pipe = subprocess.PIPE
    done = subprocess.run(
        command, stdin=lease, stdout=pipe, stderr=pipe, start_new_session=True, timeout=_DEADLINE, check=True
    )
    return done.stdout


def _words(error: Exception) -> str:
    said = error.stderr if isinstance(error, subprocess.SubprocessError) and hasattr(error, "stderr") else b""
    return said.decode(errors="replace").strip().rpartition("\n")[2] if said else str(error)
