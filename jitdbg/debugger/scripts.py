"""Scripts for debuggers, such as pretty-printers, that an image brings along.

gdb has a section for them, ``.debug_gdb_scripts``, and loads what its ``auto-load safe-path`` allows (gdb manual,
"dotdebug_gdb_scripts section"): entries that end with a NUL, of a byte for the kind and a path, or a name and a text.
lldb has none, so that ``.debug_lldb_scripts``, of the same form, is ours: what it names is offered, and never loaded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jitdbg.elf import ElfFile

_SECTIONS = {"gdb": ".debug_gdb_scripts", "lldb": ".debug_lldb_scripts"}
# gdb/auto-load.c, enum section_script_id: Python's and Guile's, in a file or in the section itself.
_IN_FILES, _IN_SECTION = (1, 3), (4, 6)


@dataclass(frozen=True)
class Script:
    """A script for ``debugger``, at ``path`` or, where ``inside`` is true, of that name in the image itself."""

    debugger: str
    path: str
    inside: bool = False


def scripts(image: ElfFile) -> Iterator[Script]:
    """List the scripts that an image brings along, in its order."""
    for debugger, name in _SECTIONS.items():
        section = image.find_section(name)
        for entry in bytes(image.contents(section)).split(b"\0") if section else ():
            words = entry[1:].decode(errors="replace")
            if entry[:1] and entry[0] in _IN_FILES:
                yield Script(debugger, words)
            elif entry[:1] and entry[0] in _IN_SECTION:
                yield Script(debugger, words.partition("\n")[0], inside=True)


def offer(script: Script, image: str) -> str:
    """Say what a user does who wants a script, and trusts it."""
    if script.debugger == "lldb":
        return f"{script.path}, which lldb never loads by itself: command script import {script.path}"
    allowed = image if script.inside else script.path
    where = f"{script.path} in the image" if script.inside else script.path
    return f"{where}, which gdb loads with the image where that is allowed: add-auto-load-safe-path {allowed}"
