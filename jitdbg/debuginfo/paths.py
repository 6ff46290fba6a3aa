"""Where a module's debug info says that its source files lie: in the ``DIFile`` nodes of its text.

Debuggers want absolute directories: with a relative ``DW_AT_comp_dir``, lldb gives an IDE a bare file name, and gdb
looks in the program's working directory and then never binds a breakpoint, without a word. And a debugger shows what
is in a file now: so the files of a generation may be copied, and its debug info led to the copies. Nor can every
debugger read a text that is embedded in the debug info (gdb 18 can't): where it lies in no file, it gets one.

The text needs no blanking here: a ``DIFile`` has quotes, which a string can't hold, and one in a comment does no harm.
"""

from __future__ import annotations

import ntpath
import os
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from jitdbg.irtext import Edit, Span, edited, escaped, unescaped

_SPACE = r"(?:\s|;[^\n]*|/\*.*?\*/)*"
_FILE = re.compile(rf'!DIFile{_SPACE}\(((?:[^")/;]|"[^"]*"|;[^\n]*|/\*.*?\*/)*)\)', re.ASCII | re.DOTALL)
_FIELD = re.compile(rf'(\w+){_SPACE}:{_SPACE}(?:"([^"]*)"|\w+)', re.ASCII | re.DOTALL)


class _File(NamedTuple):
    """A DIFile node's paths, and where they stand in the text (without the quotes)."""

    filename: str
    directory: str
    filename_span: Span
    directory_span: Span
    source: str | None

    @property
    def path(self) -> str:
        return os.path.join(self.directory, self.filename)


def may_be_relative(text: str) -> bool:
    """Say whether a source file may depend on a working directory: quickly, and rightly where it is denied."""
    node = text.find("!DIFile")
    while node >= 0:
        end = text.find(")", node)  # of the node, or a bracket in a name before that
        if end < 0 or text.find('directory: "/', node, end) < 0:
            return True
        node = text.find("!DIFile", end)
    return False


def absolute(text: str, base: str) -> str:
    """Return IR text in which no source file depends on a working directory: ``base`` (absolute) takes its place.

    A relative directory is one below ``base``; an empty one becomes ``base``, unless the file name is absolute.
    """
    edits: list[Edit] = []
    for file in _files(text):
        named = file.directory or ("." if not _is_absolute(file.filename) else "/")
        if not _is_absolute(named):
            edits.append((*file.directory_span, escaped(os.path.normpath(os.path.join(base, named)))))
    return edited(text, edits) if edits else text


def kept(text: str, keep: Callable[[str], str | None]) -> str:
    """Return IR text whose debug info names copies of its source files.

    ``keep`` is called once for each file that exists, with its absolute path, and returns that of the copy, or None
    to leave this file where it is. Files with a relative directory are left too: `absolute` comes first.
    """
    copies: dict[str, str | None] = {}
    edits: list[Edit] = []
    for file in _files(text):
        if file.path not in copies:
            copies[file.path] = keep(file.path) if os.path.isabs(file.path) and os.path.isfile(file.path) else None
        copy = copies[file.path]
        if copy is not None:
            edits.append((*file.filename_span, escaped(copy)))
    return edited(text, edits) if edits else text


def embedded(text: str, keep: Callable[[str, bytes], str | None]) -> str:
    """Return IR text whose debug info names copies of the source files that lie in it and nowhere else.

    ``keep`` is called with the file's name, without directories, and its bytes, once for each name; it returns the
    copy's path, or None to leave this file where it is.
    """
    if "source:" not in text:
        return text
    copies: dict[str, str | None] = {}
    edits: list[Edit] = []
    for file in _files(text):
        name = os.path.basename(file.filename)
        if file.source is None or name in copies or os.path.isfile(file.path):
            continue
        copy = copies[name] = keep(name, file.source.encode("utf-8", "surrogateescape"))
        if copy is not None:
            edits.append((*file.filename_span, escaped(copy)))
    return edited(text, edits) if edits else text


def _files(text: str) -> Iterator[_File]:
    """Yield the DIFile nodes of a text, in order."""
    for node in _FILE.finditer(text):
        fields = {field[1]: field.span(2) for field in _FIELD.finditer(text, *node.span(1)) if field[2] is not None}
        if "filename" in fields and "directory" in fields:
            filename, directory = fields["filename"], fields["directory"]
            source = unescaped(text[slice(*fields["source"])]) if "source" in fields else None
            yield _File(
                unescaped(text[slice(*filename)]), unescaped(text[slice(*directory)]), filename, directory, source
            )


def _is_absolute(path: str) -> bool:
    """Say whether a path is absolute here or on the Windows machine that it may come from."""
    return os.path.isabs(path) or bool(ntpath.splitdrive(path)[0])
