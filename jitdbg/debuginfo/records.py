"""The records that tie variables and labels to places in the code: ``#dbg_declare``, ``#dbg_value``, ``#dbg_label``.

They are no instructions in LLVM; a block of llvmlite's has nothing else, so that they pass for one here, as llvmlite's
own comments do. Code that looks for instructions of a kind does not meet them, `Block.replace` updates their operands.
The intrinsics that came before records (``llvm.dbg.declare``) would do too: LLVM 22 makes records of them as it parses.
"""

from __future__ import annotations

import llvmlite.ir as ir

from jitdbg.debuginfo.nodes import Node


class Record(ir.Instruction):  # type: ignore[misc]
    """A record: its keyword, the value that it speaks of, if any, and metadata."""

    def __init__(self, builder: ir.IRBuilder, keyword: str, value: ir.Value | None, *metadata: Node | str) -> None:
        super().__init__(builder.block, ir.VoidType(), keyword, () if value is None else (value,))
        self._metadata_operands = metadata

    def descr(self, buf: list[str]) -> None:
        """Write the record, as llvmlite asks for it."""
        operands = [f"{value.type} {value.get_reference()}" for value in self.operands]
        operands += [node if isinstance(node, str) else node.get_reference() for node in self._metadata_operands]
        buf.append(f"{self.opname}({', '.join(operands)})\n")


def insert(builder: ir.IRBuilder, record: Record) -> None:
    """Put a record where the builder stands."""
    builder._insert(record)  # the door that all of llvmlite's own instructions go through


def expression(operations: tuple[str | int, ...]) -> str:
    """Give a DIExpression's text."""
    return f"!DIExpression({', '.join(map(str, operations))})"
