"""The benchmarks run, at their smallest; how fast is no test's business."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash_helpers import wait_for_helpers

FOLDER = Path(__file__).parents[2] / "benchmarks"
NAMES = sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_runs_and_reports_ratios(name: str, tmp_path: Path) -> None:
    output = tmp_path / "results.json"
    command = [sys.executable, "-m", "benchmarks", name, "--quick", "--json", str(output)]
    subprocess.run(command, check=True, timeout=110)
    wait_for_helpers()
    timings = json.loads(output.read_text())["timings"][name]
    assert timings
    assert all(timing["median"] > 0 and timing["ratio"] > 0 for timing in timings)


def test_there_are_benchmarks() -> None:
    assert {"engine", "linker"} <= set(NAMES)
