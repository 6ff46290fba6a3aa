"""What a link is told besides its objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from jitdbg.elf.note import Module


class Options(NamedTuple):
    """The choices for one image, whichever linker makes it; ``jitdbg.linker.link`` says what each one means."""

    soname: str
    build_id: bytes | None
    modules: Sequence[Module]
    ir: Sequence[bytes]
    bindings: Mapping[str, int]
    libraries: tuple[str, ...] | None
    interposable: bool
    strip_debug: bool
    relro: bool
