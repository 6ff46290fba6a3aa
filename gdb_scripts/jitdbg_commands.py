"""The commands of jitdbg for gdb: ``source`` this file, from a ~/.gdbinit to have them always.

``PYTHON`` can name the interpreter that compiles for them; `jitdbg gdb-init` prints a line that does.
"""

from __future__ import annotations

import os

_load = os.path.join(os.path.dirname(os.path.abspath(__file__)), "load.py")
with open(_load, encoding="utf-8") as _file:
    exec(compile(_file.read(), _load, "exec"), {"__file__": _load})  # noqa: S102

from jitdbg_gdb.commands import register  # noqa: E402 - load.py makes it importable

register(globals().get("PYTHON"))
