"""``.gnu.version`` and ``.gnu.version_r``: which version of an import is meant, and which libraries are needed.

Source: LSB 5.0 core 10.7 "Symbol Versioning".
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from jitdbg.elf import constants as c
from jitdbg.elf.hash import sysv_hash
from jitdbg.linker.libraries import Providers
from jitdbg.linker.model import Symbol
from jitdbg.linker.synthesise.dynamic_symbols import DynamicStrings

_VERNEED = struct.Struct("<HHIII")
_VERNAUX = struct.Struct("<IHHII")


class Versions:
    """What the runtime libraries say of the imports.

    ``needed`` are the SONAMEs for DT_NEEDED, in the order of first use; ``library_count`` is how many of them appear in
    ``.gnu.version_r``.
    """

    def __init__(self, imported: Sequence[Symbol], known: Providers, strings: DynamicStrings) -> None:
        self._strings = strings
        self._indices: dict[tuple[str, str], int] = {}
        self.needed: list[str] = []
        self._columns = [self._index(known, symbol) for symbol in imported]
        self.library_count = len({library for library, _ in self._indices})
        for text in (*self.needed, *(version for _, version in self._indices)):
            strings.add(text.encode())

    def __bool__(self) -> bool:
        return bool(self._indices)

    def _index(self, known: Providers, symbol: Symbol) -> int:
        export = known.find(symbol.name.decode("utf-8", "surrogateescape"))
        if export is None:
            return c.VER_NDX_GLOBAL
        if export.soname not in self.needed:
            self.needed.append(export.soname)
        if export.version is None:
            return c.VER_NDX_GLOBAL
        # 0 and 1 are taken for local and unversioned symbols.
        return self._indices.setdefault((export.soname, export.version), len(self._indices) + 2)

    def symbol_versions(self, exported: int) -> bytes:
        """Return the contents of ``.gnu.version`` for the imports and ``exported`` symbols after them."""
        versions = [0, *self._columns, *[c.VER_NDX_GLOBAL] * exported]
        return struct.pack(f"<{len(versions)}H", *versions)

    def requirements(self) -> bytes:
        """Return the contents of ``.gnu.version_r``."""
        libraries: dict[str, list[tuple[str, int]]] = {}
        for (library, version), index in self._indices.items():
            libraries.setdefault(library, []).append((version, index))
        parts = []
        for number, (library, versions) in enumerate(libraries.items(), 1):
            size = _VERNEED.size + len(versions) * _VERNAUX.size
            following = size if number < len(libraries) else 0
            name = self._strings.add(library.encode())
            parts.append(_VERNEED.pack(1, len(versions), name, _VERNEED.size, following))
            for position, (version, index) in enumerate(versions, 1):
                text = version.encode()
                step = _VERNAUX.size if position < len(versions) else 0
                parts.append(_VERNAUX.pack(sysv_hash(text), 0, index, self._strings.add(text), step))
        return b"".join(parts)
