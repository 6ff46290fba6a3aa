"""The small C programs that the tests of the harness debug."""

from __future__ import annotations

import subprocess
from pathlib import Path

from jitdbg.tools import tool

PROGRAMS = Path(__file__).parent / "programs"


def compile_program(name: str, folder: Path, *flags: str) -> Path:
    """Compile ``programs/NAME.c`` with debug info, not optimised unless the flags say so."""
    program = folder / name
    command = [tool("cc").path, "-g", "-O0", *flags, PROGRAMS / f"{name}.c", "-o", program]
    subprocess.run(command, check=True, timeout=60)
    return program
