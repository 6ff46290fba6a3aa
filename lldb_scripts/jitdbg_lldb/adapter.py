"""lldb behind `jitdbg.debugger.adapter.Adapter`."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Optional

import lldb

from jitdbg.debugger import assigned
from jitdbg.debugger.adapter import NO_PROGRAM, FindFrame, FindFunctions
from jitdbg.debugger.controller import Called
from jitdbg.debugger.facts import (
    ARGUMENTS,
    CORE,
    GLOBALS,
    LIVE,
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
from jitdbg.errors import DebuggerError

from . import calling, code
from .breakpoints import breakpoint_facts
from .doctor import checks
from .libraries import LibraryBreakpoints
from .stepping import Stepping
from .values import has_unknown_strides, scalar, value_fact

_EXPRESSION_MICROSECONDS = 20_000_000


class LldbAdapter:
    """An lldb with its selected target."""

    name = "lldb"

    def __init__(self, debugger: lldb.SBDebugger) -> None:
        self._debugger = debugger

    @property
    def version(self) -> str:
        """The version, digits and dots."""
        text = str(lldb.SBDebugger.GetVersionString())
        found = re.search(r"\d+(\.\d+)+", text)
        return found.group() if found else text

    @property
    def target(self) -> lldb.SBTarget:
        """The program that lldb has, running or not. Raises `DebuggerError`."""
        target = self._debugger.GetSelectedTarget()
        if not target.IsValid():
            raise DebuggerError(NO_PROGRAM)
        return target

    def process(self) -> Optional[Process]:
        """Describe the process of the selected target."""
        target = self._debugger.GetSelectedTarget()
        if not code.has_program(target):
            return None
        process = target.GetProcess()
        kind = CORE if code.is_core(process) else LIVE
        return Process(process.GetProcessID() or None, kind, code.is_remote(target))

    def threads(self) -> list[Thread]:
        """List the threads, in the order of lldb's numbers, which are not used again."""
        threads = sorted(self._process(), key=lambda thread: thread.GetIndexID())
        return [Thread(item.GetIndexID(), item.GetThreadID(), item.GetName() or "") for item in threads]

    def selected_thread(self) -> Optional[int]:
        """Give the number of the selected thread."""
        target = self._debugger.GetSelectedTarget()
        _refuse_running(target.GetProcess())
        thread = target.GetProcess().GetSelectedThread()
        return int(thread.GetIndexID()) if thread.IsValid() and code.has_program(target) else None

    def selected_frame(self) -> int:
        """Give the level of the selected frame."""
        return int(self._thread(None).GetSelectedFrame().GetFrameID())

    def frames(self, limit: int = 0, thread: Optional[int] = None) -> list[Frame]:
        """Walk the stack."""
        walked = self._thread(thread)
        found = []
        while not limit or len(found) < limit:
            frame = walked.GetFrameAtIndex(len(found))
            if not frame.IsValid():
                break
            found.append(code.frame_fact(frame))
        return found

    def variables(self, scope: str, frame: int = 0, depth: int = 1, thread: Optional[int] = None) -> list[Value]:
        """Read variables, those of inner blocks first."""
        if scope not in SCOPES:
            raise DebuggerError(f"there is no scope {scope!r}: it is one of {', '.join(SCOPES)}")
        here = self._frame(frame, thread)
        values = _globals(here) if scope == GLOBALS else _of_blocks(here, scope == ARGUMENTS)
        found = [
            dataclasses.replace(value_fact(value, depth), declared=value.GetDeclaration().GetLine() or None)
            for value in values
        ]
        return assigned.checked(code.frame_fact(here), found) if scope == LOCALS else found

    def evaluate(self, expression: str, frame: int = 0, depth: int = 1, thread: Optional[int] = None) -> Value:
        """Evaluate an expression; without a program it can still be about constants and globals."""
        return value_fact(self.evaluated(expression, frame, thread), depth, expression)

    def evaluated(self, expression: str, frame: int = 0, thread: Optional[int] = None) -> lldb.SBValue:
        """Evaluate an expression, which lldb's own value stands for.

        What leads from a variable to a member or element is read without lldb's compiler, which can't do it for
        variable-length arrays and values that lie in several registers.
        """
        if not code.has_program(self.target):
            return self.target.EvaluateExpression(expression, _expression_options())
        here = self._frame(frame, thread)
        read = here.GetValueForVariablePath(expression, lldb.eNoDynamicValues)
        if read.IsValid() and read.GetError().Success() and not _through_unknown_strides(here, expression):
            return read
        if _is_name(expression) and (found := _first(here, expression)) is not None:
            return found
        return here.EvaluateExpression(expression, _expression_options())

    def registers(self, frame: int = 0, thread: Optional[int] = None) -> list[Register]:
        """Read the registers of a frame."""
        return [_register(register) for group in self._frame(frame, thread).GetRegisters() for register in group]

    def memory(self, address: int, size: int) -> bytes:
        """Read memory."""
        return code.memory(self._process(), address, size)

    def instructions(self, address: int, count: int) -> list[Instruction]:
        """Disassemble."""
        return code.instructions(self.target, address, count)

    def symbol(self, address: int) -> Symbol:
        """Say what is at an address."""
        return code.symbol_fact(self.target, address)

    def module_at(self, address: int) -> Optional[Module]:
        """Describe the file that an address was loaded from."""
        return code.find_module(self.target, address)

    def modules(self) -> list[Module]:
        """List the program and its libraries."""
        return code.modules(self.target)

    def breakpoints(self) -> list[Breakpoint]:
        """List the breakpoints and watchpoints."""
        return breakpoint_facts(self.target)

    def break_in_libraries(self, find: FindFunctions) -> LibraryBreakpoints:
        """Set breakpoints at functions of libraries, now and as they are loaded."""
        return LibraryBreakpoints(self.target, find)

    def pass_over(self, find: FindFunctions, find_frame: FindFrame) -> Stepping:
        """Let steps pass over frames that are not worth a stop."""
        return Stepping(self._debugger, find, find_frame)

    def checks(self) -> list[Check]:
        """Tell which abilities and settings this lldb has."""
        return checks(self._debugger, self.version)

    def execute(self, command: str) -> str:
        """Run a command of lldb's."""
        result = lldb.SBCommandReturnObject()
        self._debugger.GetCommandInterpreter().HandleCommand(command, result, False)
        if not result.Succeeded():
            words = " ".join((result.GetError() or "no reason given").split())
            raise DebuggerError(f"lldb can't do {command!r}: {words.removeprefix('error: ')}")
        return str(result.GetOutput() or "")

    def call(self, expression: str, *, stops: bool = False, all_threads: bool = False) -> Called:
        """Call functions of the program."""
        self._process()
        return calling.call(self.target, expression, stops=stops, all_threads=all_threads)

    def call_function(self, address: int, arguments: str, *, stops: bool = False, all_threads: bool = False) -> Called:
        """Call a function of the program by its own type."""
        self._process()
        return calling.call_function(self.target, address, arguments, stops=stops, all_threads=all_threads)

    def write_memory(self, address: int, data: bytes) -> None:
        """Write to the program."""
        calling.write_memory(self._process(), address, data)

    def send_file(self, path: str, remote_path: str) -> None:
        """Copy a file to the program's machine."""
        calling.send_file(self.target, path, remote_path)

    def receive_file(self, remote_path: str, path: str) -> None:
        """Copy a file from the program's machine."""
        calling.receive_file(self.target, remote_path, path)

    def running_threads(self) -> frozenset[int]:
        """Give none: lldb stops and resumes all threads together."""
        return frozenset()

    def was_interrupted(self) -> bool:
        """Tell what lldb has noted of the first Ctrl-C; at a second one it raises KeyboardInterrupt."""
        return bool(self._debugger.GetCommandInterpreter().WasInterrupted())

    def at_start(self, function: str, act: Callable[[], str]) -> None:
        """Do something when the program comes to a function."""
        calling.at_start(self.target, function, act)

    def _process(self) -> lldb.SBProcess:
        if not code.has_program(self.target):
            raise DebuggerError("lldb has no running program")
        return self.target.GetProcess()

    def _thread(self, number: Optional[int]) -> lldb.SBThread:
        process = self._process()
        _refuse_running(process)
        thread = process.GetSelectedThread() if number is None else process.GetThreadByIndexID(number)
        if not thread.IsValid():
            raise DebuggerError(f"the program has no thread {number}")
        return thread

    def _frame(self, level: int, thread: Optional[int]) -> lldb.SBFrame:
        walked = self._thread(thread)
        frame = walked.GetFrameAtIndex(level) if level >= 0 else lldb.SBFrame()
        if not frame.IsValid():
            raise DebuggerError(f"the stack has no frame {level}")
        return frame


def _refuse_running(process: lldb.SBProcess) -> None:
    """Refuse to look at threads while they run, as in an IDE one can: lldb lists none of them then."""
    if process.GetState() in (lldb.eStateRunning, lldb.eStateStepping):
        raise DebuggerError("the program is running: stop it first (process interrupt)")


def _expression_options() -> lldb.SBExpressionOptions:
    options = lldb.SBExpressionOptions()
    options.SetIgnoreBreakpoints(True)
    options.SetUnwindOnError(True)
    options.SetFetchDynamicValue(lldb.eNoDynamicValues)
    options.SetSuppressPersistentResult(True)
    options.SetTimeoutInMicroSeconds(_EXPRESSION_MICROSECONDS)
    return options


def _through_unknown_strides(frame: lldb.SBFrame, path: str) -> bool:
    """Tell whether a path leads to an element of something that `has_unknown_strides`, of which lldb gives another."""
    leading = (frame.GetValueForVariablePath(path[: found.start()]) for found in re.finditer(r"\[", path))
    return any(value.IsValid() and has_unknown_strides(value.GetType().GetCanonicalType()) for value in leading)


def _is_name(expression: str) -> bool:
    return expression.strip().isidentifier()


def _first(frame: lldb.SBFrame, name: str) -> Optional[lldb.SBValue]:
    """Find a variable by its name, whether it has a value or not."""
    values = [*_of_blocks(frame, arguments=False), *_of_blocks(frame, arguments=True), *_globals(frame)]
    return next((value for value in values if value.GetName() == name.strip()), None)


def _of_blocks(frame: lldb.SBFrame, arguments: bool) -> Iterator[lldb.SBValue]:
    """Walk outwards from the innermost block to the function's, which can be an inlined one's.

    lldb takes some locals for static ones, as those of which optimisation has left an address. Parameters that the
    source gives no name are left out, as gdb does.
    """
    block = frame.GetBlock()
    while block.IsValid():
        found = block.GetVariables(frame, arguments, not arguments, not arguments, lldb.eNoDynamicValues)
        yield from (value for value in found if value.GetName())
        if block.IsInlined():
            return
        block = block.GetParent()


def _globals(frame: lldb.SBFrame) -> list[lldb.SBValue]:
    """Give what the frame's compile unit has: of all that lldb sees from the frame, what is in none of its blocks."""
    options = lldb.SBVariablesOptions()
    for include in (options.SetIncludeArguments, options.SetIncludeLocals, options.SetIncludeStatics):
        include(True)
    options.SetInScopeOnly(True)
    options.SetUseDynamic(lldb.eNoDynamicValues)
    inside = {_declared(value) for arguments in (False, True) for value in _of_blocks(frame, arguments)}
    found = [value for value in frame.GetVariables(options) if _declared(value) not in inside]
    return sorted(found, key=lambda value: value.GetDeclaration().GetLine())


def _declared(value: lldb.SBValue) -> tuple[str, int, int]:
    place = value.GetDeclaration()
    return value.GetName(), place.GetLine(), place.GetColumn()


def _register(register: lldb.SBValue) -> Register:
    if register.GetError().Fail():
        return Register(register.GetName(), None, register.GetError().GetCString() or "")
    text = register.GetValue() or register.GetSummary() or ""
    return Register(register.GetName(), scalar(register, register.GetType().GetCanonicalType()), text)
