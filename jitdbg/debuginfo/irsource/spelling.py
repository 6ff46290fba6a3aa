"""The types of IR's values as the text spells them: what each instruction results in, by its opcode.

LLVM would tell too, from a module that it has parsed; but to ask it about one value costs more than to read twenty.
The grammar is that of LLParser.cpp (LLVM 22), and tests hold what is read against LLVM's own answers. Bodies come
from `jitdbg.irtext.body`, so that whatever stands in parentheses is ``~~^``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from jitdbg import irtext
from jitdbg.irtext import NAME, Body, Span, alternatives

_GROUP = r"\s*(?:~+\^|\([^()]*\))"
_SCALARS = "void ptr half bfloat float double fp128 x86_fp80 ppc_fp128 x86_amx token label metadata target"
_END = r"(?![-\w$.])"
_SCALAR = rf"(?:i\d+|{alternatives(_SCALARS.split())}){_END}"
# A type that no bracket begins. The address space of a pointer and the parameters of a target's type belong to it.
_PLAIN = re.compile(rf"(?:ptr{_END}(?:\s*addrspace{_GROUP})?|target{_GROUP}|%{NAME}|{_SCALAR})", re.ASCII)
# Behind a type: a pointer to it, of the time before opaque ones. LLVM reads them still: ``i32*``, ``i8 (i32)*``.
_POINTEE = rf"(?:{_GROUP})?\s*(?:addrspace{_GROUP}\s*)?\*"
_POINTERS = re.compile(rf"(?:{_POINTEE})*", re.ASCII)
# What stands before a result's type: linkage, calling convention, attributes.
_BEFORE_RESULT = re.compile(
    rf'\s*(?:(?!{_SCALAR})(?:[a-z]\w*|"_*"(?:\s*=\s*"_*")?)\s*(?:\d+|~+\^|\([^()]*\))?\s*)*', re.ASCII
)

_FLAGS = (
    "nuw nsw exact disjoint fast nnan ninf nsz arcp contract afn reassoc nneg samesign inbounds nusw atomic volatile "
    "weak"
)
_FLAG = rf"(?:\s+{alternatives(_FLAGS.split())}{_END})*"
_HEAD = re.compile(rf"(?:(%{NAME})\s*=\s*)?(?:(?:tail|musttail|notail)\s+)?(\w+){_FLAG}\s*", re.ASCII)
_FIRST = (
    "fneg add fadd sub fsub mul fmul udiv sdiv fdiv urem srem frem shl lshr ashr and or xor "
    "load phi freeze landingpad insertelement insertvalue"
)
# Most instructions are such: one of few types, at once behind the opcode.
_COMMON = re.compile(
    rf"(%{NAME})\s*=\s*({alternatives(_FIRST.split())}){_END}{_FLAG}\s+"
    rf"(i\d+|ptr(?!\s*addrspace)|float|double)(?=[\s,])(?!{_POINTEE})",
    re.ASCII,
)
_QUOTED_OR_BLANK = re.compile(r'("_*")|\s+')
_WORD = re.compile(r"\w+\s*", re.ASCII)
_TO = re.compile(r'(?<![-\w$.%@!"])to(?![-\w$.])\s*', re.ASCII)
_VECTOR = re.compile(r"<\s*((?:vscale\s+x\s+)?\d+)\s+x\s*(.*)>\Z", re.ASCII | re.DOTALL)
_ARRAY = re.compile(r"\[\s*\d+\s+x\s*(.*)\]\Z", re.ASCII | re.DOTALL)
_STRUCTURE = re.compile(r"<?\s*\{(.*)\}\s*>?\Z", re.ASCII | re.DOTALL)
_DEFINITION = re.compile(rf"(%{NAME})\s*=\s*type(?![-\w$.])\s*", re.ASCII)
_MUSTTAIL = re.compile(rf"(?:%{NAME}\s*=\s*)?musttail{_END}", re.ASCII)
_ALLOCATED = re.compile(r"\s*(?:inalloca\s+)?(swifterror\s)?\s*", re.ASCII)
_ENDS = "ret br switch indirectbr invoke resume unreachable callbr cleanupret catchret catchswitch"
TERMINATORS = frozenset(_ENDS.split())
_TOKENS = frozenset(("catchpad", "cleanuppad", "catchswitch"))
_NO_RESULT = TERMINATORS - {"invoke", "callbr", "catchswitch"} | {"store", "fence"}


class Instruction(NamedTuple):
    """What an instruction is: ``result`` is its name with the ``%`` as the text has it, empty where it has none.

    ``type`` is that of the result, empty where there is none or the text says none that can be read.
    """

    result: str
    opcode: str
    type: str


def definitions(text: str, code: str) -> dict[str, str]:
    """Find the types that have names, by these, with the ``%``."""
    found: dict[str, str] = {}
    if "type" in code:
        for each in _DEFINITION.finditer(code):
            found[text[slice(*each.span(1))]] = spelled(text, code, (each.end(), type_end(code, each.end())))
    return found


def spelled(text: str, code: str, span: Span) -> str:
    """Give what stands there, on one line and without comments."""
    start, end = span
    part = code[start:end]
    if '"' not in part:
        return " ".join(part.split())
    # Comments are blank in the code, and so is what stands in quotes.
    return _QUOTED_OR_BLANK.sub(
        lambda found: text[start + found.start() : start + found.end()] if found[1] else " ", part
    ).strip()


def type_end(code: str, start: int) -> int:
    """Find the end of the type that begins at ``start``; ``start`` where none does."""
    if code[start : start + 1] in ("{", "[", "<"):
        return _end_of_pointers(code, irtext.after_closing(code, start))
    found = _PLAIN.match(code, start)
    return _end_of_pointers(code, found.end()) if found else start


def _end_of_pointers(code: str, start: int) -> int:
    found = _POINTERS.match(code, start)
    return found.end() if found else start


def returned(text: str, code: str, start: int) -> str:
    """Give the type that a function returns: the first in its header, behind words and their brackets."""
    before = _BEFORE_RESULT.match(code, start)
    at = before.end() if before else start
    return spelled(text, code, (at, type_end(code, at)))


class Reader:
    """Reads the instructions of one body of a text and its blanked ``code``; ``named`` are its `definitions`."""

    def __init__(self, text: str, code: str, body: Body, named: Mapping[str, str]) -> None:
        place = slice(body.offset, body.offset + len(body.code))
        self._text, self._blanked = text[place], code[place]
        self._body, self._code, self._named = body, body.code, named

    def instructions(self) -> list[Instruction]:
        """Give what each instruction of the body is."""
        return [self._instruction(span) for span in self._body.instructions]

    def is_musttail(self, index: int) -> bool:
        """Say whether an instruction is a call that has to be the last thing its function does."""
        return _MUSTTAIL.match(self._code, *self._body.instructions[index]) is not None

    def allocated(self, index: int) -> str:
        """Give the type that an ``alloca`` allocates; empty for a ``swifterror``, whose address goes nowhere."""
        start, end = self._body.instructions[index]
        found = _ALLOCATED.match(self._code, self._code.index("alloca", self._code.index("=", start)) + 6, end)
        return "" if found is None or found[1] else self._type(found.end())

    def targets(self, index: int) -> list[str]:
        """Give the names of the blocks that a terminator can lead to, without their ``%``."""
        found = _LABEL.finditer(self._code, *self._body.instructions[index])
        return [irtext.name_at(self._text, *each.span(1)) for each in found]

    def label(self, index: int) -> str:
        """Give the label in front of an instruction, empty where there is none."""
        start = self._body.instructions[index - 1][1] if index else 1
        found = _LABELLED.search(self._blanked, start, self._body.instructions[index][0])
        return irtext.name_at(self._text, *found.span(1)) if found else ""

    def _instruction(self, span: Span) -> Instruction:
        common = _COMMON.match(self._code, *span)
        if common:
            name, opcode, type_ = common.groups()
            return Instruction(self._text[slice(*common.span(1))] if '"' in name else name, opcode, type_)
        head = _HEAD.match(self._code, *span)
        if head is None:
            return Instruction("", "", "")
        name = "" if head[1] is None else self._text[slice(*head.span(1))]
        return Instruction(name, head[2], self._result(head[2], (head.end(), span[1])))

    def _result(self, opcode: str, rest: Span) -> str:
        """Give the type of a result; ``rest`` is what follows the opcode and its flags."""
        if opcode in _NO_RESULT:
            return ""
        if opcode in _TOKENS:
            return "token"
        read = _RESULTS.get(opcode)
        return read(self, rest) if read else self._type(rest[0])

    def _type(self, at: int) -> str:
        return spelled(self._text, self._blanked, (at, type_end(self._code, at)))

    def _operands(self, rest: Span) -> list[str]:
        """Give the types of the operands, each of which begins with its own."""
        return [self._type(start) for start, _ in irtext.listed(self._code, *rest)]

    # ------------------------------------------------------------------------ what doesn't say its type at once

    def _called(self, rest: Span) -> str:
        before = _BEFORE_RESULT.match(self._code, *rest)
        return self._type(before.end() if before else rest[0])

    def _cast(self, rest: Span) -> str:
        found = _TO.search(self._code, *rest)
        return self._type(found.end()) if found else ""

    def _compared(self, rest: Span) -> str:
        predicate = _WORD.match(self._code, *rest)
        return _like(self._type(predicate.end()), "i1") if predicate else ""

    def _second(self, rest: Span) -> str:
        return "".join(self._operands(rest)[1:2])

    def _exchanged(self, rest: Span) -> str:
        return f"{{ {self._second(rest)}, i1 }}"

    def _slot(self, rest: Span) -> str:
        for start, end in irtext.listed(self._code, *rest):
            if self._code.startswith("addrspace", start):
                return f"ptr {spelled(self._text, self._blanked, (start, end))}"
        return "ptr"

    def _element_pointer(self, rest: Span) -> str:
        base, *indices = self._operands(rest)[1:] or [""]
        vectors = [each for each in indices if each.startswith("<")]
        return _like(vectors[0], base) if vectors and not base.startswith("<") else base

    def _element(self, rest: Span) -> str:
        vector = _VECTOR.match(self._type(rest[0]))
        return vector[2].strip() if vector else ""

    def _shuffled(self, rest: Span) -> str:
        return _like("".join(self._operands(rest)[2:3]), self._element(rest))

    def _extracted(self, rest: Span) -> str:
        type_ = self._type(rest[0])
        for index in irtext.listed(self._code, *rest)[1:]:
            number = self._code[slice(*index)]
            if not number.isdecimal():
                break  # metadata
            type_ = self._member(type_, int(number))
        return type_

    def _member(self, type_: str, index: int) -> str:
        type_ = self._named.get(type_, type_)
        if array := _ARRAY.match(type_):
            return array[1].strip()
        structure = _STRUCTURE.match(type_)
        if structure is None:
            return ""
        members = structure[1]
        spans = irtext.listed(irtext.blanked(members), 0, len(members))
        return members[slice(*spans[index])] if index < len(spans) else ""


def _like(shape: str, element: str) -> str:
    """Give ``element``, or as many as a vector like ``shape`` has."""
    vector = _VECTOR.match(shape)
    return f"<{vector[1]} x {element}>" if vector and element else element


_LABEL = re.compile(rf"label\s*%({NAME})", re.ASCII)
_LABELLED = re.compile(rf"({NAME}):", re.ASCII)
_CASTS = "trunc zext sext fptrunc fpext uitofp sitofp fptoui fptosi inttoptr ptrtoint ptrtoaddr bitcast addrspacecast"
_RESULTS: dict[str, Callable[[Reader, Span], str]] = {
    **dict.fromkeys(_CASTS.split(), Reader._cast),
    **dict.fromkeys(("call", "invoke", "callbr"), Reader._called),
    **dict.fromkeys(("icmp", "fcmp"), Reader._compared),
    **dict.fromkeys(("select", "va_arg"), Reader._second),
    "alloca": Reader._slot,
    "atomicrmw": Reader._second,
    "cmpxchg": Reader._exchanged,
    "extractelement": Reader._element,
    "extractvalue": Reader._extracted,
    "getelementptr": Reader._element_pointer,
    "shufflevector": Reader._shuffled,
}
