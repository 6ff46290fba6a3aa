"""Which frames are the interpreter's, and where a stop is worth it."""

from __future__ import annotations

import pytest

from jitdbg.debugger.facts import Frame
from jitdbg.debugger.interpreter import find_stop, is_interpreters

PYTHON, FFI, LIBC, JIT = "/usr/bin/python3.11", "/lib/libffi.so.8.1.2", "/lib/libc.so.6", "/run/fib.0123.so"


@pytest.mark.parametrize(
    "path", [PYTHON, FFI, "/lib/libpython3.13t.so.1.0", "/x/_ctypes.cpython-311-x86_64-linux-gnu.so"]
)
def test_files_of_the_interpreter_are_known(path: str) -> None:
    assert is_interpreters(path)


@pytest.mark.parametrize("path", [None, LIBC, JIT, "/usr/lib/pythonista", "/home/me/python3/fib.so"])
def test_other_files_are_not(path: str | None) -> None:
    assert not is_interpreters(path)


@pytest.mark.parametrize(
    ("modules", "level"),
    [
        ([JIT, FFI, PYTHON], 0),
        ([LIBC, PYTHON], 0),
        ([FFI, PYTHON, "/usr/bin/host", LIBC], 2),
        ([None, JIT, FFI], 1),  # what libffi makes for a callback
        ([FFI, PYTHON, LIBC, LIBC], None),
        ([FFI, PYTHON], None),
        ([], None),
    ],
)
def test_a_stop_is_worth_it_in_the_innermost_frame_of_the_program(modules: list[str | None], level: int | None) -> None:
    frames = [Frame(at, 0x1000 + at, "f" if module else None, None, module) for at, module in enumerate(modules)]
    assert find_stop(frames) == level
