"""Code as gdb knows it: frames, places, instructions, and what they belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Optional

import gdb

from jitdbg.debugger.facts import Frame, Instruction, Place, Symbol
from jitdbg.debugger.names import function_name
from jitdbg.errors import DebuggerError

from .errors import NATIVE
from .modules import local_path, module_at


def frame_fact(frame: gdb.Frame, level: int) -> Frame:
    """Describe a frame."""
    inlined, line = frame.type() == gdb.INLINE_FRAME, frame.find_sal()
    return Frame(
        level,
        frame.pc(),
        frame.name(),
        place_of(line),
        _module_of(line.symtab) if line.symtab else module_at(frame.pc()),
        inlined,
        level == 0 and not inlined and in_prologue(frame),
    )


def _module_of(symtab: gdb.Symtab) -> str:
    """Name the file whose code a line is of, which is not the one that its debug info may be in apart."""
    return local_path((symtab.objfile.owner or symtab.objfile).filename)


def place_of(line: gdb.Symtab_and_line) -> Optional[Place]:
    """Give the line of a source; None for code without one. gdb tells no columns."""
    return Place(line.symtab.fullname(), line.line) if line.symtab and line.line else None


def in_prologue(frame: gdb.Frame) -> bool:
    """Tell whether a frame is in the first of its function's entries in the line table: DWARF's prologue (6.2.2)."""
    try:
        block = frame.function() and _function_block(frame.block())
        entry = _entry(block) if block else None
        if entry is None or not entry <= frame.pc():
            return False
        last = gdb.find_pc_line(entry).last
        return last is not None and frame.pc() <= last < block.end - 1
    except NATIVE:
        return False


def _function_block(block: Optional[gdb.Block]) -> Optional[gdb.Block]:
    while block and not block.function:
        block = block.superblock
    return block


def _entry(block: gdb.Block) -> int:
    """Give the address of a function's first instruction: what is seldom executed of it can lie before that."""
    return block.start if _is_inlined(block) else int(block.function.value().address)


def instructions(address: int, count: int) -> list[Instruction]:
    """Disassemble."""
    found = gdb.selected_inferior().architecture().disassemble(address, count=count)
    return [_instruction(item["addr"], " ".join(item["asm"].split()), item["length"]) for item in found]


def _instruction(address: int, text: str, size: int) -> Instruction:
    function, offset = function_at(address)
    return Instruction(address, text, size, function, offset, place_of(gdb.find_pc_line(address)))


def function_at(address: int) -> tuple[Optional[str], int]:
    """Name the function at an address, inlined ones aside, and how far it is into it."""
    block = _outermost(address)
    if block:
        return function_name(block.function.print_name), address - _entry(block)
    # Symbols without debug info: gdb has a name for them only as part of a value.
    shown = gdb.parse_and_eval(f"(void *) {address}").format_string(symbols=True, styling=False)
    found = re.search(r"<(.+?)(?:\+(\d+))?>$", shown)
    return (found[1], int(found[2] or 0)) if found else (None, 0)


def function_symbol(address: int) -> gdb.Symbol:
    """Give the symbol of the function at an address, inlined ones aside. Raises `DebuggerError` without debug info."""
    block = _outermost(address)
    if block is None:
        raise DebuggerError(f"gdb has no debug info of a function at {address:#x}")
    return block.function


def _outermost(address: int) -> Optional[gdb.Block]:
    block = _function_block(gdb.block_for_pc(address))
    while block and _is_inlined(block):
        block = _function_block(block.superblock)
    return block


def symbol_fact(address: int) -> Symbol:
    """Describe what is at an address."""
    function, offset = function_at(address)
    module, block = module_at(address), _function_block(gdb.block_for_pc(address))
    frames = tuple(_frames_at(address, block, module)) if block else ()
    return Symbol(address, function, offset, frames, module)


def _frames_at(address: int, block: Optional[gdb.Block], module: Optional[str]) -> Iterator[Frame]:
    """Walk outwards through what is inlined. The line of an inlined function's symbol is that of its call."""
    place, level = place_of(gdb.find_pc_line(address)), 0
    while block:
        inlined, symbol = _is_inlined(block), block.function
        yield Frame(level, address, function_name(symbol.print_name), place, module, inlined)
        place, level = Place(symbol.symtab.fullname(), symbol.line) if symbol.symtab else None, level + 1
        block = _function_block(block.superblock) if inlined else None


def innermost_function_at(address: int) -> Optional[str]:
    """Name the function that a line at an address belongs to, which can be an inlined one."""
    block = _function_block(gdb.block_for_pc(address))
    return function_name(block.function.print_name) if block else function_at(address)[0]


def _is_inlined(block: gdb.Block) -> bool:
    outer = block.superblock
    while outer and not outer.is_static:
        if outer.function:
            return True
        outer = outer.superblock
    return False
