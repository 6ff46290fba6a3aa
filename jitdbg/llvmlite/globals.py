"""What MCJIT does with a module's globals and an image can't do by itself.

A name that several modules define as ``common`` is one variable for all of them, whichever is loaded first: the engine
keeps its memory, and the modules only refer to it. Constructors and destructors run when the engine is told to: their
lists become variables that the system's loader does not know.

Modules are edited as LLVM prints them, which is always in the same form.
"""

from __future__ import annotations

import ctypes
import re
import struct
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

from jitdbg import irtext
from jitdbg.dylib import Dylib

CONSTRUCTORS: Final = "__jitdbg_constructors_"
DESTRUCTORS: Final = "__jitdbg_destructors_"

UNSEEN: Final = ("internal", "private", "available_externally", "appending")
"""The linkage of what no other module sees."""
AGREED: Final = ("common", "linkonce_odr", "weak_odr")
"""The linkage of what is the same in all modules that define it."""

_LISTS: Final = {"ctors": CONSTRUCTORS, "dtors": DESTRUCTORS}
_ENTRY: Final = struct.Struct("<i4xQQ")
_COMMON = re.compile(
    rf"^@({irtext.NAME}) = common ((?:[\w()]+ )*)global (.+) (?:null|zeroinitializer|false|0(?:\.0+e\+00)?)(?=,|$)",
    re.MULTILINE,
)
_LIST = re.compile(r"^@llvm\.global_([cd]tors) = appending (?:[\w()]+ )*global (?=\[(\d+) x)", re.MULTILINE)
_DEFINED = re.compile(rf"^(?:define |module asm |@{irtext.NAME} = (?!extern))", re.MULTILINE)
_DEFINES = re.compile(rf"^(?:define (\S+) [^@\n]*@({irtext.NAME})\(|@({irtext.NAME}) = (?!extern)(\S+) )", re.MULTILINE)
_DECLARED = re.compile(rf"^(?:declare [^@\n]*@({irtext.NAME})\(|@({irtext.NAME}) = extern(?:al|_weak) )", re.MULTILINE)


class Globals:
    """The addresses that an engine has given to names: mappings of its user's, and ``common`` variables."""

    def __init__(self, define: Callable[[str, int], None]) -> None:
        self._define = define
        self._addresses: dict[str, int] = {}
        self._memory: dict[str, Any] = {}
        self._users: Counter[str] = Counter()

    def map(self, name: str, address: int) -> None:
        """Let ``name`` mean ``address``."""
        self._addresses[name] = address
        self._define(name, address)

    def find(self, name: str) -> int | None:
        """Give the address of ``name``, None where it has none here."""
        return self._addresses.get(name)

    def reserve(self, names: Iterable[str], size: int, alignment: int = 8) -> None:
        """Give common variables of a module their memory, ``size`` zeroed bytes each, where they have none yet."""
        for name in names:
            self._users[name] += 1
            if name not in self._addresses:
                memory = self._memory[name] = ctypes.create_string_buffer(size + alignment)
                address = ctypes.addressof(memory)
                self.map(name, address + -address % alignment)

    def take(self, text: str, module: Any, target_data: Any, reserved: list[str]) -> str:
        """Return the IR of ``module`` without what is not the image's own.

        The names of its common variables are added to ``reserved``, which are those that have their memory already.
        """
        if "@llvm.global_" in text:
            text = _LIST.sub(lambda found: f"@{_LISTS[found[1]]}{found[2]}_{uuid.uuid4().hex} = global ", text)
        if " = common " not in text:
            return text
        for found in _COMMON.finditer(text):
            name = irtext.name_at(text, *found.span(1))
            if name not in reserved:
                kind = module.get_global_variable(name).global_value_type
                self.reserve([name], target_data.get_abi_size(kind), target_data.get_abi_alignment(kind))
                reserved.append(name)
        return _COMMON.sub(r"@\1 = external \2global \3", text)

    def drop(self, names: Iterable[str]) -> None:
        """Take note that a module is gone which had these common variables; the last one's memory is given back."""
        for name in names:
            self._users[name] -= 1
            if not self._users[name]:
                del self._users[name], self._memory[name], self._addresses[name]


def is_empty(text: str) -> bool:
    """Say whether the IR of a module defines nothing."""
    return not _DEFINED.search(text)


def defined(text: str) -> dict[str, str]:
    """List the names that the IR of a module defines, each with its linkage, or another word for one that has none."""
    return {
        irtext.name_at(text, *found.span(2 if found[2] else 3)): found[1] or found[4]
        for found in _DEFINES.finditer(text)
    }


def declared(text: str) -> list[str]:
    """List the names that the IR of a module refers to and does not define."""
    return [irtext.name_at(text, *found.span(found.lastindex or 1)) for found in _DECLARED.finditer(text)]


def run_listed(dylib: Dylib, kind: str) -> None:
    """Call the constructors or destructors of a dylib, as MCJIT does: one after the other, whatever their priority."""
    for name, address in dylib.current.addresses.items():
        if name.startswith(kind):
            count = int(name.removeprefix(kind).partition("_")[0])
            for _, function, _ in _ENTRY.iter_unpack(ctypes.string_at(address, count * _ENTRY.size)):
                if function:
                    ctypes.CFUNCTYPE(None)(function)()
