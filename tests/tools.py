"""Profilers, checkers and servers that are not everywhere: `make test-long` installs them and sets the variable."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest


def program(name: str) -> str:
    """Return the path of a program; without it the test is skipped, or fails in `make test-long`."""
    path = shutil.which(name, path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}")
    if path:
        return path
    complaint = f"{name} is not installed: `make test-long` installs it"
    if "JITDBG_REQUIRE_TOOLS" in os.environ:
        pytest.fail(complaint)
    pytest.skip(complaint)


def without_looking_into_others() -> tuple[str, ...]:
    """Give the command that takes from root the right to look into everything; other users do not have it.

    There is more than one: CAP_SYS_PTRACE, and for what is mapped CAP_PERFMON and CAP_SYS_ADMIN (Linux's mm_access).
    """
    if os.geteuid():
        return ()
    if not shutil.which("setpriv"):
        pytest.skip("setpriv(1), which takes a right from root, is not installed")
    return ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
