"""What relocations are made of, on any architecture: an operand, a form, and how the two are said in errors.

The value of a relocation is ``operand + A`` or ``operand + A - P``, with A the addend and P the address of the place.
So a column of relocations is worked through with an operand for each different ``r_info`` and one form.

Where a value does not stand in bytes of its own but in a part of an instruction, the form has a field.
"""

from __future__ import annotations

import dataclasses
import enum
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from jitdbg.locks import cached_property


class Operand(enum.IntEnum):
    """What is taken from the symbol; the letters are the psABI's."""

    ADDRESS = enum.auto()  # S
    CALL = enum.auto()  # L, or S where the call needs no stub
    GOT_ENTRY = enum.auto()  # the address of the GOT entry: GOT + G
    GOT_INDEX = enum.auto()  # G: the offset of the entry from the GOT's start
    GOT_PAGE_INDEX = enum.auto()  # the offset of the entry from the start of the 4 KiB page that the GOT begins in
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


@dataclass(frozen=True, eq=False)
class Field:
    """The part of a 32-bit instruction that takes a value: ``mask`` says which bits, ``encode`` makes them of a value.

    ``align`` is what the value has to be a multiple of. ``measure`` gives, of the relocation's value and the place's
    address, what is stored, where that is not the value itself.
    """

    mask: int
    encode: Callable[[int], int]
    align: int = 1
    measure: Callable[[int, int], int] | None = None


@dataclass(frozen=True, eq=False)
class Form:
    """How a value is stored: ``code`` is the struct module's, ``low`` to ``high`` (exclusive) what it can take.

    ``relative`` forms take ``P`` off, or so much of the value that it is the same wherever the image is loaded.
    ``pack_into(buffer, offset, value)`` stores and raises struct.error for what does not fit; ``remedy`` is what
    the user can do then.
    """

    width: int
    code: str
    low: int
    high: int
    relative: bool = False
    field: Field | None = None
    remedy: str = "make the image smaller, or compile with a larger code model"
    pack_into: Callable[..., None] = dataclasses.field(init=False, repr=False, compare=False)
    measure: Callable[[int, int], int] | None = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        store = _inserter(self, self.field) if self.field else struct.Struct(self.code).pack_into
        object.__setattr__(self, "pack_into", store)
        object.__setattr__(self, "measure", self.field.measure if self.field else None)

    @property
    def is_unsigned(self) -> bool:
        """Whether ``pack_into`` takes values without sign."""
        return self.code.isupper()

    @property
    def bits(self) -> int:
        """How many bits there are for a value, for messages."""
        return (self.high - 1).bit_length() + (self.low < 0) if self.field else self.width * 8


def _inserter(form: Form, field: Field) -> Callable[[bytearray, int, int], None]:
    low, high, odd, encode, keep = form.low, form.high, field.align - 1, field.encode, ~field.mask
    unpack_from, pack_into = _INSTRUCTION.unpack_from, _INSTRUCTION.pack_into

    def insert(code: bytearray, offset: int, value: int) -> None:
        if not low <= value < high or value & odd:
            raise struct.error("the value does not fit into the instruction")
        pack_into(code, offset, unpack_from(code, offset)[0] & keep | encode(value))

    return insert


_INSTRUCTION = struct.Struct("<I")


@dataclass(frozen=True, eq=False)
class Kind:
    """A relocation type: its name, operand and form; a ``relaxable`` load from the GOT may become cheaper."""

    name: str
    operand: Operand
    form: Form
    relaxable: bool = False

    @cached_property
    def direct(self) -> bool:
        """Whether nothing but the form's arithmetic is needed where the symbol is the image's own."""
        return self.operand is Operand.CALL or (self.operand is Operand.ADDRESS and self.form.relative)


@cache
def direct_forms(arch: ModuleType) -> dict[int, Form]:
    """Return the forms of an architecture's direct relocation types."""
    return {r_type: kind.form for r_type, kind in arch.KINDS.items() if kind.direct}


@cache
def plain_forms(arch: ModuleType) -> dict[int, Form]:
    """Return the forms of the types whose operand is the symbol's address where the symbol is the image's own."""
    plain = (Operand.ADDRESS, Operand.CALL)
    return {r_type: kind.form for r_type, kind in arch.KINDS.items() if kind.operand in plain}
