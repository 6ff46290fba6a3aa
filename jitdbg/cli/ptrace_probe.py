"""Try what ptrace(2) may do here: a program of its own, so that the process that asks neither traces nor is traced.

``python ptrace_probe.py PROCESS`` prints a JSON object with the system's words of refusal, empty where it is allowed:
``start``, to trace a child from its start as a debugger does with ``run``, and ``attach``, to trace the running
process, which is no child of this one. PTRACE_SEIZE does not stop the process, and this program's end sets it free.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys

PTRACE_TRACEME, PTRACE_SEIZE = 0, 0x4206  # linux/ptrace.h


def trace(request: int, process: int) -> int:
    """Call ptrace and return its error number, 0 for success."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.restype = ctypes.c_long
    failed = libc.ptrace(request, process, ctypes.c_void_p(), ctypes.c_void_p()) == -1
    return ctypes.get_errno() if failed else 0


def trace_child() -> int:
    """Let a child ask to be traced; its exit code is the error number."""
    child = os.fork()
    if child == 0:
        os._exit(trace(PTRACE_TRACEME, 0))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def words(number: int) -> str:
    """Give the system's words for an error number, none for success."""
    return os.strerror(number) if number else ""


if __name__ == "__main__":
    print(json.dumps({"start": words(trace_child()), "attach": words(trace(PTRACE_SEIZE, int(sys.argv[1])))}))
