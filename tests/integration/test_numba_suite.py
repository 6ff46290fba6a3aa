"""Numba's own tests pass on dylibs, as far as they pass without."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import numba_suite
from tests.numba_suite import comparison


def test_a_small_slice_passes(tmp_path: Path) -> None:
    chosen = re.compile("test_codegen|test_debuginfo.TestDebugInfoE|test_llvm_pass_timings")
    names = list(filter(chosen.search, numba_suite.all_tests()))
    ours = numba_suite.run(names, tmp_path / "dylibs", dylibs=True)
    assert len(ours.passed()) > 20
    stock = numba_suite.run(sorted(set(names) - ours.passed()), tmp_path / "stock", dylibs=False)
    assert not stock.passed(), ours.output


@pytest.mark.long
def test_gdb_sees_in_dylibs_what_numbas_own_tests_want_it_to_see(tmp_path: Path) -> None:
    names = [name for name in numba_suite.all_tests() if "TestGDBDwarf" in name]
    ours = numba_suite.run(names, tmp_path / "ours", dylibs=True)
    assert len(names) == 6
    assert set(ours.outcomes.values()) == {"passed"}, ours.output


@pytest.mark.long
@pytest.mark.parametrize("part", range(comparison.PARTS))
def test_a_part_of_the_slice_passes_as_on_stock_numba(part: int) -> None:
    pair = comparison.compared(part)
    assert not pair.worse(), f"{pair.dylibs.output}\n(kept in {comparison.kept(part)})"


@pytest.mark.long
def test_the_slice_takes_the_time_and_memory_of_stock_numba() -> None:
    """Time is the processor's, of all processes: what else the machine does changes it least."""
    pairs = [comparison.compared(part) for part in range(comparison.PARTS)]
    assert len(comparison.chosen()) >= 2000
    assert sum(len(pair.stock.passed()) for pair in pairs) >= 1500, "most of it runs, rather than be skipped"
    ours, stock = ([getattr(pair, side) for pair in pairs] for side in ("dylibs", "stock"))
    assert sum(run.processor for run in ours) <= 1.1 * sum(run.processor for run in stock), comparison.dearest(pairs)
    assert max(run.memory for run in ours) <= 1.2 * max(run.memory for run in stock)


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
