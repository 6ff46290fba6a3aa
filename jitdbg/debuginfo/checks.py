"""What only complete functions can show: instructions without a position, or with one of another function.

LLVM refuses some of these, with words about metadata numbers, and gives line 0 to the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from operator import attrgetter, itemgetter

import llvmlite.ir as ir
from llvmlite.ir.instructions import Comment, Terminator

from jitdbg.debuginfo.records import Record
from jitdbg.debuginfo.scopes import Function, Location
from jitdbg.errors import DebugInfoError

_INSTRUCTIONS, _METADATA, _FUNCTION = map(attrgetter, ("instructions", "metadata", "function"))
_LOCATION = itemgetter("dbg")
_WITHOUT_CODE = (Record, Comment, ir.AllocaInstr, ir.PhiInstr)
_NOT_IN_PROLOGUE = (Terminator, ir.CallInstr)  # of the latter, those of what LLVM could inline


def check_function(function: Function) -> None:
    """Raise `DebugInfoError` for the first instruction that has no position in this function.

    What stands without one at the beginning is the prologue.
    """
    if (body := function.body) is None:
        return
    if not body.blocks:
        raise DebugInfoError(f"{function.described} has no instructions: describe only what the module defines")
    first, *others = map(_INSTRUCTIONS, body.blocks)
    prologue, rest = _divided(first)
    for instruction in prologue:
        if instruction.metadata or isinstance(instruction, _NOT_IN_PROLOGUE):
            _check(function, instruction, in_prologue=True)
    if not _has_positions_alone(chain(rest, *others), function):
        for instruction in chain(rest, *others):
            _check(function, instruction, in_prologue=False)


def _divided(instructions: list[ir.Instruction]) -> tuple[list[ir.Instruction], list[ir.Instruction]]:
    """Divide a first block before the first instruction that has a position; records do not count."""
    for number, instruction in enumerate(instructions):
        if instruction.metadata and instruction.__class__ is not Record and "dbg" in instruction.metadata:
            return instructions[:number], instructions[number:]
    return instructions, []


def _check(function: Function, instruction: ir.Instruction, *, in_prologue: bool) -> None:
    location = instruction.metadata.get("dbg")
    if location is not None:
        _check_owner(function, instruction, location)
    elif not isinstance(instruction, _WITHOUT_CODE) and not (in_prologue and _can_be_prologue(instruction)):
        raise DebugInfoError(
            f"{function.described}: {_quoted(instruction)} has no position: build it within "
            "`with scope.at(builder, line)`"
        )


def _has_positions_alone(instructions: Iterable[ir.Instruction], function: Function) -> bool:
    """Say whether each instruction has a position in the function: true of most, so that it has to be quick."""
    try:
        locations = set(map(_LOCATION, map(_METADATA, instructions)))
        return set(map(_FUNCTION, locations)) <= {function}
    except (KeyError, AttributeError):
        return False


def _check_owner(function: Function, instruction: ir.Instruction, location: object) -> None:
    if isinstance(location, Location) and location.function is not function:
        raise DebugInfoError(
            f"{function.described}: {_quoted(instruction)} has a position in {location.function.described}: use a "
            "scope of its own function, or inlined_at() for inlined code"
        )


def _can_be_prologue(instruction: ir.Instruction) -> bool:
    """Say whether LLVM lets an instruction without position pass: not a call of what it could inline."""
    if not isinstance(instruction, _NOT_IN_PROLOGUE):
        return True
    callee = getattr(instruction, "callee", None)
    return not (isinstance(instruction, Terminator) or (isinstance(callee, ir.Function) and "dbg" in callee.metadata))


def _quoted(instruction: ir.Instruction) -> str:
    block = instruction.parent.name
    return f"`{str(instruction).partition(', !dbg')[0].strip()}` of block {block!r}"
