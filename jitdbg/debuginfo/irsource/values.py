"""The values of a module's functions: what they are called, of which type they are, and where they are assigned.

What a value is called stands in the text, its type in the module that LLVM parsed from it; the two are read side by
side, since LLVM keeps the order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import llvmlite.binding as llvm
from llvmlite.binding import TypeRef, ValueRef
from llvmlite.binding.value import ValueKind

from jitdbg import irtext
from jitdbg.irtext import Header, Span

_ARGUMENT = re.compile(r'%(?:[-\w$.]+|"[^"]*")(?=\s*$)', re.ASCII)
_RESULT = re.compile(r'%(?:[-\w$.]+|"[^"]*")(?=\s*=)', re.ASCII)
_MUSTTAIL = re.compile(r"\s*=\s*musttail\b", re.ASCII)
_ALLOCATION = re.compile(r"=\s*alloca\s+(?:inalloca\s+)?(?!swifterror\b)", re.ASCII)
# Scalable vectors and the types of targets can be no members of a structure, as which `query` asks for types.
_NO_MEMBER = re.compile(r"vscale|target|x86_amx")
_NOT_IDENTIFIER = re.compile(r"\W", re.ASCII)
_PADS = ("phi", "landingpad", "catchpad", "cleanuppad")
_QUERY = "jitdbg.allocated"

# What an expression can't begin with in a debugger: lldb evaluates in C++.
_CPP_KEYWORDS = (
    "alignas alignof and and_eq asm auto bitand bitor bool break case catch char char8_t char16_t char32_t class "
    "compl concept const consteval constexpr constinit const_cast continue co_await co_return co_yield decltype "
    "default delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline int "
    "long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register "
    "reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast struct switch "
    "template this thread_local throw true try typedef typeid typename typeof union unsigned using virtual void "
    "volatile wchar_t while xor xor_eq"
)
_KEYWORDS = frozenset(_CPP_KEYWORDS.split())


class Value(NamedTuple):
    """An argument or the result of an instruction: ``operand`` as the text spells it, ``name`` as debuggers show it.

    ``pointee`` is what a pointer leads to, where an ``alloca`` says so.
    """

    operand: str
    name: str
    type: TypeRef
    pointee: TypeRef | None = None


@dataclass
class Block:
    """A basic block: its instructions from ``first`` to before ``end``, counted through the function.

    What may not stand behind other instructions, phis and landing pads, ends before ``body``.
    """

    first: int
    end: int
    body: int
    successors: list[int] = field(default_factory=list)
    predecessors: list[int] = field(default_factory=list)


class Function(NamedTuple):
    """A definition: its arguments, the results of its instructions (None: nothing to show), and its blocks.

    The result of an instruction can be stored, and is assigned, just before the one that ``assigned`` gives for it.
    """

    returns: TypeRef
    arguments: list[Value | None]
    results: list[Value | None]
    assigned: list[int]
    blocks: list[Block]


class Scope(NamedTuple):
    """A definition in the text: the metadata ``number`` of its subprogram, its line, and its instructions.

    ``body`` has the offsets of these, ``places`` line and column of where each begins.
    """

    number: int
    header: Header
    line: int
    body: list[Span]
    places: list[tuple[int, int]]


def allocations(text: str, code: str, scopes: Sequence[Scope]) -> dict[Span, str]:
    """Find what each ``alloca`` allocates: the type as the text spells it, by the place of the instruction."""
    found = {
        span: _allocated(text, code, span) for scope in scopes for span in scope.body if "alloca" in code[slice(*span)]
    }
    return {span: type_ for span, type_ in found.items() if type_ and not _NO_MEMBER.search(type_)}


def _allocated(text: str, code: str, instruction: Span) -> str:
    found = _ALLOCATION.search(code, *instruction)
    return text[slice(*irtext.listed(code, found.end(), instruction[1])[0])] if found else ""


def query(allocated: Mapping[Span, str]) -> str:
    """Give IR that the text needs at its end, when it is parsed for `functions`: it has the types of allocations."""
    types = dict.fromkeys(allocated.values())
    return f"\n@{_QUERY} = external global {{ {', '.join(types)} }}\n" if types else ""


def functions(
    module: llvm.ModuleRef, text: str, code: str, scopes: Sequence[Scope], allocated: Mapping[Span, str]
) -> Iterator[Function | None]:
    """Yield the values of each definition; None for one that has no place for variables, a ``naked`` one.

    ``module`` is that of the text and its `query`, and has to live as long as what is yielded.
    """
    known = module.get_global_variable(_QUERY).global_value_type.elements if allocated else ()
    types = dict(zip(dict.fromkeys(allocated.values()), known, strict=True))
    pointees = {span: types[spelled] for span, spelled in allocated.items()}
    defined = [function for function in module.functions if not function.is_declaration]
    for function, scope in zip(defined, scopes, strict=True):
        yield _Reader(text, code, scope, pointees).read(function)


class _Reader:
    """Reads one function, from its text and its blocks side by side."""

    def __init__(self, text: str, code: str, scope: Scope, pointees: Mapping[Span, TypeRef]) -> None:
        self._text, self._code, self._pointees = text, code, pointees
        self._header, self._spans = scope.header, scope.body
        self._names: set[str] = set()

    def read(self, function: ValueRef) -> Function | None:
        if b"naked" in function.attributes:
            return None
        arguments = self._arguments(function)
        instructions = [list(block.instructions) for block in function.blocks]
        blocks = _blocks(list(function.blocks), instructions)
        flat = [instruction for block in instructions for instruction in block]
        if len(flat) != len(self._spans):
            return None
        assigned = list(_assigned(blocks, flat))
        results = [
            None if place is None else self._result(span, instruction)
            for span, instruction, place in zip(self._spans, flat, assigned, strict=True)
        ]
        returns = function.global_value_type.get_function_return()
        return Function(returns, arguments, results, [place or 0 for place in assigned], blocks)

    def _arguments(self, function: ValueRef) -> list[Value | None]:
        parameters = irtext.parameters(self._code, self._header)
        number = 0
        values: list[Value | None] = []
        for (start, end), argument in zip(parameters, function.arguments, strict=False):  # "..." is none
            operand = self._parameter(start, end) or f"%{number}"
            if operand[1:].isdecimal():
                number = int(operand[1:]) + 1
            unstorable = any(b"swifterror" in attribute for attribute in argument.attributes)
            values.append(None if unstorable else Value(operand, self._name(operand), argument.type))
        return values

    def _parameter(self, start: int, end: int) -> str:
        """Give the name of a parameter; a ``%`` that nothing precedes is its type."""
        found = _ARGUMENT.search(self._code, start, end)
        return self._text[slice(*found.span())] if found and self._code[start : found.start()].strip() else ""

    def _result(self, span: Span, instruction: ValueRef) -> Value | None:
        found = _RESULT.match(self._code, *span)
        if found is None or _MUSTTAIL.match(self._code, found.end()):
            return None
        operand = self._text[slice(*found.span())]
        return Value(operand, self._name(operand), instruction.type, self._pointees.get(span))

    def _name(self, operand: str) -> str:
        """Make an identifier of a value's name that no other value of the function has."""
        name = _NOT_IDENTIFIER.sub("_", irtext.unescaped(operand[1:].strip('"')))
        if name[:1].isdecimal() or not name:
            name = f"_{name}"
        while name in self._names or name in _KEYWORDS:
            name += "_"
        self._names.add(name)
        return name


def _blocks(blocks: list[ValueRef], instructions: list[list[ValueRef]]) -> list[Block]:
    indexes = {block: index for index, block in enumerate(blocks)}
    found: list[Block] = []
    first = 0
    for block in instructions:
        end = first + len(block)
        pads = next((index for index, each in enumerate(block) if each.opcode not in _PADS), len(block))
        targets = [each for each in block[-1].operands if each.value_kind == ValueKind.basic_block]
        found.append(Block(first, end, first + pads, [indexes[target] for target in targets]))
        first = end
    for index, each in enumerate(found):
        for successor in each.successors:
            found[successor].predecessors.append(index)
    return found


def _assigned(blocks: list[Block], instructions: list[ValueRef]) -> Iterator[int | None]:
    """Yield before which instruction each result is assigned; None where it never is, or can't be stored there."""
    for block in blocks:
        pads_only = instructions[block.body].opcode == "catchswitch" if block.body < block.end else True
        yield from [None if pads_only else block.body] * (block.body - block.first)
        yield from range(block.body + 1, block.end)
        if block.body < block.end:
            yield _after_terminator(blocks, block, instructions[block.end - 1])


def _after_terminator(blocks: list[Block], block: Block, terminator: ValueRef) -> int | None:
    """Give where the result of an ``invoke`` is assigned: at its normal destination, if no other way leads there."""
    if terminator.opcode != "invoke":
        return None
    normal = blocks[block.successors[0]]
    return normal.body if len(normal.predecessors) == 1 and normal.body < normal.end else None
