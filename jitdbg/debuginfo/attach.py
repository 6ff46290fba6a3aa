"""Which debug info a source is compiled with: its own, IR as its own source, or what there is.

`Debug` and `Sources` are the words of `Engine` and of the command line.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

from jitdbg.debuginfo import lines, paths
from jitdbg.frontend import Source

Debug = Literal["source", "ir", "lines", "auto", "none"]
Sources = Literal["own", "kept"]
Keep = Callable[[str, bytes], "str | None"]
"""Keeps a text under a file name and gives the path of the copy, None where there is no place for it."""

# Nobody edits these between two generations, and a C file brings dozens.
_SYSTEM_HEADERS = "/usr/"


class Attached(NamedTuple):
    """What `codegen.compile_text` is to compile: IR text, with ``ir_path`` where it is to be its own source."""

    text: str
    ir_path: str | None = None


def attach(source: Source, debug: Debug, *, name: str, keep: Keep, sources: Sources = "own") -> Attached:
    """Give the text that is to be compiled: that of ``source``, with the debug info that ``debug`` asks for.

    "lines" is "ir" for whoever compiles with `codegen.Options` that have no ``values``.

    Paths in it are absolute. With ``sources="own"`` they name the user's own files, with "kept" the copies that
    ``keep`` made of them. IR that came from no file is always kept, as ``<name>.ll``, and so is a source that is
    embedded in the debug info and lies in no file.
    """
    if debug == "none":
        return Attached(source.text)
    if debug in ("ir", "lines") or (debug == "auto" and not lines.has_debug_info(source.text)):
        return Attached(source.text, _ir_path(source, name, keep, sources))
    text = paths.embedded(_with_absolute_paths(source), keep)
    return Attached(text if sources == "own" else paths.kept(text, lambda path: _keep_file(path, keep)))


def _with_absolute_paths(source: Source) -> str:
    if not paths.may_be_relative(source.text):
        return source.text
    return paths.absolute(source.text, str(source.path.parent) if source.path else os.getcwd())


def _ir_path(source: Source, name: str, keep: Keep, sources: Sources) -> str:
    """Give the path under which a debugger finds the text; below the root where nothing could be kept."""
    own = source.path if source.is_ir_file else None
    if own and sources == "own":
        return str(own)
    filename = own.name if own else f"{name}.ll"
    return keep(filename, source.text.encode()) or f"/{filename}"


def _keep_file(path: str, keep: Keep) -> str | None:
    if path.startswith(_SYSTEM_HEADERS):
        return None
    try:
        return keep(os.path.basename(path), Path(path).read_bytes())
    except OSError:
        return None  # a debugger could not show it either
