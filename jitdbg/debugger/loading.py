"""Bringing the package into a debugger's Python by its path.

``load.py`` of each script folder executes this file before there is any package, so it imports nothing of ours.
"""

from __future__ import annotations

import importlib.util
import sys


def import_by_path(name: str, folder: str) -> None:
    """Import the package in ``folder`` as ``name``, unless it is imported already."""
    if name in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(name, f"{folder}/__init__.py", submodule_search_locations=[folder])
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
