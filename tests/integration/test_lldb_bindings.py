"""lldb's Python package as distributions have it, imported into a Python that is not inside lldb."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jitdbg import tools

# An extension module without Python's headers: the definition that <moduleobject.h> declares, and its maker.
MODULE = """
static struct { long references; void *of_python[4]; const char *name, *doc; long size; void *others[5]; } definition =
    {1, {0}, "_lldb", 0, -1};
extern void *PyModule_Create2(void *, int);
void *PyInit__lldb(void) { return PyModule_Create2(&definition, 1013); }
"""
PACKAGE = """
try:
    import _lldb
except ImportError:
    from . import _lldb
class SBDebugger:
    GetVersionString = staticmethod(lambda: _lldb.__name__)
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """lldb's package as Debian 13 has it: its compiled module is a link to what another package brings."""
    (tmp_path / "source.c").write_text(MODULE)
    package = tmp_path / "site-packages" / "lldb"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(PACKAGE)
    (package / "_lldb.so").symlink_to("../../liblldb.so")
    return package


def test_the_compiled_module_is_lldbs_library_where_the_link_to_it_leads_nowhere(package: Path, tmp_path: Path) -> None:
    assert not tools.imports_lldb(sys.executable, str(package.parent))

    command = ["cc", "-shared", "-fPIC", tmp_path / "source.c", "-o", tmp_path / "liblldb.so.1"]
    subprocess.run(command, check=True)
    assert tools.imports_lldb(sys.executable, str(package.parent))
