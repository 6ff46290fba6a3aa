"""Images whose files this machine does not have, or not at their paths, brought here.

A program on another machine has them there, and the debugger's own file transfer brings them; one of this machine that
sees other files, as in a container, shows its own through the kernel (proc(5), ``/proc/<pid>/root``). What was brought
lies in memory, in a descriptor of the debugger, so that nothing of it remains.
"""

from __future__ import annotations

import os
from typing import Optional

from jitdbg.debugger import images
from jitdbg.debugger.adapter import CommandAdapter
from jitdbg.debugger.facts import CORE, Process
from jitdbg.errors import DebuggerError


class Fetched:
    """The images of one process that were brought; lives as long as the debugger."""

    def __init__(self, adapter: CommandAdapter) -> None:
        self._adapter = adapter
        self._descriptors: list[int] = []
        self._found: dict[tuple[str, str], tuple[str, str]] = {}

    def image(self, process: Optional[Process], path: str, build_id: str) -> tuple[str, str]:
        """Give the path of the image with a build-id, or an empty one and why it can't be had; once for each."""
        if process is None or process.kind == CORE:
            return "", "its file is gone"
        if (path, build_id) not in self._found:
            bring = self._transferred if process.remote else _seen_by
            self._found[path, build_id] = _checked(*bring(process, path), build_id)
        return self._found[path, build_id]

    def clear(self) -> None:
        """Give all of them up."""
        for descriptor in self._descriptors:
            os.close(descriptor)
        self._descriptors, self._found = [], {}

    def _transferred(self, process: Process, path: str) -> tuple[str, str]:
        del process
        try:
            descriptor = os.memfd_create(os.path.basename(path), os.MFD_CLOEXEC)
        except OSError as error:
            return "", f"there is no room for it: {error.strerror}"
        self._descriptors.append(descriptor)
        brought = f"/proc/self/fd/{descriptor}"
        try:
            self._adapter.receive_file(path, brought)
        except DebuggerError as error:
            return "", str(error)
        return brought, ""


def _seen_by(process: Process, path: str) -> tuple[str, str]:
    seen = f"/proc/{process.id}/root{path}"
    return (seen, "") if process.id and os.path.exists(seen) else ("", "its file is gone")


def _checked(path: str, lost: str, build_id: str) -> tuple[str, str]:
    found = images.find_file(path) if path else None
    if path and (found is None or found.build_id != build_id):
        return "", "its file is another by now"
    return path, lost
