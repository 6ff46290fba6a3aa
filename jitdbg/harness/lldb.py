"""lldb behind a session: a child of ours with lldb's Python bindings, which speaks JSON (``lldb_scripts/serve.py``).

The child has the Python that the bindings were built for, and lldb as a library in it. That starts ``lldb-server``,
which starts the program, on a terminal of its own. lldb-server leaves our process group and its program never has a
controlling terminal, so handles of both are kept, and what the program has started is found by where it writes to.
"""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Mapping
from typing import Any

from jitdbg import tools
from jitdbg.debugger import wire
from jitdbg.debugger.facts import Breakpoint, Stop
from jitdbg.errors import DebuggerError, DebuggerGone, ToolError, Unsupported
from jitdbg.harness import processes
from jitdbg.harness.backend import NOT_RUNNING, Program, Request
from jitdbg.harness.pipes import PipeConnection
from jitdbg.harness.remote import WHILE_RUNNING, RemoteAdapter
from jitdbg.harness.transcript import FROM, NOTE, TO, Transcript

_ADAPTER_SECONDS = 30.0
_GRACE = 2.0
_SERVER = "LLDB_DEBUGSERVER_PATH"


class LldbBackend:
    """An lldb in a child process; started when this is made."""

    name = "lldb"
    lacks: Mapping[str, str] = {}

    def __init__(self, deadline: float) -> None:
        self.transcript = Transcript()
        self._tool = tools.tool("lldb")
        self._environment = dict(os.environ)
        self._running = self._started = self._attached = False
        self._stops: deque[Stop] = deque()
        self._answers: deque[str] = deque()
        self._late = 0
        self._handles: list[int] = []
        self._closed = False
        self._deadline: float | None = None
        self._program = Program(())
        environment = self._environment | self._server_variable()
        self._process, self._terminal = processes.start_with_terminal(self._command(), environment)
        try:
            self._lines = PipeConnection("lldb", self._process, self._terminal, self.transcript, self._take)
            self.adapter = RemoteAdapter(self._ask, self._execute)
            with self.transcript.told():
                self._prepare(deadline)
        except BaseException:
            self.close()
            raise

    def _command(self) -> list[str]:
        bindings, interpreter = tools.lldb_bindings(self._tool), tools.lldb_interpreter(self._tool)
        if bindings is None or interpreter is None:
            raise ToolError(
                f"{self._tool.path} has no Python bindings: install the package python3-lldb of its version"
            )
        return [interpreter, os.path.join(tools.scripts_folder("lldb"), "serve.py"), bindings]

    def _server_variable(self) -> dict[str, str]:
        """Say where lldb-server is: the library looks for it beside the program that it is in, and that is Python."""
        server = os.path.join(os.path.dirname(os.path.realpath(self._tool.path)), "lldb-server")
        return {_SERVER: self._environment.get(_SERVER, server)} if os.path.exists(server) else {}

    def _prepare(self, deadline: float) -> None:
        try:
            for stem in ("settings", "launch"):
                file = os.path.join(tools.scripts_folder("lldb"), f"{stem}.lldb")
                self._do("execute", deadline, command=f'command source -s true "{file}"')
            self._do("execute", deadline, command=tools.commands_line("lldb"))
        except DebuggerGone as error:
            raise ToolError(
                f"{self._tool.path} (version {self._tool.version or 'unknown'}) can't run jitdbg's adapter: {error}, "
                f"and said {self._last_words()!r}"
            ) from None

    def _last_words(self) -> str:
        return str(self.transcript).rpartition(f" {FROM} ")[2]

    # ----------------------------------------------------------------------------------------------------- starting

    def load(self, program: Program, deadline: float) -> None:
        """Read a program's symbols."""
        self._do("load", deadline, path=program.find())
        self._program = program

    def launch(self, program: Program, deadline: float, *, stop_at_entry: bool = False) -> None:
        """Start a program, with nothing to read on its standard input."""
        if program != self._program:
            self.load(program, deadline)
        if self._started:
            self._kill(deadline)
        variables = self._environment if program.environment is None else program.environment
        self._go(
            "launch", deadline, arguments=list(program.command[1:]), environment=dict(variables),
            directory=os.path.abspath(program.directory or os.curdir), terminal=self._terminal.path,
            stop_at_entry=stop_at_entry, randomize=not tools.can_disable_randomization(),
        )  # fmt: skip
        self._started = not self._has_ended()
        self._handles += processes.handles(processes.descendants(self._process.pid))

    def _kill(self, deadline: float) -> None:
        """End the program and wait for word of it, which would else be taken for the next one's end."""
        self._stops.clear()
        self._within(deadline, "kill")
        self._lines.wait_until(lambda: not self._started, deadline, "word that the program has ended")
        self._stops.clear()

    def attach(self, process: int, deadline: float) -> Stop:
        """Take over a process."""
        stop: Stop = self._do("attach", deadline, process=process)
        self._attached = True
        return stop

    def open_core(self, core: str, program: str, deadline: float) -> Stop:
        """Open a core dump; its stop names the signal that ended the program."""
        self._do("load", deadline, path=os.path.abspath(program))
        stop: Stop = self._do("open_core", deadline, core=os.path.abspath(core))
        return stop

    def connect(self, address: str, program: str, deadline: float) -> Stop:
        """Connect to a gdbserver or lldb-server."""
        self._do("load", deadline, path=os.path.abspath(program))
        self._go("connect", deadline, address=address)
        self._started = not self._has_ended()
        return self.wait(deadline)

    # -------------------------------------------------------------------------------------------------- breakpoints

    def set_breakpoint(self, request: Request, deadline: float) -> Breakpoint:
        """Set a breakpoint or watchpoint."""
        common = {"condition": request.condition, "ignore": request.ignore}
        if request.watch:
            found = self._watch(request, common, deadline)
        else:
            found = self._do(
                "set_breakpoint", deadline, file=request.file, line=request.line, function=request.function,
                address=request.address, temporary=request.temporary, **common,
            )  # fmt: skip
        if not isinstance(found, Breakpoint):
            raise DebuggerError(f"lldb's adapter answered {found!r:.200} to a breakpoint's request, which is none")
        return found

    def _watch(self, request: Request, common: dict[str, Any], deadline: float) -> object:
        if self.adapter.selected_thread() is None:
            raise Unsupported(self.name, "a watchpoint needs a program that runs: set it at a stop")
        return self._do("watch", deadline, expression=request.watch, access=request.access, **common)

    def delete_breakpoint(self, number: int, deadline: float) -> None:
        """Remove a breakpoint."""
        self._do("delete_breakpoint", deadline, number=number)

    # ------------------------------------------------------------------------------------------------------ running

    def resume(self, how: str, deadline: float, thread: int | None = None) -> None:
        """Let the program go on."""
        self._go("resume", deadline, how=how, thread=thread)

    def interrupt(self) -> None:
        """Stop the running program."""
        if not self._running and not self._stops:
            raise DebuggerError(NOT_RUNNING)
        self._within(time.monotonic() + _ADAPTER_SECONDS, "interrupt")

    def wait(self, deadline: float) -> Stop:
        """Wait for the next stop."""
        self._lines.wait_until(lambda: bool(self._stops), deadline, "word that the program has stopped or ended")
        self._lines.take_output()
        return self._stops.popleft()

    def select(self, thread: int, frame: int) -> None:
        """Select a thread and a frame."""
        self._do("select", time.monotonic() + _ADAPTER_SECONDS, thread=thread, frame=frame)

    def detach(self, deadline: float) -> None:
        """Let the program go on alone; one that was launched has the session's terminal, and ends with that."""
        self._within(deadline, "detach")
        self._attached = self._running = False

    def _go(self, method: str, deadline: float, **params: object) -> None:
        """Do what lets the program run; the stop can come before the answer."""
        self._stops.clear()
        self._do(method, deadline, **params)
        self._running = not self._stops

    def _has_ended(self) -> bool:
        """Tell whether the end of the program was heard before the answer to what started it."""
        return any(stop.ended for stop in self._stops)

    def _do(self, method: str, deadline: float, **params: object) -> Any:
        if self._running:
            raise DebuggerError("the program is running: it has to stop first")
        return self._within(deadline, method, **params)

    def _within(self, deadline: float, method: str, **params: object) -> Any:
        """Ask with a deadline of the caller's rather than the adapter's."""
        self._deadline = deadline
        try:
            return self.adapter.request(method, **params)
        finally:
            self._deadline = None

    def _execute(self, command: str) -> str:
        """Run a command; one that lets the program go on is refused once that has stopped again."""
        deadline = time.monotonic() + _ADAPTER_SECONDS
        printed = str(self._do("execute", deadline, command=command))
        if self._do("went_on", deadline):
            self._running = not self._stops
            self._lines.wait_until(lambda: bool(self._stops), deadline, "word that the program has stopped")
            raise DebuggerError("that let the program go on, and it has stopped again: use the session's own steps")
        return printed

    def _ask(self, method: str, request: str) -> str:
        if self._running and self._deadline is None and method not in WHILE_RUNNING:
            raise DebuggerError("the program is running: it has to stop before anything can be read")
        deadline = time.monotonic() + _ADAPTER_SECONDS if self._deadline is None else self._deadline
        self.transcript.add(TO, _without_environment(request))
        self._lines.send(request)
        self._late += 1  # Until its answer is here: one that comes after the deadline is for nobody.
        self._lines.wait_until(
            lambda: self._late == 0, deadline, f"the answer to {_without_environment(request)[:100]}"
        )
        return self._answers.pop()

    def _take(self, line: str) -> None:
        if line:
            self.transcript.add(FROM, line)
        if not line.startswith("{"):
            return  # lldb's own words, such as the last before a crash.
        if line.startswith('{"event":'):
            self._take_event(line)
            return
        self._answers.append(line)
        self._late -= 1

    def _take_event(self, line: str) -> None:
        event = wire.decode(line)
        stop = event.get("stop") if isinstance(event, dict) else None
        if not isinstance(stop, Stop):
            raise DebuggerError(f"lldb's adapter told of {line[:200]!r}, which is no stop")
        self._running = False
        if stop.ended:
            self._started = self._attached = False
        self._stops.append(stop)

    # ------------------------------------------------------------------------------------------------------- ending

    def close(self) -> None:
        """End lldb and its program; a process that was attached to is let go."""
        if self._closed:
            return
        self._closed = True
        if hasattr(self, "_lines"):
            self._leave(time.monotonic() + _GRACE)
            self._lines.close()
        deadline = time.monotonic() + _GRACE
        processes.end_all(self._handles, deadline)
        # With its input at an end the child ends too, once it has reaped what it started.
        assert self._process.stdin
        self._process.stdin.close()
        processes.end(self._process, _GRACE)
        self._terminal.end_processes(deadline)
        self._terminal.close()

    def _leave(self, deadline: float) -> None:
        try:
            if self._attached:
                self.detach(deadline)
            elif self._started:
                self._within(deadline, "kill")
        except DebuggerError as error:
            self.transcript.add(NOTE, f"lldb is killed: {error}")


def _without_environment(request: str) -> str:
    """Leave out of a request what may be secret."""
    shown = json.loads(request)
    if "environment" in shown["params"]:
        shown["params"]["environment"] = f"{len(shown['params']['environment'])} variables"
    return json.dumps(shown)
