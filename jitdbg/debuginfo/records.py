"""The records that tie variables and labels to places in the code: ``#dbg_declare``, ``#dbg_value``, ``#dbg_label``.

They are no instructions in LLVM; a block of llvmlite's has nothing else, so that they pass for one here, as llvmlite's
own comments do. Code that looks for instructions of a kind does not meet them, `Block.replace` updates their operands.
The intrinsics that came before records (``llvm.dbg.declare``) would do too: LLVM 22 makes records of them as it parses.
"""

from __future__ import annotations

import llvmlite.ir as ir

from jitdbg.debuginfo.nodes import Node


class Record(ir.Instruction):  # type: ignore[misc]
    """A record: its keyword and location, the value that it speaks of, if any, and what it says of it."""

    type, flags, _name = ir.VoidType(), (), ""

    def __init__(self, block: ir.Block, keyword: str, location: Node, value: ir.Value | None, said: str) -> None:
        # Most of what llvmlite does for an instruction is to find a name for it.
        self.parent, self.opname, self._said = block, keyword, said
        self.operands = () if value is None else (value,)
        self.metadata = {"dbg": location}

    def __str__(self) -> str:
        value = f"{self.operands[0].type} {self.operands[0].get_reference()}, " if self.operands else ""
        return f"{self.opname}({value}{self._said}, {self.metadata['dbg'].reference})"


def insert(builder: ir.IRBuilder, keyword: str, location: Node, value: ir.Value | None, said: str) -> None:
    """Put a record where the builder stands."""
    # The door that all of llvmlite's own instructions go through.
    builder._insert(Record(builder.block, keyword, location, value, said))


def expression(operations: tuple[str | int, ...]) -> str:
    """Give a DIExpression's text."""
    return f"!DIExpression({', '.join(map(str, operations))})" if operations else "!DIExpression()"
