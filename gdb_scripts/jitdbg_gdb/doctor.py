"""What gdb can do and how it is set, as far as JIT code and our commands depend on it."""

from __future__ import annotations

import sys

import gdb

from jitdbg.debugger.facts import Check

from . import extras
from .errors import NATIVE


def checks(version: str) -> list[Check]:
    """Look at the settings and the release."""
    release = int(version.partition(".")[0])
    return [
        Check("Python in gdb", sys.version_info >= (3, 9), sys.version.split()[0], "take a gdb with Python 3.9 on"),
        _pending(),
        _debuginfod(),
        _extras(),
        _of_release(release, 12, "harness", "a harness that drives gdb, pytest's and jitdbg check's"),
        _of_release(release, 13, "locations", "where a breakpoint stops, for each of its locations"),
        _of_release(release, 14, "debug adapter", "DAP for IDEs (gdb -i dap)"),
    ]


def _pending() -> Check:
    value = gdb.parameter("breakpoint pending")
    words = {True: "on", False: "off", None: "auto: gdb asks, and takes silence for a no"}[value]
    return Check("pending breakpoints", value is True, words, "set breakpoint pending on")


def _debuginfod() -> Check:
    try:
        value = str(gdb.parameter("debuginfod enabled"))
    except NATIVE:
        return Check("debuginfod", True, "gdb before 12 asks no servers")
    return Check("debuginfod", value != "on", value, "set debuginfod enabled off: no server knows JIT code")


def _extras() -> Check:
    """Look at what goes beyond commands; an old gdb has all else."""
    words = f"without {' and '.join(extras.lacking)}" if extras.lacking else "all that goes beyond commands"
    return Check("extras", not extras.lacking, words, "take a newer gdb; the commands work in this one")


def _of_release(release: int, needed: int, name: str, about: str) -> Check:
    return Check(name, release >= needed, about, f"take gdb {needed} or newer")
