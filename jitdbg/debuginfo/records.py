"""The records that tie variables and labels to places in the code: ``#dbg_declare``, ``#dbg_value``, ``#dbg_label``.

They are no instructions in LLVM; a block of llvmlite's has nothing else, so that they pass for one here, as llvmlite's
own comments do. Code that looks for instructions of a kind does not meet them, `Block.replace` updates their operands.
The intrinsics that came before records (``llvm.dbg.declare``) would do too: LLVM 22 makes records of them as it parses.
"""

from __future__ import annotations

import functools
from typing import Final

import llvmlite.ir as ir

from jitdbg.debuginfo.nodes import Node
from jitdbg.errors import DebugInfoError

FRAGMENT = "DW_OP_LLVM_fragment"
"""The operation that speaks of a part of a variable: its operands are offset and size in bits."""

_VALUE = "DW_OP_stack_value"
_LAST = (_VALUE, FRAGMENT)
_WITHOUT_OPERANDS = (
    "deref plus minus mul div mod or and xor shl shr shra neg abs not dup swap over xderef push_object_address "
    "stack_value eq ne gt ge lt le"
)
_WITH_ONE = "plus_uconst constu consts deref_size LLVM_tag_offset LLVM_arg"
_WITH_TWO = "LLVM_fragment LLVM_convert LLVM_extract_bits_sext LLVM_extract_bits_zext bregx"
OPERATIONS: Final = {
    **{
        f"DW_OP_{word}": count
        for count, words in enumerate((_WITHOUT_OPERANDS, _WITH_ONE, _WITH_TWO))
        for word in words.split()
    },
    **{f"DW_OP_breg{number}": 1 for number in range(32)},
}
"""What LLVM has for variables, with how many operands each operation takes (LLVM 22)."""


class Record(ir.Instruction):  # type: ignore[misc]
    """A record: its keyword and location, the value that it speaks of, if any, and what it says of it.

    ``about`` is the node of a variable or label.
    """

    type, flags, _name = ir.VoidType(), (), ""

    def __init__(
        self, block: ir.Block, keyword: str, location: Node, value: ir.Value | None, about: Node, said: str = ""
    ) -> None:
        # Most of what llvmlite does for an instruction is to find a name for it.
        self.parent, self.opname, self._value, self._about, self._said = block, keyword, value, about, said
        self.metadata = {"dbg": location}

    @property
    def operands(self) -> tuple[ir.Value, ...]:
        """What it speaks of; a tuple for each record would be one more thing for the garbage collector to visit."""
        return () if self._value is None else (self._value,)

    def replace_usage(self, old: ir.Value, new: ir.Value) -> None:
        """Speak of another value, as llvmlite asks for it."""
        if self._value is old:
            self._value = new

    def __str__(self) -> str:
        value = self._value
        of = "" if value is None else f"{value.type} {value.get_reference()}, "
        return f"{self.opname}({of}{self._about.reference}{self._said}, {self.metadata['dbg'].reference})"


def expression(operations: tuple[str | int, ...]) -> str:
    """Give a DIExpression's text. Raises `DebugInfoError` for one that LLVM would refuse (DIExpression::isValid)."""
    try:
        return _expression(operations)
    except TypeError:  # what can't be looked up is no operation either
        raise DebugInfoError(
            f"{list(operations)} are no operations: give names of them, such as DW_OP_deref, and numbers"
        ) from None


@functools.lru_cache(maxsize=1 << 10)
def _expression(operations: tuple[str | int, ...]) -> str:
    at = 0
    while at < len(operations):
        operation, operands = operations[at], _operands(operations, at)
        at += 1 + operands
        rest = operations[at:]
        if rest and operation in _LAST and not (operation == _VALUE and rest[0] == FRAGMENT):
            raise DebugInfoError(f"{operation} stands before {rest[0]}: it has to be the last operation")
    return f"!DIExpression({', '.join(map(str, operations))})"


def _operands(operations: tuple[str | int, ...], at: int) -> int:
    """Give the number of an operation's operands, having made sure that they are there."""
    operation = operations[at]
    count = OPERATIONS.get(operation) if isinstance(operation, str) else None
    if count is None:
        raise DebugInfoError(f"{operation!r} is no operation that LLVM has for variables: give one such as DW_OP_deref")
    operands = operations[at + 1 : at + 1 + count]
    if len(operands) < count or not all(each.__class__ is int and 0 <= each < 1 << 64 for each in operands):
        raise DebugInfoError(f"{operation} has the operands {list(operands)}: give {count} numbers, not below 0")
    return count
