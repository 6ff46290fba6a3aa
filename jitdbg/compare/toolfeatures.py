"""What is tried without a debugger: what a process knows of its own code, and what profilers and checkers do."""

from __future__ import annotations

import json
import re

from jitdbg.compare.attempt import Attempt
from jitdbg.compare.features import Feature
from jitdbg.errors import Unsupported
from jitdbg.tools import tool

_VALGRIND_SECONDS = 240.0
_FREQUENCY = "499"


def in_process(attempt: Attempt) -> None:
    """Ask dladdr(3) and backtrace(3) from within a call."""
    done = attempt.run("inside")
    attempt.need(done.status == 0, f"the host ended with {done.status}: {done.output[-300:]}")
    seen = json.loads(done.output)
    attempt.check("dladdr names the function", seen["named"][1] == "jit_call_back", f"it says {seen['named']}")
    frames = seen["frames"]
    named = any("jit_call_back" in frame for frame in frames)
    attempt.check("backtrace names it", named, f"{len(frames)} frames, none of that name")
    beyond = any("__libc_start_main" in frame for frame in frames)
    attempt.check("backtrace goes through it", beyond, f"the last of {len(frames)} frames is {frames[-1]}")


def perf(attempt: Attempt) -> None:
    """Profile the host and report, after its end, where its time went."""
    found, data = tool("perf"), str(attempt.bench.folder / "perf.data")
    done = attempt.run("busy", found.path, "record", "-q", "-F", _FREQUENCY, "-e", "cpu-clock:u", "-o", data, "--")
    if done.status != 0:
        raise Unsupported("perf", f"it can't record here: {done.output.strip()[-300:]}")
    report = attempt.tool([found.path, "report", "--stdio", "--no-inline", "-g", "none", "-i", data])
    attempt.check("names the function", "jit_busy" in report.output, _hottest(report.output))


def _hottest(report: str) -> str:
    lines = [line.strip() for line in report.splitlines() if line.strip() and not line.startswith("#")]
    return re.sub(r"\s+", " ", lines[0]) if lines else "the report is empty"


def valgrind(attempt: Attempt) -> None:
    """Find a decision on memory that nobody has written."""
    found = tool("valgrind")
    done = attempt.run("uninitialised", found.path, "--error-limit=no", timeout=_VALGRIND_SECONDS)
    attempt.need("ERROR SUMMARY" in done.output, f"it did not come to its end: {done.output[-300:]}")
    line = attempt.place("subject.c", "uninitialised").line
    near = next((text for text in done.output.splitlines() if "jit_uninitialised" in text), "")
    attempt.check("names the function", bool(near), "no error has its name")
    attempt.check("names the line", f"subject.c:{line})" in near, near.strip() or "no error has it")


TOOL_FEATURES = (
    Feature("in-process", "dladdr and backtrace in the process", in_process),
    Feature("perf", "perf report", perf),
    Feature("valgrind", "valgrind memcheck", valgrind),
)
