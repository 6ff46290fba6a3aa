"""The versions of all that a test under a debugger depends on, beside the debugger's own."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib import metadata

_PACKAGES = ("jitdbg", "llvmlite", "pygdbmi", "pytest")


def versions() -> str:
    """Write a line for each: our packages, Python, the C library, the system."""
    return "\n".join([*_packages(), f"Python {platform.python_version()}", " ".join(platform.libc_ver()), _system()])


def _packages() -> Iterator[str]:
    for name in _PACKAGES:
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield f"{name} is not installed as a package"


def _system() -> str:
    return f"{platform.system()} {platform.release()} {platform.machine()}"
