"""A debug adapter behind a session: the same conversation that an IDE has with it.

The order is the specification's: ``initialize``, ``launch``, breakpoints, ``configurationDone``. A program that is run
again gets an adapter's process of its own, which is what IDEs do where an adapter can't restart. The program has a
terminal of ours, not the adapter's ``output`` events, in which gdb's own words come as well.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from jitdbg import tools
from jitdbg.debugger.facts import (
    AVAILABLE,
    BREAKPOINT,
    ENTRY,
    EXITED,
    INTERRUPT,
    SIGNAL,
    WATCHPOINT,
    Breakpoint,
    BrokenCondition,
    Stop,
    Value,
)
from jitdbg.elf.constants import ELFMAG
from jitdbg.errors import DeadlinePassed, DebuggerError, Unsupported
from jitdbg.harness import abilities, backend, processes
from jitdbg.harness.backend import NOT_RUNNING, Program, Request
from jitdbg.harness.dap.adapter import DapAdapter
from jitdbg.harness.dap.breakpoints import Breakpoints, Point, fact
from jitdbg.harness.dap.connection import Connection
from jitdbg.harness.dap.dialects import Dialect, GdbDialect, LldbDialect
from jitdbg.harness.dap.messages import EVENT, Fields, Message, Refusal
from jitdbg.harness.dap.stops import reason_of, signal_of
from jitdbg.harness.debuggers import debugger_tool
from jitdbg.harness.framing import ContentLength
from jitdbg.harness.pipes import PipeConnection
from jitdbg.harness.transcript import NOTE, Transcript

_RESUME: dict[str, tuple[str, dict[str, str]]] = {
    backend.CONTINUE: ("continue", {}),
    backend.STEP_IN: ("stepIn", {}),
    backend.STEP_OVER: ("next", {}),
    backend.STEP_OUT: ("stepOut", {}),
    backend.STEP_INSTRUCTION: ("stepIn", {"granularity": "instruction"}),
    backend.NEXT_INSTRUCTION: ("next", {"granularity": "instruction"}),
}
_CLIENT = {
    "clientID": "jitdbg",
    "clientName": "jitdbg",
    "linesStartAt1": True,
    "columnsStartAt1": True,
    "pathFormat": "path",
    "supportsVariableType": True,
    "supportsVariablePaging": True,
    "supportsMemoryReferences": True,
}
_OPTIONAL = {"readMemory": "supportsReadMemoryRequest", "disassemble": "supportsDisassembleRequest"}
"""Requests of ours that an adapter need not have, each with the flag that says so."""
_CALLED = "function call"
_FIRST_THREAD = 1  # gdb's number
_ADAPTER_SECONDS = 30.0
_GRACE = 2.0


def open_lldb_dap(deadline: float) -> DapBackend:
    """Start lldb's adapter."""
    return DapBackend(LldbDialect, deadline)


def open_gdb_dap(deadline: float) -> DapBackend:
    """Start gdb's adapter."""
    return DapBackend(GdbDialect, deadline)


class DapBackend:
    """A debug adapter's process; started when this is made."""

    def __init__(self, speak: Callable[[str], Dialect], deadline: float) -> None:
        self.transcript = Transcript()
        self._terminal = processes.Terminal()
        self._dialect = speak(self._terminal.path)
        self.name, self.lacks = self._dialect.name, self._dialect.lacks
        self._breakpoints = Breakpoints(self._dialect)
        self._handles: list[int] = []
        self._program = Program(())
        self._closed = False
        try:
            self._tool = debugger_tool(self.name)
            with self.transcript.told():
                self._open(deadline)
        except BaseException:
            self.close()
            raise

    def _open(self, deadline: float) -> None:
        """Start an adapter's process, which serves one program once."""
        self._stops: deque[Message] = deque()
        self._initialized = self._configured = self._started = self._running = self._attached = False
        self._can_run = True
        self._interrupted = self._at_entry = self._has_gone_on = False
        self._beginning = 0, ""
        self._connection = Connection(self.name, self.transcript, self._notice)
        self.adapter = DapAdapter(
            self._dialect, self._version, self._ask, self._take_stop_of_command, self._breakpoints
        )
        command = self._dialect.command(self._tool.path)
        environment = {**os.environ, **self._dialect.environment}
        self._process = processes.start(command, environment, errors=subprocess.PIPE)
        self._pipes = PipeConnection(
            self.name, self._process, self._terminal, self.transcript, self._connection.take, ContentLength()
        )
        self._connection.attach(self._pipes)
        self._abilities = self._connection.request("initialize", deadline, **_CLIENT, adapterID=self._dialect.tool)

    def _version(self) -> str:
        """Give the program's version; lldb-dap 19 tells its own to clients alone."""
        told = self._abilities.fields("__lldb").text("version", "")
        return self._tool.version or tools.parse_version(told) or ""

    # ----------------------------------------------------------------------------------------------------- starting

    def load(self, program: Program, deadline: float) -> None:
        """Tell the adapter of a program, and of the breakpoints; lldb-dap starts it already, stopped."""
        self.transcript.add(NOTE, f"loads {program.find()}")
        _check_format(program.find())
        self._program = program
        self._begin("launch", self._dialect.launch(program), deadline)

    def launch(self, program: Program, deadline: float, *, stop_at_entry: bool = False) -> None:
        """Start a program, with nothing to read on its standard input."""
        if program != self._program or self._configured or stop_at_entry:
            self._program = program
            arguments = {**self._dialect.launch(program), "stopOnEntry": stop_at_entry}
            self._begin("launch", arguments, deadline)
        self._at_entry = stop_at_entry
        self._configure(deadline)

    def _begin(self, command: str, arguments: dict[str, Any], deadline: float) -> None:
        """Bring a fresh adapter to where it takes breakpoints."""
        if self._beginning[0]:
            self._end_process()
            self._open(deadline)
        number = self._connection.send(command, **arguments)
        self._beginning = number, command
        self._connection.wait_until(
            lambda: self._initialized or self._connection.is_refused(number), deadline, "word that it is initialized"
        )  # lldb-dap 19 answers before that.
        if not self._initialized:
            self._connection.answer(number, command, deadline)
        self._breakpoints.send_all(self._sender(deadline))

    def _configure(self, deadline: float) -> None:
        """Let the adapter start what it was told of."""
        self._stops.clear()
        self._configured = self._started = self._running = True
        try:
            self._end_configuration(deadline)
            self._connection.answer(*self._beginning, deadline)
        except Refusal:
            self._started = self._running = False
            raise
        self._threads = self._count_threads(deadline)
        if self._beginning[1] == "launch":
            self._handles += processes.handles(processes.descendants(self._process.pid))

    def _end_configuration(self, deadline: float) -> None:
        """Say that all breakpoints are set; where that is refused, what was begun has failed, and that says why."""
        number = self._connection.send("configurationDone")
        self._connection.wait_until(lambda: self._connection.is_answered(number), deadline, "the configuration's end")
        if self._connection.is_refused(number):
            with contextlib.suppress(DeadlinePassed):
                self._connection.answer(*self._beginning, time.monotonic() + _GRACE)
        self._connection.answer(number, "configurationDone", deadline)

    def attach(self, process: int, deadline: float) -> Stop:
        """Take over a process."""
        self._begin("attach", self._dialect.attach(process), deadline)
        stop = self._arrive(INTERRUPT, f"no process {process} that can be attached to", deadline)
        self._attached = True
        return stop

    def open_core(self, core: str, program: str, deadline: float) -> Stop:
        """Open a core dump; its stop names the signal that ended the program."""
        arguments = self._dialect.core(os.path.abspath(core), os.path.abspath(program))
        try:
            self._begin("attach", arguments, deadline)
            stop = self._arrive(SIGNAL, f"nothing in {core}", deadline)
        except Refusal as refusal:  # Its words need not name the file.
            raise DebuggerError(f"no core dump of {program} in {core}: {refusal}") from None
        self._can_run = False
        return stop

    def connect(self, address: str, program: str, deadline: float) -> Stop:
        """Connect to a debug server."""
        self.transcript.add(NOTE, f"connects to {address}")
        try:
            self._begin("attach", self._dialect.server(address, os.path.abspath(program)), deadline)
            return self._arrive(ENTRY, f"no debug server at {address}", deadline)
        except Refusal as refusal:  # Its words need not name the address.
            raise DebuggerError(f"no connection to a debug server at {address}: {refusal}") from None

    def _arrive(self, reason: str, missing: str, deadline: float) -> Stop:
        """Wait until what is there already has stopped for us."""
        self._configure(deadline)
        if self._threads == 0 and not self._stops:
            # gdb says that it has attached whether it has or not.
            raise DebuggerError(f"{self.name}: there is {missing}")
        self._connection.wait_until(lambda: bool(self._stops), deadline, "word that the program has stopped")
        said = self._stops.popleft()
        if said.name != "stopped":
            raise DebuggerError(f"{self.name}: the program has ended")
        self.adapter.arrive(said.body.number("threadId"))
        frame = self.adapter.innermost()
        signal = signal_of(said.body) if reason == SIGNAL else ""
        return Stop(reason, self.adapter.selected_thread(), frame, signal=signal)

    def _count_threads(self, deadline: float) -> int | None:
        """Ask how many there are, as IDEs do; None while the adapter does not tell.

        lldb-dap answers the first of these requests with the threads that there were before the program went on.
        """
        try:
            return len(list(self._connection.request("threads", deadline).items("threads")))
        except Refusal:
            return None

    # -------------------------------------------------------------------------------------------------- breakpoints

    def set_breakpoint(self, request: Request, deadline: float) -> Breakpoint:
        """Set a breakpoint or watchpoint."""
        if request.watch:
            return fact(self._watch(request, deadline))
        return fact(self._breakpoints.add(request, self._sender(deadline)))

    def _watch(self, request: Request, deadline: float) -> Point:
        """Watch the memory that an expression reads now."""
        if not self._abilities.flag("supportsDataBreakpoints"):
            raise Unsupported(self.name, self.lacks.get(abilities.WATCHPOINTS, "the adapter has no data breakpoints"))
        if self.adapter.selected_thread() is None:
            raise Unsupported(self.name, "a watchpoint needs a program that runs: set it at a stop")
        pointer = self._available(f"&({request.watch})")
        size = self._available(f"sizeof({request.watch})")
        found = self._ask("dataBreakpointInfo", name=f"{pointer.scalar:#x}", asAddress=True, bytes=size.scalar)
        if not found.has("dataId"):
            raise DebuggerError(f"{self.name}: {found.text('description', 'it gives no reason')}")
        # Whatever the frame, this reads the same.
        reading = f"*({pointer.type}){pointer.scalar:#x}"
        seen = self.adapter.evaluate(reading)
        return self._breakpoints.add(request, self._sender(deadline), found.text("dataId"), reading, seen)

    def _available(self, expression: str) -> Value:
        value = self.adapter.evaluate(expression)
        if value.availability != AVAILABLE or not isinstance(value.scalar, int):
            raise DebuggerError(f"{self.name}: {expression}: {value.error or value.availability}")
        return value

    def delete_breakpoint(self, number: int, deadline: float) -> None:
        """Remove a breakpoint."""
        self._breakpoints.remove(number, self._sender(deadline))

    def _sender(self, deadline: float) -> Any:
        return lambda command, **arguments: self._connection.request(command, deadline, **arguments)

    # ------------------------------------------------------------------------------------------------------ running

    def resume(self, how: str, deadline: float, thread: int | None = None) -> None:
        """Let the program go on."""
        self._check_started()
        self._check_stopped()
        if not self._can_run:
            raise DebuggerError("a core dump can't go on")
        command, options = _RESUME[how]
        thread = self.adapter.selected_thread() or 0 if thread is None else thread
        self._stops.clear()
        self._interrupted = False
        self.adapter.forget()
        self._running = True
        try:
            self._connection.request(command, deadline, threadId=thread, **options)
        except Refusal:
            self._running = False
            self.adapter.arrive(thread)
            raise

    def interrupt(self) -> None:
        """Stop the running program."""
        if not self._running and not self._stops:
            raise DebuggerError(NOT_RUNNING)
        self._pause(time.monotonic() + _ADAPTER_SECONDS)

    def _pause(self, deadline: float) -> None:
        self._interrupted = True
        try:
            self._connection.request("pause", deadline, threadId=self.adapter.process_id or _FIRST_THREAD)
        except Refusal:
            if self._has_died():
                self._take_end(Message(EVENT, "terminated", Fields({}, "the end of the program")))
            if not self._stops:  # Else it has stopped, or ended, by itself.
                raise

    def _has_died(self) -> bool:
        """Tell whether a program that was launched has ended: of one that was killed lldb's server may never tell."""
        process = self.adapter.process_id
        return process is not None and self._beginning[1] == "launch" and processes.has_ended(process)

    def wait(self, deadline: float) -> Stop:
        """Wait for the next stop."""
        self._connection.wait_until(lambda: bool(self._stops), deadline, "word that the program has stopped or ended")
        self._pipes.take_output()
        return self._stop(self._stops.popleft(), deadline)

    def select(self, thread: int, frame: int) -> None:
        """Select a thread and a frame."""
        self.adapter.select(thread, frame)

    def detach(self, deadline: float) -> None:
        """Let the program go on alone, but for the terminal of one that was launched; the adapter's process ends."""
        self._check_started()
        self._connection.request("disconnect", deadline, terminateDebuggee=False)
        self._started = self._running = self._attached = False

    # ------------------------------------------------------------------------------------------------------- events

    def _notice(self, event: Message) -> None:
        if event.name == "initialized":
            self._initialized = True
        elif event.name == "continued":
            self._running = self._has_gone_on = True
        elif event.name == "stopped":
            self._take_stop(event)
        elif event.name in ("exited", "terminated"):
            self._take_end(event)
        elif event.name == "breakpoint" and event.body.text("reason") != "removed":
            self._breakpoints.update(event.body.fields("breakpoint"))
        elif event.name == "process":
            self.adapter.process_id = event.body.number("systemProcessId", 0) or None

    def _take_stop(self, event: Message) -> None:
        """Take word of a stop; lldb-dap tells of each thread that has a reason to stand, an old one too."""
        if event.body.flag("preserveFocusHint"):
            return
        self._running = False
        if event.body.text("reason") == _CALLED:
            self._has_gone_on = False
        else:
            self._stops.append(event)

    def _take_end(self, event: Message) -> None:
        """Take the end: ``exited`` has the code, ``terminated`` comes after it, or alone."""
        if self._started:
            self._started = self._running = self._attached = False
            self.adapter.forget()
            self._stops.append(event)

    def _stop(self, event: Message, deadline: float) -> Stop:
        said = event.body
        if event.name != "stopped":
            code = said.number("exitCode") if event.name == "exited" else None
            return Stop(EXITED, exit_code=code)
        self.adapter.arrive(said.number("threadId"))
        frame = self.adapter.innermost()
        signal = signal_of(said)
        entry, self._at_entry = self._at_entry, False
        reason = reason_of(said, at_entry=entry, interrupted=self._interrupted)
        hit = self._breakpoints.hit(said.numbers("hitBreakpointIds")) if reason in (BREAKPOINT, WATCHPOINT) else []
        old, new = self._watched(hit) if reason == WATCHPOINT else (None, None)
        broken = tuple(self._broken(hit))
        self._drop_temporary(hit, deadline)
        return Stop(
            reason, self.adapter.selected_thread(), frame, tuple(point.number for point in hit),
            signal if reason == SIGNAL else "", None, old, new, said.text("description", ""), broken,
        )  # fmt: skip

    def _broken(self, hit: list[Point]) -> Iterator[BrokenCondition]:
        """Evaluate the conditions anew: that one can't be the protocol does not tell, and adapters stop then."""
        for point in hit:
            if condition := point.request.condition:
                value = self.adapter.evaluate(condition, 0, 0)
                if value.availability != AVAILABLE:
                    yield BrokenCondition(point.number, condition, value.error or value.availability)

    def _watched(self, hit: list[Point]) -> tuple[Value | None, Value | None]:
        """Give a watched value before and after; before is what it was last seen to be, where no change went unseen."""
        if not hit:
            return None, None
        point = hit[0]
        old, new = point.seen, self.adapter.evaluate(point.reading)
        point.seen = new
        unseen = point.request.condition or point.request.ignore
        return None if unseen else old, new

    def _drop_temporary(self, hit: list[Point], deadline: float) -> None:
        """Remove breakpoints that stop once, of which the protocol has none."""
        for point in hit:
            if point.request.temporary:
                self._breakpoints.remove(point.number, self._sender(deadline))

    # -------------------------------------------------------------------------------------------------------- asking

    def _ask(self, command: str, **arguments: Any) -> Fields:
        """Ask for what only a stopped program has; a command of the debugger's can do without one."""
        if arguments.get("context") != "repl":
            self._check_started()
        self._check_stopped()
        if command in _OPTIONAL and not self._abilities.flag(_OPTIONAL[command]):  # At one, lldb-dap 19 aborts.
            raise Unsupported(self.name, f"{self.name} {self.adapter.version} has no request {command}")
        deadline = time.monotonic() + _ADAPTER_SECONDS
        self._has_gone_on = False
        answer = self._connection.request(command, deadline, **arguments)
        if self._has_gone_on:
            self._take_stop_of_command()
        return answer

    def _take_stop_of_command(self) -> None:
        """Take word of a stop within a command, which must not pass for the next one.

        Raises `DebuggerError` where the command let the program go on: word of that comes before its answer or after.
        """
        deadline = time.monotonic() + _ADAPTER_SECONDS
        self._connection.wait_until(lambda: bool(self._stops), deadline, "word of the stop within the command")
        said = self._stops.popleft()
        self.adapter.forget()
        if said.name == "stopped":
            self.adapter.arrive(said.body.number("threadId"))
        if self._has_gone_on:
            raise DebuggerError("that let the program go on, and it has stopped again: use the session's own steps")

    def _check_started(self) -> None:
        if not self._started:
            raise DebuggerError(f"{self.name}: the program does not run, so there is nothing to be read or resumed")

    def _check_stopped(self) -> None:
        if self._running:
            raise DebuggerError("the program is running: it has to stop before anything can be read")

    # ------------------------------------------------------------------------------------------------------- ending

    def close(self) -> None:
        """End the adapter and its program; a process that was attached to is let go."""
        if self._closed:
            return
        self._closed = True
        if hasattr(self, "_pipes"):
            self._end_process()
        self._terminal.close()

    def _end_process(self) -> None:
        """End the adapter's process, and all that came of it."""
        self._handles += processes.handles(() if self._attached else processes.descendants(self._process.pid))
        left = self._leave(time.monotonic() + _GRACE)
        processes.end(self._process, _GRACE if left else 0)
        self._pipes.close()
        deadline = time.monotonic() + _GRACE
        processes.end_all(self._handles, deadline)
        self._handles.clear()
        self._terminal.end_processes(deadline)

    def _leave(self, deadline: float) -> bool:
        """Ask the adapter to let go what it has and to end; tell whether it will."""
        try:
            if self._running and self._beginning[1] == "attach":
                self._pause(deadline)
                self._connection.wait_until(lambda: not self._running, deadline, "word that the program has stopped")
            self._connection.request("disconnect", deadline, terminateDebuggee=not self._attached)
        except DebuggerError as error:
            self.transcript.add(NOTE, f"{self.name} is killed: {error}")
            return False
        return True


def _check_format(path: str) -> None:
    """Raise where a file is no ELF file: gdb's adapter says nothing of it, and lldb's not before it starts."""
    with open(path, "rb") as file:
        if file.read(len(ELFMAG)) != ELFMAG:
            raise DebuggerError(f"{path} is no program in a format that can be debugged: it is no ELF file")
