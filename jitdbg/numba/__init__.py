"""Numba on dylibs: every function that it compiles is one, and debuggers stop in its Python source.

    import jitdbg.numba
    jitdbg.numba.install()     # before the first function is compiled

or ``jitdbg exec script.py`` for programs that can't be edited. See docs/numba.md.
"""

from jitdbg.numba.installation import install, install_on_arrival, installed, uninstall

__all__ = ["install", "install_on_arrival", "installed", "uninstall"]
