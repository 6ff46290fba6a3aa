"""Numba's own tests pass on dylibs, as far as they pass without."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import numba_suite


def compare(names: list[str], folder: Path, seconds: float) -> tuple[numba_suite.Run, numba_suite.Run]:
    """Run tests on dylibs and, where some fail, without; fail where those pass then."""
    ours = numba_suite.run(names, folder / "dylibs", dylibs=True, seconds=seconds)
    assert len(ours.outcomes) >= len(names) * 0.99, ours.output
    stock = numba_suite.run(sorted(ours.failed()), folder / "stock", dylibs=False, seconds=seconds)
    worse = sorted(ours.failed() - stock.failed())
    assert worse == [], ours.output
    return ours, stock


def test_a_small_slice_passes(tmp_path: Path) -> None:
    names = [
        name for name in numba_suite.all_tests() if "test_codegen" in name or "test_debuginfo.TestDebugInfoE" in name
    ]
    ours, _ = compare(names, tmp_path, 110)
    assert list(ours.outcomes.values()).count("passed") > 20


@pytest.mark.long
def test_gdb_sees_in_dylibs_what_numbas_own_tests_want_it_to_see(tmp_path: Path) -> None:
    names = [name for name in numba_suite.all_tests() if "TestGDBDwarf" in name]
    ours = numba_suite.run(names, tmp_path / "ours", dylibs=True, seconds=900)
    assert len(names) == 6
    assert set(ours.outcomes.values()) == {"passed"}, ours.output


@pytest.mark.long
def test_a_slice_of_two_thousand_passes_in_the_time_and_memory_of_stock_numba(tmp_path: Path) -> None:
    names = numba_suite.slice_of(numba_suite.all_tests(), 6)
    assert len(names) >= 2000
    ours, _ = compare(names, tmp_path, 10_000)
    stock = numba_suite.run(names, tmp_path / "all", dylibs=False, seconds=10_000)
    assert ours.seconds <= 1.1 * stock.seconds
    assert ours.memory <= 1.2 * stock.memory


DROPPED = """
import gc, sys
from tests.heap import heap
import jitdbg.numba
jitdbg.numba.install(debug=False)
from numba import njit

def make(number):
    names = {}
    exec(f"def f{number}(x):\\n  return x + {number}", names)
    return njit(names[f"f{number}"])

def state():
    gc.collect()
    make(0)(1)
    maps = [line for line in open("/proc/self/maps") if "/jitdbg/" in line]
    return len(maps), heap()

def work(numbers):
    for number in numbers:
        assert make(number)(1) == number + 1

count = int(sys.argv[1])
work(range(1, 20))
first = state()
work(range(20, 20 + count))
last = state()
print(last[0] - first[0], (last[1] - first[1]) / count)
"""


def dropped(count: int, seconds: float) -> tuple[int, float]:
    """Compile and drop; give how many mappings there are more, and the bytes of memory for each function."""
    done = subprocess.run([sys.executable, "-c", DROPPED, str(count)], capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, done.stderr
    maps, size = done.stdout.split()
    return int(maps), float(size)


def test_mappings_and_memory_of_dropped_functions_return() -> None:
    maps, size = dropped(40, 110)
    assert maps <= 4
    assert size < 100 << 10  # stock Numba keeps 700 KiB; 50 are what llvmlite's pass builders lose


@pytest.mark.long
def test_mappings_and_memory_of_20_000_dropped_functions_return() -> None:
    maps, size = dropped(20_000, 10_000)
    assert maps <= 4
    assert size < 60 << 10
