"""Images whose files are gone, out of the copies that a core dump has kept (`jitdbg.store.copies`)."""

from __future__ import annotations

from collections.abc import Mapping

from jitdbg.postmortem.core import Core
from jitdbg.store.copies import find_copies


def recovered_images(core: Core) -> Mapping[str, bytes]:
    """Give the images that a core has copies of, by their build-ids in hexadecimal; damaged ones are left out."""
    found: dict[str, bytes] = {}
    for start, size in core.areas():
        memory = core.memory(start, size)
        for copy in find_copies(memory):
            if (image := copy.unpack(memory)) is not None:
                found[copy.build_id.hex()] = image
    return found
