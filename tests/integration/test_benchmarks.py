"""The benchmarks run, at their smallest; how fast is no test's business."""

import json
import subprocess
import sys
from pathlib import Path


def test_every_benchmark_runs_and_reports_ratios(tmp_path: Path) -> None:
    output = tmp_path / "results.json"
    subprocess.run([sys.executable, "-m", "benchmarks", "--quick", "--json", str(output)], check=True, timeout=110)
    results = json.loads(output.read_text())["timings"]
    assert "engine" in results
    for name, timings in results.items():
        assert timings, name
        assert all(timing["median"] > 0 and timing["ratio"] > 0 for timing in timings), name
