"""Debug info: what the builder adds to the making of a module, against the time that LLVM takes to parse that module.

Each function has two parameters and a local variable in memory, a block, and a loop in which every line has its own
position. The builder's share is the time to make and print the module with it less the time without.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import llvmlite.binding as llvm
import llvmlite.ir as ir

import jitdbg.frontend  # noqa: F401 — it sets options of LLVM for the whole process
from benchmarks.timing import Peer, Timing, compare
from jitdbg.debuginfo import DIBuilder

I32 = ir.IntType(32)
TYPE = ir.FunctionType(I32, [I32, I32])
LINES_EACH = 10


class _Nowhere:
    """Stands in for all of debug info, and does nothing: the module without it costs what it costs by itself."""

    def at(self, *_: Any) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    def lexical_block(self, *_: Any) -> _Nowhere:
        return self

    def declare(self, *_: Any) -> _Nowhere:
        return self

    prologue, variable, parameter = at, lexical_block, lexical_block


def module(functions: int, *, debug: bool) -> str:
    made = ir.Module("bench")
    di = DIBuilder(made, "bench.toy", directory="/bench")
    integer = di.integer("int", 32)
    signature = di.subroutine(integer, [integer, integer])
    for number in range(functions):
        body = ir.Function(made, TYPE, f"f{number}")
        line = 1 + LINES_EACH * number
        scope = di.function(body, f"f{number}", signature, line) if debug else _Nowhere()
        _fill(body, scope, integer, line)
    di.finish()
    return str(made)


def _fill(body: ir.Function, scope: Any, integer: Any, line: int) -> None:
    builder = ir.IRBuilder(body.append_basic_block("entry"))
    loop, end = body.append_basic_block("loop"), body.append_basic_block("end")
    with scope.prologue(builder):
        slots = [builder.alloca(I32, name=name) for name in ("n", "step", "sum")]
        for argument, slot, name in zip(body.args, slots, ("n", "step"), strict=False):
            builder.store(argument, slot)
            scope.parameter(name, integer, line).declare(builder, slot)
    block = scope.lexical_block(line + 1, 3)
    with block.at(builder, line + 2, 5):
        block.variable("sum", integer, line + 2).declare(builder, slots[2])
        builder.store(I32(0), slots[2])
        builder.branch(loop)
        builder.position_at_end(loop)
    with block.at(builder, line + 3, 5):
        value = builder.load(slots[2])
    with block.at(builder, line + 4, 9):
        total = builder.add(value, builder.load(slots[1]))
    with block.at(builder, line + 5, 5):
        builder.store(total, slots[2])
    with block.at(builder, line + 6, 7):
        builder.cbranch(builder.icmp_signed("<", total, builder.load(slots[0])), loop, end)
    builder.position_at_end(end)
    with scope.at(builder, line + 8, 3):
        builder.ret(total)


def parse(text: str) -> Peer:
    def work() -> object:
        context = llvm.create_context()
        return llvm.parse_assembly(text, context), context

    def cleanup(made: Any) -> None:
        for each in made:
            each.close()

    return Peer("LLVM parses it", work, cleanup)


def run(*, quick: bool) -> list[Timing]:
    """Measure; the ratio of the last line is what the builder is held to: at most 1."""
    functions, rounds = (3, 1) if quick else (1000, 15)
    job = f"{functions:,} functions"
    peers = [
        Peer("made with debug info", lambda: module(functions, debug=True)),
        Peer("made without", lambda: module(functions, debug=False)),
        parse(module(functions, debug=True)),
    ]
    whole, without, parsed = compare(job, peers, rounds)
    if quick:
        return [whole, without, parsed]  # the difference of single rounds is noise
    median, minimum = whole.median - without.median, whole.minimum - without.minimum
    share = replace(whole, job=f"{job}: metadata", peer="the builder's share", median=median, minimum=minimum)
    against = replace(parsed, job=share.job, ratio=round(median / parsed.median, 3))
    return [whole, without, parsed, share, against]
