"""The stack of a crashed thread: from its registers on, by the images' unwind tables, through its memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from jitdbg.reports.crash import Crash
from jitdbg.reports.expressions import evaluate
from jitdbg.reports.process import Memory, NotReadable, ProcessView
from jitdbg.reports.rules import Rules

# DWARF's numbers for the registers of x86-64 (psABI, figure 3.36).
_NUMBERS = {
    name: number
    for number, name in enumerate(
        ("rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", *(f"r{number}" for number in range(8, 16)), "rip")
    )
}
_RBP, _RSP, _RIP = _NUMBERS["rbp"], _NUMBERS["rsp"], _NUMBERS["rip"]
_FRAME = 1 << 20  # bytes; a frame pointer that points further away is none
_MASK = (1 << 64) - 1


class Location(NamedTuple):
    """Where a frame is: ``step_back`` is 1 where that is a return address, behind the call."""

    address: int
    step_back: int


def walk(view: ProcessView, memory: Memory, crash: Crash, limit: int) -> Iterator[Location]:
    """Yield the frames of the thread that crashed, innermost first, at most ``limit``."""
    registers = {number: crash.registers[name] for name, number in _NUMBERS.items()}
    step_back = 0
    for _ in range(limit):
        yield Location(registers[_RIP], step_back)
        try:
            rules = _find_rules(view, registers[_RIP] - step_back)
            before = registers
            registers = _undone(rules, registers, memory, is_innermost=not step_back)
        except Exception:  # noqa: BLE001 — tables that are damaged raise many kinds, and end the walk
            return
        # A stack that does not go up is none.
        if not registers[_RIP] or registers[_RSP] <= before[_RSP]:
            return
        step_back = 0 if rules and rules.is_signal_frame else 1


def _find_rules(view: ProcessView, address: int) -> Rules | None:
    found = view.find_module(address)
    return found[0].unwind_table.find(address - found[1]) if found else None


def _undone(rules: Rules | None, registers: Mapping[int, int], memory: Memory, *, is_innermost: bool) -> dict[int, int]:
    """Return the registers of the caller."""
    if rules is None:
        return _guessed(registers, memory, is_innermost)
    if rules.cfa.expr is not None:
        cfa = evaluate(bytes(rules.cfa.expr), registers, memory.word)
    else:
        cfa = (registers[rules.cfa.reg] + rules.cfa.offset) & _MASK
    undone = {**registers, _RSP: cfa}
    for number, rule in rules.registers.items():
        value = _RESTORERS[rule.type](rule.arg, number, cfa, registers, memory)
        undone[number] = value if value is not None else 0
    return undone


def _guessed(registers: Mapping[int, int], memory: Memory, is_innermost: bool) -> dict[int, int]:
    """Return the caller's registers where no table says: after a call of a wild pointer, or by the frame pointer."""
    rsp, rbp = registers[_RSP], registers[_RBP]
    if is_innermost and not _is_code(registers[_RIP], memory):
        return {**registers, _RIP: memory.word(rsp), _RSP: rsp + 8}
    if not rsp <= rbp < rsp + _FRAME:
        raise NotReadable(f"{rbp:#x}")
    return {**registers, _RIP: memory.word(rbp + 8), _RSP: rbp + 16, _RBP: memory.word(rbp)}


def _is_code(address: int, memory: Memory) -> bool:
    try:
        return bool(memory.read(address, 1))
    except NotReadable:
        return False


_Restorer = Callable[[Any, int, int, Mapping[int, int], Memory], "int | None"]
_RESTORERS: dict[str, _Restorer] = {
    "UNDEFINED": lambda *_: None,  # for the return address: this was the outermost frame
    "SAME_VALUE": lambda _, number, __, registers, ___: registers[number],
    "OFFSET": lambda argument, _, cfa, __, memory: memory.word(cfa + argument),
    "VAL_OFFSET": lambda argument, _, cfa, *__: cfa + argument,
    "REGISTER": lambda argument, _, __, registers, ___: registers[argument],
    "EXPRESSION": lambda argument, _, cfa, registers, memory: memory.word(
        evaluate(bytes(argument), registers, memory.word, (cfa,))
    ),
    "VAL_EXPRESSION": lambda argument, _, cfa, registers, memory: evaluate(
        bytes(argument), registers, memory.word, (cfa,)
    ),
}
