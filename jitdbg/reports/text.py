"""A crash in words."""

from __future__ import annotations

import itertools
import linecache
import os
import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from textwrap import shorten

import capstone

from jitdbg import elf
from jitdbg.errors import ElfError
from jitdbg.reports.cores import core_place
from jitdbg.reports.crash import REGISTERS, Crash
from jitdbg.reports.process import Memory, Module, NotReadable, ProcessView
from jitdbg.reports.unwind import Location
from jitdbg.sourcemap import ir_at
from jitdbg.stack import stack_lines

_LONGEST_INSTRUCTION = 15
_SHOWN_IR = 4
_COLUMNS = 4


def report(view: ProcessView, crash: Crash, locations: Sequence[Location], python: str, limit: int) -> Iterator[str]:
    """Write the report of a crash whose process still waits. ``python`` is what faulthandler says, or empty.

    Each line is given when it is known: to read a large library's symbols takes seconds, and the handler waits for ten.
    """
    linecache.checkcache()
    yield _headline(view, crash)
    yield from _section("native stack, innermost frame first", _stack(view, locations, limit))
    yield from _section("Python's stack", python.rstrip().splitlines())
    yield from _section("instruction", itertools.chain(_instruction(view.memory, crash.pc), _ir(view, locations)))
    yield from _section("registers", _registers(crash))
    yield from _section("where to look", itertools.chain(_images(view, locations), _core(crash, view.pid)))


def _headline(view: ProcessView, crash: Crash) -> str:
    reason = f" ({crash.reason})" if crash.reason else ""
    address = "" if crash.address is None else f" at address {crash.address:#x}"
    where = f"in thread {crash.tid} of process {view.pid}: {_command(view.pid)}"
    return f"jitdbg: crash report: {crash.name}{reason}{address}, {where}"


def _command(pid: int) -> str:
    with suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:
        words = map(os.fsdecode, file.read().rstrip(b"\0").split(b"\0"))
        return shorten(shlex.join(words), 200, placeholder=" …")
    return "?"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield line if number else f"\n{title}:\n{line}"


def _stack(view: ProcessView, locations: Sequence[Location], limit: int) -> Iterator[str]:
    frames = (view.frames(address, step_back) for address, step_back in locations[:limit])
    yield from stack_lines(itertools.chain.from_iterable(frames))
    if len(locations) > limit:
        yield "  … more frames follow"


def _instruction(memory: Memory | None, pc: int) -> Iterator[str]:
    if memory is None:
        return
    with suppress(NotReadable):
        code = memory.read(pc, _LONGEST_INSTRUCTION)
        disassembler = capstone.Cs(capstone.CS_ARCH_X86, capstone.CS_MODE_64)
        for each in disassembler.disasm(code, pc, 1):
            yield f"  {each.address:#x}: {each.mnemonic} {each.op_str}".rstrip()


def _ir(view: ProcessView, locations: Sequence[Location]) -> Iterator[str]:
    """Yield the IR of the innermost frame of JIT code: it has crashed, or has called what has."""
    for address, step_back in locations:
        found = view.find_module(address - step_back)
        if found and _modules(found[0]):
            module, base = found
            with suppress(ElfError):
                name, lines = ir_at(module.data[:], module.path, address - step_back - base)
                yield from (f"  IR of {name}, line {number}: {text.strip()}" for number, text in lines[:_SHOWN_IR])
            return


def _registers(crash: Crash) -> Iterator[str]:
    names = sorted(REGISTERS, key=lambda name: (name.startswith("r") and name[1:].isdigit(), name == "eflags"))
    cells = [f"{name:>6} {crash.registers[name]:016x}" for name in names]
    for start in range(0, len(cells), _COLUMNS):
        yield " ".join(cells[start : start + _COLUMNS])


def _images(view: ProcessView, locations: Sequence[Location]) -> Iterator[str]:
    """Yield the images of JIT code on the stack, innermost first."""
    seen: dict[str, str] = {}
    for address, step_back in locations:
        mapping = view.find_mapping(address - step_back)
        found = view.find_module(address - step_back)
        if found and mapping and mapping.path not in seen and (modules := _modules(found[0])):
            names = ", ".join(f"{module.name} (generation {module.generation})" for module in modules[:_SHOWN_IR])
            gone = mapping.path.endswith(" (deleted)") or mapping.path.startswith("/memfd:")
            where = "in the memory of the process, and gone with it" if gone else mapping.path
            seen[mapping.path] = f"  image of {names}: {where}"
    yield from seen.values()


def _core(crash: Crash, pid: int) -> Iterator[str]:
    try:
        place = core_place(crash, pid)
    except OSError:
        yield "  core: the process may not be asked where"
        return
    yield f"  core: {', '.join(part for part in (place.path, place.remark) if part)}"
    if place.path and "*" not in place.path:
        yield f"  open it: jitdbg open {shlex.quote(place.path)}"


def _modules(module: Module) -> tuple[elf.Module, ...]:
    try:
        return elf.describe(elf.read_head(module.data[: elf.HEAD_SIZE], module.path)).modules
    except ElfError:
        return ()
