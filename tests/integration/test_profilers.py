"""Profilers and checkers on JIT code: each really run, and shown to say what docs/profilers.md says of it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from jitdbg.harness.marks import find_marks
from tests.profilers import BY_NAME, ROUNDS, SOURCE, STORES, look, output, promised, subject
from tests.tools import program

pytestmark = pytest.mark.tools


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("name", BY_NAME)
def test_a_tool_shows_what_the_page_says(name: str, store: str, tmp_path: Path) -> None:
    tool = BY_NAME[name]
    for each in tool.programs:
        program(each)
    sight = look(tool, tmp_path, store)
    assert sight.what == promised(name, store), sight.text


def test_rr_replays_jit_code_where_the_processor_allows_it(tmp_path: Path) -> None:
    program("rr")
    words = subject(tmp_path, "file").host("hot", 10)
    trace = tmp_path / "trace"
    recorded = subprocess.run(["rr", "record", "-o", trace, *words], capture_output=True, text=True, timeout=100)
    if re.search(r"perf_event_open|performance counter|rr_page|microarchitecture", recorded.stderr):
        pytest.skip(f"rr can't record on this machine: {recorded.stderr.strip().splitlines()[0][:200]}")
    assert recorded.returncode == 0, recorded.stderr
    orders = [word for order in ("break hot", "continue", "backtrace 1") for word in ("-ex", order)]
    shown = output("rr", "replay", trace, "--", "-nx", "-batch", "-iex", "set breakpoint pending on", *orders)
    line = find_marks(SOURCE.read_text())["hot"]
    assert re.search(rf"#0 +hot \(rounds=10\) at .*profiled\.c:{line - 2}", shown), shown


def test_perf_asks_no_map_for_images_in_memory(tmp_path: Path) -> None:
    """What docs/profilers.md says of /tmp/perf-PID.map: should this fail, maps have become worth writing."""
    program("perf")
    data = tmp_path / "perf.data"
    host = subject(tmp_path, "memfd").host("hot", ROUNDS)
    output("perf", "record", "-q", "-e", "cpu-clock", "-o", data, *host, cwd=tmp_path)
    mapped = re.search(
        r"PERF_RECORD_MMAP2 (\d+)/\d+: \[0x(\w+)\((0x\w+)\).* r-xp /memfd:profiled",
        output("perf", "script", "-i", data, "--show-mmap-events"),
    )
    assert mapped
    pid, start, size = mapped.groups()
    table = Path(f"/tmp/perf-{pid}.map")
    table.write_text(f"{start} {size} name_in_the_map\n")
    try:
        report = output("perf", "--buildid-dir", tmp_path / "cache", "report", "-i", data, "--stdio")
    finally:
        table.unlink()
    assert re.search(r"%.*memfd:profiled", report), report
    assert "name_in_the_map" not in report
