"""Imports lldb's Python package into a Python that is not inside lldb.

``python bindings.py FOLDER`` finds out whether that can be; ``FOLDER`` is what ``lldb -P`` names.
"""

from __future__ import annotations

import glob
import os
import sys
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location

_MODULE = "_lldb"


def import_bindings(folder: str):
    """Put a folder on the path and import the package ``lldb`` from there. Raises ImportError."""
    sys.path.insert(0, folder)
    try:
        import lldb
    except ImportError:
        if not _import_library(folder):
            raise
        import lldb
    return lldb


def _import_library(folder: str) -> bool:
    """Take lldb's library for its compiled module, as lldb does; tell whether it is there.

    In Debian 13's python3-lldb-19 the module is a link to ``liblldb.so``, which only liblldb-19-dev brings.
    """
    links = glob.glob(os.path.join(folder, "lldb", f"{_MODULE}*.so"))
    libraries = [path for link in links for path in glob.glob(f"{os.path.realpath(link)}.*")]
    if not libraries:
        return False
    loader = ExtensionFileLoader(_MODULE, libraries[0])
    module = module_from_spec(spec_from_file_location(_MODULE, libraries[0], loader=loader))
    sys.modules[_MODULE] = module
    loader.exec_module(module)
    return True


if __name__ == "__main__":
    import_bindings(sys.argv[1]).SBDebugger.GetVersionString()
