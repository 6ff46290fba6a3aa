"""The small C programs that the tests of the harness debug."""

from __future__ import annotations

import subprocess
from pathlib import Path

from jitdbg.tools import tool

PROGRAMS = Path(__file__).parent / "programs"


def compile_program(name: str, folder: Path, *flags: str) -> Path:
    """Compile ``programs/NAME.c`` or ``.cc`` with debug info, not optimised unless the flags say so."""
    program, (source,) = folder / name, PROGRAMS.glob(f"{name}.c*")
    libraries = ["-lstdc++"] if source.suffix == ".cc" else []
    command = [tool("cc").path, "-g", "-O0", *flags, source, "-o", program, *libraries]
    subprocess.run(command, check=True, timeout=60)
    return program
