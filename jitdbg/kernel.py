"""The linker's kernel, made by our own means: compiled and linked like any source, kept on disk, and loaded.

It lies where images lie (`store.shared`), in a file that is named after what it was made of and by, so that another
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
from pathlib import Path
from typing import NamedTuple

from jitdbg import codegen
from jitdbg.errors import JitdbgError
from jitdbg.linker import Object, link
from jitdbg.linker.recurring import kernel
from jitdbg.store import shared

_MACHINE = "x86_64"  # recurring shapes are of this one alone
# For any processor of the machine. One that is named would be looked up by a process, which nobody has asked for.
_OPTIONS = codegen.Options(opt_level=2, cpu="", features="", passes=False)


class Found(NamedTuple):
    """A kernel that is loaded, and the file that it lies in."""

    path: Path
    kernel: kernel.Kernel


def provide(may_make: bool) -> kernel.Kernel | None:
    """Give the kernel that lies on disk, made now where there is none and ``may_make``; None where that can't be."""
    found = None if refusal() else find() or (make() if may_make else None)
    return found and found.kernel


def refusal() -> str:
    """Say why this process has no kernel, whatever lies on disk; empty where it may have one."""
    if platform.machine() != _MACHINE:
        return f"it is for {_MACHINE} alone"
    return "JITDBG_KERNEL is 0" if os.environ.get("JITDBG_KERNEL") == "0" else ""


def find() -> Found | None:
    """Load the kernel that was made before; None where there is none."""
    for base in shared.places():
        with contextlib.suppress(OSError, AttributeError):
            return _loaded(shared.find(base, _name()))
    return None


def make() -> Found | None:
    """Compile the kernel and load it from the first place that has room; None where it can't be made."""
    try:
        image = compiled()
    except (JitdbgError, OSError):
        return None
    for base in shared.places():
        with contextlib.suppress(OSError, AttributeError):
            return _loaded(shared.put(base, _name(), image))
    return None


def compiled() -> bytes:
    """Compile the kernel and link it, for every processor of its machine. Raises what the stages raise."""
    object_file = codegen.compile_text(kernel.IR.read_text(), _OPTIONS, kernel.IR.name).data
    return link([Object(kernel.IR.name, object_file)], soname="jitdbg-kernel.so")


def load(path: Path) -> kernel.Kernel:
    """Load the kernel at ``path``, for good. Raises OSError, and AttributeError for another library."""
    library = ctypes.PyDLL(str(path))
    fill, different, store = library.fill, library.different, library.store
    fill.argtypes, fill.restype = [ctypes.py_object] * 6, ctypes.py_object
    different.argtypes, different.restype = [ctypes.py_object], ctypes.py_object
    store.argtypes, store.restype = [*[ctypes.py_object] * 4, *[ctypes.c_int] * 3], ctypes.c_int
    return kernel.Kernel(fill, different, store)


def _loaded(path: Path) -> Found:
    return Found(path, load(path))


@functools.cache
def _name() -> str:
    made_of = (kernel.IR.read_text(), *sorted(codegen.versions().items()))
    return shared.NAME.format(hashlib.sha256(repr(made_of).encode()).hexdigest()[:16])
