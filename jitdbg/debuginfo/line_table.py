"""Line tables and nothing else, for a module that is complete: what a backtrace and a breakpoint by line need."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import llvmlite.ir as ir

from jitdbg.debuginfo.builder import DIBuilder
from jitdbg.errors import DebugInfoError

Lines = Mapping[ir.Instruction, int] | Callable[[ir.Instruction], "int | None"]


def line_table(module: ir.Module, path: str | os.PathLike[str], lines: Lines, **options: Any) -> DIBuilder:
    """Give every instruction of a module its line in the source file ``path``, in one call.

    ``lines`` maps instructions to lines, or is a function that does. An instruction that has none is in the line of
    the one before; a function that has none at all is left alone. ``options`` are those of `DIBuilder`.
    """
    if not isinstance(lines, Mapping) and not callable(lines):
        raise DebugInfoError(f"{lines!r} is given as lines: give a dictionary by instruction, or a function")
    line_of = lines.get if isinstance(lines, Mapping) else lines
    di = DIBuilder(module, path, lines_only=True, **options)
    nothing = di.subroutine()
    for body in module.functions:
        positions = _positions(body, line_of)
        if first := min((line for _, line in positions), default=0):
            function = di.function(body, body.name, nothing, first)
            for instruction, line in positions:
                instruction.set_metadata("dbg", function.location(line))
    return di


def _positions(body: ir.Function, line_of: Callable[[ir.Instruction], int | None]) -> list[tuple[ir.Instruction, int]]:
    """Give each instruction with its line; empty where no instruction has one."""
    instructions = [instruction for block in body.blocks for instruction in block.instructions]
    own = [line_of(instruction) for instruction in instructions]
    line = next((line for line in own if line), None)
    if line is None:
        return []
    positions = []
    for instruction, known in zip(instructions, own, strict=True):
        line = known or line
        positions.append((instruction, line))
    return positions
