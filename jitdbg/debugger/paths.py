"""Paths of what was loaded, without symbolic links: the same file by the same name, whoever names it."""

from __future__ import annotations

import os
import stat


def real_path(path: str) -> str:
    """Resolve symbolic links, where they lead to a file: those of a memfd (``/proc/<pid>/fd/<n>``) don't."""
    resolved = os.path.realpath(path)
    return resolved if os.path.exists(resolved) else path


class RealPaths:
    """Resolves many paths of few folders, each folder once; made for one listing, since links can change."""

    def __init__(self) -> None:
        self._folders: dict[str, str] = {}

    def __getitem__(self, path: str) -> str:
        folder, name = os.path.split(path)
        if folder not in self._folders:
            self._folders[folder] = os.path.realpath(folder)
        resolved = os.path.join(self._folders[folder], name)
        try:
            is_link = stat.S_ISLNK(os.lstat(resolved).st_mode)
        except (OSError, ValueError):
            return path  # There is no such file here: gone since, or of another machine.
        return real_path(path) if is_link or name in ("", ".", "..") else resolved
