"""Numba on dylibs: what it compiles runs as before, is cached, dropped, forked and pickled."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import program, without_looking_into_others

ROOT = Path(__file__).parents[2]
FEATURES = ROOT / "tests" / "programs" / "numba_features.py"
START = """
import jitdbg.numba
jitdbg.numba.install(debug=False)
import gc, sys
from numba import njit
"""
STRANGE = """
import numba.core.codegen
jitdbg.numba.uninstall()
del numba.core.codegen.JitEngine.finalize_object
jitdbg.numba.install()
"""


def run(text: str, *words: str, **environment: str) -> str:
    command = [sys.executable, "-W", "ignore", "-c", START + text, *words]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=110, env={**os.environ, "PYTHONPATH": str(ROOT), **environment}
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


ENGINE = """
from numba.core.registry import cpu_target
engine = cpu_target.target_context.codegen()._engine._ee
"""


def test_every_kind_of_function_gives_what_it_gives_without(tmp_path: Path) -> None:
    def output(*words: str) -> str:
        command = [
            sys.executable,
            "-W",
            "ignore",
            *words,
            str(FEATURES),
            str(tmp_path / "-".join(words).replace("/", "")),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=110)
        assert done.returncode == 0, done.stderr
        return done.stdout

    expected = output()
    assert expected.split()[-3:] == ["0", "49", "45.0"]
    assert output("-m", "jitdbg", "exec") == expected
    assert output("-m", "jitdbg", "exec", "--debug", "source") == expected


def test_object_mode_has_debug_info_as_well() -> None:
    printed = run(
        """
from numba import jit, objmode
@jit(debug=True, forceobj=True)
def listed(x):
    return [x, None]
@njit(debug=True)
def asked(x):
    with objmode(y="int64"):
        y = len(listed(x))
    return y + x
print(listed(1), asked(5))
"""
    )
    assert printed.strip() == "[1, None] 7"


WARNED = """
import warnings
from numba import njit, types
from numba.typed import Dict
def counted(**options):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        Dict.empty(types.unicode_type, types.int64)
        njit(**options)(lambda s: s.upper())("a")
        namespace = {}
        exec("def f(x): return x", namespace)
        njit(**options)(namespace["f"])(1)
    return sorted(str(each.message).partition(" at 0x")[0] for each in seen)
print(counted(), counted(debug=True), counted(debug=False))
"""


@pytest.mark.parametrize("default", ["0", "1"])
def test_a_missing_source_is_told_where_stock_numba_tells_it(default: str) -> None:
    stock = run("jitdbg.numba.uninstall()\n" + WARNED, NUMBA_DEBUGINFO=default)
    assert stock.count("Could not find source") == {"0": 2, "1": 7}[default]
    assert run("jitdbg.numba.install()\n" + WARNED, NUMBA_DEBUGINFO=default) == stock


def test_functions_are_dylibs_and_helpers_that_nobody_calls_are_none() -> None:
    printed = run(
        """
import numpy as np
@njit
def total(values):
    return np.sum(values) + len(str(1))
total(np.arange(3.0))
"""
        + ENGINE
        + "print(*sorted(engine.dylibs))\nprint(len(engine._waiting))\n"
    )
    dylibs, waiting = printed.splitlines()
    assert "total" in dylibs.split()
    assert len(dylibs.split()) < 4
    assert int(waiting) > 3


def test_what_is_dropped_is_unmapped_and_what_is_held_stays() -> None:
    printed = run(
        """
def make(number):
    names = {}
    exec(f"def f{number}(x):\\n  return x + {number}", names)
    return njit(names[f"f{number}"])
def mapped():
    return len({line.split()[-1] for line in open("/proc/self/maps") if "/jitdbg/" in line and "/f" in line})
kept = [make(number) for number in range(3)]
assert [f(1) for f in kept] == [1, 2, 3]
for number in range(10, 30):
    assert make(number)(1) == number + 1
gc.collect()
assert make(99)(1) == 100
print(mapped())
assert [f(1) for f in kept] == [1, 2, 3]
"""
    )
    assert int(printed) <= 6


def test_objects_that_hold_code_outlive_the_function_that_made_them() -> None:
    printed = run(
        """
import numpy as np
from numba.typed import List, Dict
def make():
    constant = np.arange(4.0)
    @njit
    def lists():
        made = List()
        made.append("a" * 3)
        return made
    @njit
    def frozen():
        return constant
    @njit
    def numbers():
        yield 1
        yield 2
    return lists(), frozen(), numbers()
made, array, generator = make()
gc.collect()
njit(lambda x: x)(1)
gc.collect()
print(made[0], list(array), list(generator))
del made, generator
gc.collect()
"""
    )
    assert printed.strip() == "aaa [np.float64(0.0), np.float64(1.0), np.float64(2.0), np.float64(3.0)] [1, 2]"


def test_a_function_that_is_compiled_anew_while_it_runs_goes_on() -> None:
    printed = run(
        """
import ctypes
factor, kept = 2, []
def compile_anew():
    global factor
    factor = 1000
    kept.append(njit(lambda x: x * 5))
    scaled.recompile()
    gc.collect()
    kept[0](1)
    return 3
callback = ctypes.CFUNCTYPE(ctypes.c_long)(compile_anew)
@njit
def scaled(anew):
    number = callback() if anew else 3
    return number * factor + len(str(factor))
print(scaled(False), scaled(True), scaled(False))
"""
    )
    assert printed.split() == ["7", "7", "3004"]


HOT = """
from numba import njit
@njit
def mixed(rounds):
    mix = 0
    for number in range(rounds):
        mix ^= (mix << 1) + number
    return mix
print(mixed(200_000_000))
"""


@pytest.mark.tools
@pytest.mark.parametrize("debug", ["source", "auto"])
def test_perf_shows_the_names_of_python(tmp_path: Path, debug: str) -> None:
    (tmp_path / "hot.py").write_text(HOT)
    perf = program("perf")
    record = [perf, "record", "-q", "-e", "cpu-clock", "-o", "data"]
    subprocess.run(
        [*record, sys.executable, "-m", "jitdbg", "exec", "--debug", debug, "hot.py"], cwd=tmp_path, timeout=90
    )
    report = [perf, "--buildid-dir", "cache", "report", "-i", "data", "--stdio", "--percent-limit", "5"]
    done = subprocess.run(report, cwd=tmp_path, capture_output=True, text=True, timeout=90)
    assert re.search(r"%.* mixed\.\w+\.so +\[\.\] __main__::mixed", done.stdout), done.stdout + done.stderr


CACHED = """
@njit(cache=True)
def inner(x):
    return x * 2
@njit(cache=True)
def outer(x):
    if x > 10:
        raise ValueError("too large")
    return inner(x) + 1
print(outer(3))
try:
    outer(11)
except ValueError as error:
    print(error)
print(sum(outer.stats.cache_hits.values()))
"""


def cached_program(folder: Path) -> Path:
    path = folder / "cached.py"
    path.write_text(START + CACHED)
    return path


def run_file(path: Path, *prefix: str, **environment: str) -> list[str]:
    done = subprocess.run(
        [*prefix, sys.executable, "-W", "ignore", str(path)],
        capture_output=True,
        text=True,
        timeout=110,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_cached_functions_come_from_the_cache(tmp_path: Path) -> None:
    path = cached_program(tmp_path)
    assert [run_file(path) for _ in range(2)] == [["7", "too large", "0"], ["7", "too large", "1"]]


def test_caches_of_stock_numba_and_of_other_machines_are_not_taken(tmp_path: Path) -> None:
    path = cached_program(tmp_path)
    stock = tmp_path / "stock.py"
    stock.write_text("from numba import njit\n" + CACHED)
    assert run_file(stock)[-1] == "0"
    path.write_text(stock.read_text())  # the same source, and so the same cache
    path.rename(stock)
    stock.write_text("import jitdbg.numba\njitdbg.numba.install(debug=False)\n" + stock.read_text())
    assert run_file(stock) == ["7", "too large", "0"]
    assert run_file(stock, NUMBA_CPU_NAME="x86-64", NUMBA_CPU_FEATURES="") == ["7", "too large", "0"]
    assert run_file(stock) == ["7", "too large", "1"]


@pytest.mark.parametrize("installation", ["", "import jitdbg.numba\njitdbg.numba.install(debug=False)\n"])
def test_where_a_cache_cannot_be_written_dylibs_do_what_stock_numba_does(tmp_path: Path, installation: str) -> None:
    """Numba takes the user's folder instead of the one beside the source, and refuses where that is no good either."""
    path, users = tmp_path / "program" / "cached.py", tmp_path / "users"
    for folder in (path.parent, users):
        folder.mkdir()
    path.write_text(f"{installation}from numba import njit\n{CACHED}")
    assert run_file(path)[-1] == "0"
    for folder in (path.parent, *path.parent.iterdir(), users):
        folder.chmod(0o555)
    prefix = without_looking_into_others()
    assert [run_file(path, *prefix) for _ in range(2)] == [["7", "too large", "0"], ["7", "too large", "1"]]
    with pytest.raises(AssertionError, match="cannot cache function 'inner': no locator available"):
        run_file(path, *prefix, XDG_CACHE_HOME=str(users))


def test_a_fork_compiles_and_calls_on() -> None:
    printed = run(
        """
import multiprocessing
@njit
def before(x):
    return x + 1
before(1)
def child(x):
    return before(x), njit(lambda y: y * 3)(x)
with multiprocessing.get_context("fork").Pool(2) as pool:
    print(pool.map(child, [1, 2]))
print(before(5))
"""
    )
    assert printed.split("\n")[:2] == ["[(2, 3), (3, 6)]", "6"]


def test_a_child_that_is_forked_while_a_thread_compiles_calls_what_there_is() -> None:
    printed = run(
        """
import os, threading, time
@njit
def before(x):
    return x + 1
before(1)
done = threading.Event()
def compile_on():
    while not done.is_set():
        njit(lambda x: x * 3)(1)
thread = threading.Thread(target=compile_on)
thread.start()
for _ in range(5):
    time.sleep(0.1)
    if (child := os.fork()) == 0:
        gc.collect()
        os._exit(before(1))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
done.set()
thread.join()
print(before(5))
"""
    )
    assert printed.split() == [*["2"] * 5, "6"]


def test_pickled_functions_are_compiled_where_they_arrive(tmp_path: Path) -> None:
    path = str(tmp_path / "scaled")
    run(
        """
import pickle
def make():
    factor = 7
    @njit
    def scaled(x):
        return x * factor
    return scaled
scaled = make()
scaled(1)
with open(sys.argv[1], "wb") as file:
    pickle.dump(scaled, file)
""",
        path,
    )
    printed = run(
        "import pickle\nwith open(sys.argv[1], 'rb') as file:\n    scaled = pickle.load(file)\nprint(scaled(6))\n"
        + ENGINE
        + "print(*engine.dylibs)\n",
        path,
    )
    assert printed.startswith("42\n")
    assert "scaled" in printed


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("jitdbg.numba.uninstall()\nnjit(lambda x: x)(1)\njitdbg.numba.install()\n", "before the first one"),
        (STRANGE, "its JitEngine has no finalize_object"),
        (
            "jitdbg.numba.uninstall()\nsys.modules['numba.core.codegen'] = None\njitdbg.numba.install()\n",
            "pip install numba",
        ),
    ],
)
def test_an_installation_that_cannot_be_says_why(text: str, sentence: str) -> None:
    wrapped = "try:\n" + "".join(f"    {line}\n" for line in text.splitlines()) + "except Exception as e: print(e)\n"
    assert sentence in run(wrapped)


def test_uninstall_leaves_numba_as_it_was() -> None:
    printed = run(
        """
import numba.core.codegen as codegen
jitdbg.numba.uninstall()
print(jitdbg.numba.installed(), njit(lambda x: x + 1)(1))
"""
        + ENGINE
        + "print(type(engine).__module__)\n"
    )
    assert printed.split() == ["False", "2", "llvmlite.binding.executionengine"]
