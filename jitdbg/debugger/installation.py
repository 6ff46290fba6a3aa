"""Which jitdbg the scripts inside a debugger belong to: the interpreter that compiles for them, as a child process.

Whoever loads the scripts says it (`jitdbg debug`, the lines of `jitdbg gdb-init` and `jitdbg lldb-init`); for those who
source the file by hand it is derived from where this package lies: in the ``site-packages`` of an environment, or in a
checkout with its ``.venv``.
"""

from __future__ import annotations

import os
from typing import Optional

from jitdbg.errors import DebuggerError

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

_told: Optional[str] = None


def use(interpreter: Optional[str]) -> None:
    """Take the interpreter that whoever loads the scripts has named; None leaves it to `find_interpreter`."""
    global _told  # noqa: PLW0603 - the scripts of a debugger are loaded once, and belong to one installation
    _told = interpreter or _told


def find_interpreter(package: str = PACKAGE) -> Optional[str]:
    """Find the Python that has this package and what it depends on; None where its environment is not to be found."""
    if _told:
        return _told
    above = os.path.dirname(package)
    prefix, names = os.path.join(above, ".venv"), ["python3", "python"]
    if os.path.basename(above) in ("site-packages", "dist-packages"):
        # <prefix>/lib/python3.11/site-packages
        library = os.path.dirname(above)
        prefix, names = os.path.dirname(os.path.dirname(library)), [os.path.basename(library), *names]
    paths = (os.path.join(prefix, "bin", name) for name in names)
    return next((path for path in paths if os.access(path, os.X_OK)), None)


def interpreter() -> str:
    """Give the Python that compiles. Raises `DebuggerError` where there is none, or no longer."""
    found = find_interpreter()
    if found is None:
        raise DebuggerError(
            f"the Python that jitdbg in {PACKAGE} was installed with is not to be found: load the commands with the "
            f"line that `jitdbg gdb-init` or `jitdbg lldb-init` prints"
        )
    if not os.access(found, os.X_OK):
        raise DebuggerError(f"{found}, the Python that compiles for these commands, is gone: install jitdbg again")
    return found
