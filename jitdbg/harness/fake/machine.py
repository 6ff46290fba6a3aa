"""A simulated machine: programs written as Python generators that say at each line where they are.

    FIB = FakeModule("fib.c")

    @FIB.function("test", "recurse")
    def fib(frame: Activation, n: int) -> Run[int]:
        yield frame.at("test")                      # a mark of fib.c, or a line's number
        if n < 2:
            return n
        yield frame.at("recurse")
        first = yield from frame.call(fib, n - 1)
        second = yield from frame.call(fib, n - 2)
        return first + second

Between two ``yield`` the machine does what the line before stands for; only at a ``yield`` can it stop. It has no
instructions: each line has one address, so has each function's entry, and where a call returns to. Nothing is random
and nothing depends on time: the same program stops in the same way each time.
"""

from __future__ import annotations

import inspect
import itertools
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from jitdbg.debugger.facts import Frame, Location, Module, Place, Symbol
from jitdbg.errors import DebuggerError, MarkError
from jitdbg.harness.backend import Request
from jitdbg.harness.fake.values import Variables
from jitdbg.harness.marks import Source

_TEXT = 0x1000  # Where a module's code begins, above its base.
_LINE = 0x10  # How far apart the code of one line and the next are.
_PROLOGUE = 8  # How long before the first line a function is entered.
_AFTER_CALL = 4  # How far into a line a call returns.
_PROGRAM_BASE = 0x400000
_LIBRARY_BASE = 0x7F0000000000
_LIBRARY_SIZE = 0x1000000
# Above the largest that Linux has (2**22), so that nobody mistakes it for that of a process.
_SYSTEM_ID = 1 << 23


@dataclass(frozen=True)
class Moment:
    """What a program has just done when the machine may stop it."""

    kind: str
    signal: str = ""
    fatal: bool = True
    code: int = 0


ARRIVED = Moment("arrived")
ENTERED = Moment("entered")
RETURNED = Moment("returned")
PAUSED = Moment("paused")
THREAD_ENDED = Moment("thread ended")
SIGNALLED = "signalled"
ENDED = "ended"

Result = TypeVar("Result")
Run = Generator[Moment, None, Result]


@dataclass(frozen=True, eq=False)
class Function:
    """A modelled function: the lines that have code, in their order, and the generator that does what it does."""

    name: str
    module: FakeModule
    lines: tuple[int, ...]
    body: Callable[..., Run[Any]]


class FakeModule:
    """A modelled program, which has a function ``main``, or a library; ``globals`` are its variables at the start.

    ``source`` is the file that debuggers show for it; it need not be in a language that is ever compiled.
    """

    def __init__(
        self, source: str | os.PathLike[str], globals: dict[str, Any] | None = None, *, build_id: str = ""
    ) -> None:
        self.source = Source.read(source)
        self.globals = globals or {}
        self.build_id = build_id
        self.functions: dict[str, Function] = {}

    def function(self, *lines: str | int, name: str = "") -> Callable[[Callable[..., Run[Any]]], Function]:
        """Make the decorated generator a function with code at these lines: marks of the source, or numbers.

        ``name`` is its name where that is not the generator's own.
        """

        def declare(body: Callable[..., Run[Any]]) -> Function:
            made = Function(name or body.__name__, self, tuple(sorted(map(self.line, lines))), body)
            self.functions[made.name] = made
            return made

        return declare

    def line(self, mark: str | int) -> int:
        """Give the number of a line."""
        return mark if isinstance(mark, int) else self.source.line(mark)


@dataclass(eq=False)
class Loaded:
    """A module in a machine, from the time that it is loaded at ``base``."""

    module: FakeModule
    path: str
    base: int
    variables: Variables = field(init=False)

    def __post_init__(self) -> None:
        self.variables = Variables(self.module.globals)

    def address(self, line: int) -> int:
        """Give where a line's code lies."""
        return self.base + _TEXT + _LINE * line

    def entry(self, function: Function) -> int:
        """Give where a function begins: before its first line."""
        return self.address(function.lines[0]) - _PROLOGUE

    def locations(self, request: Request) -> Iterator[Location]:
        """Find where a breakpoint in this module stops: nowhere, or at one place."""
        if request.function in self.module.functions:
            function = self.module.functions[request.function]
            yield self._location(function, function.lines[0])
        elif request.file and _is_named(self.module.source.path, request.file):
            yield from itertools.islice(self._first_from(request.line), 1)

    def _first_from(self, line: int) -> Iterator[Location]:
        """Give the line's code, or that of the next line that has some."""
        functions = self.module.functions.values()
        having = sorted((number, function.name) for function in functions for number in function.lines)
        return (self._location(self.module.functions[name], number) for number, name in having if number >= line)

    def _location(self, function: Function, line: int) -> Location:
        return Location(self.address(line), function.name, Place(self.module.source.path, line), self.path)

    def has(self, address: int) -> bool:
        """Tell whether an address is in the module."""
        return self.base <= address < self.base + _LIBRARY_SIZE

    def symbol(self, address: int) -> Symbol | None:
        """Describe the line or the entry of a function at an address; None where the module is not."""
        if not self.has(address):
            return None
        for function in self.module.functions.values():
            offset, last = address - self.entry(function), self.address(function.lines[-1]) + _LINE
            if offset >= 0 and address < last:
                line = max(line for line in function.lines if self.address(line) - _PROLOGUE <= address)
                place = Place(self.module.source.path, line)
                frame = Frame(0, address, function.name, place, self.path)
                return Symbol(address, function.name, offset, (frame,), self.path)
        return Symbol(address, module=self.path)

    def fact(self) -> Module:
        """Describe the module."""
        return Module(self.path, self.base, self.module.build_id, has_symbols=True)


def _is_named(path: str, given: str) -> bool:
    return path == given or path.endswith(f"/{given}")


class Activation:
    """A frame as the body of its function has it: says where the function is, holds its variables, calls others."""

    def __init__(
        self, machine: Machine, thread: FakeThread, function: Function, arguments: Sequence[Any], inlined: bool
    ) -> None:
        self.function, self.inlined = function, inlined
        self.locals = Variables({})
        self._machine, self._thread = machine, thread
        self._given = arguments
        names = itertools.islice(inspect.signature(function.body).parameters, 1, None)
        self.arguments = Variables(dict(zip(names, arguments, strict=True)))
        self.loaded = machine.holding(function.module)
        self.line = function.lines[0] if function.lines else 0
        self.address = self.loaded.address(self.line) - _PROLOGUE
        self.prologue = not inlined
        thread.stack.append(self)

    @property
    def globals(self) -> Variables:
        """The variables of the function's module."""
        return self.loaded.variables

    @property
    def command(self) -> Sequence[str]:
        """The words that the program was started with."""
        return self._machine.command

    def at(self, mark: str | int) -> Moment:
        """Arrive at a line, which the function has to be declared with: a mark or a number."""
        line = self.function.module.line(mark)
        if line not in self.function.lines:
            raise MarkError(f"the model of {self.function.name} has no line {mark}: give it to its declaration")
        self.line, self.address, self.prologue = line, self.loaded.address(line), False
        return ARRIVED

    def call(self, function: Function, *arguments: Any, inlined: bool = False) -> Run[Any]:
        """Call a function, as ``yield from``; gives what it returns."""
        self.address = self.loaded.address(self.line) + _AFTER_CALL
        callee = Activation(self._machine, self._thread, function, arguments, inlined)
        return (yield from callee.run())

    def run(self) -> Run[Any]:
        """Do what the function does, from its entry to its return."""
        if self.prologue:
            yield ENTERED
        result = yield from self.function.body(self, *self._given)
        self._thread.stack.remove(self)
        if self._thread.stack:
            yield RETURNED
        return result

    def load(self, module: FakeModule, path: str | os.PathLike[str]) -> Loaded:
        """Load a library; breakpoints in it take effect."""
        return self._machine.load(module, os.fspath(path))

    def unload(self, library: Loaded) -> None:
        """Unload a library."""
        self._machine.modules.remove(library)

    def start_thread(self, function: Function, *arguments: Any) -> None:
        """Start a thread with a function of its own."""
        self._machine.start_thread(function, arguments)

    def print(self, text: str) -> None:
        """Write to the standard output."""
        self._machine.print(text)

    def signal(self, name: str, *, fatal: bool = True) -> Moment:
        """Get a signal, which ends the program when that goes on, unless it is not ``fatal``."""
        return Moment(SIGNALLED, name, fatal)

    def pause(self) -> Moment:
        """Wait for ever."""
        return PAUSED

    def fact(self, level: int) -> Frame:
        """Describe the frame."""
        place = Place(self.function.module.source.path, self.line) if self.line else None
        return Frame(level, self.address, self.function.name, place, self.loaded.path, self.inlined, self.prologue)


@dataclass(eq=False)
class FakeThread:
    """A thread: its activations, outermost first, and what is left to do."""

    id: int
    system_id: int
    stack: list[Activation] = field(default_factory=list)
    paused: bool = False
    run: Run[Any] = field(init=False)

    def frames(self) -> list[Frame]:
        """Describe the stack, innermost first."""
        return [activation.fact(level) for level, activation in enumerate(reversed(self.stack))]


class Machine:
    """A process of a modelled program; has threads from `start` to `end`."""

    def __init__(self, program: FakeModule, path: str, command: Sequence[str], print: Callable[[str], None]) -> None:
        self.command, self.print = command, print
        self.modules = [Loaded(program, path, _PROGRAM_BASE)]
        self.threads: list[FakeThread] = []
        self.told_of_loads: list[Callable[[Loaded], None]] = []
        self.dying = ""
        """The signal that ends the program as soon as it goes on."""
        self._bases = itertools.count(_LIBRARY_BASE, _LIBRARY_SIZE)
        self._numbers = itertools.count(1)
        self._turns: deque[FakeThread] = deque()

    def start(self) -> FakeThread:
        """Begin before all code of the program; gives the first thread."""
        program = self.modules[0].module
        return self._new_thread(Function("_start", program, (), _start), ())

    def start_thread(self, function: Function, arguments: Sequence[Any]) -> None:
        """Start a thread and let it enter its function."""
        next(self._new_thread(function, arguments).run)

    def _new_thread(self, function: Function, arguments: Sequence[Any]) -> FakeThread:
        number = next(self._numbers)
        thread = FakeThread(number, _SYSTEM_ID + number)
        thread.run = Activation(self, thread, function, arguments, inlined=False).run()
        self.threads.append(thread)
        self._turns.append(thread)
        return thread

    def load(self, module: FakeModule, path: str) -> Loaded:
        """Load a library at a place where none has been."""
        loaded = Loaded(module, os.path.realpath(path), next(self._bases))
        self.modules.append(loaded)
        for tell in self.told_of_loads:
            tell(loaded)
        return loaded

    def holding(self, module: FakeModule) -> Loaded:
        """Find where a module is loaded, last where it is more than once."""
        for loaded in reversed(self.modules):
            if loaded.module is module:
                return loaded
        raise DebuggerError(f"the model calls into {module.source.path}, which it has not loaded")

    def next_thread(self, only: FakeThread | None = None) -> FakeThread | None:
        """Give the thread whose turn it is, or ``only`` that one; None where nobody can go on."""
        for _ in range(len(self._turns)):
            self._turns.rotate(-1)
            if not self._turns[-1].paused and only in (None, self._turns[-1]):
                return self._turns[-1]
        return None

    def advance(self, thread: FakeThread) -> Moment:
        """Let a thread do what it does next."""
        try:
            moment = next(thread.run)
        except StopIteration as end:
            return self._ended(thread, end.value)
        thread.paused = moment is PAUSED
        return moment

    def _ended(self, thread: FakeThread, result: object) -> Moment:
        self.threads.remove(thread)
        self._turns.remove(thread)
        is_first = thread.id == 1
        return Moment(ENDED, code=int(str(result or 0)) & 0xFF) if is_first else THREAD_ENDED

    def call(self, function: Function, arguments: Sequence[Any], thread: FakeThread) -> Any:
        """Run a function on top of a thread's stack, to its end and past breakpoints."""
        depth = len(thread.stack)
        run = Activation(self, thread, function, arguments, inlined=False).run()
        try:
            while True:
                moment = next(run)
                if moment is PAUSED or moment.kind == SIGNALLED:
                    raise ValueError(f"{function.name} {moment.kind} {moment.signal}".strip())
        except StopIteration as end:
            return end.value
        finally:
            del thread.stack[depth:]


def _start(frame: Activation) -> Run[int]:
    main = frame.function.module.functions["main"]
    code: int = yield from frame.call(main)
    return code
