"""Pipelines of passes: the memory that they took comes back."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jitdbg import passes

TEXT = "define i32 @f(i32 %x) {\n  %y = add i32 %x, 1\n  ret i32 %y\n}\n"
OPTIMISE = f"""
from tests.heap import heap
import llvmlite.binding as llvm
from jitdbg import codegen
from jitdbg.codegen import Options

def work(times):
    for _ in range(times):
        codegen.compile_text({TEXT!r}, Options(2))

work(50)
before = heap()
work(200)
print((heap() - before) / 200)
"""


def test_optimising_again_and_again_takes_no_more_memory() -> None:
    done = subprocess.run([sys.executable, "-c", OPTIMISE], capture_output=True, text=True, timeout=110, check=True)
    assert float(done.stdout) < 4096  # with the pipelines, 60 KiB each time


def test_a_llvmlite_that_frees_its_pipelines_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for manager in passes.leaking():
        monkeypatch.setattr(manager, "_dispose", passes.dispose)
    assert passes.leaking() == []
