"""What only complete functions can show: instructions without a position, or with one of another function.

LLVM refuses some of these, with words about metadata numbers, and gives line 0 to the rest.
"""

from __future__ import annotations

import llvmlite.ir as ir
from llvmlite.ir.instructions import Comment, Terminator

from jitdbg.debuginfo.positions import Location
from jitdbg.debuginfo.records import Record
from jitdbg.debuginfo.scopes import Function
from jitdbg.errors import DebugInfoError

_WITHOUT_CODE = (Record, Comment, ir.AllocaInstr, ir.PhiInstr)
_NOT_IN_PROLOGUE = (Terminator, ir.CallInstr)  # of the latter, those of what LLVM could inline
_OF_PROLOGUES = frozenset((ir.AllocaInstr, ir.StoreInstr))  # what they are made of, mostly


def check_function(function: Function) -> None:
    """Raise `DebugInfoError` for the first instruction that has no position in this function.

    What stands without one at the beginning is the prologue.
    """
    if (body := function.body) is None:
        return
    if not body.blocks:
        raise DebugInfoError(f"{function.described} has no instructions: describe only what the module defines")
    in_prologue = True
    for block in body.blocks:
        for instruction in block.instructions:
            location = instruction.metadata.get("dbg")
            if location is None:
                if not in_prologue or instruction.__class__ not in _OF_PROLOGUES:
                    _check_unpositioned(function, instruction, in_prologue)
            else:
                if location.__class__ is not Location or location.function is not function:
                    _check_owner(function, instruction, location)
                if in_prologue:
                    in_prologue = instruction.__class__ is Record
        in_prologue = False


def check_undescribed(module: ir.Module) -> None:
    """Raise `DebugInfoError` for the first position in a function that nothing describes: LLVM drops them all."""
    for body in module.functions:
        if "dbg" not in body.metadata:
            for block in body.blocks:
                for instruction in block.instructions:
                    if isinstance(location := instruction.metadata.get("dbg"), Location):
                        _refuse_undescribed(body, instruction, location)


def _refuse_undescribed(body: ir.Function, instruction: ir.Instruction, location: Location) -> None:
    raise DebugInfoError(
        f"{_quoted(instruction)} has a position in {location.function.described}, but stands in @{body.name}, which "
        "nothing describes: describe that with DIBuilder.function()"
    )


def _check_unpositioned(function: Function, instruction: ir.Instruction, in_prologue: bool) -> None:
    if not isinstance(instruction, _WITHOUT_CODE) and not (in_prologue and _can_be_prologue(instruction)):
        raise DebugInfoError(
            f"{function.described}: {_quoted(instruction)} has no position: build it within "
            "`with scope.at(builder, line)`"
        )


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
