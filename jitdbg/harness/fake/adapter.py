"""What the fake debugger knows of its program: facts, read from the simulated machine."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jitdbg import __version__
from jitdbg.debugger.adapter import FindFrame, FindFunctions, Following
from jitdbg.debugger.commands.parsing import split
from jitdbg.debugger.commands.registry import COMMANDS, perform
from jitdbg.debugger.controller import Called
from jitdbg.debugger.facts import (
    ARGUMENTS,
    LOCALS,
    SCOPES,
    Breakpoint,
    Check,
    Frame,
    Instruction,
    Module,
    Process,
    Register,
    Symbol,
    Thread,
    Value,
)
from jitdbg.debugger.target import Target
from jitdbg.errors import DebuggerError, Unsupported
from jitdbg.harness.backend import Request
from jitdbg.harness.fake.breakpoints import Breakpoints
from jitdbg.harness.fake.machine import Activation, FakeThread, Function, Loaded, Machine
from jitdbg.harness.fake.values import evaluate, value_fact

_NO_LOADER = "its machine has no loader that could be called"
_NO_INSTRUCTIONS = "its machine runs lines, and has no instructions or registers"


@dataclass(frozen=True)
class _Callable:
    """A function as an expression has it."""

    machine: Machine
    thread: FakeThread
    function: Function
    address: int

    def __call__(self, *arguments: Any) -> Any:
        return self.machine.call(self.function, arguments, self.thread)


class FakeAdapter:
    """An `Adapter` over a machine, which is None until a program is loaded."""

    name = "fake"
    version = __version__

    def __init__(self) -> None:
        self.machine: Machine | None = None
        self.points = Breakpoints()
        self.running = False
        self._selected_thread = 1
        self._selected_frame = 0
        self._target = Target(self)
        self.loaded: list[Callable[[Loaded], None]] = []
        """Who is told of libraries as they are loaded."""

    def select(self, thread: int, frame: int) -> None:
        """Select what `execute` is about. Raises `DebuggerError` where there is none such."""
        self._activation(frame, thread)
        self._selected_thread, self._selected_frame = thread, frame

    def process(self) -> Process | None:
        """Describe the machine, which is no process of the system's."""
        return Process(None) if self.machine and self.machine.threads else None

    def threads(self) -> Sequence[Thread]:
        """List the threads."""
        return [Thread(thread.id, thread.system_id, "fake") for thread in self._stopped().threads]

    def selected_thread(self) -> int | None:
        """Give the selected thread's id."""
        return self._selected_thread if self.machine and self.machine.threads else None

    def selected_frame(self) -> int:
        """Give the selected frame's level."""
        self._stopped()
        return self._selected_frame

    def frames(self, limit: int = 0, thread: int | None = None) -> Sequence[Frame]:
        """Walk the stack."""
        return self._thread(thread).frames()[: limit or None]

    def variables(self, scope: str, frame: int = 0, depth: int = 1, thread: int | None = None) -> Sequence[Value]:
        """Read the variables of a frame."""
        if scope not in SCOPES:
            raise DebuggerError(f"there is no scope {scope!r}: it is one of {', '.join(SCOPES)}")
        here = self._activation(frame, thread)
        variables = {ARGUMENTS: here.arguments, LOCALS: here.locals}.get(scope, here.globals)
        return [value_fact(name, held, depth) for name, held in variables.held.items()]

    def evaluate(self, expression: str, frame: int = 0, depth: int = 1, thread: int | None = None) -> Value:
        """Evaluate an expression; see `jitdbg.harness.fake.values`."""
        if self.machine is None or not self.machine.threads:
            return evaluate(expression, {}, depth)
        return evaluate(expression, self._names(frame, thread), depth)

    def evaluate_in(self, thread: FakeThread, expression: str) -> Value:
        """Evaluate an expression where a thread is, for breakpoints: while the program runs."""
        assert self.machine is not None
        return evaluate(expression, _names(self.machine, thread, thread.stack[-1]), 0)

    def registers(self, frame: int = 0, thread: int | None = None) -> Sequence[Register]:  # noqa: ARG002
        """Refuse: there are none."""
        raise Unsupported(self.name, _NO_INSTRUCTIONS)

    def instructions(self, address: int, count: int) -> Sequence[Instruction]:  # noqa: ARG002
        """Refuse: there are none."""
        raise Unsupported(self.name, _NO_INSTRUCTIONS)

    def memory(self, address: int, size: int) -> bytes:
        """Read what a variable of any frame or module occupies, or what a module's file has, which lies at its base."""
        machine = self._stopped()
        frames = [activation for thread in machine.threads for activation in thread.stack]
        variables = [loaded.variables for loaded in machine.modules]
        variables += [part for frame in frames for part in (frame.arguments, frame.locals)]
        for held in (held for part in variables for held in part.held.values() if not isinstance(held, Value)):
            start = ctypes.addressof(held)
            if start <= address and address + size <= start + ctypes.sizeof(held):
                return ctypes.string_at(address, size)
        images = (_bytes_of(loaded.path, address - loaded.base, size) for loaded in machine.modules)
        if found := next((image for image in images if len(image) == size), None):
            return found
        raise DebuggerError(f"fake: nothing is at {address:#x}")

    def symbol(self, address: int) -> Symbol:
        """Say what is at an address: the line of a function, or its entry."""
        for loaded in self._stopped().modules:
            if (found := loaded.symbol(address)) is not None:
                return found
        return Symbol(address)

    def module_at(self, address: int) -> Module | None:
        """Describe the file that an address was loaded from."""
        return next((loaded.fact() for loaded in self._stopped().modules if loaded.has(address)), None)

    def modules(self) -> Sequence[Module]:
        """List the program and its libraries."""
        return [loaded.fact() for loaded in self._stopped().modules]

    def breakpoints(self) -> Sequence[Breakpoint]:
        """List the breakpoints."""
        return self.points.facts(self.machine.modules if self.machine else ())

    def break_in_libraries(self, find: FindFunctions) -> LibraryBreakpoints:
        """Set breakpoints at functions of libraries, now and as they are loaded."""
        return LibraryBreakpoints(self, find)

    def pass_over(self, find: FindFunctions, find_frame: FindFrame) -> Following:  # noqa: ARG002
        """Refuse: a model's steps are its own."""
        raise Unsupported(self.name, "steps are as its model has them")

    def call(self, expression: str, *, stops: bool = False, all_threads: bool = False) -> Called:  # noqa: ARG002
        """Refuse: no loader could be called."""
        raise Unsupported(self.name, _NO_LOADER)

    def call_function(self, address: int, arguments: str, **how: bool) -> Called:  # noqa: ARG002
        """Refuse: no loader could have loaded it."""
        raise Unsupported(self.name, _NO_LOADER)

    def write_memory(self, address: int, data: bytes) -> None:  # noqa: ARG002
        """Refuse: nothing that could be called would read it."""
        raise Unsupported(self.name, _NO_LOADER)

    def receive_file(self, remote_path: str, path: str) -> None:  # noqa: ARG002
        """Refuse: a model's program is on no other machine."""
        raise Unsupported(self.name, "its program is on no other machine")

    def send_file(self, path: str, remote_path: str) -> None:  # noqa: ARG002
        """Refuse: its machine has no files."""
        raise Unsupported(self.name, _NO_LOADER)

    def running_threads(self) -> frozenset[int]:
        """Give none: all threads stop together."""
        return frozenset()

    def was_interrupted(self) -> bool:
        """Deny: nobody sits at a keyboard."""
        return False

    def at_start(self, function: str, act: Callable[[], str]) -> None:  # noqa: ARG002
        """Refuse: nothing could be done there."""
        raise Unsupported(self.name, _NO_LOADER)

    def checks(self) -> Sequence[Check]:
        """Tell that nothing depends on a release or a setting."""
        return ()

    def execute(self, command: str) -> str:
        """Do ``print EXPRESSION`` in the selected frame, or one of the commands for debuggers."""
        word, _, expression = command.partition(" ")
        for ours in COMMANDS:
            if ours.name == word:
                return perform(ours, self._target, split(expression))
        if word != "print":
            raise Unsupported(self.name, "it has one command of its own, print EXPRESSION")
        value = self.evaluate(expression, self._selected_frame)
        if value.error:
            raise DebuggerError(f"fake: {value.error}")
        return f"{expression} = {value.text}"

    def _stopped(self) -> Machine:
        if self.running:
            raise DebuggerError("the program is running: it has to stop before anything can be read")
        if self.machine is None or not self.machine.threads:
            raise DebuggerError("fake: no program runs")
        return self.machine

    def _thread(self, number: int | None = None) -> FakeThread:
        number = self._selected_thread if number is None else number
        for thread in self._stopped().threads:
            if thread.id == number:
                return thread
        raise DebuggerError(f"fake: the program has no thread {number}")

    def _activation(self, level: int, thread: int | None) -> Activation:
        stack = self._thread(thread).stack
        if not 0 <= level < len(stack):
            raise DebuggerError(f"fake: the stack has no frame {level}")
        return stack[-1 - level]

    def _names(self, frame: int, thread: int | None) -> Mapping[str, Any]:
        return _names(self._stopped(), self._thread(thread), self._activation(frame, thread))


class LibraryBreakpoints:
    """Breakpoints at the functions that are found in libraries; lives until `remove`, or as long as the debugger."""

    def __init__(self, adapter: FakeAdapter, find: FindFunctions) -> None:
        self._adapter, self._find = adapter, find
        self._numbers: dict[str, int] = {}
        for loaded in adapter.machine.modules if adapter.machine else ():
            self._break_in(loaded)
        adapter.loaded.append(self._break_in)

    @property
    def is_set(self) -> bool:
        """Whether not all of them have been deleted, or there was none to set yet."""
        return not self._numbers or bool(self._left())

    def remove(self) -> None:
        """Delete the breakpoints and set no more."""
        self._adapter.loaded.remove(self._break_in)
        for number in self._left():
            self._adapter.points.delete(number)

    def _left(self) -> list[int]:
        return [number for number in self._numbers.values() if number in self._adapter.points]

    def _break_in(self, loaded: Loaded) -> None:
        for function in self._find(loaded.path) if self.is_set else ():
            if function.name in loaded.module.functions and function.name not in self._numbers:
                request = Request(function=function.name)
                self._numbers[function.name] = self._adapter.points.add(request, self._adapter.evaluate)


def _bytes_of(path: str, offset: int, size: int) -> bytes:
    """Read a part of a file; nothing of one that is not there."""
    if offset < 0 or not os.path.isfile(path):
        return b""
    with open(path, "rb") as file:
        file.seek(offset)
        return file.read(size)


def _names(machine: Machine, thread: FakeThread, here: Activation) -> Mapping[str, Any]:
    """Give what a frame can name: its locals before its arguments, globals and functions."""
    functions = {
        name: _Callable(machine, thread, function, loaded.entry(function))
        for loaded in machine.modules
        for name, function in loaded.module.functions.items()
    }
    return {**functions, **here.globals.held, **here.arguments.held, **here.locals.held}
