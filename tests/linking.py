"""What the linker's tests share: compiling the programs, linking them, and running the images in a host."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from jitdbg.linker import Object, link
from jitdbg.tools import tool

PROGRAMS = Path(__file__).parent / "programs"
_FOLDER = tempfile.TemporaryDirectory(prefix="jitdbg-test-")


def run_program(arguments: Sequence[str | Path], *, deadline: float = 60, cwd: Path | None = None) -> str:
    """Run a program, which has to end with 0, and return what it printed."""
    done = subprocess.run(
        [str(argument) for argument in arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=deadline,
        cwd=cwd,
    )
    assert done.returncode == 0, f"{arguments}: exit code {done.returncode}\n{done.stdout}"
    return done.stdout


@functools.cache
def compiled(program: str, *flags: str, compiler: str = "") -> Object:
    """Return the object that clang (or another compiler) makes of a program in tests/programs."""
    return compiled_file(PROGRAMS / program, *flags, compiler=compiler)


def compiled_file(source: Path, *flags: str, compiler: str = "") -> Object:
    """Return the object that clang (or another compiler) makes of a file."""
    default = "clang++" if source.suffix == ".cc" else "clang"
    with tempfile.TemporaryDirectory(prefix="jitdbg-test-") as folder:
        output = Path(folder, "out.o")
        run_program([compiler or tool(default).path, "-g", "-fPIC", "-w", *flags, "-c", source, "-o", output])
        return Object(source.with_suffix(".o").name, output.read_bytes())


@functools.cache
def assembled(text: str) -> Object:
    """Return the object that clang's assembler makes of x86-64 assembly."""
    with tempfile.TemporaryDirectory(prefix="jitdbg-test-") as folder:
        source = Path(folder, "code.s")
        source.write_text(text + '\n.section .note.GNU-stack,"",@progbits\n')
        return compiled_file(source)


@functools.cache
def host() -> Path:
    """Return the program that loads images and calls ``run`` of the last one."""
    path = Path(_FOLDER.name, "linker_host")
    if not path.exists():
        run_program([tool("clang").path, "-g", PROGRAMS / "linker_host.c", "-o", path, "-ldl", "-lpthread"])
    return path


def run_images(folder: Path, *images: bytes) -> str:
    """Load the images in a host process, in order, and return what it printed."""
    paths = []
    for index, image in enumerate(images):
        paths.append(folder / f"image{index}.so")
        paths[-1].write_bytes(image)
    return run_program([host(), *paths])


def link_and_run(folder: Path, linker: str, *objects: Object) -> str:
    """Link the objects into one image and return what running it printed."""
    return run_images(folder, link(objects, soname="test.so", linker=linker))
