"""What the tests of AArch64 images share: programs of tests/programs, compiled for it, and a host under QEMU."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from jitdbg.linker import Object
from tests.linking import PROGRAMS, compiled, compiled_file, run_program

TARGET = "--target=aarch64-linux-gnu"
SYSROOT = "/usr/aarch64-linux-gnu"
READELF = "aarch64-linux-gnu-readelf"
_GCC = {False: "aarch64-linux-gnu-gcc", True: "aarch64-linux-gnu-g++"}
_FOLDER = tempfile.TemporaryDirectory(prefix="jitdbg-test-")


def cross_compiled(program: str, *flags: str, compiler: str = "clang") -> Object:
    """Return the object for AArch64 that clang or gcc makes of a program in tests/programs."""
    if compiler == "clang":
        return compiled(program, TARGET, *flags)
    return compiled(program, *flags, compiler=_GCC[program.endswith(".cc")])


@functools.cache
def cross_assembled(text: str, *flags: str) -> Object:
    """Return the object that clang's assembler makes of AArch64 assembly."""
    with tempfile.TemporaryDirectory(prefix="jitdbg-test-") as folder:
        source = Path(folder, "code.s")
        source.write_text(text)
        return compiled_file(source, TARGET, *flags)


def linked_by_gcc(objects: Sequence[Object]) -> bytes:
    """Return the image that GNU ld makes, started by the compiler with all that it adds."""
    with tempfile.TemporaryDirectory(prefix="jitdbg-test-") as folder:
        paths = []
        for index, item in enumerate(objects):
            paths.append(Path(folder, f"{index}.o"))
            paths[-1].write_bytes(item.data)
        output = Path(folder, "x.so")
        run_program([_GCC[True], "-shared", "-Wl,-Bsymbolic,-z,now,-soname,x.so", "-o", output, *paths])
        return output.read_bytes()


@functools.cache
def cross_host() -> Path:
    """Return the program for AArch64 that loads images and calls ``run`` of the last one."""
    path = Path(_FOLDER.name, "linker_host")
    run_program([_GCC[False], "-g", PROGRAMS / "linker_host.c", "-o", path, "-ldl", "-lpthread"])
    return path


def emulated(*options: str) -> list[str | Path]:
    """Return the command that runs the host under QEMU; what follows it are the images."""
    return ["qemu-aarch64", *options, "-L", SYSROOT, cross_host()]


def run_emulated(folder: Path, *images: bytes, options: Sequence[str] = ()) -> str:
    """Load the images in a host under QEMU, in order, and return what it printed."""
    return run_program([*emulated(*options), *written(folder, *images)])


def written(folder: Path, *images: bytes) -> list[Path]:
    """Write images to files and return their paths."""
    paths = []
    for index, image in enumerate(images):
        paths.append(folder / f"image{index}.so")
        paths[-1].write_bytes(image)
    return paths


def fate(folder: Path, *images: bytes, options: Sequence[str] = ()) -> int:
    """Load the images in a host under QEMU and return how it ended: an exit code, or minus a signal's number."""
    arguments = [str(word) for word in (*emulated(*options), *written(folder, *images))]
    done = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    return done.returncode
