"""What is tried under a debugger, each a function that notes what it sees. What comes first in one is not noted if it
is there anyway: that a program stops at its crash says nothing about the code that crashed.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jitdbg.compare import hosts
from jitdbg.compare.attempt import Attempt
from jitdbg.debugger.facts import BREAKPOINT, SIGNAL, WATCHPOINT, Frame, Place, Stop, Value
from jitdbg.harness import Session
from jitdbg.harness.session import describe

_DEPTH = 4  # frames of jit_crash and jit_signal: `host` calls them with 3
_START = ("_start", "main", "__libc_start", "Py_BytesMain")


@dataclass(frozen=True)
class Feature:
    """Something that debuggers, or other tools, do for code that was compiled ahead."""

    name: str
    title: str
    try_it: Callable[[Attempt], None]


def stopped_at(stop: Stop, place: Place, function: str) -> bool:
    """Tell whether a program has stopped at a line, in a function."""
    return stop.frame is not None and stop.frame.function == function and is_at(stop.frame, place)


def is_at(frame: Frame, place: Place) -> bool:
    """Tell whether a frame is at a line."""
    return frame.place is not None and frame.place.line == place.line and _is_same(frame.place.file, place.file)


def _is_same(left: str, right: str) -> bool:
    return os.path.realpath(left) == os.path.realpath(right)


def shown(value: Value) -> str:
    """Say what a debugger has of a value."""
    return value.text or value.error or value.availability


def check_values(attempt: Attempt, session: Session, what: str, frame: int = 0, **wanted: int) -> bool:
    """Note whether variables are what they have to be."""
    found = {name: session.variable(name, frame) for name in wanted}
    seen = ", ".join(f"{name} is {shown(value)} rather than {wanted[name]}" for name, value in found.items()
                     if value.scalar != wanted[name])  # fmt: skip
    return attempt.check(what, not seen, seen)


def check_stack(attempt: Attempt, session: Session, function: str, marks: Sequence[str]) -> None:
    """Note whether frames of a recursive function are there, with their lines and arguments, and lead to the start."""
    frames = session.frames()
    names = [frame.function or "??" for frame in frames]
    first = names.index(function) if function in names else 0
    inner = frames[first : first + len(marks)]
    seen = " ← ".join(names[:12])
    attempt.check("functions", names[first : first + len(marks)] == [function] * len(marks), seen)
    places = [attempt.place("subject.c", mark) for mark in marks]
    attempt.check("lines", len(inner) == len(places) and all(map(is_at, inner, places)), _lines(inner))
    depths = [session.variable("depth", first + level).scalar for level in range(len(inner))]
    attempt.check("arguments", depths == list(range(len(marks))), f"depth is {depths}")
    attempt.check("the way to the program's start", reaches_start(frames), seen)


def reaches_start(frames: Sequence[Frame]) -> bool:
    """Tell whether a stack has the program's first function in it."""
    return any((frame.function or "").startswith(_START) for frame in frames)


def _lines(frames: Sequence[Frame]) -> str:
    return ", ".join(
        f"{Path(frame.place.file).name}:{frame.place.line}" if frame.place else "no line" for frame in frames
    )


def to_line(attempt: Attempt, session: Session, mark: str, file: str = "subject.c") -> Stop:
    """Run to a line that is given before the code is there."""
    session.break_at(attempt.place(file, mark))
    stop = session.run()
    attempt.need(stop.reason == BREAKPOINT, f"the breakpoint was not reached: {describe(stop)}")
    return stop


def break_by_name(attempt: Attempt) -> None:
    """Stop in a function that does not exist yet when it is named."""
    with attempt.launch("calls") as session:
        session.break_at("jit_square")
        stop = session.run()
        place = attempt.place("subject.c", "square")
        attempt.check("stops", stop.reason == BREAKPOINT, describe(stop))
        attempt.check("at the function's first line", stopped_at(stop, place, "jit_square"), describe(stop))


def break_by_line(attempt: Attempt) -> None:
    """Stop at a line of code that does not exist yet."""
    with attempt.launch("calls") as session:
        place = attempt.place("subject.c", "add")
        session.break_at(place)
        stop = session.run()
        attempt.check("stops at the line", stopped_at(stop, place, "jit_sum"), describe(stop))


def run_again(attempt: Attempt) -> None:
    """Start the program a second time with the same breakpoint."""
    with attempt.launch("calls") as session:
        place = attempt.place("subject.c", "square")
        session.break_at(place)
        first = session.run()
        attempt.need(stopped_at(first, place, "jit_square"), f"in the first run: {describe(first)}")
        second = session.run()
        attempt.check("stops again", stopped_at(second, place, "jit_square"), describe(second))


def stepping(attempt: Attempt) -> None:
    """Step into a function, over a line and out again."""
    with attempt.launch("calls") as session:
        to_line(attempt, session, "call")
        stop = session.step_in()
        attempt.check("in", stopped_at(stop, attempt.place("subject.c", "square"), "jit_square"), describe(stop))
        stop = session.step_over()
        attempt.check("over", stopped_at(stop, attempt.place("subject.c", "squared"), "jit_square"), describe(stop))
        stop = session.step_out()
        places = [attempt.place("subject.c", mark) for mark in ("call", "add")]
        attempt.check("out", any(stopped_at(stop, place, "jit_sum") for place in places), describe(stop))


def values(attempt: Attempt) -> None:
    """Read arguments and locals at a stop."""
    with attempt.launch("calls") as session:
        to_line(attempt, session, "add")
        check_values(attempt, session, "arguments", limit=4)
        check_values(attempt, session, "locals", total=0, index=1, part=1)


def condition(attempt: Attempt) -> None:
    """Stop only where an argument has a value."""
    with attempt.launch("calls") as session:
        session.break_at(attempt.place("subject.c", "square"), condition="value == 3")
        stop = session.run()
        attempt.need(stop.reason == BREAKPOINT, f"the breakpoint was not reached: {describe(stop)}")
        check_values(attempt, session, "stops at the call that is meant", value=3)


def watchpoint(attempt: Attempt) -> None:
    """Stop when a local changes."""
    with attempt.launch("calls") as session:
        to_line(attempt, session, "call")
        session.watch("total")
        while (stop := session.go_on()).reason == BREAKPOINT:
            pass
        attempt.need(stop.reason == WATCHPOINT, f"the watchpoint was not reached: {describe(stop)}")
        attempt.check("stops at the change", bool(stop.frame and stop.frame.function == "jit_sum"), describe(stop))
        new = stop.new.scalar if stop.new else None
        attempt.check("tells the new value", new == 1, f"it is {new} rather than 1")


def crash(attempt: Attempt) -> None:
    """Look at the stack of a null pointer's victim."""
    with attempt.launch("crash") as session:
        stop = session.run()
        attempt.need(stop.reason == SIGNAL and stop.signal in ("SIGSEGV", ""), describe(stop))
        check_stack(attempt, session, "jit_crash", ["crash", *["deeper"] * (_DEPTH - 1)])


def raised(attempt: Attempt) -> None:
    """Look at the stack of a signal that a call of the module raises."""
    with attempt.launch("signal") as session:
        stop = session.run()
        attempt.need(stop.reason == SIGNAL and stop.signal in ("SIGUSR1", ""), describe(stop))
        check_stack(attempt, session, "jit_signal", ["raise", *["towards-raise"] * (_DEPTH - 1)])


def exception(attempt: Attempt) -> None:
    """Follow a C++ exception from a library through the module to its handler."""
    with attempt.launch("exception") as session:
        session.break_at("helper_throw")
        stop = session.run()
        attempt.need(stop.reason == BREAKPOINT, f"nothing was thrown: {describe(stop)}")
        frames = session.frames()
        names = [frame.function or "??" for frame in frames]
        seen = " ← ".join(names[:12])
        attempt.check("the thrower's caller", names[1:2] == ["jit_throw"], seen)
        attempt.check("the stack beyond it", "helper_catch" in names and reaches_start(frames), seen)
        stop = session.go_on()
        attempt.check("the handler is reached", '"result": 1005' in session.output, describe(stop))


def thread_local(attempt: Attempt) -> None:
    """Read a variable that each thread has its own of."""
    with attempt.launch("thread") as session:
        to_line(attempt, session, "thread", "threads.c")
        value = session.evaluate("jit_per_thread")
        attempt.check("the value", value.scalar == 12, f"{shown(value)} rather than 12")


def constructor(attempt: Attempt) -> None:
    """Stop in what runs while the module is loaded."""
    with attempt.launch("constructor") as session:
        place = attempt.place("constructors.c", "constructor")
        session.break_at(place)
        stop = session.run()
        attempt.check("stops in it", stopped_at(stop, place, "jit_prepare"), describe(stop))


def reload(attempt: Attempt) -> None:
    """Keep a breakpoint while the module is unloaded and its next version loaded."""
    with attempt.launch("reload") as session:
        to_line(attempt, session, "answer", "generation.c")
        check_values(attempt, session, "the first version", version=1)
        stop = session.go_on()
        place = attempt.place("generation.c", "answer")
        if attempt.check("stops in the next version", stopped_at(stop, place, "jit_answer"), describe(stop)):
            check_values(attempt, session, "its values", version=2)
            stop = session.go_on()
            attempt.check("the program ends well", stop.exit_code == 0, describe(stop))


def attach_later(attempt: Attempt) -> None:
    """Attach to a program that has loaded the module."""
    program = attempt.bench.program(attempt.peer, "waiting")
    with hosts.waiting(program, attempt.timeout) as (process, _), attempt.attach(process) as session:
        place = attempt.place("subject.c", "add")
        session.break_at(place)
        stop = session.go_on()
        if attempt.check("stops at a line", stopped_at(stop, place, "jit_sum"), describe(stop)):
            check_values(attempt, session, "arguments", limit=4)


def remote(attempt: Attempt) -> None:
    """Debug a program that a debug server has."""
    assert attempt.debugger
    program = attempt.bench.program(attempt.peer, "calls")
    with (
        hosts.served(attempt.debugger.kind, program, attempt.timeout) as address,
        attempt.connect(address) as session,
    ):
        place = attempt.place("subject.c", "add")
        session.break_at(place)
        stop = session.go_on()
        if attempt.check("stops at a line", stopped_at(stop, place, "jit_sum"), describe(stop)):
            check_values(attempt, session, "arguments", limit=4)


def core_dump(attempt: Attempt) -> None:
    """Look at the core of a program that is gone."""
    program = attempt.bench.program(attempt.peer, "crash")
    with tempfile.TemporaryDirectory(dir=attempt.bench.folder) as folder:
        core, done = hosts.core_of(program, Path(folder), attempt.timeout)
        attempt.transcripts.append(done.transcript)
        with attempt.open_core(core) as session:
            check_stack(attempt, session, "jit_crash", ["crash", *["deeper"] * (_DEPTH - 1)])


def ide(attempt: Attempt) -> None:
    """Ask, over DAP, what an IDE asks: a breakpoint by line, the stack, its source, and values."""
    with attempt.launch("calls", dap=True) as session:
        place = attempt.place("subject.c", "add")
        session.break_at(place)
        stop = session.run()
        if attempt.check("stops at the line", stopped_at(stop, place, "jit_sum"), describe(stop)):
            check_values(attempt, session, "values", limit=4, part=1)


def disassembly(attempt: Attempt) -> None:
    """Disassemble with the source's lines between the instructions."""
    with attempt.launch("calls") as session:
        stop = to_line(attempt, session, "square")
        attempt.need(stop.frame is not None, describe(stop))
        assert stop.frame
        place = attempt.place("subject.c", "square")
        code = session.disassemble(stop.frame.address, 6)
        lines = sorted({each.place.line for each in code if each.place and _is_same(each.place.file, place.file)})
        attempt.check("instructions with lines", place.line in lines, f"the lines are {lines}")
        if command := {"gdb": "disassemble /s", "lldb": "disassemble --mixed --frame"}.get(session.debugger):
            text = session.command(command)
            attempt.check("source between them", "value * value" in text, text[:200])


def expression(attempt: Attempt) -> None:
    """Call a function of the module in an expression."""
    with attempt.launch("calls") as session:
        to_line(attempt, session, "add")
        value = session.evaluate("jit_square(7)")
        attempt.check("its result", value.scalar == 49, f"{shown(value)} rather than 49")


FEATURES = (
    Feature("break-by-name", "pending breakpoint by name", break_by_name),
    Feature("break-by-line", "pending breakpoint by file:line", break_by_line),
    Feature("run-again", "the same on a second run", run_again),
    Feature("stepping", "stepping in, over, out", stepping),
    Feature("values", "locals and arguments", values),
    Feature("condition", "conditional breakpoint", condition),
    Feature("watchpoint", "watchpoint", watchpoint),
    Feature("crash", "backtrace from a crash", crash),
    Feature("signal", "backtrace from a signal", raised),
    Feature("exception", "C++ exception through JIT frames", exception),
    Feature("thread-local", "thread-local variables", thread_local),
    Feature("constructor", "breakpoint in a constructor", constructor),
    Feature("reload", "unload and reload with a breakpoint", reload),
    Feature("attach", "attach later", attach_later),
    Feature("remote", "remote", remote),
    Feature("core", "core dump", core_dump),
    Feature("ide", "IDE (DAP)", ide),
    Feature("disassembly", "disassembly with source", disassembly),
    Feature("expression", "expression that calls a JIT function", expression),
)
