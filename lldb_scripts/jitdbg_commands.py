"""The commands of jitdbg for lldb: ``command script import`` this file, from a ~/.lldbinit to have them always.

``PYTHON`` can name the interpreter that compiles for them; `jitdbg lldb-init` prints a line that does.
"""

from __future__ import annotations

import os

_load = os.path.join(os.path.dirname(os.path.abspath(__file__)), "load.py")
with open(_load, encoding="utf-8") as _file:
    exec(compile(_file.read(), _load, "exec"), {"__file__": _load})  # noqa: S102


def __lldb_init_module(debugger, internal_dict) -> None:
    """Register the commands, as lldb asks of a module that it imports."""
    del internal_dict
    from jitdbg_lldb.commands import register

    register(debugger, globals().get("PYTHON"))
