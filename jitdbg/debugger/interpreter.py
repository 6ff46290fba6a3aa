"""Which files are the Python interpreter's: what stands on a stack between a Python program and its JIT code."""

from __future__ import annotations

import os
import re
from typing import Optional

# The interpreter, ctypes, and libffi, which it calls through.
_FILES = re.compile(r"(libpython3[\d.]*\.so.*|python3?(\.\d+)?[a-z]*|_ctypes\..*so|_ctypes\.so|libffi\.so.*)")


def is_interpreters(module: Optional[str]) -> bool:
    """Tell whether a file is of the interpreter, or of what it calls foreign functions with."""
    return bool(module and _FILES.fullmatch(os.path.basename(module)))
