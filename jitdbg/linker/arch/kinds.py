"""What relocations are made of, on any architecture: an operand, a form, and how the two are said in errors.

The value of a relocation is ``operand + A`` or ``operand + A - P``, with A the addend and P the address of the place.
So a column of relocations is worked through with an operand for each different ``r_info`` and one form.
"""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable
from dataclasses import dataclass, field


class Operand(enum.Enum):
    """What is taken from the symbol; the letters are the psABI's."""

    ADDRESS = enum.auto()  # S
    CALL = enum.auto()  # L, or S where the call needs no stub
    GOT_ENTRY = enum.auto()  # the address of the GOT entry: GOT + G
    GOT_INDEX = enum.auto()  # G: the offset of the entry from the GOT's start
    FROM_GOT = enum.auto()  # S - GOT
    CALL_FROM_GOT = enum.auto()  # L - GOT
    GOT = enum.auto()  # GOT
    SIZE = enum.auto()  # Z
    THREAD_PAIR = enum.auto()  # the address of the (module, offset) pair of general-dynamic TLS
    THREAD_MODULE = enum.auto()  # the address of the (module, 0) pair of local-dynamic TLS
    THREAD_OFFSET = enum.auto()  # S - start of the thread-local block
    THREAD_POINTER_ENTRY = enum.auto()  # the address of the entry with the offset from the thread pointer
    THREAD_POINTER_OFFSET = enum.auto()  # that offset itself, filled in by the loader
    THREAD_DESCRIPTOR = enum.auto()  # the address of the TLS descriptor
    EXECUTABLE_ONLY = enum.auto()  # local-exec TLS: no shared library can have it
    NOTHING = enum.auto()  # a mark for the linker


@dataclass(frozen=True)
class Form:
    """How a value is stored: ``code`` is the struct module's, ``low`` to ``high`` (exclusive) what it can take."""

    width: int
    code: str
    low: int
    high: int
    relative: bool = False
    pack_into: Callable[..., None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "pack_into", struct.Struct(self.code).pack_into)


@dataclass(frozen=True)
class Kind:
    """A relocation type: its name, operand and form; a ``relaxable`` load from the GOT may become cheaper."""

    name: str
    operand: Operand
    form: Form
    relaxable: bool = False
