"""Brings jitdbg into a Python that has lldb's bindings: execute this file with its path in ``__file__``.

Nothing of ours goes on that Python's ``sys.path``, where the rest of our site-packages would come along: the two
packages are imported by their paths.
"""

from __future__ import annotations

import importlib.util
import os
import sys


def _import_by_path(name: str, folder: str) -> None:
    if name in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(
        name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def _load() -> None:
    here = os.path.dirname(os.path.abspath(__file__))
    # In a wheel this folder lies inside the package, in a checkout beside it.
    above = os.path.dirname(here)
    inside = os.path.isdir(os.path.join(above, "debugger"))
    _import_by_path("jitdbg", above if inside else os.path.join(above, "jitdbg"))
    _import_by_path("jitdbg_lldb", os.path.join(here, "jitdbg_lldb"))


_load()
