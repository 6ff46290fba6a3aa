"""Debug info: what it adds to compiling, and what the builder adds to making a module.

Unoptimised code of IR is compiled without debug info, with lines, and with lines and values: the bars are 2.5 and 10
times what it takes without.

The builder's share is the time to make and print a module with it less the time without, and is held to the time that
LLVM takes to parse the module: as it does for everybody, and as it does for the engine, which spares it a check of the
debug info that the code generator's verifier makes too. Each function has two parameters and a local variable in
memory, a block, and a loop in which every line has its own position.

All is measured in processor time, since nothing here waits; garbage is collected before each turn, so that none pays
for another's.
"""

from __future__ import annotations

import contextlib
import gc
import time
from dataclasses import replace
from typing import Any

import llvmlite.binding as llvm
import llvmlite.ir as ir

from benchmarks.timing import Peer, Timing, compare
from jitdbg import codegen
from jitdbg.debuginfo import DIBuilder

I32 = ir.IntType(32)
TYPE = ir.FunctionType(I32, [I32, I32])
LINES_EACH = 10
UNCHECKED = "-disable-auto-upgrade-debug-info"
"""LLVM's option, which `jitdbg.frontend` sets."""


class _Nowhere:
    """Stands in for all of debug info, and does nothing: the module without it costs what it costs by itself."""

    nothing = contextlib.nullcontext()

    def at(self, *_: Any) -> contextlib.AbstractContextManager[None]:
        return self.nothing

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
    if debug:
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


def values(functions: int, each: int = 60) -> str:
    """Make IR without debug info, whose functions compute as many values."""
    operations = ("add", "mul", "xor")
    bodies = []
    for number in range(functions):
        made = [f"  %v{n} = {operations[n % 3]} i32 %v{n - 1}, %n" for n in range(1, each)]
        body = "\n".join(
            [f"define i32 @f{number}(i32 %n) {{", "  %v0 = add i32 %n, 1", *made, f"  ret i32 %v{each - 1}"]
        )
        bodies.append(f"{body}\n}}\n")
    return "".join(bodies)


def compiled(name: str, text: str, ir_path: str | None = None, *, values: bool = True) -> Peer:
    options = codegen.Options(values=values)
    return Peer(name, lambda: codegen.compile_text(text, options, ir_path=ir_path), _collect)


def _collect(_: object) -> None:
    gc.collect()


def parse(name: str, text: str, *, checked: bool) -> Peer:
    def work() -> object:
        llvm.set_option("bench", f"{UNCHECKED}={'false' if checked else 'true'}")
        context = llvm.create_context()
        return llvm.parse_assembly(text, context), context

    def cleanup(made: Any) -> None:
        llvm.set_option("bench", UNCHECKED)
        for each in made:
            each.close()

    return Peer(name, work, cleanup)


def run(*, quick: bool) -> list[Timing]:
    """Measure; the ratios of compiling stand at "without debug info", the builder's at its last lines: at most 1."""
    return [*_compiling(quick=quick), *_building(quick=quick)]


def _compiling(*, quick: bool) -> list[Timing]:
    functions, rounds = (2, 1) if quick else (100, 15)
    text = values(functions)
    without = compiled("without debug info", text)
    job = f"{functions} functions of 60 values, -O0"
    with_lines = compiled("with lines", text, "/bench/b.ll", values=False)
    with_values = compiled("with lines and values", text, "/bench/b.ll")
    return [
        *compare(f"{job}: lines", [with_lines, without], rounds, clock=time.process_time),
        *compare(f"{job}: values", [with_values, without], rounds, clock=time.process_time),
    ]


def _building(*, quick: bool) -> list[Timing]:
    functions, rounds = (3, 1) if quick else (1000, 15)
    job, text = f"{functions:,} functions", module(functions, debug=True)
    peers = [
        Peer("made with debug info", lambda: module(functions, debug=True), _collect),
        Peer("made without", lambda: module(functions, debug=False), _collect),
        parse("LLVM parses it", text, checked=True),
        parse("for the engine, unchecked", text, checked=False),
    ]
    whole, without, *parsed = compare(job, peers, rounds, clock=time.process_time)
    if quick:
        return [whole, without, *parsed]  # the difference of single rounds is noise
    median, minimum = whole.median - without.median, whole.minimum - without.minimum
    share = replace(whole, job=f"{job}: metadata", peer="the builder's share", median=median, minimum=minimum)
    against = [replace(each, job=share.job, ratio=round(median / each.median, 3)) for each in parsed]
    return [whole, without, *parsed, share, *against]
