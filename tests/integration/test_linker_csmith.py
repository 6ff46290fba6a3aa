"""Random C programs: the checksum through an image of ours equals that of the plain executable."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from jitdbg.linker import link
from jitdbg.tools import tool
from tests.aarch64_programs import TARGET, run_emulated
from tests.linking import compiled_file, run_images, run_program

INCLUDE = next((path for path in ("/usr/include/csmith", "/usr/include/csmith-2.3.0") if Path(path).is_dir()), "")
FLAGS = ("-O0", "-O2", "-O1 -fno-plt -ffunction-sections", "-O2 -mcmodel=medium", "-O1 -mcmodel=large")
# What such a program prints does not depend on the machine.
AARCH64_FLAGS = [f"{TARGET} {flags}" for flags in (*FLAGS[:3], "-O2 -mcmodel=tiny", "-O1 -mbranch-protection=standard")]


def generate(seed: int, folder: Path) -> Path:
    """Write a random program and return its path; csmith leaves a file about the platform beside it."""
    text = run_program(["csmith", "--seed", str(seed), "--max-funcs", "6", "--max-block-depth", "3"], cwd=folder)
    source = folder / f"random{seed}.c"
    source.write_text(text)
    return source


def expected(source: Path, folder: Path) -> str:
    """Return what the plain executable of a program prints; nothing where it comes to no end."""
    program = folder / "program"
    run_program([tool("clang").path, "-w", f"-I{INCLUDE}", "-O0", source, "-o", program])
    try:
        return run_program([program], deadline=5)
    except Exception:  # many random programs never end  # noqa: BLE001
        return ""


def as_library(source: Path) -> Path:
    """Write a program as one whose ``main`` is called ``run``."""
    text = re.sub(
        r"\bint main \(int argc, char\* argv\[\]\)", "static int program(int argc, char **argv)", source.read_text()
    )
    path = source.with_name(f"library-{source.name}")
    path.write_text(text + "\nvoid run(void) { program(1, 0); }\n")
    return path


def compare(seed: int, folder: Path, choices: Sequence[str], run: Callable[[Path, bytes], str]) -> bool:
    """Compare what an image prints with what the plain executable does; say whether that came to an end at all."""
    source, flags = generate(seed, folder), choices[seed % len(choices)].split()
    printed = expected(source, folder)
    if printed:
        part = compiled_file(as_library(source), f"-I{INCLUDE}", *flags)
        assert run(folder, link([part], soname="random.so", linker="memory")) == printed + "unloaded\n", f"seed {seed}"
    return bool(printed)


@pytest.mark.parametrize("start", [0, 10, 20, 30])
def test_random_programs(tmp_path: Path, start: int) -> None:
    assert sum(compare(seed, tmp_path, FLAGS, run_images) for seed in range(start, start + 10)) >= 4


def test_random_programs_for_aarch64(tmp_path: Path) -> None:
    assert sum(compare(seed, tmp_path, AARCH64_FLAGS, run_emulated) for seed in range(40, 50)) >= 4


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_hundreds_of_random_programs(tmp_path: Path) -> None:
    assert sum(compare(seed, tmp_path, FLAGS, run_images) for seed in range(1000, 1400)) >= 200


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_hundred_random_programs_for_aarch64(tmp_path: Path) -> None:
    assert sum(compare(seed, tmp_path, AARCH64_FLAGS, run_emulated) for seed in range(2000, 2100)) >= 50
