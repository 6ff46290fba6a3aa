"""A debugger that is none: the `Backend` over simulated programs, for tests of what is built on the harness.

It starts no process and reads no file but the sources. What it says it has worked out: which breakpoints are resolved
and hit, where a step ends, what an expression comes to; the suite that gdb and lldb pass, it passes too. What a machine
without instructions can't do is `Unsupported`.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping

from jitdbg.debugger import wire
from jitdbg.debugger.facts import (
    BREAKPOINT,
    ENTRY,
    EXITED,
    INTERRUPT,
    KILLED,
    SIGNAL,
    STEP,
    WATCHPOINT,
    Breakpoint,
    Stop,
)
from jitdbg.errors import DeadlinePassed, DebuggerError, Unsupported
from jitdbg.harness import backend
from jitdbg.harness.backend import Program, Request
from jitdbg.harness.fake.adapter import FakeAdapter
from jitdbg.harness.fake.breakpoints import Evaluate, Hit
from jitdbg.harness.fake.machine import (
    ARRIVED,
    ENDED,
    RETURNED,
    SIGNALLED,
    Activation,
    FakeModule,
    FakeThread,
    Machine,
    Moment,
)
from jitdbg.harness.transcript import FROM, PROGRAM, TO, Transcript

_UNSTOPPABLE = "SIGKILL"
_NO_HIT = Hit(())
_MOMENTS_OF_THE_PAST = 10_000
_STEPS = (backend.STEP_IN, backend.STEP_OVER, backend.STEP_OUT)


class _Step:
    """A step of a thread from where it is."""

    def __init__(self, how: str, thread: FakeThread) -> None:
        self.how, self.thread = how, thread
        self._frame: Activation = thread.stack[-1]
        self._line = self._frame.line

    def ends(self, moment: Moment) -> bool:
        """Tell whether the step is over: at another line, or back in a caller."""
        if self._frame not in self.thread.stack:
            return moment in (ARRIVED, RETURNED)
        innermost = self.thread.stack[-1]
        other = innermost is not self._frame or innermost.line != self._line
        allowed = self.how == backend.STEP_IN or (self.how == backend.STEP_OVER and innermost is self._frame)
        return moment is ARRIVED and other and allowed


class FakeBackend:
    """A debugger for modelled programs: ``programs`` has the model of each by the name of its file.

    A program that has a model need not exist.
    """

    name = "fake"
    lacks: Mapping[str, str] = {}

    def __init__(self, programs: Mapping[str, FakeModule]) -> None:
        self.transcript = Transcript()
        self.adapter = FakeAdapter()
        self._programs = programs
        self._step: _Step | None = None
        self._interrupt = threading.Event()
        self._at_entry = False

    # ----------------------------------------------------------------------------------------------------- starting

    def load(self, program: Program, deadline: float) -> None:  # noqa: ARG002 - takes no time
        """Find a program's model."""
        name = os.path.basename(program.command[0])
        if name not in self._programs:
            raise Unsupported(self.name, f"it has no model of {os.path.basename(program.find())}")
        path = os.path.realpath(program.command[0])
        self.adapter.machine = Machine(self._programs[name], path, program.command, self._print)
        self.adapter.machine.told_of_loads = self.adapter.loaded

    def launch(self, program: Program, deadline: float, *, stop_at_entry: bool = False) -> None:
        """Start a program from its beginning."""
        self.transcript.add(TO, f"launch {' '.join(program.command)}")
        self.load(program, deadline)
        self._machine.start()
        self._at_entry = stop_at_entry
        self._go(None)

    def attach(self, process: int, deadline: float) -> Stop:
        """Take over the model of the program that a process runs, where that waits; the process is left alone."""
        self.transcript.add(TO, f"attach {process}")
        try:
            with open(f"/proc/{process}/cmdline", encoding="utf-8", errors="surrogateescape") as file:
                command = file.read().split("\0")[:-1]
        except OSError as error:
            raise DebuggerError(f"fake: process {process} can't be attached to: {error.strerror}") from None
        self.load(Program(command), deadline)
        self._machine.start()
        for _ in range(_MOMENTS_OF_THE_PAST):
            if (thread := self._machine.next_thread()) is None:
                break
            self._machine.advance(thread)
        return self._told(INTERRUPT, self._machine.threads[0])

    def open_core(self, core: str, program: str, deadline: float) -> Stop:  # noqa: ARG002
        """Refuse."""
        raise Unsupported(self.name, "its programs leave no core dumps")

    def connect(self, address: str, program: str, deadline: float) -> Stop:  # noqa: ARG002
        """Refuse."""
        raise Unsupported(self.name, "its programs run under no debug server")

    # -------------------------------------------------------------------------------------------------- breakpoints

    def set_breakpoint(self, request: Request, deadline: float) -> Breakpoint:  # noqa: ARG002
        """Set a breakpoint or watchpoint."""
        self._check_stopped()
        self.transcript.add(TO, str(request))
        number = self.adapter.points.add(request, lambda expression: self.adapter.evaluate(expression, depth=0))
        return next(point for point in self.adapter.breakpoints() if point.id == number)

    def delete_breakpoint(self, number: int, deadline: float) -> None:  # noqa: ARG002
        """Remove a breakpoint."""
        self._check_stopped()
        self.transcript.add(TO, f"delete breakpoint {number}")
        self.adapter.points.delete(number)

    # ------------------------------------------------------------------------------------------------------ running

    def resume(self, how: str, deadline: float, thread: int | None = None) -> None:  # noqa: ARG002
        """Let the program go on, with the next `wait`."""
        self._check_stopped()
        if how in (backend.STEP_INSTRUCTION, backend.NEXT_INSTRUCTION):
            raise Unsupported(self.name, "its machine runs lines, and has no instructions or registers")
        self.transcript.add(TO, how)
        threads = {found.id: found for found in self._machine.threads}
        number = self.adapter.selected_thread() if thread is None else thread
        if number not in threads:
            raise DebuggerError("fake: no program runs" if not threads else f"fake: there is no thread {number}")
        self._go(_Step(how, threads[number]) if how in _STEPS else None)

    def _go(self, step: _Step | None) -> None:
        self._step = step
        self._interrupt.clear()
        self.adapter.running = True

    def interrupt(self) -> None:
        """Stop the running program where it is."""
        if not self.adapter.running:
            raise DebuggerError(backend.NOT_RUNNING)
        self.transcript.add(TO, "interrupt")
        self._interrupt.set()

    def wait(self, deadline: float) -> Stop:
        """Let the program run until something stops it."""
        stop = self._first_stop()
        while stop is None:
            if time.monotonic() >= deadline:
                raise DeadlinePassed("fake did not send word that the program has stopped or ended in time")
            stop = self._next_stop(deadline)
        return stop

    def _first_stop(self) -> Stop | None:
        """Give what stops the program before it does anything."""
        entry, self._at_entry = self._at_entry, False
        if entry:
            return self._told(ENTRY, self._machine.threads[0])
        return self._ended(Stop(KILLED, signal=self._machine.dying)) if self._machine.dying else None

    def _next_stop(self, deadline: float) -> Stop | None:
        """Let one thread go on, or wait for an interrupt where none can."""
        thread = self._machine.next_thread(self._step.thread if self._step else None)
        if self._interrupt.is_set():
            return self._told(INTERRUPT, thread or self._machine.threads[0])
        if thread is None:
            self._interrupt.wait(max(0.0, deadline - time.monotonic()))
            return None
        return self._stop_after(self._machine.advance(thread), thread)

    def _stop_after(self, moment: Moment, thread: FakeThread) -> Stop | None:
        if moment.kind == ENDED:
            return self._ended(Stop(EXITED, exit_code=moment.code))
        if moment.kind == SIGNALLED:
            return self._signalled(moment, thread)
        if thread.stack and (hit := self._hit(moment, thread)):
            reason = WATCHPOINT if hit.new else BREAKPOINT
            return self._told(reason, thread, hit)
        if self._step and thread is self._step.thread and self._step.ends(moment):
            return self._told(STEP, thread)
        return None

    def _hit(self, moment: Moment, thread: FakeThread) -> Hit | None:
        evaluate: Evaluate = lambda expression: self.adapter.evaluate_in(thread, expression)  # noqa: E731
        return self.adapter.points.hit(moment, thread.stack[-1].address, self._machine.modules, evaluate)

    def _signalled(self, moment: Moment, thread: FakeThread) -> Stop:
        if moment.signal == _UNSTOPPABLE:
            return self._ended(Stop(KILLED, signal=moment.signal))
        self._machine.dying = moment.signal if moment.fatal else ""
        return self._told(SIGNAL, thread, signal=moment.signal)

    def _told(self, reason: str, thread: FakeThread, hit: Hit = _NO_HIT, *, signal: str = "") -> Stop:
        self.adapter.running = False
        self.adapter.select(thread.id, 0)
        frame = thread.frames()[0]
        stop = Stop(reason, thread.id, frame, hit.numbers, signal, None, hit.old, hit.new, broken=hit.broken)
        return self._heard(stop)

    def _ended(self, stop: Stop) -> Stop:
        self.adapter.running = False
        self._machine.threads.clear()
        self._machine.modules[1:] = []
        return self._heard(stop)

    def _heard(self, stop: Stop) -> Stop:
        self.transcript.add(FROM, wire.encode(stop))
        return stop

    def select(self, thread: int, frame: int) -> None:
        """Select a thread and a frame."""
        self.adapter.select(thread, frame)

    def detach(self, deadline: float) -> None:  # noqa: ARG002
        """Let the program go on alone: nothing of it is left here."""
        self.transcript.add(TO, "detach")
        self.adapter.running = False
        self._machine.threads.clear()

    def close(self) -> None:
        """End: there is nothing to give back."""
        self.adapter.running = False
        self.adapter.machine = None

    # ------------------------------------------------------------------------------------------------------ helpers

    @property
    def _machine(self) -> Machine:
        if self.adapter.machine is None:
            raise DebuggerError("fake: no program is loaded")
        return self.adapter.machine

    def _check_stopped(self) -> None:
        if self.adapter.running:
            raise DebuggerError("the program is running: it has to stop first")

    def _print(self, text: str) -> None:
        self.transcript.add(PROGRAM, text)
