"""Which files are the Python interpreter's: what stands on a stack between a Python program and its JIT code."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Optional

from jitdbg.debugger.blocking import is_c_library
from jitdbg.debugger.facts import Frame

# The interpreter, ctypes, and libffi, which it calls through.
_FILES = re.compile(r"(libpython3[\d.]*[a-z]*\.so.*|python(3(\.\d+)?[dt]*)?|_ctypes\..*so|_ctypes\.so|libffi\.so.*)")


def is_interpreters(module: Optional[str]) -> bool:
    """Tell whether a file is of the interpreter, or of what it calls foreign functions with."""
    return bool(module and _FILES.fullmatch(os.path.basename(module)))


def find_stop(frames: Iterable[Frame]) -> Optional[int]:
    """Find the level of the innermost frame that is not the interpreter's.

    Code of nobody counts as its own: libffi makes some for each callback. None where there is no other frame, but for
    the C library's that begin programs and threads.
    """
    for frame in frames:
        if not is_interpreters(frame.module) and (frame.module or frame.function):
            return None if frame.level and is_c_library(frame.module) else frame.level
    return None
