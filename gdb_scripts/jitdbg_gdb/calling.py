"""Calling functions of the program, and what else changes it.

gdb resumes all threads for a call unless ``scheduler-locking`` keeps them, gives a call up at the first breakpoint, and
leaves the program there. All settings that are changed for a call are as they were after it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import gdb

from jitdbg.debugger.cexpressions import find_miscount
from jitdbg.debugger.controller import PROGRAM_ENDED, Called
from jitdbg.debugger.facts import BREAKPOINT, OTHER, SIGNAL, Stop
from jitdbg.errors import DebuggerError, JitdbgError

from .code import frame_fact, function_symbol
from .errors import NATIVE, translated, words
from .hits import HITS
from .quiet import evaluated
from .values import failed, value_fact

_FUNCTION = "_jitdbg_function"
_VARIADIC = "..."
_TWO_REGISTERS = 16  # bytes
_WIDE = (
    "the function takes or gives an __int128, which gdb does not pass as compilers do: "
    "call it from one that takes and gives smaller numbers, or take lldb"
)


def call(expression: str, *, stops: bool, all_threads: bool) -> Called:
    """Do what `Controller.call` says."""
    settings = {
        "language": _language(),
        "unwindonsignal": "off" if stops else "on",
        "unwind-on-terminating-exception": "off" if stops else "on",
        "scheduler-locking": "off" if all_threads else "on",
    }
    in_commands = HITS.has_commands
    with _settings(settings), _watched() as events, no_breakpoints(not stops):
        try:
            return Called(value_fact(expression, evaluated(expression), 1))
        except NATIVE as error:
            called = _given_up(expression, words(error), events)
    if called.stop and in_commands:
        _leave_commands()
    return called


def _language() -> str:
    """Give C++ where the selected frame's code is of that, and C elsewhere: no other has all of its casts."""
    return "c++" if "c++" in gdb.execute("show language", to_string=True) else "c"


def call_function(address: int, arguments: str, *, stops: bool, all_threads: bool) -> Called:
    """Do what `Controller.call_function` says."""
    kind = function_symbol(address).type
    if miscount := find_miscount(arguments, len(kind.fields()), more=_VARIADIC in str(kind)):
        return Called(failed(arguments, miscount))
    if any(map(_has_wide_integer, (kind.target(), *(field.type for field in kind.fields())))):
        return Called(failed(arguments, _WIDE))
    gdb.set_convenience_variable(_FUNCTION, gdb.Value(address).cast(kind.pointer()))
    try:
        return call(f"${_FUNCTION}({arguments})", stops=stops, all_threads=all_threads)
    finally:
        gdb.set_convenience_variable(_FUNCTION, None)


def _has_wide_integer(kind: gdb.Type) -> bool:
    """Tell whether an integer of more than a register is passed in registers: gdb (18, too) takes it for memory."""
    kind = kind.strip_typedefs()
    if kind.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
        return kind.sizeof <= _TWO_REGISTERS and any(_has_wide_integer(field.type) for field in kind.fields())
    if kind.code == gdb.TYPE_CODE_ARRAY:
        return _has_wide_integer(kind.target())
    return bool(kind.code == gdb.TYPE_CODE_INT and kind.sizeof == _TWO_REGISTERS)


def _given_up(expression: str, error: str, events: list[Any]) -> Called:
    if not gdb.selected_inferior().threads():
        raise DebuggerError(PROGRAM_ENDED)
    last = next((event for event in reversed(events) if isinstance(event, gdb.StopEvent)), None)
    if last is None or not _in_call():
        return Called(failed(expression, error))
    return Called(stop=_stop(last))


def _leave_commands() -> None:
    """Let gdb take a breakpoint's commands for done, as after any that lets the program go on.

    A call that stops in commands frees what gdb (13) reads after each of them (``bpstat_do_actions_1``): if the command
    did not fail, gdb would crash.
    """
    gdb.execute("stepi 0", to_string=True)


def _in_call() -> bool:
    """Tell whether a call of gdb's is on the selected thread's stack: one that was given up is unwound or left."""
    frame = gdb.newest_frame()
    while frame is not None:
        if frame.type() == gdb.DUMMY_FRAME:
            return True
        frame = frame.older()
    # Another thread has stopped, and is selected now.
    return any(_has_dummy(thread) for thread in gdb.selected_inferior().threads())


def _has_dummy(thread: gdb.InferiorThread) -> bool:
    selected = gdb.selected_thread()
    try:
        thread.switch()
        frame = gdb.newest_frame()
        while frame is not None and frame.type() != gdb.DUMMY_FRAME:
            frame = frame.older()
        return frame is not None
    except NATIVE:
        return False
    finally:
        if selected:
            selected.switch()


def _stop(event: Any) -> Stop:
    thread = gdb.selected_thread()
    numbers = tuple(point.number for point in event.breakpoints) if isinstance(event, gdb.BreakpointEvent) else ()
    signal = event.stop_signal if isinstance(event, gdb.SignalEvent) else ""
    reason = BREAKPOINT if numbers else SIGNAL if signal else OTHER
    return Stop(reason, thread.global_num, frame_fact(gdb.newest_frame(), 0), numbers, signal)


@contextlib.contextmanager
def _settings(wanted: dict[str, str]) -> Iterator[None]:
    before = {name: gdb.parameter(name) for name in wanted}
    try:
        for name, value in wanted.items():
            _set(name, value)
        yield
    finally:
        for name, value in before.items():
            _set(name, {True: "on", False: "off"}.get(value, value))


def _set(name: str, value: str) -> None:
    # Not every target can keep threads from running.
    with contextlib.suppress(*NATIVE):
        gdb.execute(f"set {name} {value}", to_string=True)


@contextlib.contextmanager
def _watched() -> Iterator[list[Any]]:
    """Collect the stops that gdb tells of."""
    events: list[Any] = []
    gdb.events.stop.connect(events.append)
    try:
        yield events
    finally:
        gdb.events.stop.disconnect(events.append)


@contextlib.contextmanager
def no_breakpoints(calls: bool) -> Iterator[None]:
    """Disable breakpoints while the program is called: gdb would give the call up halfway at the first."""
    points = [point for point in gdb.breakpoints() if point.enabled] if calls else []
    try:
        for point in points:
            point.enabled = False
        yield
    finally:
        for point in points:
            if point.is_valid():
                point.enabled = True


def write_memory(address: int, data: bytes) -> None:
    """Write to the selected inferior."""
    with translated(f"write {len(data)} bytes at {address:#x}"):
        gdb.selected_inferior().write_memory(address, data)


def send_file(path: str, remote_path: str) -> None:
    """Copy a file through gdbserver."""
    with translated("carry a file to the program's machine"):
        gdb.execute(f"remote put {_quoted(path)} {_quoted(remote_path)}", to_string=True)


def receive_file(remote_path: str, path: str) -> None:
    """Copy a file through gdbserver."""
    with translated(f"bring {remote_path} from the program's machine"):
        gdb.execute(f"remote get {_quoted(remote_path)} {_quoted(path)}", to_string=True)


def _quoted(path: str) -> str:
    """Write a path as gdb splits words (``gdb_buildargv``)."""
    return re.sub(r"""([\s\\'"])""", r"\\\1", path)


def running_threads() -> frozenset[int]:
    """Give those that are not stopped."""
    return frozenset(thread.global_num for thread in gdb.selected_inferior().threads() if thread.is_running())


_GOES_ON = "_jitdbg_goes_on"
_kept: dict[int, list[Callable[[], str]]] = {}
_waiting: dict[str, gdb.Breakpoint] = {}


def at_start(function: str, act: Callable[[], str]) -> None:
    """Keep an act for the breakpoint at a function: of several there, gdb does the commands of the first alone."""
    with translated(f"wait for {function}"):
        point = _waiting.get(function)
        if point is None or not point.is_valid():
            point = _waiting[function] = _acting(function)
        _kept[point.number].append(act)


def _acting(function: str) -> gdb.Breakpoint:
    """Set a temporary breakpoint whose commands act and go on: a breakpoint's own ``stop`` must not call functions."""
    point = gdb.Breakpoint(function, internal=True, temporary=True)
    _kept[point.number] = []
    # gdb looks names up in its main module, where there is none of ours.
    act_here = f"python __import__({__name__!r}, fromlist=['']).act_at_start({point.number})"
    point.commands = f"silent\n{act_here}\nif ${_GOES_ON}\ncontinue\nend"
    return point


def act_at_start(number: int) -> None:
    """Do what was kept for a breakpoint, in its order, and tell its commands whether the program is to go on."""
    # Calls have stops of their own.
    stays = any(point > 0 for point in HITS.latest)
    for act in _kept.pop(number):
        try:
            gdb.write(act())
        except JitdbgError as error:
            gdb.write(f"{error}\n", gdb.STDERR)
    # Without a program gdb has to be told to go on, too, and refuses: else it would read what it has freed.
    gdb.set_convenience_variable(_GOES_ON, not gdb.selected_thread() or not (stays or _in_call()))
