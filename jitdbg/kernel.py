"""The linker's kernel, made by our own means: compiled and linked like any source, kept on disk, and loaded.

It lies where images lie (`store.bases`), in a file that is named after what it was made of and by, so that another
version never takes it. Who can't find or make it does without: the linker then works in Python.
``JITDBG_KERNEL=0`` is for those who want that.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jitdbg import codegen, store
from jitdbg.errors import JitdbgError
from jitdbg.linker import Object, link
from jitdbg.linker.recurring import kernel
from jitdbg.store import place
from jitdbg.store.runs import write_all

_MACHINE = "x86_64"  # recurring shapes are of this one alone
_OPTIONS = codegen.Options(opt_level=2, cpu="x86-64", features="", passes=False)


def provide(may_make: bool) -> kernel.Kernel | None:
    """Give the kernel that lies on disk, made now where there is none and ``may_make``; None where that can't be."""
    if platform.machine() != _MACHINE or os.environ.get("JITDBG_KERNEL") == "0":
        return None
    return find() or (make() if may_make else None)


def find() -> kernel.Kernel | None:
    """Load the kernel that was made before; None where there is none."""
    for base in _trusted():
        with contextlib.suppress(OSError, AttributeError):
            return load(base / _name())
    return None


def make() -> kernel.Kernel | None:
    """Compile the kernel and load it from the first place that has room; None where it can't be made."""
    try:
        image = compiled()
    except JitdbgError:
        return None
    for base in _trusted():
        with contextlib.suppress(OSError, AttributeError):
            _write(base, image)
            return load(base / _name())
    return None


def compiled() -> bytes:
    """Compile the kernel and link it, for every machine of its architecture. Raises what the stages raise."""
    object_file = codegen.compile_text(kernel.IR.read_text(), _OPTIONS, kernel.IR.name).data
    return link([Object(kernel.IR.name, object_file)], soname="jitdbg-kernel.so")


def load(path: Path) -> kernel.Kernel:
    """Load the kernel at ``path``, for good. Raises OSError, and AttributeError for another library."""
    function: Any = getattr(ctypes.PyDLL(str(path)), kernel.FUNCTION)
    function.argtypes, function.restype = [ctypes.py_object] * 6, ctypes.py_object
    result: kernel.Kernel = function
    return result


@functools.cache
def _name() -> str:
    made_of = (kernel.IR.read_text(), *sorted(codegen.versions().items()))
    return f"kernel-{hashlib.sha256(repr(made_of).encode()).hexdigest()[:16]}.so"


def _trusted() -> Iterator[Path]:
    """Yield the places of images that are there and belong to this user alone."""
    for base in store.bases():
        if os.path.lexists(base.path) and not place.distrust(base):
            yield base.path


def _write(base: Path, image: bytes) -> None:
    """Put the kernel below ``base``, whole or not at all."""
    descriptor, path = tempfile.mkstemp(prefix=".kernel-", dir=base)
    try:
        try:
            write_all(descriptor, image)
        finally:
            os.close(descriptor)
        os.chmod(path, 0o400)
        os.rename(path, base / _name())
    except BaseException:
        os.unlink(path)
        raise
