"""The IR of JIT code: the text that an image carries, and which of its lines an address comes from."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from jitdbg.debugger.adapter import Adapter
from jitdbg.debugger.columns import find_column
from jitdbg.debugger.functions import JitFunction
from jitdbg.debugger.images import file_stamp, read_file
from jitdbg.debugger.irlines import FunctionText, IrText, Position
from jitdbg.elf import describe
from jitdbg.errors import DebuggerError, ElfError


@dataclass(frozen=True)
class FunctionIr:
    """A function in the IR of its module: ``first`` and ``last`` are the lines of its definition."""

    function: JitFunction
    module: str
    text: IrText
    first: int
    last: int

    def lines_at(self, adapter: Adapter, address: int) -> Sequence[int]:
        """Give the IR lines that the code at an address comes from, ascending; none where nobody knows."""
        chain = [
            Position(frame.function, frame.place.file, frame.place.line, frame.place.column)
            for frame in adapter.symbol(address).frames
            if frame.place
        ]
        if chain and chain[0].column is None:
            dylib = self.function.dylib
            column = find_column(dylib.file, address - dylib.start, chain[0].line)
            chain[0] = chain[0]._replace(column=column)
        return self.text.lines(self.function.symbol, chain)


def function_ir(function: JitFunction) -> FunctionIr:
    """Find a function in the IR that its image carries. Raises `DebuggerError` where there is none."""
    found = find_function_ir(function)
    if found is None:
        raise DebuggerError(
            f"{function.dylib} has no IR of {function.name}: its image was linked from objects, or the function is "
            f"LLVM's own"
        )
    return found


def find_function_ir(function: JitFunction) -> Optional[FunctionIr]:
    """Find a function in the IR that its image carries."""
    try:
        texts = _texts(function.dylib.file, file_stamp(function.dylib.file))
    except ElfError as error:
        raise DebuggerError(f"the IR of {function.dylib} can't be read: {error}") from None
    for module, text in texts.items():
        for defined in text.functions(function.symbol):
            return _in_text(function, module, text, defined)
    return None


def _in_text(function: JitFunction, module: str, text: IrText, defined: FunctionText) -> FunctionIr:
    return FunctionIr(function, module, text, defined.first, defined.last)


@functools.lru_cache(maxsize=64)
def _texts(path: str, _stamp: Optional[tuple[int, ...]]) -> Mapping[str, IrText]:
    described = describe(read_file(path))
    return {
        module.name: IrText(ir.decode("utf-8", "surrogateescape"))
        for module, ir in zip(described.modules, described.ir)
        if ir and not ir.startswith(b"BC\xc0\xde")
    }
