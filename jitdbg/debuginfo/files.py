"""Source files, as debug info names them."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import llvmlite.ir as ir

from jitdbg.debuginfo.nodes import Node, checked_name, checked_owner, checked_text, quoted
from jitdbg.errors import DebugInfoError

_MD5 = re.compile(r"[0-9a-f]{32}", re.ASCII)


class File(Node):
    """A source file; ``directory`` is absolute, ``checksum`` the MD5 of its bytes in hexadecimal, or None.

    ``source`` is the text that is to lie in the debug info itself, or None.
    """

    is_scope = True

    def __init__(
        self, module: ir.Module, path: str | os.PathLike[str], directory: str | os.PathLike[str] | None,
        source: str | None, checksum: str | None,
    ) -> None:  # fmt: skip
        self.filename = checked_name("file", _path(path))
        self.directory = os.path.abspath(checked_text(f"the directory of {self.filename}", _path(directory or "")))
        self.source = None if source is None else checked_text(f"the source {self.filename}", source)
        self.checksum = self._found_checksum() if checksum is None else str(checksum).lower()
        if self.checksum is not None and not _MD5.fullmatch(self.checksum):
            raise DebugInfoError(f"{checksum!r} is no MD5 of {self.filename}: give 32 hexadecimal digits")
        super().__init__(module)

    @property
    def path(self) -> str:
        """The absolute path."""
        return os.path.join(self.directory, self.filename)

    def _found_checksum(self) -> str | None:
        """Give the MD5 of the text that is given or on disk; debuggers compare it to what they find."""
        try:
            data = (
                Path(self.path).read_bytes() if self.source is None else self.source.encode("utf-8", "surrogateescape")
            )
        except OSError:
            return None
        return hashlib.md5(data, usedforsecurity=False).hexdigest()

    def __str__(self) -> str:
        return self.defined(
            "DIFile", filename=quoted(self.filename), directory=quoted(self.directory),
            checksumkind=self.checksum and "CSK_MD5", checksum=self.checksum and quoted(self.checksum),
            source=None if self.source is None else quoted(self.source),
        )  # fmt: skip


def _path(path: str | os.PathLike[str]) -> str:
    """Give a path as a string; what is none, as it is, for who refuses it."""
    return os.fspath(path) if isinstance(path, os.PathLike) else path


def checked_file(file: File, module: ir.Module) -> File:
    """Refuse what is no file of the module's."""
    if not isinstance(file, File):
        raise DebugInfoError(f"{file!r} is given as a file: give what DIBuilder.file has made")
    return checked_owner(file, module, "code lies in a file")
