"""The types of debug info. `DIBuilder` makes them; sizes, alignments and offsets are in bits, as LLVM has them.

Structures are laid out as C does it, and as LLVM does it for a structure type of the same members that is not packed.
Where a language does otherwise, it gives offsets. A structure may be referred to before it has members; what holds it
*by value* needs its size, and from then on it can get no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import llvmlite.ir as ir

from jitdbg.debuginfo.files import File
from jitdbg.debuginfo.nodes import (
    Node,
    checked_line,
    checked_mapping,
    checked_name,
    checked_scope,
    checked_text,
    listed,
    quoted,
    spelled,
)
from jitdbg.errors import DebugInfoError

POINTER_BITS = 64
_LARGEST_SIZE = 0xFFFF_FFFF

_OF_INTEGERS: Final = frozenset(("signed", "signed_char", "unsigned", "unsigned_char", "boolean", "UTF"))
_OF_OTHERS = (
    "address complex_float float imaginary_float packed_decimal numeric_string edited signed_fixed unsigned_fixed "
    "decimal_float UCS ASCII"
)
_ENCODINGS: Final = frozenset(f"DW_ATE_{encoding}" for encoding in (*_OF_INTEGERS, *_OF_OTHERS.split()))

_SIZES: Final = {
    "DW_ATE_float": (16, 32, 64, 80, 128),
    "DW_ATE_complex_float": (32, 64, 128, 256),
    "DW_ATE_decimal_float": (32, 64, 128),
    "DW_ATE_UTF": (8, 16, 32),
}
"""The bits of which gdb or lldb show values, found with gdb 13 and lldb 22; lldb dies of other complex ones, gdb of
characters of 64."""

WIDE_CHARACTERS: Final = {16: "char16_t", 32: "char32_t"}
"""The names by which gdb (13 to 18) knows wide characters, by their bits; in C it dies of values of others."""


class Layout(NamedTuple):
    """Size and alignment of a value, in bits."""

    size: int
    align: int


class Type(Node):
    """A type; ``name`` is empty where it has none."""

    name = ""
    held_by: ir.Type | None = None
    """The type of llvmlite's that was found last to have room for a value."""

    def layout(self) -> Layout:
        """Give size and alignment. Raises `DebugInfoError` for a type whose values have no size."""
        raise DebugInfoError(f"{self.described} has no size: use a pointer to it")

    @property
    def described(self) -> str:
        """What an error calls the type."""
        return f"type {self.name!r}" if self.name else "a type without name"

    def holds(self, wanted: Type) -> bool:
        """Say whether a value of this type is one of ``wanted``, or has one in it."""
        return self is wanted


def checked_type(type: Type, module: ir.Module, what: str, name: str = "") -> Type:
    """Refuse what is no type of debug info, and what is one of another module: its number is another node's here."""
    if isinstance(type, Type) and type.module is module:
        return type
    named = f"{what} {name!r}" if name else what
    if not isinstance(type, Type):
        raise DebugInfoError(f"{named} has {type!r} as its type: give a type that a DIBuilder has made")
    raise DebugInfoError(
        f"{named} has {type.described} of another module as its type: make it with a DIBuilder of module "
        f"{module.name!r}"
    )


class BasicType(Type):
    """A type that consists of no others (DW_TAG_base_type).

    ``standard`` is the equal one whose name debuggers know: the type is then a typedef of that.
    """

    def __init__(
        self, module: ir.Module, name: str, size: int, encoding: str, standard: BasicType | None = None
    ) -> None:
        self.name, self.size, self.encoding, self.standard = checked_name("type", name), size, encoding, standard
        if size.__class__ is not int or not 0 < size <= _LARGEST_SIZE:
            raise DebugInfoError(f"type {name!r} has a size of {size!r} bits: give a number from 1 to {_LARGEST_SIZE}")
        if not isinstance(encoding, str) or encoding not in _ENCODINGS:
            raise DebugInfoError(
                f"type {name!r} has the encoding {encoding!r}: give one of DWARF's, such as DW_ATE_signed"
            )
        if size not in _SIZES.get(encoding, (size,)):
            known = ", ".join(map(str, _SIZES[encoding]))
            raise DebugInfoError(
                f"type {name!r} has {size} bits, and no debugger shows a {encoding} of so many: give one of {known}"
            )
        in_bytes = -(-size // 8) * 8
        # The power of two that C aligns it to.
        self._layout = Layout(in_bytes, min(1 << (in_bytes - 1).bit_length(), 128))
        super().__init__(module)

    @property
    def is_signed(self) -> bool:
        """Whether it holds negative numbers."""
        return self.encoding in ("DW_ATE_signed", "DW_ATE_signed_char", "DW_ATE_float")

    @property
    def is_integer(self) -> bool:
        """Whether its values are whole numbers."""
        return self.encoding.removeprefix("DW_ATE_") in _OF_INTEGERS

    def layout(self) -> Layout:
        """Give size and alignment."""
        return self._layout

    def __str__(self) -> str:
        if self.standard:
            tag = "DW_TAG_typedef"
            return self.defined("DIDerivedType", tag=tag, name=quoted(self.name), baseType=self.standard)
        return self.defined("DIBasicType", name=quoted(self.name), size=self.size, encoding=self.encoding)


class UnspecifiedType(Type):
    """A type of which nothing is known but the name (DW_TAG_unspecified_type)."""

    def __init__(self, module: ir.Module, name: str) -> None:
        self.name = checked_name("type", name)
        super().__init__(module)

    def __str__(self) -> str:
        return self.defined("DIBasicType", tag="DW_TAG_unspecified_type", name=quoted(self.name))


class PointerType(Type):
    """A pointer or reference, by its tag; to ``base``, where None is what C calls void."""

    def __init__(self, module: ir.Module, tag: str, base: Type | None) -> None:
        self.tag, self.base = tag, None if base is None else checked_type(base, module, "what is pointed to")
        super().__init__(module)

    def layout(self) -> Layout:
        """Give size and alignment."""
        return Layout(POINTER_BITS, POINTER_BITS)

    def __str__(self) -> str:
        return self.defined("DIDerivedType", tag=self.tag, baseType=self.base or "null", size=POINTER_BITS)


class QualifiedType(Type):
    """Another type under a qualifier or, with a name, under that name (DW_TAG_typedef)."""

    def __init__(
        self, module: ir.Module, tag: str, base: Type | None, name: str = "", file: File | None = None, line: int = 0
    ) -> None:
        self.tag, self.base, self.name, self.file = tag, base, checked_text("the typedef's name", name), file
        if base is not None:
            checked_type(base, module, "typedef" if name else "what is qualified", name)
        self.line = checked_line(line, "typedef", name)
        super().__init__(module)

    @property
    def described(self) -> str:
        """What an error calls the type."""
        return super().described if self.name else f"a qualified {self.base.described if self.base else 'void'}"

    def layout(self) -> Layout:
        """Give size and alignment."""
        return self.base.layout() if self.base else super().layout()

    def holds(self, wanted: Type) -> bool:
        """Say whether a value has a ``wanted`` in it."""
        return self is wanted or (self.base is not None and self.base.holds(wanted))

    def __str__(self) -> str:
        named = {"name": quoted(self.name), "file": self.file, "line": self.line} if self.name else {}
        return self.defined("DIDerivedType", tag=self.tag, **named, baseType=self.base or "null")


class ArrayType(Type):
    """An array or a vector of ``element``, with a count for each dimension, the outermost first.

    A count is a number, a variable that holds it, or None for an array of unknown size.
    """

    def __init__(
        self, module: ir.Module, element: Type, counts: Sequence[int | Node | None], lower_bound: int | None, flags: str
    ) -> None:
        self.element, self.counts, self.lower_bound, self.flags = element, counts, lower_bound, flags
        self._element_layout = checked_type(element, module, "an array's element").layout()
        if lower_bound is not None and not (lower_bound.__class__ is int and abs(lower_bound) < 1 << 63):
            raise DebugInfoError(
                f"an array of {element.described} begins at {lower_bound!r}: give its first index, an integer"
            )
        if not counts or not all(count is None or _is_count(count) for count in counts):
            raise DebugInfoError(
                f"an array of {element.described} has the counts {list(counts)}: give numbers not below 0, variables "
                "that hold some, or None"
            )
        super().__init__(module)

    @property
    def described(self) -> str:
        """What an error calls the type."""
        return f"an array of {self.element.described}"

    def layout(self) -> Layout:
        """Give size and alignment."""
        size = self._size()
        if size is None:
            raise DebugInfoError(f"{self.described} has no fixed size: use a pointer to it")
        return Layout(size, size if self.flags else self._element_layout.align)

    def _size(self) -> int | None:
        size = -(-self._element_layout.size // self._element_layout.align) * self._element_layout.align
        for count in self.counts:
            if not isinstance(count, int):
                return None
            size *= count
        return size

    def holds(self, wanted: Type) -> bool:
        """Say whether a value has a ``wanted`` in it."""
        return self is wanted or self.element.holds(wanted)

    def __str__(self) -> str:
        bounds = [spelled("DISubrange", count=count, lowerBound=self.lower_bound) for count in self.counts]
        flags = self.flags or None
        fields = {"baseType": self.element, "size": self._size(), "flags": flags, "elements": listed(bounds)}
        return self.defined("DICompositeType", tag="DW_TAG_array_type", **fields)


def _is_count(count: object) -> bool:
    """Say whether it is a number of things, or a variable that holds one."""
    return 0 <= count < 1 << 63 if count.__class__ is int else isinstance(count, Node) and not isinstance(count, Type)


def _can_be_field(type: Type | None) -> bool:
    """Say whether C lets a bit-field be of a type."""
    while isinstance(type, QualifiedType):
        type = type.base
    return isinstance(type, EnumerationType) or (isinstance(type, BasicType) and type.is_integer)


class Member(Node):
    """A member of a structure or union; ``bits`` is the width of a bit-field, None for other members."""

    def __init__(
        self, module: ir.Module, owner: StructType, name: str, base: Type, line: int, size: int, offset: int,
        bits: int | None,
    ) -> None:  # fmt: skip
        self.owner, self.name, self.base, self.line = owner, name, base, line
        self.size, self.offset, self.bits = size, offset, bits
        super().__init__(module)

    def __str__(self) -> str:
        is_field = self.bits is not None
        # The unit that the bit-field lies in; DWARF from version 4 on does not need it, CodeView does.
        unit = f"i64 {self.offset // self.base.layout().size * self.base.layout().size}" if is_field else None
        return self.defined(
            "DIDerivedType", tag="DW_TAG_member", name=quoted(self.name) if self.name else None, scope=self.owner,
            file=self.owner.file, line=self.line, baseType=self.base, size=self.size, offset=self.offset or None,
            flags="DIFlagBitField" if is_field else None, extraData=unit,
        )  # fmt: skip


class StructType(Type):
    """A structure or union, by its tag; `member` adds to it."""

    is_scope = True

    def __init__(
        self, module: ir.Module, tag: str, name: str, file: File, line: int, scope: Node | None,
        *, packed: bool, opaque: bool,
    ) -> None:  # fmt: skip
        self.tag, self.name, self.file = tag, checked_text("the name of a structure or union", name), file
        self.scope = None if scope is None else checked_scope(scope, module, self.described)
        self.packed, self.opaque = packed, opaque
        self.line = checked_line(line, self.described)
        self.members: list[Member] = []
        self._end, self._align = 0, 8
        self._used = False
        super().__init__(module)

    @property
    def described(self) -> str:
        """What an error calls the type."""
        kind = "union" if self.is_union else "struct"
        return f"{kind} {self.name!r}" if self.name else f"a {kind} without name"

    @property
    def is_union(self) -> bool:
        """Whether the members lie all at the beginning."""
        return self.tag == "DW_TAG_union_type"

    def member(
        self, name: str, type: Type, line: int = 0, *, offset: int | None = None, bits: int | None = None
    ) -> StructType:
        """Add a member and return the structure.

        It lies where C would have it, or at ``offset`` bits. ``bits`` makes it a bit-field of that width. An empty
        name is for a member whose own members count as the structure's.
        """
        self._refuse(
            checked_text(f"a member's name in {self.described}", name),
            checked_type(type, self.module, f"{self.described}, in its member", name),
        )
        size, align = type.layout()
        align = 8 if self.packed else align
        if bits is not None and not _can_be_field(type):
            raise DebugInfoError(
                f"bit-field {name!r} of {self.described} is of {type.described}: give an integer type or an enumeration"
            )
        if bits is not None and not (bits.__class__ is int and 0 < bits <= size):
            raise DebugInfoError(
                f"bit-field {name!r} of {self.described} has {bits!r} of the {size} bits of its type: give less"
            )
        if offset is not None and not (offset.__class__ is int and 0 <= offset < 1 << 63):
            raise DebugInfoError(
                f"member {name!r} of {self.described} lies at {offset!r} bits: give its offset, not below 0"
            )
        if offset is None:
            offset = self._next_offset(size, align, bits)
        size = size if bits is None else bits
        line = checked_line(line, "member", name) or self.line
        self.members.append(Member(self.module, self, name, type, line, size, offset, bits))
        self._end, self._align = max(self._end, offset + size), max(self._align, align)
        self.opaque = False
        return self

    def _refuse(self, name: str, type: Type) -> None:
        if type.holds(self):
            raise DebugInfoError(
                f"{self.described} would contain itself by value, through its member {name!r}: use a pointer there"
            )
        if self._used:
            raise DebugInfoError(
                f"{self.described} gets the member {name!r} after something holds it by value: give it all its "
                "members before"
            )
        if name and any(member.name == name for member in self.members):
            raise DebugInfoError(f"{self.described} has two members {name!r}: give them different names")

    def _next_offset(self, size: int, align: int, bits: int | None) -> int:
        end = 0 if self.is_union else self._end
        if bits is None:
            return -(-end // align) * align
        # A bit-field follows the last one where it then lies within one aligned unit of its type (System V ABI).
        fits = self.packed or end // size == (end + bits - 1) // size
        return end if fits else -(-end // align) * align

    def layout(self) -> Layout:
        """Give size and alignment; from then on, there can be no more members."""
        if self.opaque:
            raise DebugInfoError(f"{self.described} is opaque, its size not known: give it members or use a pointer")
        self._used = True
        return Layout(self._size(), self._align)

    def _size(self) -> int:
        return -(-self._end // self._align) * self._align

    def holds(self, wanted: Type) -> bool:
        """Say whether a value has a ``wanted`` in it."""
        return self is wanted or any(member.base.holds(wanted) for member in self.members)

    def __str__(self) -> str:
        name = quoted(self.name) if self.name else None
        place = {"tag": self.tag, "name": name, "scope": self.scope, "file": self.file, "line": self.line}
        if self.opaque:
            return self.distinct("DICompositeType", **place, flags="DIFlagFwdDecl")
        return self.distinct("DICompositeType", **place, size=self._size(), elements=listed(self.members))


class EnumerationType(Type):
    """Names for some values of ``base``."""

    def __init__(
        self, module: ir.Module, name: str, base: BasicType, values: Mapping[str, int], file: File, line: int,
        scope: Node | None,
    ) -> None:  # fmt: skip
        self.name, self.base, self.file = checked_text("an enumeration's name", name), base, file
        self.values = dict(checked_mapping(values, f"the values of {self.described}"))
        self.scope = None if scope is None else checked_scope(scope, module, self.described)
        self.line = checked_line(line, self.described)
        if not isinstance(checked_type(base, module, self.described), BasicType) or not base.is_integer:
            raise DebugInfoError(f"{self.described} has values of {base.described}: give an integer type")
        low, high = (-(1 << base.size - 1), 1 << base.size - 1) if base.is_signed else (0, 1 << base.size)
        for enumerator, value in self.values.items():
            checked_name("enumerator", enumerator)
            if not isinstance(value, int) or not low <= value < high:
                raise DebugInfoError(
                    f"{enumerator} = {value} of {self.described} is no {base.name}: choose a larger type"
                )
        super().__init__(module)

    @property
    def described(self) -> str:
        """What an error calls the type."""
        return f"enumeration {self.name!r}" if self.name else "an enumeration without name"

    def layout(self) -> Layout:
        """Give size and alignment."""
        return self.base.layout()

    def __str__(self) -> str:
        unsigned = None if self.base.is_signed else True
        elements = [
            spelled("DIEnumerator", name=quoted(name), value=value, isUnsigned=unsigned)
            for name, value in self.values.items()
        ]
        return self.defined(
            "DICompositeType", tag="DW_TAG_enumeration_type", name=quoted(self.name) if self.name else None,
            scope=self.scope, file=self.file, line=self.line, baseType=self.base, size=self.base.layout().size,
            elements=listed(elements),
        )  # fmt: skip


class SubroutineType(Type):
    """What a function takes and returns; None returns nothing. ``variadic`` says that more arguments may follow."""

    def __init__(self, module: ir.Module, result: Type | None, parameters: Sequence[Type], *, variadic: bool) -> None:
        self.result, self.parameters, self.variadic = result, tuple(parameters), variadic
        for type in (*(() if result is None else (result,)), *self.parameters):
            checked_type(type, module, "a function's result or parameter")
        super().__init__(module)

    described = "a function"

    def __str__(self) -> str:
        more: list[Node | None] = [None] if self.variadic else []
        return self.defined("DISubroutineType", types=listed([self.result, *self.parameters, *more]))


class StringType(Type):
    """A string of a language that knows its length (DW_TAG_string_type): ``length`` in bytes, or a variable with it."""

    def __init__(self, module: ir.Module, name: str, length: int | Node) -> None:
        self.name, self.length = checked_name("type", name), length
        if not _is_count(length):
            raise DebugInfoError(f"type {name!r} has a length of {length!r}: give bytes, or a variable that holds them")
        super().__init__(module)

    def layout(self) -> Layout:
        """Give size and alignment."""
        return Layout(8 * self.length, 8) if isinstance(self.length, int) else super().layout()

    def __str__(self) -> str:
        if isinstance(self.length, int):
            return self.defined("DIStringType", name=quoted(self.name), size=8 * self.length, encoding="DW_ATE_ASCII")
        return self.defined("DIStringType", name=quoted(self.name), stringLength=self.length)
