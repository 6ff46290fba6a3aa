"""gdb behind `jitdbg.debugger.adapter.Adapter`."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Optional

import gdb

from jitdbg.debugger import assigned
from jitdbg.debugger.adapter import STILL_RUNNING, FindFrame, FindFunctions
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

from . import calling
from .breakpoints import breakpoint_facts
from .code import frame_fact, instructions, symbol_fact
from .doctor import checks
from .errors import NATIVE, translated, words
from .libraries import LibraryBreakpoints
from .modules import find_module, modules
from .stepping import Stepping
from .values import failed, optimized_out, value_fact

_REGISTER_GROUPS = ("general", "float", "vector")


class GdbAdapter:
    """The gdb that this runs in."""

    name = "gdb"

    @property
    def version(self) -> str:
        """The version, digits and dots."""
        found = re.search(r"\d+(\.\d+)+", gdb.VERSION)
        return found.group() if found else gdb.VERSION

    def process(self) -> Optional[Process]:
        """Describe the process of the selected inferior."""
        with translated("tell what it has for a program"):
            inferior = gdb.selected_inferior()
            if not inferior.threads():
                return None
            # gdb before 11 does not tell what it is connected to, and is taken to have started the program itself.
            connection = getattr(inferior, "connection", None)
            kind = connection.type if connection else "native"
            return Process(inferior.pid or None, CORE if kind == "core" else LIVE, "remote" in kind)

    def threads(self) -> list[Thread]:
        """List the threads, in the order of gdb's global numbers."""
        with translated("list the threads"):
            threads = sorted(gdb.selected_inferior().threads(), key=lambda thread: thread.global_num)
            return [Thread(item.global_num, item.ptid[1] or item.ptid[0], item.name or "") for item in threads]

    def selected_thread(self) -> Optional[int]:
        """Give the global number of the selected thread."""
        thread = gdb.selected_thread()
        return thread.global_num if thread else None

    def selected_frame(self) -> int:
        """Give the level of the selected frame."""
        with translated("tell which frame is selected"):
            _refuse_running()
            level, frame = 0, gdb.selected_frame().newer()
            while frame is not None:
                level, frame = level + 1, frame.newer()
            return level

    def frames(self, limit: int = 0, thread: Optional[int] = None) -> list[Frame]:
        """Walk the stack."""
        with translated("walk the stack"), _selected(thread=thread):
            walked = enumerate(_walk())
            return [frame_fact(frame, level) for level, frame in itertools.islice(walked, limit or None)]

    def variables(self, scope: str, frame: int = 0, depth: int = 1, thread: Optional[int] = None) -> list[Value]:
        """Read variables, those of inner blocks first."""
        if scope not in SCOPES:
            raise DebuggerError(f"there is no scope {scope!r}: it is one of {', '.join(SCOPES)}")
        with translated(f"read the {scope}"), _selected(frame, thread) as here:
            found = [
                dataclasses.replace(_variable(symbol, here, depth), declared=symbol.line or None)
                for symbol in _symbols(here, scope)
            ]
            return assigned.checked(frame_fact(here, frame), found) if scope == LOCALS else found

    def evaluate(self, expression: str, frame: int = 0, depth: int = 1, thread: Optional[int] = None) -> Value:
        """Evaluate an expression; without a program it can still be about constants and types."""
        with translated(f"evaluate {expression}"):
            frame_wanted = frame if gdb.selected_thread() else None
            with _selected(frame_wanted, thread), calling.no_breakpoints("(" in expression):
                try:
                    return value_fact(expression, gdb.parse_and_eval(expression), depth)
                except NATIVE as error:
                    return failed(expression, words(error))

    def registers(self, frame: int = 0, thread: Optional[int] = None) -> list[Register]:
        """Read the registers of a frame."""
        with translated("read the registers"), _selected(frame, thread) as here:
            architecture = here.architecture()
            groups = (architecture.registers(group) for group in _REGISTER_GROUPS)
            names = dict.fromkeys(register.name for group in groups for register in group)
            return [_register(here, name) for name in names]

    def memory(self, address: int, size: int) -> bytes:
        """Read memory."""
        with translated(f"read {size} bytes at {address:#x}"):
            return bytes(gdb.selected_inferior().read_memory(address, size).tobytes()) if size else b""

    def instructions(self, address: int, count: int) -> list[Instruction]:
        """Disassemble."""
        with translated(f"disassemble at {address:#x}"):
            return instructions(address, count)

    def symbol(self, address: int) -> Symbol:
        """Say what is at an address."""
        with translated(f"tell what is at {address:#x}"):
            return symbol_fact(address)

    def module_at(self, address: int) -> Optional[Module]:
        """Describe the file that an address was loaded from."""
        with translated(f"tell what {address:#x} belongs to"):
            return find_module(address)

    def modules(self) -> list[Module]:
        """List the program and its libraries."""
        with translated("list the libraries"):
            return modules()

    def breakpoints(self) -> list[Breakpoint]:
        """List the breakpoints and watchpoints."""
        with translated("list the breakpoints"):
            return breakpoint_facts()

    def break_in_libraries(self, find: FindFunctions) -> LibraryBreakpoints:
        """Set breakpoints at functions of libraries, now and as they are loaded."""
        with translated("set the breakpoints"):
            return LibraryBreakpoints(find)

    def pass_over(self, find: FindFunctions, find_frame: FindFrame) -> Stepping:
        """Let steps pass over frames that are not worth a stop."""
        with translated("let steps pass over frames"):
            return Stepping(find, find_frame)

    def checks(self) -> list[Check]:
        """Tell which abilities and settings this gdb has."""
        with translated("tell its settings"):
            return checks(self.version)

    def execute(self, command: str) -> str:
        """Run a command of gdb's."""
        with translated(f"do {command!r}"):
            return str(gdb.execute(command, to_string=True))

    def call(self, expression: str, *, stops: bool = False, all_threads: bool = False) -> Called:
        """Call functions of the program."""
        with translated(f"call {expression}"):
            return calling.call(expression, stops=stops, all_threads=all_threads)

    def call_function(self, address: int, arguments: str, *, stops: bool = False, all_threads: bool = False) -> Called:
        """Call a function of the program by its own type."""
        with translated(f"call the function at {address:#x}"):
            return calling.call_function(address, arguments, stops=stops, all_threads=all_threads)

    def write_memory(self, address: int, data: bytes) -> None:
        """Write to the program."""
        calling.write_memory(address, data)

    def send_file(self, path: str, remote_path: str) -> None:
        """Copy a file to the program's machine."""
        calling.send_file(path, remote_path)

    def receive_file(self, remote_path: str, path: str) -> None:
        """Copy a file from the program's machine."""
        calling.receive_file(remote_path, path)

    def running_threads(self) -> frozenset[int]:
        """Give the threads that run."""
        return calling.running_threads()

    def was_interrupted(self) -> bool:
        """Deny: gdb raises KeyboardInterrupt."""
        return False

    def at_start(self, function: str, act: Callable[[], str]) -> None:
        """Do something when the program comes to a function."""
        calling.at_start(function, act)


@contextlib.contextmanager
def _selected(frame: Optional[int] = None, thread: Optional[int] = None) -> Iterator[Optional[gdb.Frame]]:
    """Select a thread and, by its level, one of its frames; select those from before at the end."""
    thread_before = gdb.selected_thread()
    frame_before = gdb.selected_frame() if thread_before and thread_before.is_stopped() else None
    try:
        if thread is not None:
            _thread(thread).switch()
        _refuse_running()
        here = _frame(frame) if frame is not None else None
        if here:
            here.select()
        yield here
    finally:
        # Neither need exist any longer: an expression may have called what ended them.
        with contextlib.suppress(*NATIVE):
            if thread is not None and thread_before and thread_before.is_valid():
                thread_before.switch()
            if frame_before and frame_before.is_valid():
                frame_before.select()


def _refuse_running() -> None:
    """Refuse to look at the selected thread while it runs, which in non-stop mode one can."""
    thread = gdb.selected_thread()
    if thread and thread.is_running():
        raise DebuggerError(STILL_RUNNING.format(thread.global_num))


def _thread(number: int) -> gdb.InferiorThread:
    for thread in gdb.selected_inferior().threads():
        if thread.global_num == number:
            return thread
    raise DebuggerError(f"the program has no thread {number}")


def _frame(level: int) -> gdb.Frame:
    found = next(itertools.islice(_walk(), level, None), None) if level >= 0 else None
    if found is None:
        raise DebuggerError(f"the stack has no frame {level}")
    return found


def _walk() -> Iterator[gdb.Frame]:
    frame = gdb.newest_frame()
    while frame is not None:
        yield frame
        frame = frame.older()


# ----------------------------------------------------------------------------------------------------------- variables


def _symbols(frame: gdb.Frame, scope: str) -> Iterator[gdb.Symbol]:
    try:
        block = frame.block()
    except RuntimeError:  # No debug info, so nothing is known.
        return
    if scope == GLOBALS:
        yield from _globals(block)
        return
    for inner in _blocks(block):
        symbols = (symbol for symbol in inner if symbol.is_argument or symbol.is_variable)
        yield from (symbol for symbol in symbols if symbol.is_argument == (scope == ARGUMENTS))


def _blocks(block: gdb.Block) -> Iterator[gdb.Block]:
    """Walk outwards from a block to the function that it is in, which can be an inlined one."""
    while block and not block.is_static and not block.is_global:
        yield block
        if block.function:
            return
        block = block.superblock


def _globals(block: gdb.Block) -> list[gdb.Symbol]:
    blocks = (block.static_block, block.global_block)
    found = [symbol for outer in blocks if outer for symbol in outer if symbol.is_variable]
    return sorted(found, key=lambda symbol: symbol.line)


def _variable(symbol: gdb.Symbol, frame: gdb.Frame, depth: int) -> Value:
    if symbol.addr_class == gdb.SYMBOL_LOC_OPTIMIZED_OUT:
        return optimized_out(symbol.print_name, str(symbol.type))
    try:
        return value_fact(symbol.print_name, symbol.value(frame), depth)
    except NATIVE as error:
        return failed(symbol.print_name, words(error), str(symbol.type))


def _register(frame: gdb.Frame, name: str) -> Register:
    fact = value_fact(name, frame.read_register(name), 0)
    return Register(name, fact.scalar, fact.text or fact.error)
