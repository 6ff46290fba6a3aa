"""What the harness's backend asks of lldb beyond facts: to start programs, to set breakpoints, to let them run.

lldb is asynchronous here: what runs is told of by events, which `Control.pump` waits for in a thread of its own. The
lock keeps the two threads from reading a program of which the other changes the state. A request is answered when all
that has happened by then is told of (`Control.settle`): a stop that was looked at later, when the program runs again,
would have no threads.
"""

from __future__ import annotations

import dataclasses
import os
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Optional

import lldb

from jitdbg.debugger.facts import BREAKPOINT, ENTRY, INTERRUPT, SIGNAL, Breakpoint, Stop
from jitdbg.errors import DebuggerError

from .adapter import LldbAdapter
from .breakpoints import breakpoint_fact, delete, watchpoint_fact
from .complaints import Complaints
from .errors import check
from .stops import end_fact, others_at_breakpoints, stop_fact
from .watching import Watches

_FOREVER = 0xFFFFFFFF  # Seconds; SBListener's word for no limit.
# The last packets from and to the debug server are kept in memory: some facts are nowhere else.
_LOG_PACKETS = "log enable --log-handler circular --buffer 50 gdb-remote packets"
_DUMP_PACKETS = "log dump --file {} gdb-remote"
_INPUT, _OUTPUT, _ERRORS = 0, 1, 2
_MARK = 1
_SETTLING_SECONDS = 10.0


class Control(LldbAdapter):
    """The adapter, with control over the program; ``tell`` takes each `Stop`, in the thread of `pump`."""

    def __init__(self, debugger: lldb.SBDebugger, tell: Callable[[Stop], None]) -> None:
        super().__init__(debugger)
        self.lock = threading.RLock()
        self._tell = tell
        self._listener = lldb.SBListener("jitdbg")
        self._marks, self._mark_heard = lldb.SBBroadcaster("jitdbg"), threading.Event()
        self._listener.StartListeningForEvents(self._marks, _MARK)
        self._complaints = Complaints(debugger)
        self._expected = ""
        self._watches = Watches(debugger.GetSelectedTarget())
        self._counts: dict[int, int] = {}
        self._stepping: Optional[int] = 0
        self._untold: deque[Stop] = deque()
        self._went_on = False
        self.execute(_LOG_PACKETS)

    # ----------------------------------------------------------------------------------------------------- starting

    def load(self, path: str) -> None:
        """Read a program's symbols."""
        error = lldb.SBError()
        self._debugger.DeleteTarget(self._debugger.GetSelectedTarget())
        target = self._debugger.CreateTarget(path, None, None, True, error)
        check(error, f"read {path}")
        self._take(target)

    def _take(self, target: lldb.SBTarget) -> None:
        self._debugger.SetSelectedTarget(target)
        self._watches = Watches(target)

    def launch(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        directory: Optional[str],
        terminal: str,
        stop_at_entry: bool,
        randomize: bool,
    ) -> int:
        """Start the program, with nothing to read and ``terminal`` to write to; gives its process id."""
        info = lldb.SBLaunchInfo(list(arguments))
        info.SetListener(self._listener)
        variables = lldb.SBEnvironment()
        for name, value in environment.items():
            variables.Set(name, value, True)
        info.SetEnvironment(variables, False)
        if directory:
            info.SetWorkingDirectory(directory)
        info.AddOpenFileAction(_INPUT, "/dev/null", True, False)
        info.AddOpenFileAction(_OUTPUT, terminal, False, True)
        info.AddOpenFileAction(_ERRORS, terminal, False, True)
        flags = 0 if randomize else lldb.eLaunchFlagDisableASLR
        info.SetLaunchFlags(flags | (lldb.eLaunchFlagStopAtEntry if stop_at_entry else 0))
        self._expect(ENTRY if stop_at_entry else "")
        # A new program's hits are counted from the start.
        self._counts = {point.GetID(): point.GetIgnoreCount() for point in self.target.breakpoint_iter()}
        error = lldb.SBError()
        process = self.target.Launch(info, error)
        check(error, "start the program")
        return int(process.GetProcessID())

    def attach(self, process: int) -> Stop:
        """Take over a process of this machine, which stops."""
        error = lldb.SBError()
        target = self._debugger.CreateTarget("", None, None, True, lldb.SBError())
        self._take(target)
        info = lldb.SBAttachInfo(process)
        info.SetListener(self._listener)
        taken = target.Attach(info, error)
        check(error, f"attach to process {process}")
        return stop_fact(taken, INTERRUPT)

    def open_core(self, core: str) -> Stop:
        """Open a core dump of the program."""
        error = lldb.SBError()
        process = self.target.LoadCore(core, error)
        check(error, f"open {core}")
        return dataclasses.replace(stop_fact(process), reason=SIGNAL)

    def connect(self, address: str) -> None:
        """Connect to a debug server, whose program is stopped."""
        error = lldb.SBError()
        self._expect(ENTRY)
        self.target.ConnectRemote(self._listener, f"connect://{address}", "gdb-remote", error)
        check(error, f"connect to {address}")

    # -------------------------------------------------------------------------------------------------- breakpoints

    def set_breakpoint(
        self,
        file: str = "",
        line: int = 0,
        function: str = "",
        address: Optional[int] = None,
        condition: str = "",
        ignore: int = 0,
        temporary: bool = False,
    ) -> Breakpoint:
        """Set a breakpoint."""
        target = self.target
        if address is not None:
            point = target.BreakpointCreateByAddress(address)
        elif file:
            point = target.BreakpointCreateByLocation(file, line)
        else:
            point = target.BreakpointCreateByName(function)
        if condition:
            point.SetCondition(condition)
        point.SetIgnoreCount(ignore)
        point.SetOneShot(temporary)
        return breakpoint_fact(point, target)

    def watch(self, expression: str, access: str, condition: str = "", ignore: int = 0) -> Breakpoint:
        """Watch what an expression reads; the program must run already, since the processor does the watching."""
        self._process()
        value = self.evaluated(expression)
        check(value.GetError(), f"watch {expression}")
        address = value.GetLoadAddress()
        if address == lldb.LLDB_INVALID_ADDRESS:
            raise DebuggerError(f"lldb can't watch {expression}: it is not in memory")
        error, options = lldb.SBError(), lldb.SBWatchpointOptions()
        options.SetWatchpointTypeRead(access != "write")
        if access != "read":
            modify, always = lldb.eWatchpointWriteTypeOnModify, lldb.eWatchpointWriteTypeAlways
            options.SetWatchpointTypeWrite(modify if access == "write" else always)
        point = self.target.WatchpointCreateByAddress(address, value.GetByteSize(), options, error)
        check(error, f"watch {expression}")
        if condition:
            point.SetCondition(condition)
        point.SetIgnoreCount(ignore)
        self._watches.add(point, expression, value, self._thread(None))
        return dataclasses.replace(watchpoint_fact(point), requested=expression, watches=expression)

    def breakpoints(self) -> list[Breakpoint]:
        """List the breakpoints and watchpoints, these with the expressions that they were set with."""
        return self._watches.listed(super().breakpoints())

    def delete_breakpoint(self, number: int) -> None:
        """Remove a breakpoint or watchpoint."""
        delete(self.target, number)
        self._watches.forget(number)

    # ------------------------------------------------------------------------------------------------------ running

    def resume(self, how: str, thread: Optional[int] = None) -> None:
        """Let the program go on, in a way that `jitdbg.harness.backend` names."""
        stepping = self._thread(thread)
        if how == "continue" and self._tell_next():
            return
        self._expect("", None if how == "continue" else stepping.GetIndexID())
        error = lldb.SBError()
        if how == "continue":
            error = self._process().Continue()
        elif how == "step in":
            stepping.StepInto()
        elif how == "step over":
            stepping.StepOver()
        elif how == "step out":
            stepping.StepOut(error)
        else:
            stepping.StepInstruction(how == "next instruction", error)
        check(error, how)

    def interrupt(self) -> None:
        """Stop the running program."""
        self._expected = INTERRUPT
        self.target.GetProcess().SendAsyncInterrupt()

    def select(self, thread: int, frame: int) -> None:
        """Select a thread and a frame."""
        self._frame(frame, thread)
        self._process().SetSelectedThreadByIndexID(thread)
        self._thread(thread).SetSelectedFrame(frame)

    def detach(self) -> None:
        """Let the program go on alone."""
        check(self.target.GetProcess().Detach(), "detach")

    def kill(self) -> None:
        """End the program."""
        self._debugger.GetSelectedTarget().GetProcess().Kill()

    def _expect(self, stop: str, stepping: Optional[int] = None) -> None:
        """Note how things stand before the program goes on; ``stop`` names a stop that lldb has no word for.

        ``stepping`` is the thread that steps; with None each thread goes on, so that what a thread is found to have
        stopped for is new.
        """
        self._expected, self._stepping = stop, stepping
        self._untold.clear()
        self._counts = {point.GetID(): _count(point) for point in self.target.breakpoint_iter()}

    def execute(self, command: str) -> str:
        """Run a command of lldb's."""
        self._went_on = False
        return super().execute(command)

    def went_on(self) -> bool:
        """Tell whether the latest command let the program go on; functions that it called are not told by events."""
        return self._went_on

    # ------------------------------------------------------------------------------------------------------- events

    def pump(self) -> None:
        """Wait for what happens to the program, for ever, and tell of its stops."""
        event = lldb.SBEvent()
        while True:
            if not self._listener.WaitForEvent(_FOREVER, event):
                continue
            if event.BroadcasterMatchesRef(self._marks):
                self._mark_heard.set()
            elif lldb.SBProcess.EventIsProcessEvent(event):
                with self.lock:
                    self._happened(event)

    def settle(self) -> None:
        """Wait until `pump` has told of all that has happened so far; call it without the lock.

        A command that calls the program and is stopped within the call leaves an event of that.
        """
        self._mark_heard.clear()
        self._marks.BroadcastEventByType(_MARK)
        self._mark_heard.wait(_SETTLING_SECONDS)

    def _happened(self, event: lldb.SBEvent) -> None:
        if event.GetType() != lldb.SBProcess.eBroadcastBitStateChanged:
            return
        state, process = lldb.SBProcess.GetStateFromEvent(event), lldb.SBProcess.GetProcessFromEvent(event)
        if state == lldb.eStateRunning:
            self._went_on = True
        elif state == lldb.eStateExited:
            self._tell(self._with_broken(end_fact(process, self._packets())))
        elif state in (lldb.eStateStopped, lldb.eStateCrashed) and not lldb.SBProcess.GetRestartedFromEvent(event):
            stop = stop_fact(process, self._expected, self._stepping)
            others = others_at_breakpoints(process, stop) if self._stepping is None else []
            self._untold.extend(map(self._with_hit, others))
            self._tell(self._with_broken(self._watches.told(self._with_deleted(self._with_hit(stop)))))

    def _tell_next(self) -> bool:
        """Tell of a thread that came to a breakpoint at the same moment as another, rather than let the program go on.

        lldb stops all threads at once. gdb holds such stops back as well, and forgets those at breakpoints that have
        been deleted since.
        """
        while self._untold:
            stop = self._untold.popleft()
            if any(self.target.FindBreakpointByID(number).IsValid() for number in stop.breakpoints):
                self._process().SetSelectedThreadByIndexID(stop.thread or 0)
                self._tell(stop)
                return True
        return False

    def _with_hit(self, stop: Stop) -> Stop:
        """Leave out breakpoints that are at the same address and whose condition or count let the program pass."""
        points = {number: self.target.FindBreakpointByID(number) for number in stop.breakpoints}
        passed = [
            number
            for number, point in points.items()
            if point.IsValid() and _count(point) <= self._counts.get(number, 0)
        ]
        hit = tuple(number for number in stop.breakpoints if number not in passed)
        return dataclasses.replace(stop, breakpoints=hit or stop.breakpoints)

    def _with_deleted(self, stop: Stop) -> Stop:
        """Add temporary breakpoints to those that were hit: lldb 19 has deleted them when it tells which were."""
        deleted = [number for number in self._counts if not self.target.FindBreakpointByID(number).IsValid()]
        hit = sorted({*stop.breakpoints, *deleted}) if stop.reason == BREAKPOINT else stop.breakpoints
        return dataclasses.replace(stop, breakpoints=tuple(hit))

    def _with_broken(self, stop: Stop) -> Stop:
        """Add the conditions that lldb could not evaluate: it stops then as if they held."""
        broken = self._complaints.broken_conditions()
        return dataclasses.replace(stop, broken=broken) if broken else stop

    def _packets(self) -> str:
        """Read the log of packets, which lldb writes to files only, or to what it prints."""
        with open(os.memfd_create("packets"), "rb") as log:
            super().execute(_DUMP_PACKETS.format(f"/proc/self/fd/{log.fileno()}"))
            return log.read().decode("ascii", "replace")


def _count(point: lldb.SBBreakpoint) -> int:
    """Count how often a breakpoint was hit and, as lldb counts those too, is not to be ignored any more."""
    return int(point.GetHitCount() + point.GetIgnoreCount())
