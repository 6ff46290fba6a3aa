"""LLVM's types as DWARF types, under the names that IR gives them: ``i32``, ``<4 x float>``, ``struct.point``.

A debugger reads a value from memory, and of some types it can't read what LLVM stores: a `Shown` says as what such a
value has to be stored instead. LLVM's integers have no sign; they are shown as LLVM writes them, signed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import NamedTuple, TypeAlias

import llvmlite.binding as llvm
from llvmlite.binding import TypeKind, TypeRef

from jitdbg.errors import SourceError
from jitdbg.irtext import escaped

Parse: TypeAlias = Callable[[str], AbstractContextManager[llvm.ModuleRef]]
"""Gives the module of a text, as long as the ``with`` block takes."""

# What can be no member of a structure, as which `known_types` asks for types.
_NO_MEMBER = re.compile(r"vscale|target|x86_amx|(?:|void|token|label|metadata)\Z")
_QUERY = "jitdbg.types"

# A debugger takes the format of a float from its size, and where two have the same from such a name.
_FLOATS = {
    TypeKind.half: ("half", 16),
    TypeKind.float: ("float", 32),
    TypeKind.double: ("double", 64),
    TypeKind.x86_fp80: ("x86_fp80", 128),
    TypeKind.fp128: ("__float128", 128),
}
_WORD = 64
_READABLE = (8, 16, 32, 64, 128)
"""The sizes of the integers that debuggers read, in bits."""

_LARGEST_SIZE = 1 << 61
"""So many bytes are no longer told: 64 bits count their bits."""

_DEFINITION = re.compile(r"%(.*?) = type ")


class Shown(NamedTuple):
    """How a value is shown: stored as ``stored``, of the ``cast`` where there is one, with the DWARF type ``node``."""

    stored: str
    cast: str
    node: int


class Known(NamedTuple):
    """Types by IR's spelling, as LLVM knows them, and how it lays them out; to be used while their modules live."""

    types: Mapping[str, TypeRef]
    layout: llvm.TargetData


@contextmanager
def known_types(spellings: Collection[str], named: Mapping[str, str], parse: Parse) -> Iterator[Known]:
    """Let LLVM read types; ``named`` are the definitions of those that have names.

    What is no type, or is none of a value in memory, is not among them.
    """
    members = [each for each in sorted(spellings) if not _NO_MEMBER.match(each) and "vscale" not in each]
    with ExitStack() as stack:
        definitions = "".join(f"{name} = type {type_}\n" for name, type_ in named.items())
        types = dict(_read_types(members, lambda asked: stack.enter_context(parse(definitions + asked))))
        yield Known(types, llvm.create_target_data(stack.enter_context(parse("")).data_layout))


def _read_types(members: Sequence[str], parse: Callable[[str], llvm.ModuleRef]) -> Iterator[tuple[str, TypeRef]]:
    """Read all types at once; where LLVM does not take one, find it by halves and leave it out."""
    if not members:
        return
    try:
        module = parse(f"@{_QUERY} = external global {{ {', '.join(members)} }}\n")
    except SourceError:
        if len(members) > 1:
            yield from _read_types(members[: len(members) // 2], parse)
            yield from _read_types(members[len(members) // 2 :], parse)
    else:
        yield from zip(members, module.get_global_variable(_QUERY).global_value_type.elements, strict=True)


class TypeNodes:
    """The metadata nodes of the types of one module; ``add`` takes the text of a node and gives its number.

    What is asked for twice is one node.
    """

    def __init__(self, known: Known, add: Callable[[str], int]) -> None:
        self._types, self._layout, self._add = known.types, known.layout, add
        self._nodes: dict[str, int] = {}
        self._shown: dict[str, Shown | None] = {}
        self._found: dict[str, int | None] = {}
        self._structures: dict[str, int | None] = {}
        self.nothing = add("!DIExpression()")
        """What leads from a slot to what is in it."""

    def shown(self, spelling: str) -> Shown | None:
        """Say how values of a type are shown; None for what has no place in memory (tokens, void), or no size."""
        if spelling not in self._shown:
            type_ = self._types.get(spelling)
            self._shown[spelling] = None if type_ is None else self._show(type_)
        return self._shown[spelling]

    def find(self, spelling: str) -> int | None:
        """Give the node of a type as LLVM lays it out in memory; None where it has no size that is known."""
        if spelling not in self._found:
            type_ = self._types.get(spelling)
            self._found[spelling] = None if type_ is None else self._in_memory(type_)
        return self._found[spelling]

    def pointer(self, to: int | None = None) -> int:
        """Give the node of a pointer in the default address space, to what is shown by ``to``."""
        target = "null" if to is None else f"!{to}"
        return self._node(f"!DIDerivedType(tag: DW_TAG_pointer_type, baseType: {target}, size: {_WORD})")

    def _in_memory(self, type_: TypeRef) -> int | None:
        kind = type_.type_kind
        if kind in _FLOATS:
            return self._basic(*_FLOATS[kind], "float")
        if kind == TypeKind.integer:
            return self._integer_in_memory(type_)
        if kind == TypeKind.pointer:
            return self._pointer_in(type_)
        if kind == TypeKind.struct:
            name = spelled(type_)
            if name not in self._structures:
                self._structures[name] = self._structure(type_, name)
            return self._structures[name]
        if kind in (TypeKind.array, TypeKind.vector):
            return self._sequence_in_memory(type_)
        return self._bytes(type_) if kind == TypeKind.bfloat else None

    def _show(self, type_: TypeRef) -> Shown | None:
        kind = type_.type_kind
        if kind in (TypeKind.integer, TypeKind.bfloat):
            return self._widened(type_)
        if kind == TypeKind.vector and _element(type_).type_kind in (TypeKind.integer, TypeKind.bfloat):
            return self._widened_elements(type_)
        node = self._in_memory(type_)
        return None if node is None else Shown(spelled(type_), "", node)

    def _widened(self, type_: TypeRef) -> Shown:
        """Show a number as the next larger one that debuggers know; an integer of more than 128 bits as words."""
        if type_.type_kind == TypeKind.bfloat:
            return Shown("float", "fpext", self._basic("bfloat", 32, "float"))
        width = type_.type_width
        if width == 1:
            return Shown("i1", "", self._basic("i1", 8, "boolean"))
        if width > _READABLE[-1]:
            words = -(-width // _WORD)
            node = self._array(self._basic("i64", _WORD, "unsigned"), words, words * _WORD)
            return Shown(f"i{words * _WORD}", "" if width % _WORD == 0 else "sext", node)
        size = next(size for size in _READABLE if size >= width)
        return Shown(f"i{size}", "" if size == width else "sext", self._basic(f"i{width}", size, "signed"))

    def _widened_elements(self, type_: TypeRef) -> Shown:
        """Show a vector by elements of their own bytes: LLVM packs those that are no whole bytes."""
        element, count = _element(type_), type_.element_count
        shown = self._widened(element)
        cast = shown.cast
        if spelled(element) == "i1":
            shown, cast = Shown("i8", "", shown.node), "zext"
        size = _size_of(shown.stored) * count
        return Shown(f"<{count} x {shown.stored}>", cast, self._array(shown.node, count, size, vector=True))

    def _integer_in_memory(self, type_: TypeRef) -> int:
        width = type_.type_width
        if width == 1 or width in _READABLE:
            return self._widened(type_).node
        size = self._layout.get_abi_size(type_) * 8
        # The bits above the number are zero in memory, whatever its sign.
        return self._basic(f"i{width}", size, "unsigned") if size in _READABLE else self._bytes(type_)

    def _pointer_in(self, type_: TypeRef) -> int:
        size = self._layout.get_abi_size(type_) * 8
        return self._node(f"!DIDerivedType(tag: DW_TAG_pointer_type, baseType: null, size: {size})")

    def _sequence_in_memory(self, type_: TypeRef) -> int | None:
        element, vector = _element(type_), type_.is_vector
        if vector and element.type_kind == TypeKind.integer and element.type_width not in _READABLE:
            return self._bytes(type_)
        node = self._in_memory(element)
        if node is None or self._is_too_large(type_):
            return None
        return self._array(node, type_.element_count, self._layout.get_abi_size(type_) * 8, vector=vector)

    def _structure(self, type_: TypeRef, name: str) -> int | None:
        if type_.is_opaque_struct:
            return None
        fields = [(self._in_memory(element), element) for element in type_.elements]
        if any(node is None for node, _ in fields) or self._is_too_large(type_):
            return None
        members = ", ".join(f"!{self._member(type_, index, *each)}" for index, each in enumerate(fields))
        elements = self._node(f"!{{{members}}}")
        shown, size = escaped(name.removeprefix("%").strip('"')), self._layout.get_abi_size(type_) * 8
        return self._node(
            f'!DICompositeType(tag: DW_TAG_structure_type, name: "{shown}", size: {size}, elements: !{elements})'
        )

    def _member(self, structure: TypeRef, index: int, node: int | None, type_: TypeRef) -> int:
        size, offset = self._layout.get_abi_size(type_), self._layout.get_element_offset(structure, index)
        return self._node(
            f'!DIDerivedType(tag: DW_TAG_member, name: "_{index}", baseType: !{node}, '
            f"size: {size * 8}, offset: {offset * 8})"
        )

    def _is_too_large(self, type_: TypeRef) -> bool:
        """Say whether metadata has no room for the number of bits: nothing so large is ever loaded."""
        return bool(self._layout.get_abi_size(type_) >= _LARGEST_SIZE)

    def _bytes(self, type_: TypeRef) -> int:
        """Give the node of what has no type in DWARF: its bytes."""
        size = self._layout.get_abi_size(type_)
        return self._array(self._basic("byte", 8, "unsigned"), size, size * 8)

    def _array(self, element: int, count: int, size: int, *, vector: bool = False) -> int:
        elements = self._node(f"!{{!{self._node(f'!DISubrange(count: {count})')}}}")
        flags = "flags: DIFlagVector, " if vector else ""
        return self._node(
            f"!DICompositeType(tag: DW_TAG_array_type, baseType: !{element}, {flags}size: {size}, "
            f"elements: !{elements})"
        )

    def _basic(self, name: str, size: int, encoding: str) -> int:
        return self._node(f'!DIBasicType(name: "{name}", size: {size}, encoding: DW_ATE_{encoding})')

    def _node(self, text: str) -> int:
        if text not in self._nodes:
            self._nodes[text] = self._add(text)
        return self._nodes[text]


def spelled(type_: TypeRef) -> str:
    """Write a type as IR does where it is used: a named structure by its name."""
    text = str(type_)
    named = _DEFINITION.match(text)
    return f"%{named[1]}" if named else text


def _element(type_: TypeRef) -> TypeRef:
    elements: Iterator[TypeRef] = type_.elements
    return next(elements)


def _size_of(stored: str) -> int:
    return 32 if stored == "float" else int(stored[1:])
