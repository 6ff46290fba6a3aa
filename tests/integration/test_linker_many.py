"""Thousands of images in one process: what each of them takes."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jitdbg import codegen
from jitdbg.linker import Object, link
from tests.linking import run_program

# Loads the images of a folder and prints, for each image, how many mappings and how many bytes of memory it takes.
LOAD = """
import ctypes, os, resource, sys

def now():
    with open("/proc/self/maps") as maps:
        mappings = sum(1 for _ in maps)
    with open("/proc/self/statm") as sizes:
        return mappings, int(sizes.read().split()[1]) * resource.getpagesize()

paths = sorted(entry.path for entry in os.scandir(sys.argv[1]))
keep = [ctypes.CDLL(paths[0])]
keep[0].f(1)
before = now()
keep += map(ctypes.CDLL, paths[1:])
loaded = now()
assert [library.f(20) for library in (keep[1], keep[-1])] == [21, 21]
print(*((after - start) / (len(paths) - 1) for start, after in zip(before, loaded)))
"""
TEXT = """
@calls = global i32 0
define i32 @f(i32 %x) {
  %old = load i32, ptr @calls
  %new = add i32 %old, 1
  store i32 %new, ptr @calls
  %y = add i32 %x, 1
  ret i32 %y
}
"""


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=[pytest.mark.long, pytest.mark.timeout(600)])])
def test_an_image_takes_two_mappings_and_few_pages(tmp_path: Path, count: int) -> None:
    item = Object("f.o", codegen.compile_text(TEXT, codegen.Options(), ir_path="/a/f.ll").data)
    image = link([item], soname="f.so", linker="memory")
    for number in range(count):
        (tmp_path / f"{number}.so").write_bytes(image)
    mappings, resident = map(float, run_program([sys.executable, "-c", LOAD, tmp_path], deadline=500).split())
    assert mappings <= 2.05
    assert resident <= 16 << 10
