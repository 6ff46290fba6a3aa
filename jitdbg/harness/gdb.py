"""gdb behind a session: MI for control and events, our adapter inside gdb for the facts.

gdb runs the program through a shell, which redirects the program's standard input and sets exactly its environment; the
program has a terminal of its own, so that what it prints is never mistaken for a record. ``mi-async`` keeps gdb
listening while the program runs.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shlex
import signal
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from jitdbg import tools
from jitdbg.debugger.facts import (
    BREAKPOINT,
    ENTRY,
    EXCEPTION,
    EXITED,
    FORK,
    INTERRUPT,
    KILLED,
    OTHER,
    SIGNAL,
    STEP,
    WATCHPOINT,
    Breakpoint,
    Frame,
    Scalar,
    Stop,
    Value,
)
from jitdbg.errors import DeadlinePassed, DebuggerError, DebuggerGone, ToolError
from jitdbg.harness import backend, processes
from jitdbg.harness.backend import NOT_RUNNING, Program, Request
from jitdbg.harness.conditions import Conditions
from jitdbg.harness.mi import Connection, Record, quoted, refusal
from jitdbg.harness.remote import WHILE_RUNNING, RemoteAdapter
from jitdbg.harness.transcript import NOTE, Transcript

# gdb's manual, "GDB/MI Async Records".
_REASONS = {
    "breakpoint-hit": BREAKPOINT,
    "watchpoint-trigger": WATCHPOINT,
    "read-watchpoint-trigger": WATCHPOINT,
    "access-watchpoint-trigger": WATCHPOINT,
    "watchpoint-scope": WATCHPOINT,
    "end-stepping-range": STEP,
    "function-finished": STEP,
    "location-reached": STEP,
    "signal-received": SIGNAL,
    "exited-normally": EXITED,
    "exited": EXITED,
    "exited-signalled": KILLED,
    "fork": FORK,
    "vfork": FORK,
    "exception-caught": EXCEPTION,
}
_RESUME = {
    backend.CONTINUE: "-exec-continue",
    backend.STEP_IN: "-exec-step",
    backend.STEP_OVER: "-exec-next",
    backend.STEP_OUT: "-exec-finish",
    backend.STEP_INSTRUCTION: "-exec-step-instruction",
    backend.NEXT_INSTRUCTION: "-exec-next-instruction",
}
_ACCESS = {"write": "", "read": "-r ", "read-write": "-a "}
_SETTINGS = ("mi-async on", "confirm off", "pagination off", "width 0", "unwindonsignal on", "print elements 200")
_OLDEST = "12"
# gdb speaks English and starts programs with a shell that is known; it sets the last two for its program by itself.
_GDB_CHANGES = {"LC_ALL": "C.UTF-8", "SHELL": "/bin/sh", "LINES": "", "COLUMNS": ""}
_GRACE = 2.0
_ADAPTER_SECONDS = 30.0


class GdbBackend:
    """A gdb process; started when this is made."""

    name = "gdb"
    lacks: Mapping[str, str] = {}

    def __init__(self, deadline: float) -> None:
        self.transcript = Transcript()
        self._tool = tools.tool("gdb")
        self._environment = dict(os.environ)
        self._closed = self._running = self._attached = self._connected = self._interrupted = self._at_entry = False
        self._stops: deque[Record] = deque()
        self._program = Program(())
        self._readings: dict[int, str] = {}
        self._conditions = Conditions()
        environment = self._environment | _GDB_CHANGES
        self._process, self._terminal = processes.start_with_terminal(self._command(), environment)
        try:
            self._mi = Connection(self._process, self._terminal, self.transcript, self._notice)
            self.adapter = RemoteAdapter(self._ask, self._execute)
            with self.transcript.told():
                self._prepare(deadline)
        except BaseException:
            self.close()
            raise

    def _command(self) -> list[str]:
        return [self._tool.path, "-nx", *tools.launch_arguments("gdb"), "--interpreter=mi3"]

    def _prepare(self, deadline: float) -> None:
        for setting in _SETTINGS:
            self._mi.command(f"-gdb-set {setting}", deadline)
        self._mi.command(f"-inferior-tty-set {self._terminal.path}", deadline)
        self._load_adapter(deadline)

    def _load_adapter(self, deadline: float) -> None:
        script = os.path.join(tools.scripts_folder("gdb"), "load.py")
        code = f"__file__ = {script!r}; exec(compile(open(__file__).read(), __file__, 'exec')); import jitdbg_gdb.mi"
        try:
            self._console(f"python {code}", deadline)
        except (DebuggerGone, DeadlinePassed):
            raise
        except DebuggerError as error:
            raise ToolError(
                f"{self._tool.path} (version {self._tool.version or 'unknown'}) can't run jitdbg's adapter: it takes "
                f"gdb {_OLDEST} or newer with Python ({error})"
            ) from None

    # ----------------------------------------------------------------------------------------------------- starting

    def load(self, program: Program, deadline: float) -> None:
        """Read a program's symbols."""
        self._program = program
        self._mi.command(f"-file-exec-and-symbols {quoted(program.find())}", deadline)

    def launch(self, program: Program, deadline: float, *, stop_at_entry: bool = False) -> None:
        """Start a program, with nothing to read on its standard input."""
        if program != self._program:
            self.load(program, deadline)
        self._set_up(program, deadline)
        self._at_entry = stop_at_entry
        self._start("-interpreter-exec console starti" if stop_at_entry else "-exec-run", deadline)

    def _set_up(self, program: Program, deadline: float) -> None:
        self._console(f"set args {shlex.join(program.command[1:])} </dev/null", deadline)
        variables = self._environment if program.environment is None else program.environment
        self._console(f"set exec-wrapper env {_changes(self._environment | _GDB_CHANGES, variables)}", deadline)
        if program.directory is not None:
            self._console(f"set cwd {os.path.abspath(program.directory)}", deadline)

    def attach(self, process: int, deadline: float) -> Stop:
        """Take over a process."""
        self._forget_stops()
        self._mi.command(f"-target-attach {process}", deadline)
        self._attached = True
        return self._arrive(INTERRUPT, deadline)

    def open_core(self, core: str, program: str, deadline: float) -> Stop:
        """Open a core dump; its stop names the signal that ended the program."""
        self._mi.command(f"-file-exec-and-symbols {quoted(os.path.abspath(program))}", deadline)
        self._mi.command(f"-target-select core {os.path.abspath(core)}", deadline)  # It takes the rest of the line.
        thread, frame, _, number = self._where()
        return Stop(SIGNAL, thread, frame, signal=_signal_name(number))

    def connect(self, address: str, program: str, deadline: float) -> Stop:
        """Connect to a gdbserver."""
        self._forget_stops()
        self._mi.command(f"-file-exec-and-symbols {quoted(os.path.abspath(program))}", deadline)
        self._mi.command(f"-gdb-set tcp connect-timeout {backend.CONNECT_SECONDS}", deadline)
        try:
            self._mi.command(f"-target-select remote {address}", deadline)
        except (DebuggerGone, DeadlinePassed):
            raise
        except DebuggerError as error:  # Its words need not name the address.
            raise DebuggerError(f"no connection to a debug server at {address}: {error}") from None
        self._connected = True
        return self._arrive(ENTRY, deadline)

    def _arrive(self, reason: str, deadline: float) -> Stop:
        """Wait until a program that runs already has stopped for us."""
        self._mi.lines.wait_until(lambda: bool(self._stops), deadline, "word that the program has stopped")
        self._forget_stops()
        thread, frame, _, _ = self._where()
        return Stop(reason, thread, frame)

    def _where(self) -> tuple[int | None, Frame | None, tuple[int, ...], int | None]:
        """Ask the adapter for the thread that stopped, its frame, the breakpoints there, the number of a signal."""
        found = self.adapter.request("stop")
        if not (isinstance(found, tuple) and len(found) == 4 and isinstance(found[2], tuple)):
            raise DebuggerError(f"gdb's adapter answered {found!r:.200} to stop, which is none")
        return found

    # -------------------------------------------------------------------------------------------------- breakpoints

    def set_breakpoint(self, request: Request, deadline: float) -> Breakpoint:
        """Set a breakpoint or watchpoint."""
        number = self._watch(request, deadline) if request.watch else self._insert(request, deadline)
        self._conditions.set(number, request.condition)
        found = next((point for point in self.adapter.breakpoints() if point.id == number), None)
        if found is None:
            raise DebuggerError(f"gdb does not list breakpoint {number}, which it has set")
        return found

    def _insert(self, request: Request, deadline: float) -> int:
        options = ["-f", *(["-t"] if request.temporary else [])]
        options += ["-c", quoted(request.condition)] if request.condition else []
        options += ["-i", str(request.ignore)] if request.ignore else []
        record = self._mi.command(f"-break-insert {' '.join(options)} {_location(request)}", deadline)
        return record.number("bkpt", "number")

    def _watch(self, request: Request, deadline: float) -> int:
        record = self._mi.command(f"-break-watch {_ACCESS[request.access]}{quoted(request.watch)}", deadline)
        number = record.number(next(iter(record.payload or {}), "wpt"), "number")
        try:
            if request.condition:
                self._mi.command(f"-break-condition {number} {quoted(request.condition)}", deadline)
            if request.ignore:
                self._mi.command(f"-break-after {number} {request.ignore}", deadline)
            self._readings[number] = self._reading(request.watch)
        except DebuggerError:
            self.delete_breakpoint(number, deadline)
            raise
        return number

    def _reading(self, watched: str) -> str:
        """Write what reads the same memory in whatever frame; the expression itself where that is no memory."""
        if self.adapter.selected_thread() is None:
            return watched
        pointer = self.adapter.evaluate(f"&({watched})", self.adapter.selected_frame(), 0)
        return f"*({pointer.type}) {pointer.scalar:#x}" if isinstance(pointer.scalar, int) else watched

    def delete_breakpoint(self, number: int, deadline: float) -> None:
        """Remove a breakpoint."""
        self._mi.command(f"-break-delete {number}", deadline)
        self._conditions.forget(number)

    # ------------------------------------------------------------------------------------------------------ running

    def resume(self, how: str, deadline: float, thread: int | None = None) -> None:
        """Let the program go on."""
        self._start(_RESUME[how] + (f" --thread {thread}" if thread is not None else ""), deadline)

    def _start(self, command: str, deadline: float) -> None:
        self._forget_stops()
        self._conditions.begin()
        self._interrupted = False
        self._mi.command(command, deadline)

    def interrupt(self) -> None:
        """Stop the running program."""
        if not self._running and not self._stops:
            raise DebuggerError(NOT_RUNNING)
        if self._stops:
            return  # It has stopped by itself.
        self._interrupted = True
        self._mi.command("-exec-interrupt", time.monotonic() + _ADAPTER_SECONDS)

    def wait(self, deadline: float) -> Stop:
        """Wait for the next stop."""
        self._mi.lines.wait_until(lambda: bool(self._stops), deadline, "word that the program has stopped or ended")
        self._mi.lines.take_output()
        stop = self._stop(self._stops.popleft())
        broken = self._conditions.broken(stop.breakpoints, lambda words: self._mi.result(words, deadline))
        return dataclasses.replace(stop, broken=broken) if broken else stop

    def select(self, thread: int, frame: int) -> None:
        """Select a thread and a frame."""
        deadline = time.monotonic() + _ADAPTER_SECONDS
        self._mi.command(f"-thread-select {thread}", deadline)
        self._mi.command(f"-stack-select-frame {frame}", deadline)

    def detach(self, deadline: float) -> None:
        """Let the program go on alone; one that was launched has the session's terminal, and ends with that."""
        self._mi.command("-target-detach", deadline)
        self._attached = self._connected = False

    # -------------------------------------------------------------------------------------------------------- facts

    def _notice(self, record: Record) -> None:
        self._conditions.notice(record)
        if record.name == "stopped":
            self._running = False
            self._stops.append(record)
        elif record.name == "running":
            self._running = True

    def _forget_stops(self) -> None:
        """Drop stops that nobody waited for, such as those of a command given to gdb directly."""
        self._stops.clear()

    def _stop(self, record: Record) -> Stop:
        reason = self._reason(record)
        words = str(record.get("reason"))
        if reason in (EXITED, KILLED):
            return Stop(reason, signal=record.get("signal-name"), exit_code=_exit_code(record), words=words)
        thread, frame, hit, _ = self._where()
        old, new = self._watched(record)
        caught = record.get("signal-name") if reason == SIGNAL else ""
        hit = _with_named(record, hit) if reason in (BREAKPOINT, WATCHPOINT) else ()
        return Stop(reason, thread, frame, hit, caught, None, old, new, words)

    def _reason(self, record: Record) -> str:
        entry, self._at_entry = self._at_entry, False
        given, caught = str(record.get("reason")), record.get("signal-name")
        if self._interrupted and caught in ("SIGINT", "0"):
            return INTERRUPT
        if not given or caught == "0":  # A stop that gdb itself made.
            return ENTRY if entry else OTHER
        return _REASONS.get(given, OTHER)

    def _watched(self, record: Record) -> tuple[Value | None, Value | None]:
        """Give a watched value before and after; gdb tells the earlier one as text only."""
        key = next((key for key in ("wpt", "hw-rwpt", "hw-awpt") if record.get(key)), None)
        if key is None:
            return None, None
        watched = record.text(key, "exp")
        reading = self._readings.get(record.number(key, "number"), watched)
        new = dataclasses.replace(self.adapter.evaluate(reading), name=watched)
        tells_old = isinstance(value := record.get("value"), dict) and "old" in value
        return (_as_before(new, record.text("value", "old")) if tells_old else None), new

    def _ask(self, method: str, request: str) -> str:
        with self._stopped(method) as deadline:
            return str(self._mi.command(f"-jitdbg {quoted(request)}", deadline)["answer"])

    def _execute(self, command: str) -> str:
        with self._stopped("execute") as deadline:
            result, printed = self._mi.console(command, deadline)
            if result.name == "error":
                raise DebuggerError(f"gdb can't do {command!r}: {refusal(result)}")
            if result.name == "running":
                self._mi.lines.wait_until(lambda: bool(self._stops), deadline, "word that the program has stopped")
                raise DebuggerError("that let the program go on, and it has stopped again: use the session's own steps")
            return printed

    @contextlib.contextmanager
    def _stopped(self, method: str) -> Iterator[float]:
        """Ask gdb for something within the deadline that this gives, at a stop, which the program is left at."""
        if self._running and method not in WHILE_RUNNING:
            raise DebuggerError("the program is running: it has to stop before anything can be read")
        try:
            yield time.monotonic() + _ADAPTER_SECONDS
        except DeadlinePassed:
            # A function of the program that was called and does not return: gdb gives it up, and listens again.
            self._process.send_signal(signal.SIGINT)
            raise
        if not self._running:
            self._forget_stops()  # That a function which it called is through is no stop of the program.

    def _console(self, command: str, deadline: float) -> None:
        self._mi.command(f"-interpreter-exec console {quoted(command)}", deadline)

    # ------------------------------------------------------------------------------------------------------- ending

    def close(self) -> None:
        """End gdb and its program, that of a debug server too; a process that was attached to is let go."""
        if self._closed:
            return
        self._closed = True
        left = hasattr(self, "_mi") and self._leave(time.monotonic() + _GRACE)
        processes.end(self._process, _GRACE if left else 0)
        if hasattr(self, "_mi"):
            self._mi.lines.close()
        self._terminal.end_processes(time.monotonic() + _GRACE)
        self._terminal.close()

    def _leave(self, deadline: float) -> bool:
        """Ask gdb to let go what it has and to end; tell whether it will."""
        try:
            if self._running and (self._attached or self._connected):
                self._forget_stops()
                self._mi.command("-exec-interrupt", deadline)
                self._mi.lines.wait_until(lambda: bool(self._stops), deadline, "word that the program has stopped")
            if self._attached:
                self._mi.command("-target-detach", deadline)
            self._mi.command("-gdb-exit", deadline)
        except DebuggerError as error:
            self.transcript.add(NOTE, f"gdb is killed: {error}")
            return False
        return True


def _changes(have: Mapping[str, str], wanted: Mapping[str, str]) -> str:
    """Write what env(1) has to change; what stays is left out: it may be secret, and this is in the transcript."""
    unset = [f"-u {shlex.quote(name)}" for name in have if name not in wanted]
    changed = [f"{name}={value}" for name, value in wanted.items() if have.get(name) != value]
    return " ".join([*unset, *map(shlex.quote, changed)])


def _location(request: Request) -> str:
    if request.address is not None:
        return f"*{request.address:#x}"
    if request.file:
        return f"--source {quoted(request.file)} --line {request.line}"
    return f"--function {quoted(request.function)}"


def _with_named(record: Record, hit: Sequence[int]) -> tuple[int, ...]:
    """Add the breakpoint that MI names, which for one that gdb has deleted since is all that tells of it."""
    named = [record.number("bkptno")] if record.get("bkptno") else []
    return tuple(sorted({*hit, *named}))


def _exit_code(record: Record) -> int | None:
    if record.get("reason") == "exited":
        return record.number("exit-code", base=8)
    return 0 if record.get("reason") == "exited-normally" else None


def _signal_name(number: int | None) -> str:
    return signal.Signals(number).name if number in set(signal.Signals) else ""


def _as_before(new: Value, old: str) -> Value:
    return dataclasses.replace(new, scalar=_number(old) if new.scalar is not None else None, text=old, children=())


def _number(text: str) -> Scalar | None:
    for read in (lambda: int(text, 0), lambda: float(text)):
        try:
            return read()
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text)
