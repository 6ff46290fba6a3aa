"""Calling functions of the program, and what else changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Optional

import lldb

from jitdbg.debugger.cexpressions import find_miscount, split_arguments
from jitdbg.debugger.controller import PROGRAM_ENDED, Called
from jitdbg.debugger.facts import Stop
from jitdbg.errors import DebuggerError, JitdbgError

from .code import LOCAL_PLATFORM, has_program
from .errors import check
from .stops import others_at_breakpoints, thread_stop
from .values import failed, value_fact

_VARIADIC = "..."
_MEMBER = "the function takes the object that it is of, which lldb would not pass: call it from one that has the object"
_POINTER = 8  # bytes
_ACCESS = lldb.ePermissionsReadable + lldb.ePermissionsWritable  # vermin takes an "or" of them for a union of types
_MICROSECONDS = 20_000_000
# A call that may stop is left where it is after this time: at its prompt lldb can't be interrupted while it calls.
_PATIENCE = 30_000_000


def call(target: lldb.SBTarget, expression: str, *, stops: bool, all_threads: bool) -> Called:
    """Do what `Controller.call` says."""
    process = target.GetProcess()
    _refuse_foreign_server(process)
    thread = process.GetSelectedThread()
    before = _place(thread)
    value = thread.GetSelectedFrame().EvaluateExpression(expression, _options(stops, all_threads))
    if not has_program(target):
        raise DebuggerError(PROGRAM_ENDED)
    if value.GetError().Fail() and _place(thread) != before:
        return Called(stop=_stop(process, thread))
    return Called(value_fact(value, 1, expression))


def call_function(target: lldb.SBTarget, address: int, arguments: str, *, stops: bool, all_threads: bool) -> Called:
    """Do what `Controller.call_function` says.

    A type's name can mean another dylib's type, so a variable has it. lldb reads what a variable points at only
    where the pointer lies in the program.
    """
    function = lldb.SBAddress(address, target).GetFunction()
    if not function.IsValid():
        raise DebuggerError(f"lldb has no debug info of a function at {address:#x}")
    if refusal := _find_refusal(target, function, arguments):
        return Called(failed(arguments, refusal))
    process, error = target.GetProcess(), lldb.SBError()
    pointer = process.AllocateMemory(_POINTER, _ACCESS, error)
    check(error, "take memory of the program for a call")
    try:
        write_memory(process, pointer, address.to_bytes(_POINTER, "little"))
        memory, kind = lldb.SBAddress(pointer, target), function.GetType()
        called = _variable(target, memory, kind.GetPointerType())
        given = ", ".join(_converted(target, memory, kind, arguments))
        return call(target, f"{called}({given})", stops=stops, all_threads=all_threads)
    finally:
        process.DeallocateMemory(pointer)


def _find_refusal(target: lldb.SBTarget, function: lldb.SBFunction, arguments: str) -> Optional[str]:
    """Say what keeps a function from being called with some arguments, as far as its debug info tells."""
    kind, parameters = function.GetType(), function.GetBlock().GetVariables(target, True, False, False)
    taken = kind.GetFunctionArgumentTypes().GetSize()
    if parameters.GetSize() > taken and parameters.GetValueAtIndex(0).GetName() == "this":
        return _MEMBER
    return find_miscount(arguments, taken, more=_VARIADIC in kind.GetName())


def _variable(target: lldb.SBTarget, memory: lldb.SBAddress, kind: lldb.SBType) -> str:
    """Make a variable of lldb's own, of a type that is not larger than what is in memory, and give its name."""
    name: str = target.CreateValueFromAddress("variable", memory, kind).Persist().GetName()
    return name


def _converted(target: lldb.SBTarget, memory: lldb.SBAddress, function: lldb.SBType, arguments: str) -> list[str]:
    """Cast what is given for pointers and enumerations, which lldb's C++ does not convert as C does."""
    types, given = function.GetFunctionArgumentTypes(), split_arguments(arguments)
    if types.GetSize() != len(given):
        return [arguments]
    kinds = [types.GetTypeAtIndex(index).GetCanonicalType() for index in range(len(given))]
    return [
        f"(__typeof__({_variable(target, memory, kind)}))({text})" if _needs_cast(kind) else text
        for kind, text in zip(kinds, given)
    ]


def _needs_cast(kind: lldb.SBType) -> bool:
    return bool(kind.IsPointerType() or kind.GetTypeClass() == lldb.eTypeClassEnumeration)


def _refuse_foreign_server(process: lldb.SBProcess) -> None:
    """Refuse where the program's server, as gdbserver, can't keep registers: lldb would have none left after a call.

    Those that can answer this with an error, since it names no thread. The process is told to lldb, which asks else
    for the one that it had when the command began: in a file of commands, that can be of an earlier run.
    """
    result, context = lldb.SBCommandReturnObject(), lldb.SBExecutionContext(process)
    interpreter = process.GetTarget().GetDebugger().GetCommandInterpreter()
    interpreter.HandleCommand("process plugin packet send QSaveRegisterState;thread:0", context, result)
    if "UNIMPLEMENTED" in (result.GetOutput() or "") + (result.GetError() or ""):
        raise DebuggerError(
            "lldb can't call functions through the server that the program has, which keeps no registers for it, as "
            "gdbserver: serve the program with lldb-server, or take gdb"
        )


def _options(stops: bool, all_threads: bool) -> lldb.SBExpressionOptions:
    options = lldb.SBExpressionOptions()
    options.SetLanguage(lldb.eLanguageTypeC_plus_plus)
    options.SetIgnoreBreakpoints(not stops)
    options.SetUnwindOnError(not stops)
    options.SetStopOthers(not all_threads)
    options.SetTryAllThreads(all_threads)
    options.SetTrapExceptions(False)  # lldb would give a call up where it throws, whoever catches that.
    options.SetTimeoutInMicroSeconds(_PATIENCE if stops else _MICROSECONDS)
    options.SetFetchDynamicValue(lldb.eNoDynamicValues)
    options.SetSuppressPersistentResult(True)
    return options


def _place(thread: lldb.SBThread) -> tuple[int, int]:
    frame = thread.GetFrameAtIndex(0)
    return frame.GetPC(), frame.GetSP()


def _stop(process: lldb.SBProcess, calling: lldb.SBThread) -> Stop:
    """Describe the stop: of the thread that has a reason, which need not be the calling one."""
    selected = process.GetSelectedThread()
    return thread_stop(selected if selected.IsValid() else calling)


def write_memory(process: lldb.SBProcess, address: int, data: bytes) -> None:
    """Write to the program."""
    error = lldb.SBError()
    process.WriteMemory(address, data, error)
    check(error, f"write {len(data)} bytes at {address:#x}")


def send_file(target: lldb.SBTarget, path: str, remote_path: str) -> None:
    """Copy a file through the platform that the program runs on."""
    doing = "carry a file to the program's machine"
    here, there = lldb.SBFileSpec(path), lldb.SBFileSpec(remote_path, False)
    check(_platform(target, doing).Put(here, there), doing)


def receive_file(target: lldb.SBTarget, remote_path: str, path: str) -> None:
    """Copy a file through the platform that the program runs on."""
    platform = _platform(target, f"bring {remote_path} from the program's machine")
    there, here = lldb.SBFileSpec(remote_path, False), lldb.SBFileSpec(path)
    check(platform.Get(there, here), f"bring {remote_path} from the program's machine")


def _platform(target: lldb.SBTarget, doing: str) -> lldb.SBPlatform:
    platform = target.GetPlatform()
    if not platform.IsConnected() or platform.GetName() == LOCAL_PLATFORM:
        raise DebuggerError(f"lldb can't {doing}: only a platform can (platform select remote-linux, platform connect)")
    return platform


_kept: dict[tuple[int, int], list[Callable[[], str]]] = {}
_waiting: dict[tuple[int, str], lldb.SBBreakpoint] = {}


def at_start(target: lldb.SBTarget, function: str, act: Callable[[], str]) -> None:
    """Keep an act for the breakpoint at a function: of several there, lldb asks no more after one whose call stops."""
    key = target.GetDebugger().GetID(), function
    point = _waiting.get(key)
    if point is None or not point.IsValid() or point.GetTarget() != target:
        point = _waiting[key] = _acting(target, function)
    _kept[_key(point)].append(act)


def _acting(target: lldb.SBTarget, function: str) -> lldb.SBBreakpoint:
    """Set a breakpoint that acts, once, and lets the program go on."""
    point = target.BreakpointCreateByName(function)
    _kept[_key(point)] = []
    check(point.SetScriptCallbackFunction(f"{__name__}.act_at_start", lldb.SBStructuredData()), f"wait for {function}")
    return point


def _key(point: lldb.SBBreakpoint) -> tuple[int, int]:
    return point.GetTarget().GetDebugger().GetID(), point.GetID()


def act_at_start(
    frame: lldb.SBFrame, location: lldb.SBBreakpointLocation, extra: lldb.SBStructuredData, internal: dict[str, Any]
) -> bool:
    """Do what was kept for a breakpoint, in its order, and tell whether a call has stopped in it.

    lldb calls this when the program has come to it, and lets the program go on unless it says so.
    """
    del extra, internal
    thread, point = frame.GetThread(), location.GetBreakpoint()
    target, number, acts = point.GetTarget(), point.GetID(), _kept.pop(_key(point))
    target.BreakpointDelete(number)  # One for one shot stays where the program does not stop at it.
    alone, before = _is_alone(thread, number), _place(thread)
    for act in acts:
        _do(target.GetDebugger(), act)
    unfinished = _place(thread) != before
    if alone and not unfinished:
        # Where lldb (22) itself lets the program go on, it reads the stack then, and shows that at the next stop.
        target.GetProcess().Continue()
    return unfinished


def _do(debugger: lldb.SBDebugger, act: Callable[[], str]) -> None:
    try:
        _write(debugger.GetOutputFile(), act())
    except JitdbgError as error:
        _write(debugger.GetErrorFile(), f"error: {error}\n")


def _is_alone(thread: lldb.SBThread, number: int) -> bool:
    """Tell whether one breakpoint alone, which is gone by now, is hit, here and where other threads have stopped.

    One for one shot can be gone too. An lldb that does not tell of those that are (19) leaves that open.
    """
    told = thread_stop(thread)
    return set(told.breakpoints) == {number} and not others_at_breakpoints(thread.GetProcess(), told)


def _write(file: lldb.SBFile, text: str) -> None:
    file.Write(text.encode())
    file.Flush()
