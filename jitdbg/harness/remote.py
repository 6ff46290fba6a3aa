"""The adapter inside a debugger's process, called from this one: an `Adapter` whose facts come as JSON."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from jitdbg.debugger import wire
from jitdbg.debugger.facts import Breakpoint, Frame, Instruction, Module, Process, Register, Symbol, Thread, Value
from jitdbg.errors import DebuggerError

Kind = TypeVar("Kind")
Ask = Callable[[str, str], str]
"""Send one request, given its method and its line of JSON, and give its answer; raises `DebuggerError`."""
WHILE_RUNNING = frozenset({"breakpoints"})
"""The methods that debuggers answer while the program runs."""


class RemoteAdapter:
    """An adapter in another process; lives as long as that does.

    Commands go through ``execute``, where that process has a better way for them than the adapter in it.
    """

    def __init__(self, ask: Ask, execute: Callable[[str], str] | None = None) -> None:
        self._ask, self._execute = ask, execute
        self._numbers = itertools.count(1)
        self._facts: dict[str, str] = {}

    def request(self, method: str, **params: object) -> Any:
        """Call a method of the adapter, and raise its error."""
        number = next(self._numbers)
        given = {name: value for name, value in params.items() if value is not None}
        line = self._ask(method, json.dumps({"id": number, "method": method, "params": given}))
        answer = wire.decode(line)
        if not isinstance(answer, dict) or answer.get("id") != number:
            raise DebuggerError(f"the debugger's adapter answered {line[:200]!r} to request {number}")
        if "error" in answer:
            raise DebuggerError(str(answer["error"]))
        return answer.get("result")

    def _one(self, kind: type[Kind], method: str, **params: object) -> Kind:
        return _checked(self.request(method, **params), kind, method)

    def _all(self, kind: type[Kind], method: str, **params: object) -> Sequence[Kind]:
        return [_checked(fact, kind, method) for fact in _checked(self.request(method, **params), tuple, method)]

    def _constant(self, name: str) -> str:
        if name not in self._facts:
            self._facts[name] = self._one(str, name)
        return self._facts[name]

    @property
    def name(self) -> str:
        """The debugger's name."""
        return self._constant("name")

    @property
    def version(self) -> str:
        """The debugger's version."""
        return self._constant("version")

    def process(self) -> Process | None:
        """Describe the program's process."""
        process = self.request("process")
        return None if process is None else _checked(process, Process, "process")

    def threads(self) -> Sequence[Thread]:
        """List the threads."""
        return self._all(Thread, "threads")

    def selected_thread(self) -> int | None:
        """Give the selected thread's id."""
        number = self.request("selected_thread")
        return None if number is None else _checked(number, int, "selected_thread")

    def selected_frame(self) -> int:
        """Give the level of the selected frame."""
        return self._one(int, "selected_frame")

    def frames(self, limit: int = 0, thread: int | None = None) -> Sequence[Frame]:
        """Walk the stack."""
        return self._all(Frame, "frames", limit=limit, thread=thread)

    def variables(self, scope: str, frame: int = 0, depth: int = 1, thread: int | None = None) -> Sequence[Value]:
        """Read the variables of a frame."""
        return self._all(Value, "variables", scope=scope, frame=frame, depth=depth, thread=thread)

    def evaluate(self, expression: str, frame: int = 0, depth: int = 1, thread: int | None = None) -> Value:
        """Evaluate an expression."""
        return self._one(Value, "evaluate", expression=expression, frame=frame, depth=depth, thread=thread)

    def registers(self, frame: int = 0, thread: int | None = None) -> Sequence[Register]:
        """Read the registers."""
        return self._all(Register, "registers", frame=frame, thread=thread)

    def memory(self, address: int, size: int) -> bytes:
        """Read memory."""
        return self._one(bytes, "memory", address=address, size=size)

    def instructions(self, address: int, count: int) -> Sequence[Instruction]:
        """Disassemble."""
        return self._all(Instruction, "instructions", address=address, count=count)

    def symbol(self, address: int) -> Symbol:
        """Say what is at an address."""
        return self._one(Symbol, "symbol", address=address)

    def module_at(self, address: int) -> Module | None:
        """Describe the file that an address was loaded from."""
        module = self.request("module_at", address=address)
        return None if module is None else _checked(module, Module, "module_at")

    def modules(self) -> Sequence[Module]:
        """List the program and its libraries."""
        return self._all(Module, "modules")

    def breakpoints(self) -> Sequence[Breakpoint]:
        """List the breakpoints."""
        return self._all(Breakpoint, "breakpoints")

    def execute(self, command: str) -> str:
        """Run a command of the debugger's."""
        return self._execute(command) if self._execute else self._one(str, "execute", command=command)


def _checked(fact: object, kind: type[Kind], method: str) -> Kind:
    if not isinstance(fact, kind):
        raise DebuggerError(f"the debugger's adapter answered {fact!r:.200} to {method}, which is no {kind.__name__}")
    return fact
