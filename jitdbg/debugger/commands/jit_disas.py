"""``jit-disas``: machine code with the source and the IR that it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from jitdbg.debugger.commands.declaration import Argument, Arguments, Command, Example
from jitdbg.debugger.commands.jit_ir import MARK, find_pc
from jitdbg.debugger.facts import Instruction, Place
from jitdbg.debugger.functions import JitFunction, function, function_names
from jitdbg.debugger.ircode import FunctionIr, find_function_ir
from jitdbg.debugger.sources import SourceText, read_source
from jitdbg.debugger.target import Target

_Origin = tuple[Optional[Place], Sequence[str], Sequence[tuple[int, str]]]
# Instructions that are asked for at once.
_BATCH = 64


@dataclass(frozen=True)
class Run:
    """Instructions that come from one place: ``inlined`` are the functions between it and the one that is shown."""

    place: Optional[Place]
    inlined: Sequence[str]
    ir: Sequence[tuple[int, str]]
    instructions: Sequence[Instruction]


@dataclass(frozen=True)
class Disassembly:
    """A function's code; ``pc`` is the address that the selected frame executes, where it is in it."""

    function: JitFunction
    runs: Sequence[Run]
    sources: Mapping[str, SourceText]
    pc: Optional[int]


def run(target: Target, arguments: Arguments) -> Disassembly:
    """Disassemble a function."""
    found = function(target, arguments.function)
    instructions = _instructions(target, found)
    pc = find_pc(target)
    at_pc = next((each.address for each in instructions if pc and each.address <= pc < each.address + each.size), None)
    ir = find_function_ir(found)
    runs = tuple(_runs(target, instructions, ir))
    return Disassembly(found, runs, _sources(runs, ir), at_pc)


def _instructions(target: Target, found: JitFunction) -> Sequence[Instruction]:
    instructions: list[Instruction] = []
    address = found.start
    while address < found.end:
        batch = target.adapter.instructions(address, _BATCH)
        inside = [each for each in batch if each.address < found.end]
        instructions += inside
        if not inside or len(inside) < len(batch):
            break
        address = inside[-1].address + inside[-1].size
    return instructions


def _runs(target: Target, instructions: Sequence[Instruction], ir: Optional[FunctionIr]) -> Iterator[Run]:
    """Join neighbours that come from one place, through the same calls."""
    batch: list[Instruction] = []
    before: Optional[_Origin] = None
    for instruction in instructions:
        here = _origin(target, instruction.address, ir)
        if before is not None and here != before:
            yield Run(*before, tuple(batch))
            batch = []
        before = here
        batch.append(instruction)
    if before is not None:
        yield Run(*before, tuple(batch))


def _origin(target: Target, address: int, ir: Optional[FunctionIr]) -> _Origin:
    """Say what code at an address comes from: what a `Run` has of it."""
    frames = target.adapter.symbol(address).frames
    inlined = tuple(frame.function or "?" for frame in frames[:-1])
    lines = ir.lines_at(target.adapter, address) if ir else ()
    texts = tuple((line, ir.text.line(line)) for line in lines) if ir else ()
    return frames[0].place if frames else None, inlined, texts


def _sources(runs: Sequence[Run], ir: Optional[FunctionIr]) -> Mapping[str, SourceText]:
    """Read the files that the code is of; where IR is its own source, its lines are shown as IR."""
    files = {each.place.file for each in runs if each.place}
    return {
        file: ir.text.source(file) if ir else read_source(file)
        for file in files
        if not (ir and ir.text.is_source(file))
    }


def render(shown: Disassembly) -> str:
    """Show each place once, above the instructions that come from it."""
    lines = [f"{shown.function.name} of the JIT dylib {shown.function.dylib}:"]
    last: Optional[Run] = None
    for each in shown.runs:
        same_place = last is not None and (last.place, last.inlined) == (each.place, each.inlined)
        lines += _ir(each) if same_place else [*_place(shown, each), *_ir(each)]
        lines += [_instruction(shown, instruction) for instruction in each.instructions]
        last = each
    lines += [f"note: {source.warning}" for source in shown.sources.values() if source.warning]
    return "\n".join(lines) + "\n"


def _place(shown: Disassembly, each: Run) -> Iterator[str]:
    place = f"{each.place.file}:{each.place.line}" if each.place else "no line of the source"
    inlined = f", inlined from {', '.join(each.inlined)}" if each.inlined else ""
    yield f"{place}{inlined}"
    if each.place and each.place.file in shown.sources:
        yield f"  source {each.place.line}  {shown.sources[each.place.file].line(each.place.line)}".rstrip()


def _ir(each: Run) -> Iterator[str]:
    return (f"  ir {number}  {text}".rstrip() for number, text in each.ir)


def _instruction(shown: Disassembly, instruction: Instruction) -> str:
    mark = MARK if instruction.address == shown.pc else ""
    offset = instruction.address - shown.function.start
    return f"{mark:2}    {instruction.address:#x} <+{offset}>  {instruction.text}"


COMMAND = Command(
    name="jit-disas",
    summary="Show the machine code of a function, with the source and the IR that it comes from.",
    description="""
        Without FUNCTION it is the function that the selected frame is in. Above instructions stand the place that they
        come from, through which functions it was inlined, the line of the source and the lines of IR. The instruction
        that the selected frame executes is marked. The instructions are written as the debugger writes them.
        """,
    arguments=(
        Argument("FUNCTION", "a function of a JIT dylib, or DYLIB:FUNCTION", optional=True, candidates=function_names),
    ),
    examples=(Example("jit-disas", "where the program is"), Example("jit-disas fib", "another function")),
    run=run,
    render=render,
)
