"""Metadata nodes of our own in a module of llvmlite's.

llvmlite numbers the nodes of a module by their order in ``module.metadata`` and prints them when it prints the module.
A node here takes the next number and prints itself, at that time: so a structure can get members after something
refers to it, and a type can refer to itself. Kinds of which there are many, and which are complete when they are made,
are in the list as text. llvmlite's own nodes (`Module.add_debug_info`) hash all that they refer to, again and again, to
find an equal one; LLVM unites equal nodes anyway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeVar

import llvmlite.ir as ir

from jitdbg.errors import DebugInfoError
from jitdbg.irtext import escaped

Operand: TypeAlias = "Node | int | bool | str | Sequence[Node | str | None] | None"

Checked = TypeVar("Checked", bound="Node")
Value = TypeVar("Value")

LARGEST_LINE = 0xFFFF_FFFF
"""What DWARF has room for."""


class Node:
    """A metadata node: ``str()`` gives its definition, ``reference`` what stands for it in IR text.

    A module has many of them, so that most kinds have slots.
    """

    __slots__ = ("module", "reference")

    type = ir.MetaDataType()
    is_scope = False
    """Whether what a source declares can be in it."""

    def __init__(self, module: ir.Module) -> None:
        self.module, self.reference = module, f"!{len(module.metadata)}"
        module.metadata.append(self)

    def write(self, module: ir.Module, definition: str) -> None:
        """Take the next number, in the place of ``__init__``, for a definition that is complete."""
        self.module, self.reference = module, f"!{len(module.metadata)}"
        module.metadata.append(f"{self.reference} = {definition}")

    def get_reference(self) -> str:
        """Give the reference, as llvmlite asks for it."""
        return self.reference

    def __str__(self) -> str:
        return str(self.module.metadata[int(self.reference[1:])])

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"

    def defined(self, kind: str, /, **fields: Operand) -> str:
        """Give the definition of a specialised node."""
        return f"{self.reference} = {spelled(kind, **fields)}"

    def distinct(self, kind: str, /, **fields: Operand) -> str:
        """Give the definition of one that LLVM must not unite with an equal one."""
        return f"{self.reference} = distinct {spelled(kind, **fields)}"


def spelled(kind: str, /, **fields: Operand) -> str:
    """Give a specialised node's text; fields that are None are left out, strings are put in as they are."""
    return (
        f"!{kind}({', '.join([f'{name}: {_operand(value)}' for name, value in fields.items() if value is not None])})"
    )


def _operand(value: Operand) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Node):
        return value.reference
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return listed(value or ())


def listed(elements: Sequence[Node | str | None]) -> str:
    """Give the text of a tuple of nodes."""
    return f"!{{{', '.join(['null' if each is None else _operand(each) for each in elements])}}}"


def quoted(string: str) -> str:
    """Give a string between quotes, as IR has it."""
    if string.isidentifier() and string.isascii():
        return f'"{string}"'
    return f'"{escaped(string)}"'


def checked_name(what: str, name: str) -> str:
    """Refuse a name that is none: LLVM would take some for "no name", and end at a NUL."""
    if type(name) is str and (name.isidentifier() or (name and "\0" not in name and _is_unicode(name))):
        return name
    raise DebugInfoError(
        f"{name!r} is no name for a {what}: give a string of Unicode that is not empty and has no NUL in it"
    )


def quoted_name(what: str, name: str) -> str:
    """Give a name between quotes; refuse one that is none."""
    if type(name) is str and name.isidentifier() and name.isascii():  # most are, and need no more calls
        return f'"{name}"'
    return quoted(checked_name(what, name))


def checked_text(what: str, text: str) -> str:
    """Refuse what is no text; an empty one is."""
    if isinstance(text, str) and "\0" not in text and _is_unicode(text):
        return text
    raise DebugInfoError(f"{what} is {text!r}: give a string of Unicode that has no NUL in it")


def checked_linkage_name(linkage_name: str | None, what: str, name: str) -> str | None:
    """Refuse what is no text; an empty name is none."""
    if linkage_name is None:
        return None
    return checked_text(f"the linkage name of {what} {name!r}", linkage_name) or None


def _is_unicode(text: str) -> bool:
    """Say whether UTF-8 can hold a text; bytes that Python could not read, as file names have them, count as held."""
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def checked_builder(builder: ir.IRBuilder) -> ir.IRBuilder:
    """Refuse what builds no instructions."""
    if isinstance(builder, ir.IRBuilder) and builder._block is not None:  # without the call that `block` is
        return builder
    raise DebugInfoError(f"{builder!r} is given as a builder: give an ir.IRBuilder that stands in a block")


def checked_mapping(given: Mapping[str, Value], what: str) -> Mapping[str, Value]:
    """Refuse what maps no names."""
    if isinstance(given, Mapping):
        return given
    raise DebugInfoError(f"{what} are {given!r}: give a dictionary that has them by name")


def checked_line(line: int, what: str, name: str = "") -> int:
    """Refuse a line that DWARF can't hold."""
    if type(line) is int and 0 <= line <= LARGEST_LINE:
        return line
    named = f"{what} {name!r}" if name else what
    if type(line) is int and line > LARGEST_LINE:
        raise DebugInfoError(f"{named} is in line {line}: the last that DWARF has room for is {LARGEST_LINE}")
    raise DebugInfoError(f"{named} is in line {line!r}: lines are integers from 1, and 0 says that it is in none")


def checked_scope(scope: Node, module: ir.Module, what: str) -> Node:
    """Refuse what nothing is declared in, and what another module has: LLVM would find some other node there."""
    if not isinstance(scope, Node) or not scope.is_scope:
        raise DebugInfoError(
            f"{what} has {_called(scope)} as its scope: give a file, function, block, structure, namespace or module"
        )
    return checked_owner(scope, module, f"{what} has a scope")


def checked_owner(node: Checked, module: ir.Module, what: str) -> Checked:
    """Refuse a node of another module: its number stands for something else here."""
    if node.module is module:
        return node
    raise DebugInfoError(
        f"{what} of another module, {_called(node)}: make it with a DIBuilder of module {module.name!r}"
    )


def _called(node: object) -> str:
    """Give what an error calls a node: its number says nothing to who made it."""
    if not isinstance(node, Node):
        return repr(node)
    name = getattr(node, "name", "") or getattr(node, "filename", "")
    return getattr(node, "described", "") or f"{type(node).__name__.lower()} {name!r}"
