"""llvmlite's two JITs on dylibs: the same names, the same signatures, and code that every debugger sees.

    from jitdbg.llvmlite import create_mcjit_compiler     # in place of llvmlite.binding's

or, for code that can't be edited, `install`, or ``jitdbg exec script.py``. Import this before target machines and
object files are made: llvmlite does not say what they were made from, so that is noted when it makes them.
"""

from jitdbg.llvmlite.installation import install, installed, uninstall
from jitdbg.llvmlite.lljit import LLJIT, JITLibraryBuilder, ResourceTracker, create_lljit_compiler
from jitdbg.llvmlite.mcjit import ExecutionEngine, create_mcjit_compiler
from jitdbg.llvmlite.origins import remember

__all__ = [
    "LLJIT",
    "ExecutionEngine",
    "JITLibraryBuilder",
    "ResourceTracker",
    "create_lljit_compiler",
    "create_mcjit_compiler",
    "install",
    "installed",
    "uninstall",
]

remember()
