"""What can be read of a program while it is stopped: stacks, values, code, and what was said."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from jitdbg.debugger.facts import (
    ARGUMENTS,
    AVAILABLE,
    GLOBALS,
    LOCALS,
    NOT_IN_SCOPE,
    Frame,
    Instruction,
    Module,
    Process,
    Register,
    Symbol,
    Thread,
    Value,
)
from jitdbg.errors import DebuggerError, Unsupported
from jitdbg.harness.backend import Backend
from jitdbg.harness.transcript import Transcript

Result = TypeVar("Result")


class Observer:
    """The reading half of a session: facts of the program as it is stopped now.

    ``frame`` is a level of the selected thread, or of ``thread``. Failures are `DebuggerError` with the transcript.
    """

    def __init__(self, debugger: Backend, timeout: float) -> None:
        self._backend = debugger
        self._closed = False
        self.timeout = timeout

    def frames(self, limit: int = 0, *, thread: int | None = None) -> Sequence[Frame]:
        """Walk the stack, innermost first; ``limit`` 0 is all of it."""
        return self._ask(lambda: self._backend.adapter.frames(limit, thread))

    def frame(self, level: int = 0, *, thread: int | None = None) -> Frame:
        """Give one frame; level 0 is the innermost."""
        frames = self.frames(level + 1, thread=thread)
        if level >= len(frames):
            with self._failing():
                raise DebuggerError(f"the stack has no frame {level}, only {len(frames)}")
        return frames[level]

    def arguments(self, frame: int = 0, *, depth: int = 1, thread: int | None = None) -> dict[str, Value]:
        """Read a function's arguments, by name."""
        return self._variables(ARGUMENTS, frame, depth, thread)

    def locals(self, frame: int = 0, *, depth: int = 1, thread: int | None = None) -> dict[str, Value]:
        """Read the local variables that are in scope, by name; of those that share one, the innermost."""
        return self._variables(LOCALS, frame, depth, thread)

    def globals(self, frame: int = 0, *, depth: int = 1, thread: int | None = None) -> dict[str, Value]:
        """Read the global variables of a frame's compile unit, by name."""
        return self._variables(GLOBALS, frame, depth, thread)

    def _variables(self, scope: str, frame: int, depth: int, thread: int | None) -> dict[str, Value]:
        values = self._ask(lambda: self._backend.adapter.variables(scope, frame, depth, thread))
        return {value.name: value for value in reversed(values)}

    def variable(self, name: str, frame: int = 0, *, depth: int = 1, thread: int | None = None) -> Value:
        """Read one variable of a frame; one that the frame has not is `NOT_IN_SCOPE`."""
        for scope in (LOCALS, ARGUMENTS, GLOBALS):
            with contextlib.suppress(Unsupported):  # DAP can have arguments among the locals.
                if value := self._variables(scope, frame, depth, thread).get(name):
                    return value
        return Value(name, "", NOT_IN_SCOPE, error=f"frame {frame} has no variable {name}")

    def evaluate(self, expression: str, frame: int = 0, *, depth: int = 1, thread: int | None = None) -> Value:
        """Evaluate an expression of the frame's language; what is wrong with it is in the value."""
        return self._ask(lambda: self._backend.adapter.evaluate(expression, frame, depth, thread))

    def call(self, function: str, *arguments: object, frame: int = 0) -> Value:
        """Call a function of the program, with arguments written as in its language. Raises `DebuggerError`."""
        expression = f"{function}({', '.join(map(str, arguments))})"
        value = self.evaluate(expression, frame)
        if value.availability != AVAILABLE:
            with self._failing():
                raise DebuggerError(f"{self.debugger} can't call {expression}: {value.error or value.availability}")
        return value

    def registers(self, frame: int = 0, *, thread: int | None = None) -> dict[str, Register]:
        """Read the registers of a frame, by name."""
        registers = self._ask(lambda: self._backend.adapter.registers(frame, thread))
        return {register.name: register for register in registers}

    def memory(self, address: int, size: int) -> bytes:
        """Read memory."""
        return self._ask(lambda: self._backend.adapter.memory(address, size))

    def disassemble(self, address: int, count: int) -> Sequence[Instruction]:
        """Disassemble ``count`` instructions."""
        return self._ask(lambda: self._backend.adapter.instructions(address, count))

    def symbol(self, address: int) -> Symbol:
        """Say what is at an address, of code or data."""
        return self._ask(lambda: self._backend.adapter.symbol(address))

    def process(self) -> Process | None:
        """Describe the program's process; None without one."""
        return self._ask(self._backend.adapter.process)

    def selected_frame(self) -> int:
        """Give the level of the frame that `command` is about."""
        return self._ask(self._backend.adapter.selected_frame)

    def module_at(self, address: int) -> Module | None:
        """Describe the file that an address was loaded from; None for memory of nobody."""
        return self._ask(lambda: self._backend.adapter.module_at(address))

    def modules(self) -> Sequence[Module]:
        """List the program and its libraries."""
        return self._ask(self._backend.adapter.modules)

    def threads(self) -> Sequence[Thread]:
        """List the threads."""
        return self._ask(self._backend.adapter.threads)

    def select(self, thread: int, frame: int = 0) -> None:
        """Select a thread and a frame of it, for `command`."""
        self._ask(lambda: self._backend.select(thread, frame))

    def command(self, text: str) -> str:
        """Run a command of the debugger's own that does not resume the program, and give what it prints."""
        return self._ask(lambda: self._backend.adapter.execute(text))

    def require(self, *abilities: str) -> None:
        """Raise `Unsupported` where the debugger lacks an ability (`jitdbg.harness.abilities`)."""
        for ability in abilities:
            if ability in self._backend.lacks:
                raise Unsupported(self.debugger, f"{ability}: {self._backend.lacks[ability]}")

    def lacks(self, ability: str) -> bool:
        """Tell whether the debugger lacks an ability."""
        return ability in self._backend.lacks

    @property
    def debugger(self) -> str:
        """The debugger's name, as it was asked for."""
        return self._backend.name

    @property
    def version(self) -> str:
        """The debugger's version."""
        return self._ask(lambda: self._backend.adapter.version)

    @property
    def transcript(self) -> Transcript:
        """All that was said, and what the program printed."""
        return self._backend.transcript

    @property
    def output(self) -> str:
        """What the program has printed, on standard output and standard error, as far as it is kept."""
        return self.transcript.program_output()

    # ----------------------------------------------------------------------------------------------------- failures

    def _deadline(self, timeout: float | None = None) -> float:
        return time.monotonic() + (self.timeout if timeout is None else timeout)

    def _do(self, act: Callable[[float], Result]) -> Result:
        with self._failing():
            return act(self._deadline())

    def _ask(self, ask: Callable[[], Result]) -> Result:
        with self._failing():
            return ask()

    @contextlib.contextmanager
    def _failing(self) -> Iterator[None]:
        with self.transcript.told():
            if self._closed:
                raise DebuggerError("the session is closed: open another one")
            yield
