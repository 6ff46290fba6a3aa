"""Names with versions (``.symver``), which an assembler writes as ``memcpy@GLIBC_2.2.5`` or ``f@@VERSION_2``.

References have them for an older version than the one that a library offers to everyone. Definitions in versions need
a version script that says which there are; images have none, and GNU ld refuses them without one too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jitdbg.errors import LinkError
from jitdbg.linker.diagnose import missing_version, versioned_definition
from jitdbg.linker.libraries import Providers, split_version
from jitdbg.linker.model import InputObject, Symbol


def take_versions(objects: Sequence[InputObject], symbols: Iterable[Symbol], known: Providers) -> None:
    """Give imports whose names say a version their plain names; refuse versions that there are not."""
    if not any(b"@" in item.strings for item in objects):
        return
    for symbol in symbols:
        name = symbol.name.decode("utf-8", "surrogateescape")
        plain, version = split_version(name)
        if version is None:
            continue
        if symbol.imported:
            if known.find(name) is None:
                raise LinkError(missing_version(symbol.object.name, plain, version))
            symbol.plain_name = plain.encode("utf-8", "surrogateescape")
        elif symbol.exported:
            raise LinkError(versioned_definition(symbol.object.name, plain, version))
