"""Brings jitdbg into a running gdb: ``source`` this file, or execute it with its path in ``__file__``.

Nothing of ours goes on gdb's ``sys.path``, where the rest of our site-packages would come along: the two packages are
imported by their paths.
"""

from __future__ import annotations

import os


def _load() -> None:
    here = os.path.dirname(os.path.abspath(__file__))
    # In a wheel this folder lies inside the package, in a checkout beside it.
    above = os.path.dirname(here)
    package = above if os.path.isdir(os.path.join(above, "debugger")) else os.path.join(above, "jitdbg")
    loading: dict = {}
    with open(os.path.join(package, "debugger", "loading.py"), encoding="utf-8") as file:
        exec(compile(file.read(), file.name, "exec"), loading)  # noqa: S102
    loading["import_by_path"]("jitdbg", package)
    loading["import_by_path"]("jitdbg_gdb", os.path.join(here, "jitdbg_gdb"))


_load()
