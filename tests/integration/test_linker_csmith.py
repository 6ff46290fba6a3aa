"""Random C programs: the checksum through an image of ours equals that of the plain executable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from jitdbg.linker import link
from jitdbg.tools import tool
from tests.linking import compiled_file, host, run_program

INCLUDE = next((path for path in ("/usr/include/csmith", "/usr/include/csmith-2.3.0") if Path(path).is_dir()), "")
FLAGS = ("-O0", "-O2", "-O1 -fno-plt -ffunction-sections", "-O2 -mcmodel=medium", "-O1 -mcmodel=large")


def generate(seed: int, folder: Path) -> Path:
    """Write a random program whose ``main`` is called ``run``, and return its path.

    Where csmith runs it leaves a file about the platform.
    """
    text = run_program(["csmith", "--seed", str(seed), "--max-funcs", "6", "--max-block-depth", "3"], cwd=folder)
    source = folder / f"random{seed}.c"
    source.write_text(text)
    return source


def compare(seed: int, folder: Path) -> bool:
    """Compare one program; say whether it came to an end at all."""
    source, flags = generate(seed, folder), FLAGS[seed % len(FLAGS)].split()
    include = f"-I{INCLUDE}"
    program = folder / "program"
    run_program([tool("clang").path, "-w", include, flags[0], source, "-o", program])
    try:
        expected = run_program([program], deadline=5)
    except Exception:  # many random programs never end  # noqa: BLE001
        return False
    as_library = folder / f"library{seed}.c"
    as_library.write_text(
        re.sub(
            r"\bint main \(int argc, char\* argv\[\]\)", "static int program(int argc, char **argv)", source.read_text()
        )
        + "\nvoid run(void) { program(1, 0); }\n"
    )
    image = folder / f"library{seed}.so"
    image.write_bytes(link([compiled_file(as_library, include, *flags)], soname=image.name, linker="memory"))
    assert run_program([host(), image], deadline=20) == expected + "unloaded\n", f"seed {seed}"
    return True


@pytest.mark.parametrize("start", [0, 10, 20, 30])
def test_random_programs(tmp_path: Path, start: int) -> None:
    assert sum(compare(seed, tmp_path) for seed in range(start, start + 10)) >= 4


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_hundreds_of_random_programs(tmp_path: Path) -> None:
    assert sum(compare(seed, tmp_path) for seed in range(1000, 1400)) >= 200
