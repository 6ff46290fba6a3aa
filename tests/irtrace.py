"""What IR does, told by itself: a second build of a text that reports each line it comes to and each value it makes.

That is the oracle for debuggers: it runs the same IR through the same LLVM, but knows nothing of debug info.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import llvmlite.binding as llvm
from llvmlite.binding import TypeKind, TypeRef, ValueRef

import jitdbg.frontend  # noqa: F401 — it sets options of LLVM for the whole process
from jitdbg import Engine, irtext
from jitdbg.irtext import Edit, Header, Span

_OPERAND = re.compile(r'%(?:[-\w$.]+|"[^"]*")', re.ASCII)
_FLOATS = {TypeKind.float: "float", TypeKind.double: "double"}
_PADS = ("phi", "landingpad")
_DECLARATIONS = """
declare void @trace.line(i32)
declare void @trace.integer(i32, i64)
declare void @trace.real(i32, double)
"""


class Event(NamedTuple):
    """A line of a function that is about to run, or, with a name, a value that has been made; and in which block.

    The first event of a block, each time it is run, has no line.
    """

    function: str
    block: int
    line: int = 0
    name: str = ""
    part: int | None = None
    value: object = None


@dataclass
class Trace:
    """All that happened, in order."""

    events: list[Event] = field(default_factory=list)
    dominators: dict[str, list[set[int]]] = field(default_factory=dict)

    def of(self, function: str) -> list[Event]:
        return [event for event in self.events if event.function == function]


def traced(text: str, call: str, *arguments: int) -> Trace:
    """Run a function of a text and tell what happened, of what has a type that is a number or a vector of numbers."""
    trace = Trace()
    tracer = _Tracer(text, trace.dominators)

    def arrive(number: int, value: object = None) -> None:
        trace.events.append(tracer.sites[number]._replace(value=value))

    engine = Engine()
    try:
        for name, types in (
            ("line", []),
            ("integer", [ctypes.c_int64]),
            ("real", [ctypes.c_double]),
        ):
            engine.define(f"trace.{name}", ctypes.CFUNCTYPE(None, ctypes.c_int, *types)(arrive))
        engine.load(tracer.text(), name="traced").function(call)(*arguments)
    finally:
        engine.close()
    return trace


class _Tracer:
    """Puts calls into a text; each has the number of what it reports, one of ``sites``."""

    def __init__(self, text: str, dominators: dict[str, list[set[int]]]) -> None:
        self._source, self._code, self._dominators = text, irtext.blanked(text), dominators
        self.sites: list[Event] = []
        self._temporary = 0

    def text(self) -> str:
        with llvm.create_context() as context:
            module = llvm.parse_assembly(self._source, context)
            defined = {each.name: each for each in module.functions if not each.is_declaration}
            edits = [
                edit
                for header in irtext.headers(self._source, self._code)
                if header.is_definition
                for edit in self._edits(header, defined[header.name])
            ]
            module.close()
        return irtext.edited(self._source, edits) + _DECLARATIONS

    def _edits(self, header: Header, function: ValueRef) -> Iterator[Edit]:
        spans = iter(irtext.instructions_of(self._code, header))
        blocks = [[(next(spans), instruction) for instruction in block.instructions] for block in function.blocks]
        numbers = {block: number for number, block in enumerate(function.blocks)}
        ways = [[numbers[each] for each in block[-1][1].operands if each in numbers] for block in blocks]
        self._dominators[header.name] = dominators(ways)
        after_invoke: dict[int, str] = {}
        for number, block in enumerate(blocks):
            if block[-1][1].opcode == "invoke":
                after_invoke[ways[number][0]] = self._value(header, ways[number][0], *block[-1])
        for number, block in enumerate(blocks):
            pads = [each for each in block if each[1].opcode in _PADS]
            inserted = self._call(Event(header.name, number)) + after_invoke.get(number, "")
            inserted += "" if number else self._arguments(header, function)
            for span, instruction in pads:
                inserted += self._line(header, number, span) + self._value(header, number, span, instruction)
            start = block[len(pads)][0][0]
            yield start, start, inserted
            yield from self._body(header, number, block[len(pads) :])

    def _body(self, header: Header, number: int, body: list[tuple[Span, ValueRef]]) -> Iterator[Edit]:
        for index, (span, instruction) in enumerate(body):
            yield span[0], span[0], self._line(header, number, span)
            if index + 1 < len(body):
                at = body[index + 1][0][0]
                yield at, at, self._value(header, number, span, instruction)

    def _arguments(self, header: Header, function: ValueRef) -> str:
        number, reports = 0, ""
        for span, argument in zip(irtext.parameters(self._code, header), function.arguments, strict=True):
            names = _OPERAND.findall(self._source, *span)
            number += not names
            operand = names[-1] if names else f"%{number - 1}"
            reports += self._report(Event(header.name, 0, 0, operand), argument.type)
        return reports

    def _line(self, header: Header, block: int, span: Span) -> str:
        return self._call(Event(header.name, block, self._line_at(span[0])))

    def _call(self, event: Event) -> str:
        return f"call void @trace.line(i32 {self._site(event)}) "

    def _value(self, header: Header, block: int, span: Span, instruction: ValueRef) -> str:
        name = _OPERAND.match(self._source, *span)
        event = Event(header.name, block, self._line_at(span[0]), name[0] if name else "")
        return self._report(event, instruction.type) if name else ""

    def _report(self, event: Event, type_: TypeRef) -> str:
        if type_.type_kind == TypeKind.vector:
            element = next(type_.elements)
            return "".join(self._element(event, str(type_), element, index) for index in range(type_.element_count))
        return self._scalar(event, event.name, type_)

    def _element(self, event: Event, vector: str, element: TypeRef, index: int) -> str:
        made = self._name()
        scalar = self._scalar(event._replace(part=index), made, element)
        return f"{made} = extractelement {vector} {event.name}, i32 {index} {scalar}" if scalar else ""

    def _scalar(self, event: Event, operand: str, type_: TypeRef) -> str:
        made = self._name()
        if type_.type_kind == TypeKind.integer and type_.type_width <= 64:
            how = "zext" if type_.type_width == 1 else "sext"
            cast = f"{made} = {how} {type_} {operand} to i64 " if type_.type_width < 64 else ""
            return f"{cast}call void @trace.integer(i32 {self._site(event)}, i64 {made if cast else operand}) "
        if type_.type_kind in _FLOATS:
            cast = f"{made} = fpext float {operand} to double " if type_.type_kind == TypeKind.float else ""
            return f"{cast}call void @trace.real(i32 {self._site(event)}, double {made if cast else operand}) "
        return ""

    def _name(self) -> str:
        self._temporary += 1
        return f"%trace.{self._temporary}"

    def _site(self, event: Event) -> int:
        self.sites.append(event)
        return len(self.sites) - 1

    def _line_at(self, offset: int) -> int:
        return self._source.count("\n", 0, offset) + 1


def shown_as(operand: str) -> str:
    """Give the name under which a debugger shows a value (docs/debuginfo.md), where no other has it."""
    name = re.sub(r"\W", "_", operand[1:].strip('"'))
    name = f"_{name}" if name[0].isdecimal() else name
    return f"{name}_" if name in ("asm", "class") else name


def environments(trace: Trace, function: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each line that a function came to, with the values that held there: of vectors, by element.

    A value holds in the blocks that its own dominates, until that is run again.
    """
    known: dict[str, tuple[int, Any]] = {}
    for event in trace.of(function):
        name = shown_as(event.name) + ("" if event.part is None else f"[{event.part}]") if event.name else ""
        if name:
            known[name] = event.block, event.value
        elif event.line:
            yield event.line, {name: value for name, (_, value) in known.items()}
        else:
            above = trace.dominators[function][event.block] - {event.block}
            known = {name: value for name, value in known.items() if value[0] in above}


def dominators(ways: Sequence[Sequence[int]]) -> list[set[int]]:
    """Give the dominators of each block, itself too; ``ways`` lead from each block on, and the first is the entry."""
    everything = set(range(len(ways)))
    found = [{0}, *([everything] * (len(ways) - 1))]
    while True:
        last = list(found)
        for block in range(1, len(ways)):
            before = [found[other] for other in everything if block in ways[other]]
            found[block] = {block}.union(set.intersection(*before) if before else everything)
        if found == last:
            return found
