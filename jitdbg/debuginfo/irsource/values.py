"""The values of functions: what they are called, of which type they are, and where they are assigned.

All is read from the text. What may not be IR gives no error here, but any answer: LLVM says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from jitdbg import irtext
from jitdbg.debuginfo.irsource import spelling
from jitdbg.debuginfo.irsource.spelling import TERMINATORS, Instruction, Reader
from jitdbg.irtext import Body, Header

_ARGUMENT = re.compile(r'%(?:[-\w$.]+|"[^"]*")(?=\s*$)', re.ASCII)
_SWIFTERROR = re.compile(r"(?<![-\w$.%])swifterror(?![-\w$.])", re.ASCII)
_NAKED = re.compile(r"(?<![-\w$.%@\"])naked(?![-\w$.])", re.ASCII)
_GROUP_OF_ATTRIBUTES = re.compile(r"attributes\s*(#\d+)\s*=\s*\{([^}]*)\}", re.ASCII)
_NOT_IDENTIFIER = re.compile(r"\W", re.ASCII)
_PADS = ("phi", "landingpad", "catchpad", "cleanuppad")

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

    ``pointee`` is what a pointer leads to, where an ``alloca`` says so. Types are in IR's spelling.
    """

    operand: str
    name: str
    type: str
    pointee: str = ""


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

    returns: str
    arguments: list[Value | None]
    results: list[Value | None]
    assigned: list[int]
    blocks: list[Block]

    def types(self) -> set[str]:
        """Give all types that its values have and lead to."""
        values = [value for value in (*self.arguments, *self.results) if value]
        return {self.returns, *(value.type for value in values), *(value.pointee for value in values)}


class Scope(NamedTuple):
    """A definition in the text: the metadata ``number`` of its subprogram, its line, and its instructions.

    ``places`` has line and column of where each of these begins, ``locations`` what attaches that to code.
    """

    number: int
    header: Header
    line: int
    body: Body
    places: list[tuple[int, int]]
    locations: list[str]

    def start(self, index: int) -> int:
        """Give the offset of an instruction in the text."""
        return self.body.offset + self.body.instructions[index][0]


def functions(text: str, code: str, scopes: Sequence[Scope], named: Mapping[str, str]) -> list[Function | None]:
    """Read the values of each definition; None for one that has no place for variables, a ``naked`` one.

    ``named`` are the text's `spelling.definitions`.
    """
    naked = {found[1] for found in _GROUP_OF_ATTRIBUTES.finditer(code) if "naked" in code and _NAKED.search(found[2])}
    return [
        None if _is_naked(code, scope.header, naked) else _FunctionReader(text, code, scope, named).read()
        for scope in scopes
    ]


def identifier(name: str, taken: set[str]) -> str:
    """Make an identifier of a name that is not ``taken`` yet, and take it."""
    if not name.isidentifier() or not name.isascii():
        name = _NOT_IDENTIFIER.sub("_", name)
        if name[:1].isdecimal() or not name:
            name = f"_{name}"
    wanted, number = name, len(taken)
    if name in taken or name in _KEYWORDS:
        name = f"{wanted}_"
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    taken.add(name)
    return name


def is_identifier(name: str) -> bool:
    """Say whether a name can be used as it is."""
    return name.isidentifier() and name.isascii() and name not in _KEYWORDS


def _is_naked(code: str, header: Header, groups: set[str]) -> bool:
    words = code[header.attributes : header.body_start]
    return ("naked" in words and bool(_NAKED.search(words))) or not groups.isdisjoint(words.split())


class _FunctionReader:
    """Reads one function."""

    def __init__(self, text: str, code: str, scope: Scope, named: Mapping[str, str]) -> None:
        self._text, self._code, self._header, self._body = text, code, scope.header, scope.body
        self._reader = Reader(text, code, scope.body, named)
        self._names: set[str] = set()
        self._number = 0  # of the next value or block without a name

    def read(self) -> Function:
        returns = spelling.returned(self._text, self._code, self._header.keyword + len("define"))
        arguments = self._arguments()
        instructions = self._reader.instructions()
        blocks, operands = self._blocks(instructions)
        assigned = list(_assigned(blocks, instructions))
        results = [
            self._result(index, instruction, operand) if operand and place is not None else None
            for index, (instruction, operand, place) in enumerate(zip(instructions, operands, assigned, strict=True))
        ]
        return Function(returns, arguments, results, [place or 0 for place in assigned], blocks)

    def _arguments(self) -> list[Value | None]:
        values: list[Value | None] = []
        for start, end in irtext.parameters(self._code, self._header):
            if self._code.startswith("...", start):
                break
            type_end = spelling.type_end(self._code, start)
            operand = self._numbered(self._parameter(type_end, end))
            unstorable = _SWIFTERROR.search(self._code, type_end, end)
            type_ = spelling.spelled(self._text, self._code, (start, type_end))
            values.append(None if unstorable else Value(operand, self._name(operand), type_))
        return values

    def _parameter(self, type_end: int, end: int) -> str:
        """Give the name of a parameter."""
        found = _ARGUMENT.search(self._code, type_end, end)
        return self._text[slice(*found.span())] if found else ""

    def _numbered(self, operand: str) -> str:
        """Give an operand's name, where it has none the next number."""
        operand = operand or f"%{self._number}"
        if operand[1:].isdecimal():
            self._number = int(operand[1:]) + 1
        return operand

    def _blocks(self, instructions: list[Instruction]) -> tuple[list[Block], list[str]]:
        """Divide the instructions into blocks, and give the operands that the results are."""
        found: list[Block] = []
        operands: list[str] = []
        indexes: dict[str, int] = {}
        for index, (result, opcode, type_) in enumerate(instructions):
            if not found or found[-1].end == index:
                indexes[self._label(index)] = len(found)
                found.append(Block(index, len(instructions), index))
            block = found[-1]
            if opcode in _PADS:
                block.body = index + 1
            if opcode in TERMINATORS:
                block.end = index + 1
            has_result = bool(type_) and type_ != "void"
            operands.append(self._numbered(result) if has_result else "")
        for number, block in enumerate(found):
            for target in self._reader.targets(block.end - 1):
                if target in indexes:
                    block.successors.append(indexes[target])
                    found[indexes[target]].predecessors.append(number)
        return found, operands

    def _label(self, index: int) -> str:
        """Give the label of the block that an instruction begins, or its number."""
        label = self._reader.label(index)
        return self._numbered(label and f"%{label}")[1:]

    def _result(self, index: int, instruction: Instruction, operand: str) -> Value | None:
        if instruction.opcode == "call" and self._reader.is_musttail(index):
            return None
        pointee = self._reader.allocated(index) if instruction.opcode == "alloca" else ""
        return Value(operand, self._name(operand), instruction.type, pointee)

    def _name(self, operand: str) -> str:
        name = operand[1:]
        return identifier(irtext.unescaped(name.strip('"')) if name[:1] == '"' else name, self._names)


def _assigned(blocks: list[Block], instructions: list[Instruction]) -> Iterator[int | None]:
    """Yield before which instruction each result is assigned; None where it never is, or can't be stored there."""
    for block in blocks:
        pads_only = instructions[block.body].opcode == "catchswitch" if block.body < block.end else True
        yield from [None if pads_only else block.body] * (block.body - block.first)
        yield from range(block.body + 1, block.end)
        if block.body < block.end:
            yield _after_terminator(blocks, block, instructions[block.end - 1])


def _after_terminator(blocks: list[Block], block: Block, terminator: Instruction) -> int | None:
    """Give where the result of an ``invoke`` is assigned: at its normal destination, if no other way leads there."""
    if terminator.opcode != "invoke" or not block.successors:
        return None
    normal = blocks[block.successors[0]]
    return normal.body if len(normal.predecessors) == 1 and normal.body < normal.end else None
