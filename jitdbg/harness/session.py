"""The session: one program under one debugger, the same for all debuggers.

    with Session.launch(["./host", "fib.so"], debugger="lldb", sources=["fib.c"]) as session:
        session.break_at("mark: base", condition="n == 1")
        stop = session.run()
        assert stop.frame.function == "fib"
        assert [session.variable("n", frame=level).scalar for level in range(4)] == [1, 2, 3, 4]

What a session gives are facts (`jitdbg.debugger.facts`): frozen, and good for as long as anybody keeps them. The
session itself lives until `close`, or the end of its ``with``; the debugger and its program end with it.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Mapping, Sequence

from jitdbg.debugger.facts import EXITED, Breakpoint, Place, Stop
from jitdbg.errors import ConditionError, DeadlinePassed, DebuggerError, MarkError
from jitdbg.harness import backend
from jitdbg.harness.backend import Backend, Program, Request
from jitdbg.harness.debuggers import open_backend
from jitdbg.harness.locations import parse_location
from jitdbg.harness.marks import Source
from jitdbg.harness.observer import Observer

TIMEOUT = 60.0
"""Seconds that each call has, where the session or the call is given no other."""

_MARK = "mark:"


class Session(Observer):
    """A debugger with a program, from `launch`, `attach`, `open_core` or `connect`.

    ``sources`` are the files whose marks are known. Each failure is a `DebuggerError` with the ``transcript`` of what
    was said. After one that is `DeadlinePassed` the session goes on; after `DebuggerGone` it can only be closed.
    """

    def __init__(
        self, debugger: Backend, *, sources: Sequence[str | os.PathLike[str]] = (), timeout: float = TIMEOUT
    ) -> None:
        super().__init__(debugger, timeout)
        self._program: Program | None = None
        self._sources = [Source.read(path) for path in sources]
        self.stop: Stop | None = None
        """The latest stop; None before the first."""

    @classmethod
    def launch(
        cls,
        command: Sequence[str | os.PathLike[str]],
        *,
        debugger: str | Backend = "gdb",
        environment: Mapping[str, str] | None = None,
        directory: str | os.PathLike[str] | None = None,
        sources: Sequence[str | os.PathLike[str]] = (),
        timeout: float = TIMEOUT,
    ) -> Session:
        """Load a program, an ELF file with its arguments; `run` starts it.

        Its environment is ours or exactly ``environment``, its standard input is empty.
        """
        program = _program(command, environment, directory)
        session = cls._opened(debugger, sources, timeout)
        session._program = program
        session._begin(lambda deadline: session._backend.load(program, deadline))
        return session

    @classmethod
    def attach(
        cls,
        process: int,
        *,
        debugger: str | Backend = "gdb",
        sources: Sequence[str | os.PathLike[str]] = (),
        timeout: float = TIMEOUT,
    ) -> Session:
        """Take over a running process, by its id, and stop it; at the end it is let go."""
        if process <= 0:
            raise DebuggerError(f"there is no process {process}: its id is a positive number")
        session = cls._opened(debugger, sources, timeout)
        session._begin(lambda deadline: session._stopped(session._backend.attach(process, deadline)))
        return session

    @classmethod
    def open_core(
        cls,
        core: str | os.PathLike[str],
        program: str | os.PathLike[str],
        *,
        debugger: str | Backend = "gdb",
        sources: Sequence[str | os.PathLike[str]] = (),
        timeout: float = TIMEOUT,
    ) -> Session:
        """Look at a core dump, with the program that it is of."""
        paths = os.fspath(core), os.fspath(program)
        session = cls._opened(debugger, sources, timeout)
        session._begin(lambda deadline: session._stopped(session._backend.open_core(*paths, deadline)))
        return session

    @classmethod
    def connect(
        cls,
        address: str,
        program: str | os.PathLike[str],
        *,
        debugger: str | Backend = "gdb",
        sources: Sequence[str | os.PathLike[str]] = (),
        timeout: float = TIMEOUT,
    ) -> Session:
        """Debug what a debug server at ``HOST:PORT`` has; ``program`` is our copy of the file that runs there.

        The program ends with the session, unless `detach` lets it go on.
        """
        path = os.fspath(program)
        session = cls._opened(debugger, sources, timeout)
        session._begin(lambda deadline: session._stopped(session._backend.connect(address, path, deadline)))
        return session

    @classmethod
    def _opened(cls, debugger: str | Backend, sources: Sequence[str | os.PathLike[str]], timeout: float) -> Session:
        if isinstance(debugger, str):
            debugger = open_backend(debugger, time.monotonic() + timeout)
        try:
            return cls(debugger, sources=sources, timeout=timeout)
        except BaseException:
            debugger.close()
            raise

    def _begin(self, begin: Callable[[float], object]) -> None:
        try:
            self._do(begin)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.close()
        if error is not None and hasattr(error, "add_note"):
            error.add_note(f"What was said to and by {self.debugger}:\n{self.transcript}")

    def close(self) -> None:
        """End the debugger and all that was started; may be called twice."""
        self._closed = True
        self._backend.close()

    # -------------------------------------------------------------------------------------------------- breakpoints

    def break_at(
        self, where: str | int | Place, *, condition: str = "", ignore: int = 0, temporary: bool = False
    ) -> Breakpoint:
        """Set a breakpoint, in code that exists or does not yet.

        ``where`` is a `Place`, an address, or text: ``"mark: NAME"`` (of the session's sources), ``"FILE:LINE"``,
        ``"0xADDRESS"`` or a function's name. The first ``ignore`` hits are passed over.
        """
        request = self._request(where, condition, ignore, temporary)
        return self._do(lambda deadline: self._backend.set_breakpoint(request, deadline))

    def watch(self, expression: str, *, access: str = "write", condition: str = "", ignore: int = 0) -> Breakpoint:
        """Stop when what ``expression`` reads is written and changes, or is accessed: "read" or "read-write"."""
        if access not in ("write", "read", "read-write"):
            raise DebuggerError(f"there is no access {access!r}: it is one of write, read, read-write")
        request = Request(watch=expression, access=access, condition=condition, ignore=ignore)
        return self._do(lambda deadline: self._backend.set_breakpoint(request, deadline))

    def delete(self, breakpoint: Breakpoint) -> None:
        """Remove a breakpoint or watchpoint."""
        self._do(lambda deadline: self._backend.delete_breakpoint(breakpoint.id, deadline))

    def breakpoints(self) -> Sequence[Breakpoint]:
        """List the breakpoints and watchpoints as they are now."""
        return self._ask(self._backend.adapter.breakpoints)

    def _request(self, where: str | int | Place, condition: str, ignore: int, temporary: bool) -> Request:
        with self._failing():
            if isinstance(where, str) and where.startswith(_MARK):
                where = self.place(where[len(_MARK) :].strip())
            given = parse_location(where)
        return Request(
            given.file, given.line, given.function, given.address,
            condition=condition, ignore=ignore, temporary=temporary,
        )  # fmt: skip

    def place(self, mark: str) -> Place:
        """Give the place that has a mark in one of the session's sources. Raises `MarkError`."""
        having = [source for source in self._sources if mark in source.marks]
        if len(having) > 1:
            raise MarkError(f"the mark {mark!r} is in several sources: {', '.join(source.path for source in having)}")
        if not self._sources:
            raise MarkError(f"the session knows no sources to find the mark {mark!r} in: give it some as sources=[…]")
        return (having or self._sources)[0].place(mark)

    # ------------------------------------------------------------------------------------------------------ running

    def run(self, *, stop_at_entry: bool = False, timeout: float | None = None) -> Stop:
        """Start the program and wait for its first stop, or its end."""
        program = self._program
        if program is None:
            raise DebuggerError("the session has no program to start: it was not made by Session.launch")
        with self._failing():
            deadline = self._deadline(timeout)
            self._backend.launch(program, deadline, stop_at_entry=stop_at_entry)
            return self._wait(deadline)

    def go_on(self, *, timeout: float | None = None) -> Stop:
        """Let the program run to its next stop, or its end."""
        return self._resume(backend.CONTINUE, timeout, None)

    def step_in(self, *, thread: int | None = None, timeout: float | None = None) -> Stop:
        """Run to another line, in this function or one that is called."""
        return self._resume(backend.STEP_IN, timeout, thread)

    def step_over(self, *, thread: int | None = None, timeout: float | None = None) -> Stop:
        """Run to another line of this function, or of its caller."""
        return self._resume(backend.STEP_OVER, timeout, thread)

    def step_out(self, *, thread: int | None = None, timeout: float | None = None) -> Stop:
        """Run until this function has returned."""
        return self._resume(backend.STEP_OUT, timeout, thread)

    def step_instruction(self, *, over: bool = False, thread: int | None = None, timeout: float | None = None) -> Stop:
        """Run one machine instruction; ``over`` runs a function that it calls to its end."""
        how = backend.NEXT_INSTRUCTION if over else backend.STEP_INSTRUCTION
        return self._resume(how, timeout, thread)

    def run_to(self, where: str | int | Place, *, timeout: float | None = None) -> Stop:
        """Run until a place is reached, starting the program where it does not run.

        Whatever else stops the program, or its end, is raised as `DebuggerError`.
        """
        point = self.break_at(where, temporary=True)
        started = self.stop is not None and not self.stop.ended
        try:
            stop = self.go_on(timeout=timeout) if started else self.run(timeout=timeout)
        except ConditionError:
            self._drop(point)
            raise
        if point.id not in stop.breakpoints:
            self._drop(point)
            with self._failing():
                raise DebuggerError(f"the program did not reach {point.requested}: {describe(stop)}")
        return stop

    def _drop(self, point: Breakpoint) -> None:
        with contextlib.suppress(DebuggerError):  # The debugger has deleted it, where the program has ended.
            self.delete(point)

    def interrupt(self, *, timeout: float | None = None) -> Stop:
        """Stop a program that a call left running when its deadline passed."""
        with self._failing():
            self._backend.interrupt()
            return self._wait(self._deadline(timeout))

    def detach(self) -> None:
        """Let the program go on alone; one that was launched has the session's terminal, and ends with the session."""
        self._do(self._backend.detach)
        self.stop = None

    def _resume(self, how: str, timeout: float | None, thread: int | None) -> Stop:
        with self._failing():
            deadline = self._deadline(timeout)
            self._backend.resume(how, deadline, thread)
            return self._wait(deadline)

    def _wait(self, deadline: float) -> Stop:
        try:
            return self._stopped(self._backend.wait(deadline))
        except DeadlinePassed as error:
            if time.monotonic() < deadline:
                raise
            waiting = [point.requested for point in self._pending()]
            hint = f"; these breakpoints wait for code that never came: {', '.join(waiting)}" if waiting else ""
            raise DeadlinePassed(f"the program ran on until the deadline: {error}{hint}") from None

    def _pending(self) -> Sequence[Breakpoint]:
        try:
            return [point for point in self._backend.adapter.breakpoints() if point.pending]
        except DebuggerError:
            return ()  # While the program runs a debugger need not answer.

    def _stopped(self, stop: Stop) -> Stop:
        self.stop = stop
        if stop.broken:
            raise ConditionError("; ".join(each.sentence for each in stop.broken))
        return stop


def _program(
    command: Sequence[str | os.PathLike[str]],
    environment: Mapping[str, str] | None,
    directory: str | os.PathLike[str] | None,
) -> Program:
    """Describe what is to be started. Raises `DebuggerError` where it can't be, which not every debugger says well."""
    if not command:
        raise DebuggerError("there is nothing to start: the command is a program and its arguments")
    if directory is not None and not os.path.isdir(directory):
        raise DebuggerError(f"the program can't be started in {os.fspath(directory)}: there is no such directory")
    folder = None if directory is None else os.fspath(directory)
    return Program([os.fspath(word) for word in command], environment, folder)


def describe(stop: Stop) -> str:
    """Say in words why and where a program stopped."""
    if stop.ended:
        signal = stop.signal or "an unknown signal"
        return f"it ended {f'with exit code {stop.exit_code}' if stop.reason == EXITED else f'by {signal}'}"
    place = stop.frame and stop.frame.place
    where = f" at {place.file}:{place.line}" if place else ""
    function = f" in {stop.frame.function}" if stop.frame and stop.frame.function else ""
    return f"it stopped ({stop.signal or stop.reason}){function}{where}"
