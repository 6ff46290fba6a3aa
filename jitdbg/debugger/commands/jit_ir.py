"""``jit-ir``: the IR that code was made from, with the lines of the current instruction marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from jitdbg.debugger.commands.declaration import JSON, Argument, Arguments, Command, Example
from jitdbg.debugger.functions import code_address, function, function_names
from jitdbg.debugger.ircode import FunctionIr, function_ir
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError

MARK = "=>"


@dataclass(frozen=True)
class Shown:
    """A function's IR; ``current`` are the lines that the selected frame is at, in this function or inlined into it."""

    ir: FunctionIr
    current: Sequence[int]


def run(target: Target, arguments: Arguments) -> Shown:
    """Find the IR of a function."""
    found = function_ir(function(target, arguments.function))
    return Shown(found, current_lines(target, found))


def current_lines(target: Target, ir: FunctionIr) -> Sequence[int]:
    """Give the IR lines that the selected frame is at, where it is in the function's code."""
    address = find_pc(target)
    if address is None or not ir.function.start <= address < ir.function.end:
        return ()
    return ir.lines_at(target.adapter, address)


def find_pc(target: Target) -> Optional[int]:
    """Find the address of the code that the selected frame executes."""
    try:
        return code_address(target.selected_frames())
    except DebuggerError:
        return None


def published(shown: Shown) -> Mapping[str, object]:
    """Give what programs need: whose IR it is, and its lines with their numbers, inlined code's last."""
    ir = shown.ir
    numbers = [*range(ir.first, ir.last + 1), *_outside(shown)]
    return {
        "function": ir.function.name,
        "dylib": ir.function.dylib.name,
        "generation": ir.function.dylib.generation,
        "module": ir.module,
        "lines": [
            {"number": number, "text": ir.text.line(number), "current": number in shown.current} for number in numbers
        ],
    }


def _outside(shown: Shown) -> Sequence[int]:
    """Give the marked lines that are not in the definition: those of inlined code."""
    return [line for line in shown.current if not shown.ir.first <= line <= shown.ir.last]


def render(shown: Shown) -> str:
    """Show the lines of the definition, and those that are marked outside of it: inlined code's."""
    ir = shown.ir
    outside = _outside(shown)
    width = len(str(max([ir.last, *outside])))
    lines = [f"{ir.function.name} of the JIT dylib {ir.function.dylib}:"]
    lines += [_line(ir, number, shown.current, width) for number in range(ir.first, ir.last + 1)]
    if outside:
        lines += ["inlined here:", *(_line(ir, number, shown.current, width) for number in outside)]
    return "\n".join(lines) + "\n"


def _line(ir: FunctionIr, number: int, current: Sequence[int], width: int) -> str:
    mark = MARK if number in current else ""
    return f"{mark:2} {number:{width}}  {ir.text.line(number)}".rstrip()


COMMAND = Command(
    name="jit-ir",
    summary="Show the IR of a function, with the lines of the current instruction marked.",
    description="""
        Without FUNCTION it is the function that the selected frame is in. The IR is the text that the image carries, as
        it was when it was compiled; its lines have the text's own numbers. Several lines can stand for one place in the
        source, and all of them are marked; what LLVM has inlined from another function is shown below.
        """,
    arguments=(
        Argument("FUNCTION", "a function of a JIT dylib, or DYLIB:FUNCTION", optional=True, candidates=function_names),
    ),
    options=(JSON,),
    examples=(Example("jit-ir", "where the program is"), Example("jit-ir fib", "another function")),
    run=run,
    render=render,
    published=published,
)
