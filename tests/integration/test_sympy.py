"""sympy's `llvmjitcode`, unmodified, on dylibs: its own tests, which llvmlite by itself has left behind."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

OWN_TESTS = ("-q", "-p", "no:cacheprovider", "-W", "ignore", "--pyargs", "sympy.printing.tests.test_llvmjit")
INSTALLED = f"""
import sys
import pytest
import jitdbg.llvmlite
jitdbg.llvmlite.install(debug=sys.argv[1])
code = pytest.main({list(OWN_TESTS)})
from sympy.printing.llvmjitcode import exe_engines
print(sum(len(engine.dylibs) for engine in exe_engines), "dylibs")
sys.exit(code)
"""


def numbers(folder: Path, *words: str) -> dict[str, int]:
    """Run Python to its good end and give what it counted."""
    command = [sys.executable, *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=110, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return {what: int(number) for number, what in re.findall(r"^(\d+) (passed|dylibs)", done.stdout, re.MULTILINE)}


@pytest.mark.parametrize("debug", ["source", "auto"])
def test_sympys_own_tests_of_its_jit_pass_on_dylibs(debug: str, tmp_path: Path) -> None:
    counted = numbers(tmp_path, "-c", INSTALLED, debug)
    assert counted["passed"] >= 16
    assert counted["dylibs"] >= 15


def test_they_pass_as_a_module_that_jitdbg_runs(tmp_path: Path) -> None:
    assert numbers(tmp_path, "-m", "jitdbg", "exec", "-m", "pytest", *OWN_TESTS)["passed"] >= 16
